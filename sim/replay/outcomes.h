/* outcomes.h - what became of the pods, counted by (namespace, workload, placed on, outcome,
 * reason), with exact waits. */
#ifndef FARGAUGE_SIM_REPLAY_OUTCOMES_H
#define FARGAUGE_SIM_REPLAY_OUTCOMES_H

#include "models/base/index.h"
#include "models/result.h"

/* How many pods waited how long: sorted and merged whenever it has grown. */
struct fg_wait_count {
    uint32_t wait_s;
    uint32_t pods;
};
struct fg_waits {
    uint32_t count, capacity;
    struct fg_wait_count *items;
};
void fg_waits_add(struct fg_waits *waits, uint32_t wait_s, uint32_t pods);
void fg_waits_release(struct fg_waits *waits);

struct fg_outcome_key {
    const char *namespace_name, *workload, *placed_on, *reason; /* outlive the result */
    enum fg_outcome outcome;
};
struct fg_outcome_group {
    struct fg_outcome_key key;
    uint64_t pods;
    struct fg_waits waits;
};
struct fg_outcomes {
    uint32_t count, capacity;
    struct fg_outcome_group *groups;
    struct fg_index index;
};

/* The number of the group with this key, made if new. */
uint32_t fg_outcomes_group(struct fg_outcomes *outcomes, const struct fg_outcome_key *key);
static inline void fg_outcomes_add(struct fg_outcomes *outcomes, uint32_t group, uint32_t wait_s)
{
    outcomes->groups[group].pods++;
    fg_waits_add(&outcomes->groups[group].waits, wait_s, 1);
}
/* Writes the rows, sorted, and the waits of the summary (of pods that ran). Frees `outcomes`. */
void fg_outcomes_close(struct fg_outcomes *outcomes, struct fg_result *result);

#endif
