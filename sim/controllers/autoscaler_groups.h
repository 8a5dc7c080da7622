/* autoscaler_groups.h - the nodes of a snapshot by their node groups: how many, how many ready, and
 * what one more would be.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_GROUPS_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_GROUPS_H

#include "sim/controllers/autoscaler_work.h"

/* Finds each node's group and fills the sizes. */
void fg_work_sort_nodes(struct fg_autoscaler_work *work);
/* Fills the group's row; its sizes are known. */
fg_status fg_work_describe_group(struct fg_autoscaler_work *work, uint32_t number,
                                 struct fg_error *error);
int64_t fg_work_ready_nodes(const struct fg_autoscaler_work *work);
int64_t fg_work_starting_nodes(const struct fg_autoscaler_work *work);
/* Too many nodes of the cluster are not ready. */
bool fg_work_is_unhealthy(const struct fg_autoscaler_work *work);
/* What a node that is starting will be: a new one takes its place, behind all others. */
void fg_work_replace_starting(struct fg_autoscaler_work *work);

#endif
