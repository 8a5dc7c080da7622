/* limits.h - what is said of limits that were met and of zones beside the tables, for text and page
 * alike. */
#ifndef FARGAUGE_REPORTS_LIMITS_H
#define FARGAUGE_REPORTS_LIMITS_H

#include "reports/comparison.h"

/* Texts and list live in the arena. */
struct fg_limit_sentences {
    uint32_t count, capacity;
    const char **items;
};

/* The subnets that ran dry and when, and evicted pods that are not back. */
struct fg_limit_sentences fg_limits_of_disruptions(const struct fg_comparison *comparison,
                                                   struct fg_arena *arena);
/* Workloads in one zone alone, and scenarios that have no other. */
struct fg_limit_sentences fg_limits_of_zones(const struct fg_comparison *comparison,
                                             struct fg_arena *arena);

#endif
