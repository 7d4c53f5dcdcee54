# SPDX-License-Identifier: GPL-3.0-or-later
# The program alone: loadsift_SOURCES += %D%/x.c %D%/x.h

loadsift_SOURCES += \
	%D%/cmd_analyze.c %D%/command.h \
	%D%/main.c \
	%D%/options.c %D%/options.h \
	%D%/options_impl.h %D%/options_words.c \
	%D%/output_file.c %D%/output_file.h \
	%D%/progress.c %D%/progress.h
