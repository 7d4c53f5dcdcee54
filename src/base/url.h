/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_BASE_URL_H
#define SIFT_BASE_URL_H

#include "base/span.h"

/*
 * "shop.test:8080" of "https://user:secret@shop.test:8080/v1?key=…": where
 * requests went, and nothing that could be a secret. The scheme may be
 * missing. Empty if what stands there is no host: something escaped, a
 * name to be filled in ("{host}"), words.
 */
struct sift_span sift_url_host(struct sift_span url);

#endif /* SIFT_BASE_URL_H */
