/* expander.h - which node group grows: Cluster Autoscaler's expanders (rules C5).
 *
 * Each expander keeps the best of the options it is given; the next of the chain goes on with what
 * is left, and a random one decides in the end. What is left before that is the set of answers
 * the real one may give.
 * Source: kubernetes/autoscaler cluster-autoscaler expander/{waste,mostpods,leastnodes,random,
 * priority,factory}.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_EXPANDER_H
#define FARGAUGE_SIM_CONTROLLERS_EXPANDER_H

#include "models/base/status.h"
#include "models/cluster.h"
#include "models/node_capacity.h"

/* A group that could take pods. */
struct fg_expansion {
    const char *group;
    struct fg_node_capacity machine; /* of one node: its whole vCPU and memory */
    int64_t nodes, pods;
    int64_t cpu_milli, memory_bytes; /* requested by the pods */
};

/* FG_BAD_INPUT where a pattern of the priorities is no extended regular expression;
 * fg_expander_choose takes such a one to find nothing. */
fg_status fg_expander_check(const struct fg_autoscaler_settings *settings, struct fg_error *error);

/* Writes the numbers of the options that are left when the chain has run, in their order, and
 * returns how many; `left` has room for `count`. */
uint32_t fg_expander_choose(const struct fg_autoscaler_settings *settings,
                            const struct fg_expansion *options, uint32_t count, uint32_t *left);

#endif
