/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/region.h"

#include <sys/mman.h>

#include "base/mem.h"

static void *
map(size_t size, int sharing)
{
	void *region;

	if (sift_mem_must_fail())
		return NULL;
	region = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return region == MAP_FAILED ? NULL : region;
}

void *
sift_region_new(size_t size)
{
	return map(size, MAP_PRIVATE);
}

void *
sift_region_new_shared(size_t size)
{
	return map(size, MAP_SHARED);
}

void
sift_region_free(void *region, size_t size)
{
	if (region)
		munmap(region, size);
}

void
sift_region_fill(void *at, size_t size)
{
#ifdef MADV_POPULATE_WRITE
	(void)madvise(at, size, MADV_POPULATE_WRITE);
#else
	(void)at;
	(void)size;
#endif
}
