/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "judge_fixture.h"

#include <check.h>

#include "config/config_read.h"
#include "config/yaml.h"
#include "judge/judge.h"

void
judged_init(struct judged *j, const char *yaml)
{
	struct sift_yaml *tree;
	struct sift_err err = {0};

	doc_init(&j->b);
	ck_assert_int_eq(sift_config_init(&j->config, NULL), SIFT_OK);
	j->config.rules[SIFT_RULE_TEST_FEW_REQUESTS].enabled = false;
	if (!yaml)
		return;
	j->config.file = "loadsift.yaml";
	if (sift_yaml_parse(&tree, sift_span_str(yaml), "loadsift.yaml", &err))
		ck_abort_msg("%s", err.what);
	if (sift_config_read(&j->config, sift_yaml_root(tree), &err))
		ck_abort_msg("%s", err.what);
	sift_yaml_free(tree);
}

void
judged_run(struct judged *j)
{
	doc_finish(&j->b);
	ck_assert_int_eq(
		sift_judge(&j->b.doc, &j->config, 1, &j->b.arena, NULL),
		SIFT_OK);
}

void
judged_release(struct judged *j)
{
	sift_config_release(&j->config);
	doc_release(&j->b);
}
