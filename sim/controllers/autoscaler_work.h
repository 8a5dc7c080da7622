/* autoscaler_work.h - one decision of Cluster Autoscaler in the making: what its parts share. For
 * sim/controllers/autoscaler_*.c alone.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_WORK_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_WORK_H

#include "sim/controllers/autoscaler_view.h"
#include "sim/controllers/removal.h"
#include "sim/controllers/scale_up.h"

#define FG_NO_GROUP UINT32_MAX

struct fg_group_sizes {
    int64_t nodes, ready, starting, left; /* left: after what is to be removed */
};

struct fg_autoscaler_work {
    const struct fg_autoscaler_view *view;
    const struct fg_kube_objects *objects;
    const struct fg_autoscaler_settings *settings;
    struct fg_autoscaler_decision *out;
    struct fg_simulation simulation;
    uint32_t *group_of; /* by node; FG_NO_GROUP */
    bool *is_starting;  /* by node: not ready yet, young */
    struct fg_group_sizes *sizes;
    struct fg_scaling_group *groups;
    uint32_t waiting_count;
    struct fg_waiting_pods *waiting;
    uint32_t *pod_of_run; /* one run a pod */
    struct fg_budgets budgets;
};

#endif
