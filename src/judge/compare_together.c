/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What moved (nearly) all endpoints together, COMPARISON 2.6: a finding of its
 * own, since from the runs nobody can tell the machine from the service. p50
 * shows it best; where p50 stood still and p95 moved everywhere, the tail has
 * a cause that all share.
 */

#include <config.h>

#include <math.h>

#include "judge/compare_pair.h"

static const char *
message_of(struct sift_pair *pair, const struct sift_pair_family *f)
{
	double change = expm1(f->family.global_shift);

	return sift_arena_printf(
		pair->arena,
		"%zu of %zu endpoints moved together: %s is about %.0f %% %s%s",
		f->family.in_common, f->family.tested,
		sift_compared_name(f->metric), 100 * fabs(change),
		change > 0 ? "slower" : "faster",
		f->family.has_controls
			? "; verdicts are against the controls"
			: ", by the environment or a shared cause, so none of "
			  "these is called changed; declare controls to tell "
			  "the two apart");
}

static void
list_endpoints(const struct sift_pair *pair, const struct sift_pair_family *f,
	       struct sift_action_endpoint *out)
{
	size_t count = 0;

	for (size_t i = 0; i < pair->out->endpoint_count; i++) {
		const struct sift_compared_endpoint *e =
			&pair->out->endpoints[i];

		if (f->changes[i].in_common && count < f->family.in_common)
			out[count++] = (struct sift_action_endpoint){e->method,
								     e->name};
	}
}

enum sift_status
sift_pair_together(struct sift_pair *pair, const struct sift_pair_family *f)
{
	struct sift_global_shift *shift;

	if (!f->family.is_global || pair->out->global_shift)
		return SIFT_OK;
	shift = sift_arena_array(pair->arena, 1, sizeof(*shift));
	if (!shift)
		return sift_pair_no_memory(pair);
	*shift = (struct sift_global_shift){
		.metric = f->metric,
		.change = expm1(f->family.global_shift),
		.p = f->family.common_p,
		.endpoints = f->family.in_common,
		.of = f->family.tested,
		.has_controls = f->family.has_controls,
		.together = sift_arena_array(pair->arena, f->family.in_common,
					     sizeof(*shift->together)),
		.message = message_of(pair, f),
	};
	if (!shift->together || !shift->message)
		return sift_pair_no_memory(pair);
	list_endpoints(pair, f, shift->together);
	pair->out->global_shift = shift;
	return SIFT_OK;
}
