# SPDX-License-Identifier: GPL-3.0-or-later

libloadsiftcore_la_SOURCES += \
	%D%/actions_yaml.h \
	%D%/advise.h \
	%D%/case.c %D%/case.h \
	%D%/catalogue.c %D%/catalogue.h \
	%D%/catalogue_explain.c %D%/catalogue_explain.h \
	%D%/comparison.c %D%/comparison.h \
	%D%/condition_keys.h \
	%D%/conditions.c %D%/conditions.h \
	%D%/conditions_read.c \
	%D%/failure_text.c %D%/failure_text.h \
	%D%/gain.c %D%/gain.h \
	%D%/name_words.c %D%/name_words.h \
	%D%/phrases.c %D%/phrases.h \
	%D%/pick.c %D%/pick.h \
	%D%/plan.c \
	%D%/saturation.c %D%/saturation.h \
	%D%/ttl.c \
	%D%/why.c %D%/why.h

# The catalogue of actions is compiled in, so that there is no file to find
# at run time. Character by character: a string literal may have 4095 only.
nodist_libloadsiftcore_la_SOURCES += %D%/actions_yaml.c
CLEANFILES += %D%/actions_yaml.c

%D%/actions_yaml.c: data/actions.yaml %D%/embed.sh
	@$(MKDIR_P) %D%
	$(AM_V_GEN)sh $(srcdir)/%D%/embed.sh sift_actions_yaml \
	  advise/actions_yaml.h $(srcdir)/data/actions.yaml >$@.tmp && \
	  mv $@.tmp $@
EXTRA_DIST += %D%/embed.sh
