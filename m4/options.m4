dnl SPDX-License-Identifier: GPL-3.0-or-later

dnl SIFT_SANITIZER(NAME, FLAGS): add FLAGS, which must compile and link.
AC_DEFUN([SIFT_SANITIZER], [
sift_saved_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS $2"
AC_MSG_CHECKING([whether $CC links with $2])
AC_LINK_IFELSE([AC_LANG_PROGRAM()],
	[AC_MSG_RESULT([yes])],
	[AC_MSG_RESULT([no])
	 AC_MSG_ERROR([--enable-$1: $CC cannot link with $2])])
CFLAGS=$sift_saved_CFLAGS
SANITIZE_CFLAGS="$SANITIZE_CFLAGS $2"
])

dnl SIFT_OPTIONS: --enable-{asan,ubsan,coverage,valgrind,debug-arena}
AC_DEFUN([SIFT_OPTIONS], [
AC_ARG_ENABLE([asan],
	[AS_HELP_STRING([--enable-asan], [build with AddressSanitizer])],
	[], [enable_asan=no])
AC_ARG_ENABLE([ubsan],
	[AS_HELP_STRING([--enable-ubsan],
		[build with UndefinedBehaviorSanitizer; a hit ends the test])],
	[], [enable_ubsan=no])
AC_ARG_ENABLE([coverage],
	[AS_HELP_STRING([--enable-coverage], [build for `make coverage'])],
	[], [enable_coverage=no])
AC_ARG_ENABLE([valgrind],
	[AS_HELP_STRING([--enable-valgrind],
		[run the test programs under valgrind])],
	[], [enable_valgrind=no])
AC_ARG_ENABLE([debug-arena],
	[AS_HELP_STRING([--enable-debug-arena],
		[make each piece of an arena a separate allocation])],
	[], [enable_debug_arena=no])
AS_IF([test "$enable_debug_arena" != no],
	[AC_DEFINE([SIFT_DEBUG_ARENA], [1],
		[Define to let sanitizers see the bounds of pieces.])])

SANITIZE_CFLAGS=
AS_IF([test "$enable_asan" != no],
	[SIFT_SANITIZER([asan],
		[-fsanitize=address -fno-omit-frame-pointer])
	 AC_DEFINE([SIFT_ASAN], [1],
		[AddressSanitizer is on: address space cannot be limited.])])
AS_IF([test "$enable_ubsan" != no],
	[SIFT_SANITIZER([ubsan], [-fsanitize=undefined dnl
-fsanitize=float-cast-overflow -fno-sanitize-recover=all])])
AC_SUBST([SANITIZE_CFLAGS])
AM_CONDITIONAL([SANITIZE], [test -n "$SANITIZE_CFLAGS"])

COVERAGE_CFLAGS=
AS_IF([test "$enable_coverage" != no],
	[AC_CHECK_TOOL([GCOV], [gcov], [none])
	 AS_IF([test "$GCOV" = none],
		[AC_MSG_ERROR([--enable-coverage needs gcov])])
	 COVERAGE_CFLAGS="--coverage -O0"])
AC_SUBST([COVERAGE_CFLAGS])
AM_CONDITIONAL([COVERAGE], [test "$enable_coverage" != no])

AS_IF([test "$enable_valgrind" != no],
	[AC_CHECK_PROG([VALGRIND], [valgrind], [valgrind], [none])
	 AS_IF([test "$VALGRIND" = none],
		[AC_MSG_ERROR([--enable-valgrind: valgrind is missing])])
	 AS_IF([test -n "$SANITIZE_CFLAGS"],
		[AC_MSG_ERROR([valgrind and sanitizers exclude each other])])])
AM_CONDITIONAL([VALGRIND], [test "$enable_valgrind" != no])
])
