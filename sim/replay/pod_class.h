/* pod_class.h - all that can be decided once for a spec: where its pods go and what they bill. */
#ifndef FARGAUGE_SIM_REPLAY_POD_CLASS_H
#define FARGAUGE_SIM_REPLAY_POD_CLASS_H

#include "models/ecs.h"
#include "models/scenario.h"
#include "models/trace.h"
#include "sim/replay/fargate_meter.h"
#include "sim/replay/node_meter.h"

enum fg_route {
    FG_ROUTE_FARGATE,
    FG_ROUTE_REFUSED, /* matched by a profile, but Fargate cannot run it: pending for ever */
    FG_ROUTE_NODES,
    FG_ROUTE_TEMPLATE, /* a DaemonSet: one on every node that takes it */
};

enum { FG_ALL_ON_SPOT = 1000000 };
/* How a pod is bought on Fargate. */
struct fg_fargate_lane {
    uint32_t offer;        /* models/ecs.h */
    uint32_t meter;        /* the account's meter */
    uint32_t launch_queue; /* pods alike in profile, vCPU and this wait together */
};

struct fg_pod_class {
    enum fg_route route;
    uint32_t workload;               /* number in the classes' workloads */
    uint32_t owner;                  /* number in the classes' owners: its cost is booked there */
    uint32_t profile;                /* Fargate and refused */
    struct fg_fargate_quantity size; /* Fargate: billed */
    uint32_t spot_millionths;        /* Fargate: how many of a million are on Spot */
    struct fg_fargate_lane lanes[2]; /* Fargate: on demand, on Spot */
    int64_t requested_cpu_milli, requested_memory_bytes; /* Fargate: with the sidecars */
    const char *refusal;                                 /* refused: AWS's words */
    uint32_t scheduling_class;                           /* nodes */
    fg_units units;                                      /* nodes: 9 a vCPU, 1 a GiB, 90 a GPU */
    bool may_block_removal; /* nodes: at some age it keeps its node (Cluster Autoscaler) */
    uint32_t ttl_s;         /* how long a finished pod still exists */
};

/* A (namespace, workload) pair. */
struct fg_workload {
    const char *namespace_name, *workload;
};

/* Who bears cost: the pods of a workload that are alike in the labels that pricing.allocation
 * names; without such labels owners are the workloads, with the same numbers. */
struct fg_cost_owner {
    uint32_t workload;
    const char *group; /* of accounts; "" without such labels */
};

/* Pods that the scheduler cannot tell apart. */
struct fg_scheduling_class {
    struct fg_request request;
    const struct fg_pod_spec *spec; /* one of them: selector, tolerations, arch, rules */
    int32_t priority;
    uint64_t taken_by; /* hash of the selectors of the trace's rules that take them */
};

/* Pods that wait for the same Fargate vCPU and the same subnets. */
struct fg_launch_class {
    uint32_t profile;
    bool is_spot;
    int64_t cpu_milli;
};

struct fg_pod_classes {
    uint32_t count;
    struct fg_pod_class *items; /* by spec number */
    uint32_t workload_count, workload_capacity;
    struct fg_workload *workloads;
    uint32_t owner_count, owner_capacity;
    struct fg_cost_owner *owners;
    uint32_t scheduling_count, scheduling_capacity;
    struct fg_scheduling_class *scheduling;
    uint32_t launch_count, launch_capacity;
    struct fg_launch_class *launches;
    uint32_t meter_count, meter_capacity;
    struct fg_fargate_account *meters; /* what a meter is for */
};
struct fg_fargate_account {
    uint32_t profile, owner, offer;
};

/* Texts are borrowed from the trace and the scenario; refusals live in `arena`. */
void fg_pod_classes_make(const struct fg_trace *trace, const struct fg_scenario *scenario,
                         struct fg_arena *arena, struct fg_pod_classes *out);
void fg_pod_classes_release(struct fg_pod_classes *classes);

#endif
