/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "cli/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

static void
release(struct sift_output_file *out)
{
	sift_free(out->target);
	sift_free(out->temporary);
	out->target = NULL;
	out->temporary = NULL;
	out->fd = -1;
}

/* Follow a link to what it names, so that the link survives the rename. */
static char *
resolve(const char *file)
{
	char found[PATH_MAX];

	return sift_strdup(realpath(file, found) ? found : file);
}

/* The permissions a new file would have, or those of the file replaced. */
static mode_t
mode_for(const struct stat *existing)
{
	mode_t mask;

	if (existing)
		return existing->st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static enum sift_status
open_temporary(struct sift_output_file *out, const struct stat *existing,
	       struct sift_err *err)
{
	struct sift_buf name;

	sift_buf_init(&name, 0);
	sift_buf_printf(&name, "%s.XXXXXX", out->target);
	if (sift_buf_status(&name)) {
		sift_buf_release(&name);
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a name");
	}
	out->temporary = name.ptr;
	out->fd = mkostemp(out->temporary, O_CLOEXEC);
	if (out->fd < 0) {
		int cause = errno;

		sift_free(out->temporary);
		out->temporary = NULL;
		return sift_fail_errno(err, SIFT_E_IO, cause,
				       "no new file can be made beside it");
	}
	if (fchmod(out->fd, mode_for(existing)))
		return sift_fail_errno(err, SIFT_E_IO, errno,
				       "its permissions cannot be set");
	return SIFT_OK;
}

bool
sift_output_is_stream(const char *file)
{
	struct stat existing;

	return strcmp(file, "-") == 0 ||
	       (stat(file, &existing) == 0 && !S_ISREG(existing.st_mode));
}

enum sift_status
sift_output_open(struct sift_output_file *out, const char *file,
		 struct sift_err *err)
{
	struct stat existing;
	bool exists;
	enum sift_status rc;

	memset(out, 0, sizeof(*out));
	out->fd = STDOUT_FILENO;
	if (strcmp(file, "-") == 0)
		return SIFT_OK;
	out->fd = -1;
	out->target = resolve(file);
	if (!out->target)
		return sift_fail(err, SIFT_E_NOMEM, "no memory for a name");
	exists = stat(out->target, &existing) == 0;
	if (exists && !S_ISREG(existing.st_mode)) {
		out->fd = open(out->target, O_WRONLY | O_CLOEXEC);
		rc = out->fd >= 0 ? SIFT_OK
				  : sift_fail_errno(err, SIFT_E_IO, errno,
						    "it cannot be written");
	} else {
		rc = open_temporary(out, exists ? &existing : NULL, err);
	}
	if (rc) {
		sift_err_where(err, file);
		sift_output_discard(out);
	}
	return rc;
}

/* The rename itself must last as well. */
static void
sync_folder(const char *target)
{
	char *folder = sift_strdup(target);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	int fd;

	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	sift_free(folder);
}

enum sift_status
sift_output_commit(struct sift_output_file *out, struct sift_err *err)
{
	int fd = out->fd;
	enum sift_status rc = SIFT_OK;

	if (!out->target)
		return SIFT_OK; /* standard output is closed at exit */
	if (out->temporary && fsync(fd))
		rc = sift_fail_errno(err, SIFT_E_IO, errno, "writing failed");
	out->fd = -1;
	if (close(fd) && !rc)
		rc = sift_fail_errno(err, SIFT_E_IO, errno, "writing failed");
	if (!rc && out->temporary && rename(out->temporary, out->target))
		rc = sift_fail_errno(err, SIFT_E_IO, errno,
				     "it cannot be replaced");
	if (rc) {
		sift_err_where(err, out->target);
		sift_output_discard(out);
		return rc;
	}
	if (out->temporary)
		sync_folder(out->target);
	release(out);
	return SIFT_OK;
}

void
sift_output_discard(struct sift_output_file *out)
{
	if (!out->target)
		return;
	if (out->fd >= 0)
		close(out->fd);
	if (out->temporary)
		unlink(out->temporary);
	release(out);
}
