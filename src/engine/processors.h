/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIFT_ENGINE_PROCESSORS_H
#define SIFT_ENGINE_PROCESSORS_H

/*
 * How many processors this process may keep busy: not those the machine has,
 * but those it may run on, and no more than its control group has a share of.
 * At least 1.
 */
unsigned sift_processors(void);

#endif /* SIFT_ENGINE_PROCESSORS_H */
