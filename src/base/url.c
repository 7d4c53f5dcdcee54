/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/url.h"

#include <stdbool.h>
#include <string.h>

/* Of names, addresses of both kinds, and a port. */
static bool
is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr(".-_:[]", c));
}

struct sift_span
sift_url_host(struct sift_span url)
{
	size_t scheme = sift_span_find(url, SIFT_SPAN("://"));
	size_t end = 0, user;

	if (scheme < url.len)
		url = sift_span_from(url, scheme + 3);
	while (end < url.len && !strchr("/?#", url.ptr[end]))
		end++;
	url = sift_span_head(url, end);
	/* the last one: a password may hold another */
	for (user = url.len; user > 0 && url.ptr[user - 1] != '@';)
		user--;
	url = sift_span_from(url, user);
	for (size_t i = 0; i < url.len; i++)
		if (!is_host_byte(url.ptr[i]))
			return (struct sift_span){0};
	return url;
}
