/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/event.h"

const char *
sift_metric_type_name(enum sift_metric_type type)
{
	switch (type) {
	case SIFT_METRIC_COUNTER:
		return "counter";
	case SIFT_METRIC_GAUGE:
		return "gauge";
	case SIFT_METRIC_RATE:
		return "rate";
	case SIFT_METRIC_TREND:
		return "trend";
	case SIFT_METRIC_TYPE_COUNT:
		break;
	}
	return "unknown";
}
