#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make ./configure and run it; for a checkout from git.
#
# usage: ./autogen.sh [--deps | --deps=dev] [--no-configure] [OPTION...]
#
#   --deps          first install the Debian packages that are missing
#   --deps=dev      also those of the developers' checks (clang, ...)
#   --no-configure  stop when ./configure is there
#
# Other options go to configure. Run it from another directory to build there.
set -eu

srcdir=$(cd "$(dirname "$0")" && pwd)

# ---- Debian packages, and what each is for ----

build_packages='
gcc             # the compiler
libc6-dev       # the C library
make            # the build
autoconf        # makes configure
automake        # makes Makefile.in
libtool         # builds the shared library
pkg-config      # finds the libraries
libcsv-dev      # reads CSV
zlib1g-dev      # reads gzip where there is no ISA-L; writes it in tests
libzstd-dev     # reads zstd
liblzma-dev     # reads xz
libbz2-dev      # reads bzip2
libarchive-dev  # reads tar, zip, 7z
libpcre2-dev    # name rules, run patterns
libyaml-dev     # reads loadsift.yaml and the catalogue of actions
libgsl-dev      # statistics
libxxhash-dev   # hashes
'
# Elsewhere there is none, and zlib does it.
case $(dpkg --print-architecture 2>/dev/null) in
amd64 | arm64)
	build_packages="$build_packages
libisal-dev     # reads gzip fast" ;;
esac
test_packages='
check               # unit tests
libjansson-dev      # reads JSON independently of us
python3             # oracles
python3-jsonschema  # checks the JSON report against its schema
mandoc              # checks the man page
'
dev_packages='
git                 # fresh clones
clang               # the second compiler
libclang-rt-14-dev  # its sanitizers
clang-format        # make style-check
shellcheck          # make style-check
'

say()
{
	echo "autogen.sh: $*"
}

die()
{
	say "$@" >&2
	exit 1
}

# The names in a list above.
names()
{
	echo "$1" | sed 's/#.*//'
}

install_missing()
{
	command -v apt-get >/dev/null || die "--deps needs Debian's apt;" \
		"elsewhere install what this script lists"
	missing=
	for package in $1; do
		state=$(dpkg-query -W -f='${db:Status-Status}' "$package" \
			2>/dev/null) || state=
		test "$state" = installed || missing="$missing $package"
	done
	if test -z "$missing"; then
		say "no package is missing"
		return
	fi
	as_root=
	if test "$(id -u)" != 0; then
		command -v sudo >/dev/null || die "packages are missing;" \
			"as root, run: apt-get install$missing"
		as_root=sudo
	fi
	say "installing with apt-get:$missing"
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q update </dev/null
	# shellcheck disable=SC2086 # a list of words
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q install -y --no-install-recommends $missing </dev/null
}

check_tools()
{
	missing=
	for tool in autoconf automake aclocal libtoolize pkg-config make; do
		command -v "$tool" >/dev/null || missing="$missing $tool"
	done
	command -v "${CC:-gcc}" >/dev/null || command -v cc >/dev/null ||
		missing="$missing gcc"
	test -z "$missing" || die "these programs are missing:$missing
  On Debian, ./autogen.sh --deps installs them."
}

configure=yes
packages=
# Take our own options out of "$@" and leave the rest as it is.
count=$#
while test "$count" -gt 0; do
	argument=$1
	shift
	count=$((count - 1))
	case $argument in
	--deps) packages="$build_packages $test_packages" ;;
	--deps=dev)
		packages="$build_packages $test_packages $dev_packages" ;;
	--deps=*) die "unknown: $argument" ;;
	--no-configure) configure=no ;;
	*) set -- "$@" "$argument" ;;
	esac
done

test -z "$packages" || install_missing "$(names "$packages")"
check_tools
(cd "$srcdir" && autoreconf --install)
test "$configure" = no || "$srcdir/configure" "$@"
