# SPDX-License-Identifier: GPL-3.0-or-later

# Programs that name no LDADD of their own are tests.
LDADD = libloadsiftcore.la $(CHECK_LIBS)

TEST_EXTENSIONS = .sh .py
SH_LOG_COMPILER = $(SHELL)
PY_LOG_COMPILER = $(PYTHON_LOG)
if VALGRIND
LOG_COMPILER = $(VALGRIND)
AM_LOG_FLAGS = --quiet --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite,indirect,possible \
	--errors-for-leak-kinds=definite,indirect,possible
endif

# What tests may rely on. Absolute paths: a test may change its directory.
# Sample archives kept beside the sources are used if they are there; a test
# that needs them is skipped (exit 77) when LOADSIFT_SAMPLES is empty.
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	LOADSIFT="$${LOADSIFT-$(abs_top_builddir)/loadsift$(EXEEXT)}"; \
	export LOADSIFT; \
	if test -z "$${LOADSIFT_SAMPLES+set}"; then \
	  LOADSIFT_SAMPLES=`cd $(top_srcdir)/../shared/samples 2>/dev/null \
	    && pwd`; \
	fi; export LOADSIFT_SAMPLES; \
	CK_DEFAULT_TIMEOUT="$${CK_DEFAULT_TIMEOUT-60}"; \
	export CK_DEFAULT_TIMEOUT; \
	CC='$(CC)'; export CC; \
	unset LC_ALL LANGUAGE COLUMNS NO_COLOR CLICOLOR_FORCE; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	$(TESTS_ENVIRONMENT_FORK)
# Leaks of a child that Check forked would not be seen.
if SANITIZE
TESTS_ENVIRONMENT_FORK = CK_FORK=no; export CK_FORK; \
	LOADSIFT_SANITIZED=yes; export LOADSIFT_SANITIZED; \
	ASAN_OPTIONS="$${ASAN_OPTIONS-allocator_may_return_null=1}"; \
	export ASAN_OPTIONS; \
	UBSAN_OPTIONS="$${UBSAN_OPTIONS-print_stacktrace=1}"; \
	export UBSAN_OPTIONS;
else
if VALGRIND
TESTS_ENVIRONMENT_FORK = CK_FORK=no; export CK_FORK;
endif
endif

# Golden tests: scripts that rewrite their expectations when
# LOADSIFT_GOLDEN_UPDATE is set.
GOLDEN_TESTS =

DIST_TREES += %D%/data

include %D%/style/local.mk
include %D%/headers/local.mk
include %D%/docs/local.mk
include %D%/cli/local.mk
include %D%/oracle/local.mk
include %D%/report/local.mk

if HAVE_CHECK
include %D%/unit/base/local.mk
include %D%/unit/model/local.mk
include %D%/unit/config/local.mk
include %D%/unit/input/local.mk
include %D%/unit/read/local.mk
include %D%/unit/digest/local.mk
include %D%/unit/group/local.mk
include %D%/unit/stat/local.mk
include %D%/unit/judge/local.mk
include %D%/unit/advise/local.mk
include %D%/unit/report/local.mk
include %D%/unit/engine/local.mk
include %D%/unit/cli/local.mk
include %D%/chunk/local.mk
include %D%/laws/local.mk
include %D%/simulation/local.mk
include %D%/fault/local.mk
else
TESTS += %D%/check-is-missing.sh
endif
EXTRA_DIST += %D%/check-is-missing.sh %D%/coverage.sh

golden-update: all
	test -z "$(GOLDEN_TESTS)" || LOADSIFT_GOLDEN_UPDATE=yes \
	  $(MAKE) $(AM_MAKEFLAGS) check TESTS="$(GOLDEN_TESTS)"

.PHONY: golden-update
