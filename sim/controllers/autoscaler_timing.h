/* autoscaler_timing.h - when Cluster Autoscaler may act: new pods, backoff, cool-downs, unneeded
 * times.
 *
 * Seconds of the replay; FG_NOT_YET where something has not happened.
 * Source: kubernetes/autoscaler 1.34 utils/backoff, clusterstate, core/static_autoscaler.go,
 * core/scaledown/{unneeded,unremovable,budgets}.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_TIMING_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_TIMING_H

#include "models/cluster.h"

#define FG_NOT_YET UINT32_MAX

/* ---- pods that have just come ---- */

/* Whether the loop only waits for more pods, and removes no node: the oldest of those without a
 * place is too new, or the oldest that asks for a GPU is, whatever else waits. Ages in whole
 * seconds since the pods were created; FG_NOT_YET = there is no such pod. From what age on a pod is
 * not too new are settings: where time goes by whole seconds from the study's start, many a pod
 * comes in the very second of a loop. */
bool fg_scale_up_waits(const struct fg_autoscaler_settings *settings, uint32_t oldest_s,
                       uint32_t oldest_gpu_s);

/* ---- a node group whose scale-up failed ---- */

/* {0} = never failed, or long ago. */
struct fg_group_backoff {
    uint32_t duration_s; /* of the last one; 0 = none */
    uint64_t until_s;
    uint32_t failed_s;
};
/* Another failure: as long as the last time while that lasts, after it twice as long, up to the
 * maximum; from the initial duration anew when the last failure is older than the reset time. */
void fg_backoff_fail(struct fg_group_backoff *backoff,
                     const struct fg_autoscaler_settings *settings, uint32_t now);
/* Up to and with its last second. */
bool fg_backoff_holds(const struct fg_group_backoff *backoff, uint32_t now);
/* A node asked for then counts as failed: it is not there after more than the provision time. */
bool fg_provision_failed(const struct fg_autoscaler_settings *settings, uint32_t requested_s,
                         uint32_t now);

/* ---- scale-down ---- */

/* The first second at which nodes may be removed again. */
uint64_t fg_scale_down_cool_s(const struct fg_autoscaler_settings *settings, uint32_t last_add_s,
                              uint32_t last_delete_s, uint32_t last_failure_s);
/* The first second at which a node, unneeded since then, may go: the time is over, not just
 * reached. */
uint64_t fg_scale_down_due_s(const struct fg_autoscaler_settings *settings, bool is_ready,
                             uint32_t unneeded_since_s);
/* A node found to have pods without a place is passed over before that second. */
uint64_t fg_scale_down_recheck_s(const struct fg_autoscaler_settings *settings, uint32_t found_s);

/* How many nodes may go now, of those that are due: empty ones first, group by group. */
struct fg_due_node {
    uint32_t group;
    bool is_empty;
    bool goes; /* the answer */
};
void fg_scale_down_crop(const struct fg_autoscaler_settings *settings, uint32_t empty_in_progress,
                        uint32_t drains_in_progress, struct fg_due_node *nodes, uint32_t count);

#endif
