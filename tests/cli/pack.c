/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pack a folder for the tests: pack FORMAT OUT FOLDER, where FORMAT is tar,
 * tar.gz, tar.xz, tar.zst, tar.bz2, zip or 7z. Members are named from the
 * folder's own name on, in bytewise order. No packer has to be installed.
 */
#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct format {
	const char *name;
	int (*set_format)(struct archive *);
	int (*add_filter)(struct archive *);
};

static const struct format formats[] = {
	{"tar", archive_write_set_format_pax_restricted, NULL},
	{"tar.gz", archive_write_set_format_pax_restricted,
	 archive_write_add_filter_gzip},
	{"tar.xz", archive_write_set_format_pax_restricted,
	 archive_write_add_filter_xz},
	{"tar.zst", archive_write_set_format_pax_restricted,
	 archive_write_add_filter_zstd},
	{"tar.bz2", archive_write_set_format_pax_restricted,
	 archive_write_add_filter_bzip2},
	{"zip", archive_write_set_format_zip, NULL},
	{"7z", archive_write_set_format_7zip, NULL},
};

static void
check(struct archive *a, int rc, const char *what)
{
	if (rc != ARCHIVE_OK) {
		fprintf(stderr, "pack: %s: %s\n", what,
			a ? archive_error_string(a) : "failed");
		exit(1);
	}
}

static void
add_file(struct archive *a, const char *path, const char *member)
{
	struct archive_entry *entry = archive_entry_new();
	static char piece[65536];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY);

	check(NULL, fd >= 0 && fstat(fd, &st) == 0 ? ARCHIVE_OK : 1, path);
	archive_entry_set_pathname(entry, member);
	archive_entry_set_size(entry, st.st_size);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	check(a, archive_write_header(a, entry), member);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		check(a, archive_write_data(a, piece, (size_t)n) == n ? 0 : 1,
		      member);
	close(fd);
	archive_entry_free(entry);
}

static void
add_folder(struct archive *a, const char *path, const char *member)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);

	check(NULL, count >= 0 ? ARCHIVE_OK : 1, path);
	for (int i = 0; i < count; i++) {
		char below[4096], inside[4096];
		struct stat st;

		if (names[i]->d_name[0] != '.') {
			snprintf(below, sizeof(below), "%s/%s", path,
				 names[i]->d_name);
			snprintf(inside, sizeof(inside), "%s/%s", member,
				 names[i]->d_name);
			check(NULL, stat(below, &st), below);
			if (S_ISDIR(st.st_mode))
				add_folder(a, below, inside);
			else
				add_file(a, below, inside);
		}
		free(names[i]);
	}
	free(names);
}

int
main(int argc, char **argv)
{
	const char *slash = argc == 4 ? strrchr(argv[3], '/') : NULL;
	struct archive *a = archive_write_new();

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (argc != 4 || strcmp(formats[i].name, argv[1]) != 0)
			continue;
		check(a, formats[i].set_format(a), argv[1]);
		if (formats[i].add_filter)
			check(a, formats[i].add_filter(a), argv[1]);
		check(a, archive_write_open_filename(a, argv[2]), argv[2]);
		add_folder(a, argv[3], slash ? slash + 1 : argv[3]);
		check(a, archive_write_close(a), argv[2]);
		archive_write_free(a);
		return 0;
	}
	fputs("usage: pack FORMAT OUT FOLDER\n", stderr);
	return 2;
}
