/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_TAR_PLAIN_H
#define SIFT_INPUT_TAR_PLAIN_H

/*
 * Headers of a tar with which there is nothing to know but a short name and a
 * size: those of nearly all files in nearly all archives. To have libarchive
 * read one takes 20 000 instructions, as many as to read a small file.
 */

#include <stdbool.h>
#include <stdint.h>

#define SIFT_TAR_BLOCK 512
#define SIFT_TAR_NAME 100

struct sift_tar_member {
	uint64_t size; /* of its data, below 1 GiB; of a folder 0 */
	bool is_folder;
};

/*
 * Is it the header of a regular file or a folder, sound, by POSIX or GNU, with
 * no field of any extension in use? Its name is then what the header begins
 * with, ended by a NUL or by its length.
 */
bool sift_tar_is_plain(const char header[SIFT_TAR_BLOCK],
		       struct sift_tar_member *out);

/* Make a plain header that of a file of another size, up to 1 GiB. */
void sift_tar_resize(char header[SIFT_TAR_BLOCK], uint64_t size);

/* What fills the last block of so many data. */
static inline uint64_t
sift_tar_padding(uint64_t size)
{
	return -size % SIFT_TAR_BLOCK;
}

#endif /* SIFT_INPUT_TAR_PLAIN_H */
