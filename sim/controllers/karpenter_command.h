/* karpenter_command.h - a command of disruption: the nodes that go, and the replacement, narrowed
 * to types that are worth it.
 *
 * Prices are compared as whole nanodollars. The original compares sums of floating-point numbers,
 * and may find a node of exactly the same price cheaper, or not, by the last bit.
 * Source: kubernetes-sigs/karpenter v1.14 disruption/consolidation.go, multinodeconsolidation.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_COMMAND_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_COMMAND_H

#include "sim/controllers/karpenter_disruption.h"

enum { FG_SPOT_TO_SPOT_TYPES = 15 }; /* cheaper ones, to replace one Spot node by another */

/* Nodes to remove, and what is to be launched and initialised before. */
struct fg_disruption_command {
    enum fg_disruption_method method;
    uint32_t node_count, node_capacity;
    struct fg_disruption_candidate *nodes; /* in the order in which they were taken */
    /* The claims are the replacements, narrowed to what may be launched, `launch` chosen: none or
     * one, of drift any number. The slots among `places` are to be nominated when the command is
     * carried out. Empty for nodes that are empty. */
    struct fg_karpenter_solution solution;
};
/* Zero one before its first use. */
void fg_karpenter_command_release(struct fg_disruption_command *command);
/* What an hour without these nodes and with the replacements costs less; below 0: more. */
fg_nanodollars fg_karpenter_command_savings(const struct fg_karpenter *karpenter,
                                            const struct fg_disruption_command *command);

/* No nodes and no solution; the room for nodes stays. */
void fg_command_clear(struct fg_disruption_command *command);
void fg_command_set_nodes(struct fg_disruption_command *command,
                          const struct fg_disruption_candidate *nodes, uint32_t count);
/* What an hour of the nodes costs. */
fg_nanodollars fg_command_price(const struct fg_disruption_candidate *nodes, uint32_t count);
/* Leaves the replacement of these nodes the types that cost less than they do. False: none, or too
 * few for minValues or for Spot in place of Spot. */
bool fg_command_narrow(const struct fg_karpenter *karpenter,
                       const struct fg_disruption_world *world, struct fg_karpenter_claim *claim,
                       const struct fg_disruption_candidate *nodes, uint32_t count);
/* Where a type that is removed may also be launched, leaves only what is cheaper than the cheapest
 * such node: else it would be enough to keep that one. False as above. */
bool fg_command_drop_same_type(const struct fg_karpenter *karpenter,
                               const struct fg_disruption_world *world,
                               struct fg_karpenter_claim *claim,
                               const struct fg_disruption_candidate *nodes, uint32_t count);
/* Chooses what is launched for each replacement. */
void fg_command_choose_launches(const struct fg_karpenter *karpenter,
                                struct fg_disruption_command *command);

#endif
