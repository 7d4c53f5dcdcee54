# SPDX-License-Identifier: GPL-3.0-or-later

# Not part of `make all`; a test needs it.
check_PROGRAMS += %D%/make_points
%C%_make_points_SOURCES = %D%/make_points.c %D%/traffic.c %D%/traffic.h
%C%_make_points_LDADD = libloadsiftcore.la

TESTS += %D%/points_test.py

EXTRA_DIST += \
	%D%/agree.py %D%/cases.py %D%/data.py %D%/duckdb.mjs \
	%D%/make_small.py %D%/measure.py %D%/package.json %D%/peers.py \
	%D%/points_test.py %D%/run.py %D%/setup.sh %D%/tables.py

# On a machine that does nothing else. Data and peers are kept in
# LOADSIFT_BENCH_DIR; BENCH_FLAGS are options of run.py.
BENCH = $(PYTHON) -B $(srcdir)/%D%/run.py --loadsift ./loadsift$(EXEEXT) \
	--make-points %D%/make_points$(EXEEXT)

bench: loadsift$(EXEEXT) %D%/make_points$(EXEEXT)
	$(BENCH) --docs $(srcdir)/docs/performance.md $(BENCH_FLAGS)

bench-quick: loadsift$(EXEEXT) %D%/make_points$(EXEEXT)
	$(BENCH) --quick $(BENCH_FLAGS)

clean-local:
	rm -rf bench-data

.PHONY: bench bench-quick
