/* autoscaler_pods.h - the pods of a snapshot as Cluster Autoscaler sees them: which of them wait
 * for a node, and which do not count.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_PODS_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_PODS_H

#include "models/base/index.h"
#include "sim/controllers/autoscaler_work.h"

/* Slots of the nodes that pods name. Zero one before it is filled. */
struct fg_node_names {
    const struct fg_autoscaler_work *work;
    struct fg_index index;
};
void fg_node_names_fill(struct fg_node_names *names, const struct fg_autoscaler_work *work);
/* FG_NO_SLOT = there is no such node. */
uint32_t fg_node_names_slot(const struct fg_node_names *names, const char *name);
void fg_node_names_release(struct fg_node_names *names);

/* Of objects->nodes; UINT32_MAX = none. `name` may be NULL. */
uint32_t fg_work_find_node(const struct fg_autoscaler_work *work, const char *name);
/* Of so low a priority that it counts as gone. */
bool fg_work_is_expendable(const struct fg_autoscaler_work *work, const struct fg_kube_pod *pod);
bool fg_work_is_daemon(const struct fg_kube_pod *pod);
bool fg_work_is_waiting(const struct fg_autoscaler_work *work, const struct fg_kube_pod *pod);

/* Takes bound pods that are expendable off their nodes. */
void fg_work_drop_expendable(struct fg_autoscaler_work *work);
/* Fills `waiting` and `pod_of_run`; pods that have been promised a node are booked there. */
void fg_work_queue_pods(struct fg_autoscaler_work *work);

#endif
