dnl SPDX-License-Identifier: GPL-3.0-or-later

dnl SIFT_WARNINGS: what the compiler is asked to look for. In a git checkout
dnl a warning is an error; in a release it is not, since nobody can know the
dnl warnings of next year's compiler.
AC_DEFUN([SIFT_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror],
		[make warnings errors (default: only in a git checkout)])],
	[],
	[AS_IF([test -e "$srcdir/.git"],
		[enable_werror=yes], [enable_werror=no])])

WARN_CFLAGS=
dnl The usual two.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wall])
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wextra])
dnl C11 only; the one extension, __int128, is marked where it is used.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wpedantic])
dnl An inner name that hides an outer one is read wrongly sooner or later.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wshadow])
dnl Counts and nanoseconds must not be cut or change sign by accident.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wconversion])
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wsign-conversion])
dnl f() is not f(void); a function is declared in a header or static.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wstrict-prototypes])
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wmissing-prototypes])
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wold-style-definition])
dnl Literals are const.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wwrite-strings])
dnl sizeof(void) is no size.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wpointer-arith])
dnl The size of an input must not become the size of a stack frame.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wvla])
dnl Formats are literals; only wrappers with the format attribute pass them on.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wformat=2])
dnl A new member of an enum shows every switch that must know it.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wswitch-enum])
dnl A misspelt macro in #if is 0 in silence.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wundef])

dnl Exceptions.
dnl {0} is how everything is emptied, structs in structs included.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wno-missing-field-initializers])
dnl clang 14 calls {0} for a struct whose first member is a struct unbraced.
SIFT_ADD_FLAG([WARN_CFLAGS], [-Wno-missing-braces])

AS_IF([test "$enable_werror" != no], [SIFT_ADD_FLAG([WARN_CFLAGS], [-Werror])])
AC_SUBST([WARN_CFLAGS])
])
