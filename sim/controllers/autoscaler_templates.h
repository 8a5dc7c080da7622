/* autoscaler_templates.h - what Cluster Autoscaler takes a new node of a group to be (rules C3).
 *
 * After a real node of the group, cleaned of what is that node's own; without one, after the first
 * instance type alone: capacity is allocatable, 110 pods, no ephemeral storage known.
 * Source: kubernetes/autoscaler 1.34 simulator/node_info_utils.go, utils/taints,
 * cloudprovider/aws/aws_manager.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_TEMPLATES_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_TEMPLATES_H

#include "sim/controllers/autoscaler_view.h"
#include "sim/controllers/simulation.h"

/* Adds a kind to the state; its texts and lists are of the arena and of the view's objects. */
void fg_template_of_node(const struct fg_autoscaler_view *view, struct fg_arena *arena,
                         uint32_t node, struct fg_fresh_node *out);
/* FG_BAD_INPUT where the instance type is not known. */
fg_status fg_template_from_zero(const struct fg_autoscaler_view *view, struct fg_arena *arena,
                                const struct fg_node_group *group, struct fg_node_capacity *machine,
                                struct fg_fresh_node *out, struct fg_error *error);

#endif
