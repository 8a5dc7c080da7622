/* karpenter_consolidation.h - which nodes Karpenter would remove, and what for (rules R5).
 *
 * Four methods, of which the first that finds something acts: empty nodes go together; a drifted
 * node goes with whatever its pods then need; several nodes go together, the most that a binary
 * search over their order finds, for at most one cheaper node; one node goes, for at most one
 * cheaper node. Budgets are counted node by node in the order of the candidates; for single nodes
 * that order takes the pools in turn, in the order in which the world has them.
 * NodePools with `replicas` are not known here.
 * Source: kubernetes-sigs/karpenter v1.14 pkg/controllers/disruption.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_CONSOLIDATION_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_CONSOLIDATION_H

#include "sim/controllers/karpenter_command.h"

enum { FG_CONSOLIDATION_NODES = 100 }; /* that several nodes are sought among */

struct fg_disruption; /* opaque: room to work in; one for a karpenter */
struct fg_disruption *fg_karpenter_disruption_new(struct fg_karpenter *karpenter);
void fg_karpenter_disruption_free(struct fg_disruption *disruption);
/* To be called after fg_karpenter_reprice. */
void fg_karpenter_disruption_reprice(struct fg_disruption *disruption);
/* Without the bounds that spare simulations: the same answers, slower. For tests. */
void fg_karpenter_disruption_set_bounds(struct fg_disruption *disruption, bool use);

enum fg_disruption_finding {
    FG_FOUND_NOTHING,
    FG_FOUND_BLOCKED, /* nothing, and budgets held candidates back */
    FG_FOUND_COMMAND,
};

/* What the method would do with its candidates, which are those that
 * fg_karpenter_find_candidates finds in this world. `command` is overwritten. */
enum fg_disruption_finding
fg_karpenter_find_command(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                          enum fg_disruption_method method,
                          const struct fg_disruption_candidates *candidates,
                          struct fg_disruption_command *command);

/* Whether what was found 15 s ago may still be done: its nodes are candidates still, within the
 * budgets, and their pods need no more than the command brings. Of nodes that were empty those
 * that still may go stay in the command. */
bool fg_karpenter_command_holds(struct fg_disruption *disruption,
                                const struct fg_disruption_world *world,
                                struct fg_disruption_command *command);

/* All methods in order, once: what Karpenter would do now. False: nothing. */
bool fg_karpenter_disruption_decide(struct fg_disruption *disruption,
                                    const struct fg_disruption_world *world,
                                    struct fg_disruption_command *command);

#endif
