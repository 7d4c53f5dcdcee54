/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_INPUT_ARCHIVE_LIBRARY_H
#define SIFT_INPUT_ARCHIVE_LIBRARY_H

/*
 * libarchive, which is loaded when it is first needed. With all that it needs
 * itself (XML, Unicode, C++) this takes longer than to read a small archive,
 * and most archives need nothing of it (tar_plain.h).
 */

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

/* The functions that are used of it. */
#define SIFT_ARCHIVE_LIST(X)                                                   \
 X(archive_entry_filetype)                                                     \
 X(archive_entry_hardlink)                                                     \
 X(archive_entry_is_encrypted)                                                 \
 X(archive_entry_pathname)                                                     \
 X(archive_entry_size)                                                         \
 X(archive_entry_sparse_count)                                                 \
 X(archive_errno)                                                              \
 X(archive_error_string)                                                       \
 X(archive_read_data_block)                                                    \
 X(archive_read_free)                                                          \
 X(archive_read_new)                                                           \
 X(archive_read_next_header)                                                   \
 X(archive_read_open1)                                                         \
 X(archive_read_set_callback_data)                                             \
 X(archive_read_set_format_option)                                             \
 X(archive_read_set_read_callback)                                             \
 X(archive_read_set_seek_callback)                                             \
 X(archive_read_set_skip_callback)                                             \
 X(archive_read_support_format_7zip)                                           \
 X(archive_read_support_format_tar)                                            \
 X(archive_read_support_format_zip_seekable)                                   \
 X(archive_read_support_format_zip_streamable)                                 \
 X(archive_set_error)

/* Pointers to them, by their own names and types. */
struct sift_archive_library {
#define X(name) __typeof__(name) *name;
	SIFT_ARCHIVE_LIST(X)
#undef X
};

/*
 * The library, for as long as the process lives; any thread may ask. Returns
 * SIFT_OK; SIFT_E_UNSUPPORTED, with what the system's loader says, when it
 * cannot be loaded: then it is not tried again.
 */
enum sift_status
sift_archive_library_get(const struct sift_archive_library **out,
			 struct sift_err *err) SIFT_MUST_CHECK;

/* The same from a library of another name, each time. For tests. */
enum sift_status
sift_archive_library_load(struct sift_archive_library *out, const char *soname,
			  struct sift_err *err) SIFT_MUST_CHECK;

#endif /* SIFT_INPUT_ARCHIVE_LIBRARY_H */
