/* decide_karpenter.h - a snapshot as Karpenter looks at it. For decide_karpenter*.c.
 *
 * A snapshot has no past: consolidateAfter counts as over, nothing is nominated or drifted.
 */
#ifndef FARGAUGE_SIM_COMMANDS_DECIDE_KARPENTER_H
#define FARGAUGE_SIM_COMMANDS_DECIDE_KARPENTER_H

#include "sim/commands/decide.h"
#include "sim/controllers/karpenter_consolidation.h"

struct fg_karpenter_view {
    struct fg_snapshot *snapshot;
    const char *region;
    uint32_t zone_count, zone_capacity;
    const char **zones; /* in byte order */
    const struct fg_pod_spec **daemon_sets;
    struct fg_karpenter *karpenter;
    struct fg_karpenter_node *nodes;      /* by slot */
    struct fg_disruption_node *facts;     /* by slot */
    struct fg_disruption_class *classes;  /* by class */
    struct fg_disruption_pod_list *bound; /* by slot */
    uint32_t pending_count;               /* at the head of pods; behind them, those of nodes */
    uint32_t pod_count, pod_capacity;     /* that go */
    struct fg_karpenter_pod *pods;        /* that want a place */
    uint32_t number_capacity, *pod_of;    /* beside them: number in the snapshot's pods */
    struct fg_arena arena;
};

void fg_karpenter_view_open(struct fg_karpenter_view *view, struct fg_snapshot *snapshot);
/* What disruption looks at; after opening. */
void fg_karpenter_view_add_disruption(struct fg_karpenter_view *view,
                                      struct fg_disruption_world *out);
void fg_karpenter_view_release(struct fg_karpenter_view *view);

#endif
