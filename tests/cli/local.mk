# SPDX-License-Identifier: GPL-3.0-or-later
# The program as its users see it.

check_PROGRAMS += %D%/pack
%C%_pack_SOURCES = %D%/pack.c
%C%_pack_LDADD = $(ARCHIVE_LIBS)

TESTS += %D%/comparing.py %D%/doubts.py %D%/load_levels.py \
	%D%/validity.py %D%/verdicts.py
TESTS += %D%/damage.py %D%/formats.py %D%/histogram.py %D%/many_names.py \
	%D%/naming.py %D%/packing.py %D%/progress.py %D%/secrets.py \
	%D%/sharing.py %D%/without_libarchive.py

GOLDEN_TESTS += %D%/golden.py
TESTS += %D%/golden.py
DIST_TREES += %D%/golden
EXTRA_DIST += %D%/comparing.py %D%/doubts.py %D%/load_levels.py \
	%D%/validity.py %D%/verdicts.py
EXTRA_DIST += %D%/damage.py %D%/formats.py %D%/golden.py %D%/histogram.py \
	%D%/many_names.py %D%/naming.py %D%/packing.py %D%/program.py \
	%D%/progress.py %D%/secrets.py %D%/sharing.py \
	%D%/without_libarchive.py
