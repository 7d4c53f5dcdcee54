# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/analyse.c %D%/analysis.h \
	%D%/assemble.c %D%/assemble.h \
	%D%/assemble_figures.c \
	%D%/assemble_ids.c \
	%D%/assemble_impl.h \
	%D%/assemble_keys.c \
	%D%/assemble_run.c \
	%D%/assemble_services.c \
	%D%/assemble_set.c \
	%D%/assemble_spreads.c %D%/assemble_spreads.h \
	%D%/inbox.c %D%/inbox.h \
	%D%/letter.c %D%/letter.h \
	%D%/jobs.c %D%/jobs.h \
	%D%/naming.c %D%/naming.h \
	%D%/note.c %D%/note.h \
	%D%/output.c \
	%D%/parcel.c %D%/parcel.h \
	%D%/pool.c %D%/pool.h %D%/pool_impl.h \
	%D%/pool_tasks.c \
	%D%/processors.c %D%/processors.h \
	%D%/split.c %D%/split.h \
	%D%/sides.c %D%/sides.h \
	%D%/slow.c %D%/slow.h \
	%D%/version.c \
	%D%/wire.c %D%/wire.h \
	%D%/worker.c %D%/worker.h %D%/worker_impl.h \
	%D%/worker_piece.c \
	%D%/worker_source.c
