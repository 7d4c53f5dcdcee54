/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "input/archive_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

_Static_assert(sizeof(void *) == sizeof(void (*)(void)),
	       "dlsym() gives functions as POSIX has it");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct sift_archive_library library;
static struct sift_err failure; /* to load it */

enum sift_status
sift_archive_library_load(struct sift_archive_library *out, const char *soname,
			  struct sift_err *err)
{
	static const struct {
		const char *name;
		size_t at; /* its pointer */
	} functions[] = {
#define X(name) {#name, offsetof(struct sift_archive_library, name)},
		SIFT_ARCHIVE_LIST(X)
#undef X
	};
	/* Lazy: to bind all that it calls itself takes a quarter longer. */
	void *handle = dlopen(soname, RTLD_LAZY | RTLD_LOCAL); /* for good */
	void *function = handle;
	size_t n = sizeof(functions) / sizeof(functions[0]);
	const char *words;

	for (size_t i = 0; i < n && function; i++) {
		function = dlsym(handle, functions[i].name);
		memcpy((char *)out + functions[i].at, &function,
		       sizeof(function));
	}
	if (function)
		return SIFT_OK;
	words = dlerror();
	return sift_fail(err, SIFT_E_UNSUPPORTED,
			 "libarchive cannot be loaded: %s",
			 words ? words : soname);
}

static void
load(void)
{
	(void)!sift_archive_library_load(&library, SIFT_ARCHIVE_SONAME,
					 &failure);
}

enum sift_status
sift_archive_library_get(const struct sift_archive_library **out,
			 struct sift_err *err)
{
	pthread_once(&once, load);
	if (failure.status)
		return sift_fail(err, failure.status, "%s", failure.what);
	*out = &library;
	return SIFT_OK;
}
