dnl SPDX-License-Identifier: GPL-3.0-or-later

dnl SIFT_ADD_FLAG(VARIABLE, FLAG): append FLAG to VARIABLE if $CC takes it.
dnl -Werror makes clang refuse, not only mention, flags it does not know.
AC_DEFUN([SIFT_ADD_FLAG], [dnl
AS_VAR_PUSHDEF([cache], [sift_cv_flag_$2])dnl
AC_CACHE_CHECK([whether $CC accepts $2], [cache],
	[sift_saved_CFLAGS=$CFLAGS
	 CFLAGS="$CFLAGS -Werror $2"
	 AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
	 CFLAGS=$sift_saved_CFLAGS])
AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([cache])dnl
])

dnl SIFT_LIBRARY(PREFIX, MODULE, DEBIAN-PACKAGE): PREFIX_CFLAGS and
dnl PREFIX_LIBS from pkg-config, or the package's name in $missing.
AC_DEFUN([SIFT_LIBRARY], [dnl
PKG_CHECK_MODULES([$1], [$2], [], [missing="$missing $3"])])

dnl SIFT_PLAIN_LIBRARY(PREFIX, HEADER, LIBRARY, FUNCTION, DEBIAN-PACKAGE): the
dnl same for a library without a .pc file.
AC_DEFUN([SIFT_PLAIN_LIBRARY], [dnl
AC_ARG_VAR([$1_LIBS], [linker flags for lib$3])
sift_found=no
AC_CHECK_HEADER([$2],
	[AC_CHECK_LIB([$3], [$4],
		[sift_found=yes
		 test -n "$[]$1_LIBS" || $1_LIBS=-l$3])])
AS_IF([test "$sift_found" = no], [missing="$missing $5"])])

dnl SIFT_SONAME(PREFIX, LIBRARY, HEADER, FUNCTION, DEBIAN-PACKAGE): define
dnl SIFT_PREFIX_SONAME, the name by which the system's loader finds the library
dnl that PREFIX_LIBS links: that which a program that calls FUNCTION says it
dnl needs. For a library that is loaded while the program runs.
AC_DEFUN([SIFT_SONAME], [dnl
AC_CHECK_TOOLS([OBJDUMP], [objdump llvm-objdump], [false])
AC_CACHE_CHECK([by which name lib$2 is loaded], [sift_cv_soname_$2],
	[sift_saved_CFLAGS=$CFLAGS
	 sift_saved_LIBS=$LIBS
	 CFLAGS="$CFLAGS $$1_CFLAGS"
	 LIBS="$$1_LIBS $LIBS"
	 sift_cv_soname_$2=
	 AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <$3>]], [[$4();]])],
		[sift_cv_soname_$2=`$OBJDUMP -p conftest$ac_exeext |
			$SED -n 's/^ *NEEDED  *\(lib$2@<:@.-@:>@.*\)/\1/p'`])
	 CFLAGS=$sift_saved_CFLAGS
	 LIBS=$sift_saved_LIBS])
AS_IF([test -z "$sift_cv_soname_$2"],
	[AC_MSG_ERROR([cannot tell by which name lib$2 is loaded.
  That takes its shared library (Debian package $5) and objdump (binutils).
  If you know the name: ./configure sift_cv_soname_$2=NAME])])
AC_DEFINE_UNQUOTED([SIFT_$1_SONAME], ["$sift_cv_soname_$2"],
	[By which name lib$2 is loaded while the program runs.])])

dnl SIFT_COMPILER: the language, and what every build needs to give the same
dnl numbers.
AC_DEFUN([SIFT_COMPILER], [
AC_CACHE_CHECK([for C11 with 128-bit integers], [sift_cv_c11],
	[AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#if !defined(__STDC_VERSION__) || __STDC_VERSION__ < 201112L
# error "not C11"
#endif
__extension__ typedef unsigned __int128 wide;
_Static_assert(sizeof(wide) == 16, "128 bits");
]])], [sift_cv_c11=yes], [sift_cv_c11=no])])
AS_IF([test "$sift_cv_c11" = no],
	[AC_MSG_ERROR([a C11 compiler with __int128 is needed (gcc, clang)])])
SIFT_CFLAGS=
SIFT_ADD_FLAG([SIFT_CFLAGS], [-std=gnu11])
dnl gcc contracts a*b+c where the machine can: other digits on other machines.
SIFT_ADD_FLAG([SIFT_CFLAGS], [-ffp-contract=off])
SIFT_ADD_FLAG([SIFT_CFLAGS], [-pthread])
AC_SUBST([SIFT_CFLAGS])
])
