/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "read/locust_today.h"

#define ABSENT SIFT_LOCUST_ABSENT

static const struct {
	struct sift_span line;
	struct sift_locust_header header;
} files[] = {
	{
		SIFT_SPAN_INIT("Type,Name,Request Count,Failure Count,"
			       "Median Response Time,Average Response Time,"
			       "Min Response Time,Max Response Time,"
			       "Average Content Size,Requests/s,Failures/s,"
			       "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,"
			       "100%"),
		{
			.file = SIFT_LOCUST_STATS,
			.names = 22,
			.bound = 22,
			.percentiles = 11,
			.version = "D (1.2 or later)",
			.loose_percent = ABSENT,
			.column =
				{
					[SIFT_LOCUST_TYPE] = 0,
					[SIFT_LOCUST_NAME] = 1,
					[SIFT_LOCUST_REQUESTS] = 2,
					[SIFT_LOCUST_FAILURES] = 3,
					[SIFT_LOCUST_MEDIAN] = 4,
					[SIFT_LOCUST_MEAN] = 5,
					[SIFT_LOCUST_MIN] = 6,
					[SIFT_LOCUST_MAX] = 7,
					[SIFT_LOCUST_BYTES] = 8,
					[SIFT_LOCUST_RPS] = 9,
					[SIFT_LOCUST_FAILURES_PER_S] = 10,
					[SIFT_LOCUST_P50] = 11,
					[SIFT_LOCUST_P66] = 12,
					[SIFT_LOCUST_P75] = 13,
					[SIFT_LOCUST_P80] = 14,
					[SIFT_LOCUST_P90] = 15,
					[SIFT_LOCUST_P95] = 16,
					[SIFT_LOCUST_P98] = 17,
					[SIFT_LOCUST_P99] = 18,
					[SIFT_LOCUST_P999] = 19,
					[SIFT_LOCUST_P100] = 21,
					[SIFT_LOCUST_FAILURE_PERCENT] = ABSENT,
					[SIFT_LOCUST_TIME] = ABSENT,
					[SIFT_LOCUST_USERS] = ABSENT,
					[SIFT_LOCUST_RESPONSE_TIME] = ABSENT,
					[SIFT_LOCUST_STATUS] = ABSENT,
					[SIFT_LOCUST_SUCCESS] = ABSENT,
					[SIFT_LOCUST_ERROR] = ABSENT,
					[SIFT_LOCUST_COUNT] = ABSENT,
					[SIFT_LOCUST_TRACEBACK] = ABSENT,
					[SIFT_LOCUST_NODES] = ABSENT,
					[SIFT_LOCUST_FIRST_SEEN] = ABSENT,
					[SIFT_LOCUST_LAST_SEEN] = ABSENT,
				},
		},
	},
};

#define FILES (sizeof(files) / sizeof(files[0]))

const struct sift_locust_header *
sift_locust_today(struct sift_span line)
{
	for (size_t i = 0; i < FILES; i++)
		if (sift_span_equal(line, files[i].line))
			return &files[i].header;
	return NULL;
}

const struct sift_locust_header *
sift_locust_today_begins(struct sift_span head)
{
	for (size_t i = 0; i < FILES; i++) {
		size_t len = files[i].line.len;

		if (head.len > len + 1 &&
		    sift_span_starts(head, files[i].line) &&
		    (head.ptr[len] == '\n' ||
		     (head.ptr[len] == '\r' && head.ptr[len + 1] == '\n')))
			return &files[i].header;
	}
	return NULL;
}

struct sift_span
sift_locust_today_line(size_t i)
{
	return i < FILES ? files[i].line : (struct sift_span){0};
}
