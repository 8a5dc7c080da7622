/* karpenter_domains.h - pods counted by topology domain. Domains are words, or the hosts of
 * karpenter_known.h; memory comes from an arena and goes with it.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_DOMAINS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_DOMAINS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "sim/controllers/karpenter_requirements.h"

struct fg_domain_counts {          /* open addressing */
    uint32_t used, capacity, busy; /* busy: domains with a count above zero */
    uint32_t *domains;             /* FG_NO_WORD = free */
    int32_t *counts;
};

/* Adds so many pods; with none the domain is merely known. */
void fg_domains_add(struct fg_domain_counts *counts, struct fg_arena *arena, uint32_t domain,
                    int32_t pods);
/* Pods of the domain; 0 for one that is not known. */
int32_t fg_domains_find(const struct fg_domain_counts *counts, uint32_t domain);
/* "us-east-1a: 1, us-east-1b: 0", 25 at most; hosts without a name are left out. */
const char *fg_domains_print(const struct fg_domain_counts *counts, const struct fg_words *words,
                             struct fg_arena *arena);

#endif
