/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clocale.h"
#include "base/mem.h"
#include "input/label.h"
#include "input/walk_roots.h"

#define MAX_DEPTH 256
#define MAX_FILES ((size_t)16 << 20)

/* A file met, before it has its names. */
struct entry {
	const char *file;  /* raw */
	const char *below; /* raw path below the root, "" = the root itself */
	size_t root;
	const char *skip;
	bool is_damage;
	bool is_given;
	bool is_stream;
	uint64_t bytes;
	dev_t dev;
	ino_t ino;
};

struct frame {
	DIR *dir;	 /* owned */
	size_t path_len; /* of the folder in walker.path */
};

struct walker {
	struct sift_arena *arena; /* borrowed: the walk's */
	struct entry *entries;	  /* owned */
	size_t count;
	size_t capacity;
	struct sift_walk_root *roots; /* owned */
	size_t root;		      /* the one walked */
	size_t root_len;	      /* of it in `path` */
	struct sift_buf path;	      /* raw, of what is looked at */
	struct frame *frames;	      /* owned, MAX_DEPTH of them */
	size_t depth;
	struct sift_err *err;
};

void
sift_walk_init(struct sift_walk *walk)
{
	*walk = (struct sift_walk){0};
	sift_arena_init(&walk->arena);
}

void
sift_walk_release(struct sift_walk *walk)
{
	sift_free(walk->files);
	sift_arena_release(&walk->arena);
	*walk = (struct sift_walk){0};
}

/* ---- meeting files ---- */

/* What stands at w->path is an entry. `st` may be NULL when it is skipped. */
static enum sift_status
add(struct walker *w, const struct stat *st, const char *skip, bool is_damage)
{
	struct sift_span path = sift_buf_span(&w->path);
	struct entry *entry;
	size_t start = w->root_len;
	int rc = sift_array_grow((void **)&w->entries, &w->capacity,
				 w->count + 1, sizeof(*w->entries), MAX_FILES);

	if (rc == -2)
		return sift_fail(w->err, SIFT_E_LIMIT, "more than %zu files",
				 MAX_FILES);
	if (rc || sift_buf_status(&w->path))
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for files");
	entry = &w->entries[w->count];
	*entry = (struct entry){.file = sift_arena_span(w->arena, path),
				.root = w->root,
				.skip = skip,
				.is_damage = is_damage,
				.is_stream = true,
				.is_given = path.len == start};
	if (!entry->file)
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for a name");
	while (entry->file[start] == '/')
		start++;
	entry->below = entry->file + start;
	if (st) {
		entry->is_stream = !S_ISREG(st->st_mode);
		entry->bytes = entry->is_stream ? 0 : (uint64_t)st->st_size;
		entry->dev = st->st_dev;
		entry->ino = st->st_ino;
	}
	w->count++;
	return SIFT_OK;
}

/* The same with the reason in errno's words. */
static enum sift_status
add_unreadable(struct walker *w, int errno_value)
{
	const char *skip = sift_arena_printf(w->arena, "cannot be read: %s",
					     sift_errno_text(errno_value));

	if (!skip)
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for a name");
	return add(w, NULL, skip, true);
}

static const char *
word_for(mode_t mode)
{
	if (S_ISLNK(mode))
		return "symbolic link";
	if (S_ISFIFO(mode))
		return "FIFO";
	return S_ISSOCK(mode) ? "socket" : "device";
}

/* Make the open folder `fd`, of which it takes hold, the one to read. */
static enum sift_status
enter(struct walker *w, int fd)
{
	DIR *dir;
	int saved;

	if (w->depth == MAX_DEPTH) {
		close(fd);
		return add(w, NULL, "more than 256 folders deep", true);
	}
	dir = fdopendir(fd);
	if (!dir) {
		saved = errno;
		close(fd);
		return add_unreadable(w, saved);
	}
	w->frames[w->depth++] = (struct frame){dir, w->path.len};
	return SIFT_OK;
}

static void
cut_path(struct walker *w, size_t len)
{
	w->path.len = len;
	if (w->path.ptr)
		w->path.ptr[len] = '\0';
}

static enum sift_status
meet(struct walker *w, int dir, const char *name)
{
	struct stat st;
	int fd;

	if (sift_label_is_hidden(sift_span_str(name)))
		return add(w, NULL, "hidden", false);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return add_unreadable(w, errno);
	if (S_ISREG(st.st_mode))
		return add(w, &st, NULL, false);
	if (!S_ISDIR(st.st_mode))
		return add(w, NULL, word_for(st.st_mode), false);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? add_unreadable(w, errno) : enter(w, fd);
}

static bool
is_step(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Read the innermost folder on by one entry, or leave it. */
static enum sift_status
step(struct walker *w)
{
	struct frame *frame = &w->frames[w->depth - 1];
	enum sift_status rc = SIFT_OK;
	struct dirent *found;

	cut_path(w, frame->path_len);
	errno = 0;
	found = readdir(frame->dir);
	if (found && is_step(found->d_name))
		return SIFT_OK;
	if (found) {
		sift_buf_add_byte(&w->path, '/');
		sift_buf_add_str(&w->path, found->d_name);
		return meet(w, dirfd(frame->dir), found->d_name);
	}
	if (errno)
		rc = add_unreadable(w, errno);
	closedir(frame->dir);
	w->depth--;
	return rc;
}

/* "a/" and "a" are one; "/" becomes "", as what is below begins with "/". */
static void
start_path(struct walker *w, const char *given)
{
	struct sift_span path = sift_span_str(given);

	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	sift_buf_clear(&w->path);
	sift_buf_add_span(&w->path, path);
	w->root_len = path.len;
}

static enum sift_status
walk_folder(struct walker *w, const char *given)
{
	int fd = open(given, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum sift_status rc;

	rc = fd < 0 ? add_unreadable(w, errno) : enter(w, fd);
	while (!rc && w->depth)
		rc = step(w);
	return rc;
}

static enum sift_status
walk_root(struct walker *w, const char *given)
{
	struct stat st;

	start_path(w, given);
	if (!strcmp(given, "-"))
		return add(w, NULL, NULL, false);
	if (stat(given, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			return add_unreadable(w, errno);
		return sift_fail(w->err, SIFT_E_USAGE,
				 "no such file or folder");
	}
	w->roots[w->root].is_folder = S_ISDIR(st.st_mode);
	if (S_ISDIR(st.st_mode))
		return walk_folder(w, given);
	/* A slash at the end of a file's name would have been ENOTDIR. */
	if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
		return add(w, &st, NULL, false);
	return add(w, NULL, word_for(st.st_mode), false);
}

/* ---- naming them ---- */

static const char *
keep(struct walker *w, struct sift_buf *text)
{
	if (sift_buf_status(text))
		return NULL;
	return sift_arena_span(w->arena, sift_buf_span(text));
}

static enum sift_status
name_entry(struct walker *w, const struct entry *entry, struct sift_buf *text,
	   struct sift_found *out)
{
	const char *label = w->roots[entry->root].label;

	*out = (struct sift_found){.file = entry->file,
				   .bytes = entry->bytes,
				   .given = entry->is_given,
				   .is_stream = entry->is_stream,
				   .skip = entry->skip,
				   .is_damage = entry->is_damage};
	sift_buf_clear(text);
	sift_label_add(text, sift_span_str(entry->file));
	out->name = keep(w, text);
	sift_buf_clear(text);
	sift_label_add(text, sift_span_str(label));
	if (label[0] && entry->below[0])
		sift_buf_add_byte(text, '/');
	sift_label_add(text, sift_span_str(entry->below));
	out->path = keep(w, text);
	if (!out->name || !out->path)
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for a name");
	return SIFT_OK;
}

static int
by_root_and_file(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return strcmp(x->file, y->file);
}

static enum sift_status
name_all(struct walker *w, struct sift_walk *walk)
{
	enum sift_status rc = SIFT_OK;
	struct sift_buf text;
	size_t i;

	if (w->count)
		qsort(w->entries, w->count, sizeof(*w->entries),
		      by_root_and_file);
	walk->files = sift_calloc(w->count + 1, sizeof(*walk->files));
	if (!walk->files)
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for files");
	walk->capacity = w->count + 1;
	walk->count = w->count;
	sift_buf_init(&text, 0);
	for (i = 0; i < w->count && !rc; i++)
		rc = name_entry(w, &w->entries[i], &text, &walk->files[i]);
	sift_buf_release(&text);
	return rc;
}

/* ---- the same file twice ---- */

struct identity {
	const struct entry *entry;
	struct sift_found *found;
};

static int
by_inode(const struct identity *x, const struct identity *y)
{
	if (x->entry->dev != y->entry->dev)
		return x->entry->dev < y->entry->dev ? -1 : 1;
	if (x->entry->ino != y->entry->ino)
		return x->entry->ino < y->entry->ino ? -1 : 1;
	return 0;
}

static int
by_inode_and_path(const void *a, const void *b)
{
	const struct identity *x = a;
	const struct identity *y = b;
	int order = by_inode(x, y);

	if (!order)
		order = strcmp(x->found->path, y->found->path);
	if (!order)
		order = strcmp(x->found->name, y->found->name);
	if (!order)
		order = x->found < y->found ? -1 : x->found > y->found;
	return order;
}

/* Standard input has no inode here: all its entries are one. */
static enum sift_status
mark_twice(struct walker *w, struct sift_walk *walk)
{
	struct identity *all = sift_calloc(w->count + 1, sizeof(*all));
	size_t n = 0;
	size_t i;

	if (!all)
		return sift_fail(w->err, SIFT_E_NOMEM, "no memory for files");
	for (i = 0; i < w->count; i++)
		if (!walk->files[i].skip)
			all[n++] = (struct identity){&w->entries[i],
						     &walk->files[i]};
	qsort(all, n, sizeof(*all), by_inode_and_path);
	for (i = 1; i < n; i++)
		if (!by_inode(&all[i - 1], &all[i]))
			all[i].found->skip = "given twice";
	sift_free(all);
	return SIFT_OK;
}

/* ---- all of it ---- */

static enum sift_status
walk_all(struct walker *w, const char *const *inputs, size_t count)
{
	enum sift_status rc = SIFT_OK;
	struct sift_buf where;

	for (w->root = 0; w->root < count && !rc; w->root++) {
		w->roots[w->root].given = inputs[w->root];
		rc = walk_root(w, inputs[w->root]);
		if (rc != SIFT_E_USAGE)
			continue;
		sift_buf_init(&where, 0);
		sift_label_add(&where, sift_span_str(inputs[w->root]));
		sift_err_where(w->err, where.ptr ? where.ptr : "\"\"");
		sift_buf_release(&where);
	}
	return rc;
}

static void
release_walker(struct walker *w)
{
	while (w->depth)
		closedir(w->frames[--w->depth].dir);
	sift_free(w->frames);
	sift_free(w->roots);
	sift_free(w->entries);
	sift_buf_release(&w->path);
}

enum sift_status
sift_walk_inputs(struct sift_walk *walk, const char *const *inputs,
		 size_t count, struct sift_err *err)
{
	struct walker w = {.arena = &walk->arena, .err = err};
	enum sift_status rc = SIFT_OK;

	sift_buf_init(&w.path, 0);
	w.frames = sift_calloc(MAX_DEPTH, sizeof(*w.frames));
	w.roots = sift_calloc(count + 1, sizeof(*w.roots));
	if (!w.frames || !w.roots)
		rc = sift_fail(err, SIFT_E_NOMEM, "no memory for a walk");
	if (!rc)
		rc = walk_all(&w, inputs, count);
	if (!rc)
		rc = sift_walk_label_roots(w.roots, count, w.arena, err);
	if (!rc)
		rc = name_all(&w, walk);
	if (!rc)
		rc = mark_twice(&w, walk);
	release_walker(&w);
	return rc;
}

enum sift_status
sift_found_open(const struct sift_found *found, int *out_fd,
		struct sift_err *err)
{
	bool is_stdin = found->given && !strcmp(found->file, "-");
	int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	struct stat st;
	int fd;

	if (!found->given)
		flags |= O_NOFOLLOW;
	fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		      : open(found->file, flags);
	if (fd < 0 || fstat(fd, &st)) {
		sift_fail_errno(err, SIFT_E_IO, errno, "cannot be opened");
		goto fail;
	}
	if (!is_stdin && !S_ISREG(st.st_mode) &&
	    !(found->given && S_ISFIFO(st.st_mode))) {
		sift_fail(err, SIFT_E_IO, "is no regular file any more");
		goto fail;
	}
	*out_fd = fd;
	return SIFT_OK;
fail:
	if (fd >= 0)
		close(fd);
	return SIFT_E_IO;
}
