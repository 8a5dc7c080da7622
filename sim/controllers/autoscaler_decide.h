/* autoscaler_decide.h - what Cluster Autoscaler would do now with a cluster as kubectl shows it.
 *
 * Pure: Kubernetes objects and the state made of them go in, one loop's decision comes out. A
 * snapshot has no past, so what depends on it counts as over: cool-downs, backoff, the age of
 * pending pods, the time for which a node must have been unneeded. A node belongs to the node
 * group named by its label eks.amazonaws.com/nodegroup, else alpha.eksctl.io/nodegroup-name; the
 * size of a group is the number of its nodes. A pod's owner counts as there. Scale-up and
 * scale-down are two questions: the real one removes nothing for a while after it added nodes.
 * Source: kubernetes/autoscaler 1.34 core/static_autoscaler.go and what it calls.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_DECIDE_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_DECIDE_H

#include "sim/controllers/autoscaler_view.h"

/* `out` is {0} before. FG_BAD_INPUT where a group's instance type or a pattern of the priority
 * expander is not known. */
fg_status fg_autoscaler_decide(const struct fg_autoscaler_view *view,
                               struct fg_autoscaler_decision *out, struct fg_error *error);
void fg_autoscaler_decision_release(struct fg_autoscaler_decision *decision);

#endif
