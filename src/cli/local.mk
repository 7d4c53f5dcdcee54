# SPDX-License-Identifier: GPL-3.0-or-later
# The program alone: loadsift_SOURCES += %D%/x.c %D%/x.h

loadsift_SOURCES += \
	%D%/main.c
