/* karpenter_fit.h - which instance types of a pool serve what a planned node holds: enough of every
 * resource, and as many values of a label as minValues asks for.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_FIT_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_FIT_H

#include "sim/controllers/karpenter_shape.h"

/* What the pods of a planned node ask for together. */
struct fg_planned_load {
    struct fg_node_use use;
    int64_t *extended; /* by resource of the state; NULL = nothing */
    struct fg_port_list ports;
};

/* Takes out of the set the types that do not hold the load, one pod more and their DaemonSets. */
void fg_fit_keep(const struct fg_karpenter_pool *pool, const struct fg_cluster_state *state,
                 const struct fg_planned_load *load, const struct fg_shape *shape,
                 struct fg_arena *arena, uint64_t *set);
/* The pod comes. */
void fg_load_add(struct fg_planned_load *load, const struct fg_cluster_state *state,
                 const struct fg_shape *shape, struct fg_arena *arena);

/* Whether the types of the set have as many values as minValues asks for. False: `key` is the first
 * that lacks some. With `lowers`, minValues is lowered to what there is instead. */
bool fg_fit_min_values(const struct fg_words *words, const struct fg_karpenter_types *types,
                       struct fg_karpenter_requirements *requirements, const uint64_t *set,
                       bool lowers, uint32_t *key);

#endif
