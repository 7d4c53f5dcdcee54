/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <loadsift/loadsift.h>

const char *
sift_version(void)
{
	return PACKAGE_VERSION;
}
