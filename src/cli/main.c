/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include <loadsift/loadsift.h>

int
main(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "-V") != 0) {
		fputs("usage: loadsift -V\n", stderr);
		return 2;
	}
	printf("loadsift %s\n", sift_version());
	return 0;
}
