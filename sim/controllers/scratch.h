/* scratch.h - room in which the scheduler's cycle works, kept from one choice to the next: what it
 * knows of each node, the candidates, the scores of the plugin at work.
 *
 * Belongs to a struct fg_cluster_state and knows nothing of it; scheduling.c and scoring.c fill it.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCRATCH_H
#define FARGAUGE_SIM_CONTROLLERS_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

/* A feasible node and its total: the weighted sum of all plugins' scores. (The real scheduler does
 * not score a node that is the only one; here its total is what the plugins would give.) */
struct fg_candidate {
    uint32_t slot;
    int32_t total;
};
/* What one class makes of each node on its own (all but topology): by slot the score of its
 * resources, or FG_REFUSED, as of the node's change. */
enum { FG_REFUSED = 255 };
struct fg_class_view {
    uint32_t capacity;
    uint32_t *seen; /* struct fg_cluster_state's `changed` when it was scored */
    uint8_t *scores;
};

/* A node passes if its domain's sum is within the bounds; one without the label if it needs none.
 */
struct fg_domain_check {
    const int32_t *sums;
    const uint32_t *domain_of_slot;
    int32_t at_least, at_most;
    bool needs_label;
};

/* Room for choices, grown as needed. */
struct fg_scratch {
    uint32_t check_capacity;
    struct fg_domain_check *checks;
    uint32_t view_count;
    struct fg_class_view *views; /* by class */
    uint32_t candidate_capacity, mark_capacity, log_capacity;
    struct fg_candidate *candidates;
    int64_t *raw;     /* by candidate, of the plugin at work */
    bool *is_ignored; /* by candidate, by PodTopologySpread */
    uint32_t *marks;  /* by domain: the round in which it was seen */
    uint32_t mark_round;
    int64_t *logs;          /* by number of domains; 0 = not yet known */
    uint32_t image_version; /* of the state's listing, for which image scores hold */
    uint8_t **image_scores; /* by class, then kind; NULL = not yet known */
    uint32_t image_class_count;
};

struct fg_scratch *fg_scratch_new(uint32_t class_count);
/* Room for so many candidates. */
void fg_scratch_make_room(struct fg_scratch *scratch, uint32_t candidates);
void fg_scratch_free(struct fg_scratch *scratch);

#endif
