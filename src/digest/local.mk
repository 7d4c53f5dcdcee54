# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/bins.c %D%/bins.h \
	%D%/block.c %D%/block.h \
	%D%/block_build.c %D%/block_build.h \
	%D%/block_empty.c \
	%D%/block_hash.c \
	%D%/block_ids.c \
	%D%/block_lists.c \
	%D%/block_merge.c \
	%D%/block_metrics.c \
	%D%/block_names.c \
	%D%/block_points.c \
	%D%/block_ranges.c \
	%D%/block_read.c %D%/block_read.h \
	%D%/block_read_facts.c \
	%D%/block_read_results.c \
	%D%/block_result.c \
	%D%/block_series.c \
	%D%/block_sink.c \
	%D%/block_values.c \
	%D%/block_write.c \
	%D%/course.c %D%/course.h \
	%D%/digest.c %D%/digest.h \
	%D%/digest_io.h \
	%D%/digest_read.c \
	%D%/digest_write.c \
	%D%/failure_cause.c %D%/failure_cause.h \
	%D%/fingerprint.c %D%/fingerprint.h \
	%D%/generic_name.c %D%/generic_name.h \
	%D%/history.c %D%/history.h \
	%D%/keep.c %D%/keep.h \
	%D%/latency.c %D%/latency.h \
	%D%/moments.c %D%/moments.h \
	%D%/put_bytes.h \
	%D%/samples.c %D%/samples.h %D%/slice.h \
	%D%/samples_read.c \
	%D%/samples_write.c \
	%D%/sort.c %D%/sort.h \
	%D%/store.c %D%/store.h \
	%D%/tally.c %D%/tally.h \
	%D%/timeline.c %D%/timeline.h
