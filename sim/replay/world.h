/* world.h - the state of one replay, shared by the files that move it on.
 *
 * Those stand in layers, and each uses only what is below it:
 *
 *   replay                                            finds the cut
 *   phases, world_open                                one second; before the first, after the last
 *   planned                                           what the study lets happen
 *   scheduling_pass, scaling, provisioner, disruptor,
 *   group_upgrade                                     the controllers
 *   node_life, replacements, node_drain               nodes, from request to termination
 *   node_pods, fargate_pods, fargate_launch           pods where they run
 *   pending_queue                                     pods that wait for a node
 *   addresses, vcpu_quota, spot, disruption_facts,
 *   shapes, daemon_sets, eviction, pod_outcome,
 *   cost_lines, persistent_volumes, image_cache       what they take, and what is noted of them
 *   world
 *
 * What a lower file learns and a higher one acts on is noted in the world, and acted on when the
 * phases come to it.
 */
#ifndef FARGAUGE_SIM_REPLAY_WORLD_H
#define FARGAUGE_SIM_REPLAY_WORLD_H

#include "models/base/random.h"
#include "sim/replay/batch_window.h"
#include "sim/replay/capacity_series.h"
#include "sim/replay/event_queue.h"
#include "sim/replay/outcomes.h"
#include "sim/replay/placement.h"
#include "sim/replay/pod_class.h"
#include "sim/replay/price_book.h"
#include "sim/replay/replay_input.h"
#include "sim/replay/shape.h"
#include "sim/replay/zone_hours.h"
#include "sim/replay/zones.h"

enum fg_pod_status {
    FG_POD_NOT_CREATED,
    FG_POD_REFUSED,      /* Fargate cannot run it: pending until it is deleted */
    FG_POD_WAITING,      /* for Fargate's quota, launch rate or an address */
    FG_POD_PROVISIONING, /* on Fargate, not billed */
    FG_POD_PULLING,      /* on Fargate, billed */
    FG_POD_RUNNING,      /* on Fargate */
    FG_POD_PENDING,      /* for a node */
    FG_POD_BOUND,        /* to a node, starting */
    FG_POD_ON_NODE,      /* running */
    FG_POD_GONE,
};

/* 8 bytes a pod. `place` is the subnet's number or the node's slot. */
struct fg_pod_state {
    uint32_t start_s; /* when it runs or will run; while it waits: when it came */
    uint32_t status : 4;
    uint32_t place : 28;
};
enum { FG_NO_PLACE = (1 << 28) - 1 };
/* On Fargate it holds quota and an address. */
static inline bool fg_pod_is_launched(const struct fg_pod_state *state)
{
    return state->status >= FG_POD_PROVISIONING && state->status <= FG_POD_RUNNING;
}

/* Lists of pods by number: those on a node, or those that wait. A pod whose next is itself was
 * evicted and has not been tried since. */
struct fg_pod_link {
    uint32_t next, previous;
};

/* What an event's word says: a kind in the top bits, a number below. */
enum fg_due {
    FG_DUE_POD_END,
    FG_DUE_BILL_STOP, /* of a Fargate pod shorter than the minimum */
    FG_DUE_NODE_STOP,
    FG_DUE_NODE_DRAIN,
    FG_DUE_NODE_BILLED,
    FG_DUE_NODE_READY,
    FG_DUE_POD_START,      /* on a node */
    FG_DUE_RETRY,          /* a scheduling class's backoff is over */
    FG_DUE_NODE_BILL_STOP, /* after the cut, of a node younger than the minimum */
    FG_DUE_SPOT_NOTICE,
    FG_DUE_NODE_EXPIRY,
    FG_DUE_FARGATE_TAKE_BACK, /* of a pod on Fargate Spot */
    FG_DUE_FARGATE_PULLED,    /* of a pod whose image has a time of its own */
};
enum { FG_DUE_SHIFT = 28 };
static inline uint32_t fg_due_word(enum fg_due kind, uint32_t number)
{
    return (uint32_t)kind << FG_DUE_SHIFT | number;
}

struct fg_pod_list {
    uint32_t first, last; /* FG_NO_POD = empty */
};

/* ---- Fargate ---- */

struct fg_launch {
    uint32_t pod, time;
};
struct fg_fargate_state {
    struct fg_fargate_meter *meters;
    /* Pods wait by launch class; `sequence` is their place among all that wait. */
    struct fg_pod_list *waiting; /* by launch class */
    uint64_t waiting_count;
    int64_t tokens;
    uint32_t tokens_at_s;
    int64_t vcpu_milli[2];   /* counted against the quotas: on demand, Spot */
    int64_t *free_addresses; /* by subnet */
    /* Launched pods in order: billing begins after one delay, running after another. */
    struct fg_launch *launches; /* a ring; its capacity is a power of two */
    uint64_t ring_capacity, launched, billed, run;
    uint32_t blocked_until_s; /* no launch can succeed before; FG_NEVER = until something ends */
    __int128 waste_milli_s[FG_FARGATE_OFFERS], waste_mib_s[FG_FARGATE_OFFERS];
};

/* ---- nodes ---- */

/* Pods of a class that failed equally often and last at the same second, by number. */
struct fg_cohort {
    uint32_t failed_at_s;
    struct fg_pod_list pods;
};
/* Those that failed equally often, the earliest failure first: items[first .. end). The first
 * `woken` of them are tried as soon as their backoff is over. */
struct fg_cohort_queue {
    uint32_t first, end, capacity, woken;
    struct fg_cohort *items;
};
enum { FG_BACKOFF_LEVELS = 5 }; /* the backoff does not grow after so many failures */
struct fg_pending_class {
    uint32_t pods;                                    /* still pending, in all cohorts */
    struct fg_cohort_queue failed[FG_BACKOFF_LEVELS]; /* by the number of failures - 1 */
    bool blocked; /* no node fits at the moment; else all cohorts are woken */
    bool awake;   /* in world->awake */
    /* The state's last change + 1 when preemption did not help last; 0 = it was not tried. */
    uint64_t preemption_failed_at;
    const char *last_reason; /* one text for equal ones; NULL = none yet */
};

/* group_upgrade.h */
struct fg_group_upgrade {
    bool is_under_way;
    uint32_t first_new; /* nodes with a lower number are old */
    int64_t at_once;    /* nodes that may be unavailable */
    int64_t surplus;    /* nodes that came first and have not been made up for */
    uint32_t next_s;
};

struct fg_group_state {
    const struct fg_node_group *group;
    uint32_t shape;
    struct fg_node_capacity from_zero; /* what Cluster Autoscaler takes an empty group for */
    uint32_t first_kind;               /* kinds first_kind .. + zone_count */
    int64_t target;                    /* desired size */
    int64_t *zone_nodes;               /* by the group's zones */
    bool was_ready;                    /* a node has been ready: what it holds is known */
    int64_t missing;                   /* nodes that no zone that works could give */
    struct fg_group_upgrade upgrade;
};

/* Where the last pod of a spec that completed was counted. */
struct fg_last_completed {
    uint32_t pool; /* UINT32_MAX = none yet */
    uint32_t group;
};

/* A DaemonSet of the study or of the trace. */
struct fg_daemon_template {
    struct fg_request request;
    uint32_t pod; /* in the trace, or FG_NO_POD */
    const struct fg_pairs *selector;
    const struct fg_tolerations *tolerations;
    enum fg_arch arch; /* FG_ARCH_ANY: of the study */
    uint32_t pool;     /* the first that had a node which took it; UINT32_MAX = none yet */
};

/* Karpenter's, on their way out until those in their place are ready. */
struct fg_replacements {
    uint32_t count, capacity;
    struct fg_replacement *items; /* replacements.h */
};

struct fg_cost_lines;
struct fg_persistent_volumes;
struct fg_image_cache;
struct fg_pod_past;
struct fg_demand_meter;
struct fg_least_possible;

struct fg_world {
    const struct fg_replay_input *input;
    const struct fg_scenario *scenario;
    const struct fg_cluster *cluster;
    const struct fg_trace *trace;
    struct fg_result *result;
    struct fg_arena arena; /* becomes the result's */
    struct fg_clock clock;
    uint32_t cut_s; /* FG_NEVER = the end of the last pod that ends */
    struct fg_pod_classes classes;
    struct fg_price_book prices;
    struct fg_bill bill;
    struct fg_outcomes outcomes;
    struct fg_last_completed *completed; /* by spec */
    uint32_t pool_count;
    struct fg_capacity_series *series; /* profiles, groups, cluster */
    const char **pool_names;

    struct fg_event_queue ends, readiness, retries;
    uint32_t next_arrival; /* pod number */
    uint64_t ending_left;  /* pods that end and have not */
    uint64_t ends_due;     /* of these, with an end in the queue */
    uint32_t last_end_s;
    uint32_t longest_s; /* work of a pod of the trace */
    bool any_ended;
    bool stopped_at_end; /* right after the last end, before anything else of that second */
    uint32_t last_progress_s;

    struct fg_pod_state *pods;
    struct fg_pod_link *links;
    struct fg_pod_past *pasts; /* eviction.h, by pod; NULL until one is evicted */
    struct fg_demand_meter *demand;
    struct fg_cost_lines *cost_lines; /* these three NULL = the study has none */
    struct fg_persistent_volumes *volumes;
    struct fg_image_cache *images;
    struct fg_least_possible *least;
    struct fg_fargate_state fargate;

    uint32_t group_count;
    struct fg_group_state *groups;
    uint32_t daemon_count, daemon_capacity;
    struct fg_daemon_template *daemons;
    struct fg_cluster_state state;
    struct fg_shapes shapes;
    struct fg_nodes nodes; /* by the state's slots */
    bool any_node_was_ready;
    struct fg_placement placement;
    bool order_stale;                 /* a node came or went since the order was taken */
    struct fg_pending_class *pending; /* by scheduling class */
    uint32_t blocked_count;
    uint32_t *blocked; /* scheduling classes that no node fits */
    uint32_t awake_count;
    uint32_t *awake; /* scheduling classes to try now */
    uint32_t fresh_first, fresh_count, fresh_capacity;
    uint32_t *fresh;         /* pods not tried yet, by priority */
    bool fresh_unsorted;     /* not yet by priority */
    int64_t *bound_of_class; /* pods on nodes, by scheduling class */
    uint64_t pending_pods;
    bool surroundings_changed; /* pods or nodes came or went: classes that look at others may fit */
    int64_t billed_nodes;
    struct fg_scaler *scaler;                      /* NULL = no autoscaler */
    int64_t quota_vcpus[2][FG_QUOTA_FAMILY_COUNT]; /* taken: on-demand, Spot */
    struct fg_addresses *addresses;                /* of nodes; NULL = there is no limit */
    bool keeps_zone_hours;                         /* a zonal reservation asks for them */
    struct fg_zone_hours zone_hours;
    struct fg_spread_state *spread; /* over zones; NULL = nothing yet */
    uint32_t without_address_count, without_address_capacity;
    uint32_t *without_address;          /* pods bound and waiting for one, in that order */
    struct fg_zones zones;              /* those that are lost */
    struct fg_planned *planned;         /* NULL = nothing is planned */
    struct fg_provisioner *provisioner; /* Karpenter; these three NULL without a node pool */
    struct fg_disruption_facts *facts;
    struct fg_disruptor *disruptor;
    struct fg_batch_window batch_window; /* Karpenter's */
    struct fg_replacements replacements;
    fg_day price_day; /* of the prices that hold now */
    bool touched;     /* nodes or pods on them changed since the autoscaler looked */
};

static inline const struct fg_pod_class *fg_world_class(const struct fg_world *world, uint32_t pod)
{
    return &world->classes.items[fg_trace_spec(world->trace, pod)];
}
/* How a pod that Fargate takes is bought: the same in all scenarios, where its profile splits. */
static inline bool fg_world_is_fargate_spot(const struct fg_world *world, uint32_t pod)
{
    uint32_t millionths = fg_world_class(world, pod)->spot_millionths;
    return millionths > 0 && fg_random_nano(world->scenario->seed, world->input->replication,
                                            FG_RANDOM_PROVIDER, pod) < 1000 * millionths;
}
static inline const struct fg_fargate_lane *fg_world_lane(const struct fg_world *world,
                                                          uint32_t pod)
{
    return &fg_world_class(world, pod)->lanes[fg_world_is_fargate_spot(world, pod)];
}
static inline uint32_t fg_world_cluster_pool(const struct fg_world *world)
{
    return world->pool_count - 1;
}
static inline struct fg_shape *fg_world_shape(const struct fg_world *world, uint32_t slot)
{
    return world->shapes.items[world->nodes.items[slot].shape];
}
static inline const struct fg_shape *fg_world_kind_shape(const struct fg_world *world,
                                                         uint32_t kind)
{
    return world->shapes.items[world->shapes.kinds[kind].shape];
}
static inline uint32_t fg_world_node_pool(const struct fg_world *world, uint32_t slot)
{
    return fg_world_shape(world, slot)->pool;
}
static inline const char *fg_world_zone(const struct fg_world *world, uint32_t slot)
{
    return world->state.zones[world->state.kinds[world->state.kind_of[slot]].zone];
}
static inline const struct fg_request *fg_world_request(const struct fg_world *world,
                                                        uint32_t class_number)
{
    return &world->state.classes[class_number].request;
}
static inline uint32_t fg_world_group_pool(const struct fg_world *world, uint32_t group)
{
    return world->cluster->profile_count + group;
}
static inline uint32_t fg_world_node_pool_pool(const struct fg_world *world, uint32_t node_pool)
{
    return world->cluster->profile_count + world->cluster->node_group_count + node_pool;
}
static inline struct fg_capacity_series *fg_world_series(struct fg_world *world, uint32_t pool)
{
    fg_series_enter(&world->series[pool], &world->result->capacity, &world->clock);
    return &world->series[pool];
}

/* Tells the watcher, if it is this pod it watches. */
void fg_world_say(struct fg_world *world, uint32_t pod, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define FG_WATCHED(world, number)                                                                  \
    ((world)->input->watch != NULL && (world)->input->watch->pod == (number))

/* Puts pods at the end of a list, takes one out. */
void fg_pod_list_append(struct fg_world *world, struct fg_pod_list *list, uint32_t pod);

/* The pod's end is known: it will be called for then. */
void fg_world_expect_end(struct fg_world *world, uint32_t pod, uint32_t time);
/* Counts what the pod asks for as used for so long. */
void fg_world_count_requested(struct fg_world *world, const struct fg_pod_spec *spec,
                              uint32_t seconds);

#endif
