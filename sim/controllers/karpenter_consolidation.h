#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_CONSOLIDATION_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_CONSOLIDATION_H

#include "sim/controllers/karpenter_disruption.h"

/* Nodes to remove, and what is to be there before. */
struct fg_disruption_command {
    enum fg_disruption_method method;
    fg_unix_s decided;
    uint32_t node_count, node_capacity;
    uint32_t *slots, *numbers; /* in the order in which they were found */
};
void fg_karpenter_command_release(struct fg_disruption_command *command);

struct fg_disruption;

enum fg_disruption_finding {
    FG_FOUND_NOTHING,
    FG_FOUND_BLOCKED, /* nothing, and budgets held candidates back */
    FG_FOUND_COMMAND,
};

/* What the method would do with its candidates (fg_karpenter_find_candidates). */
enum fg_disruption_finding
fg_karpenter_find_command(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                          enum fg_disruption_method method,
                          const struct fg_disruption_candidates *candidates,
                          struct fg_disruption_command *command);

/* Whether what was found 15 s ago is still what would be done. Of nodes that were empty those
 * that still may go stay in the command. */
bool fg_karpenter_command_holds(struct fg_disruption *disruption,
                                const struct fg_disruption_world *world,
                                struct fg_disruption_command *command);

#endif
