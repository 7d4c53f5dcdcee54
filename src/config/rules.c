/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/rules.h"

#include <math.h>

struct row {
	const char *name;
	enum sift_class cls;
	enum sift_unit unit;
	double note, warning, critical;
	unsigned min_requests;
};

/* clang-format off */
#define X(id, name, cls, unit, note, warning, critical, min) \
	[SIFT_RULE_##id] = {name, SIFT_CLASS_##cls, SIFT_UNIT_##unit, \
			    note, warning, critical, min},
static const struct row rows[SIFT_RULE_COUNT] = {SIFT_RULE_LIST(X)};
#undef X
/* clang-format on */

const char *
sift_rule_name(enum sift_rule rule)
{
	return rows[rule].name;
}

enum sift_class
sift_rule_class(enum sift_rule rule)
{
	return rows[rule].cls;
}

enum sift_unit
sift_rule_unit(enum sift_rule rule)
{
	return rows[rule].unit;
}

struct sift_rule_limits
sift_rule_defaults(enum sift_rule rule)
{
	return (struct sift_rule_limits){
		.enabled = true,
		.note = rows[rule].note,
		.warning = rows[rule].warning,
		.critical = rows[rule].critical,
		.min_requests = rows[rule].min_requests,
	};
}
