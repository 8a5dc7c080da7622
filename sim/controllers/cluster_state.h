/* cluster_state.h - the cluster as the controllers look at it: kinds of nodes, classes of pods,
 * and how many pods of each class stand on each node.
 *
 * The replay keeps one up to date as it goes; `decide` fills one from a snapshot. Nodes of a kind
 * are alike but for their name; pods of a class are alike to every controller. What can be decided
 * for a class and a kind (taints, selectors, node affinity, architecture) is decided once.
 * A node has a slot, used again after the node is gone, and a number, which is not.
 * Classes are added before the first node; kinds may come at any time. Everything is owned by the
 * state, but texts, specs and lists within kinds and specs are borrowed and must outlive it.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_CLUSTER_STATE_H
#define FARGAUGE_SIM_CONTROLLERS_CLUSTER_STATE_H

#include "models/cluster.h"
#include "sim/controllers/scheduler.h"

#define FG_NO_SLOT UINT32_MAX

/* Nodes alike but for their name. */
struct fg_state_kind {
    struct fg_pairs labels; /* sorted; kubernetes.io/hostname, if it is not here, is the name */
    struct fg_taints taints;
    bool unschedulable; /* cordoned */
    enum fg_arch arch;
    struct fg_node_capacity allocatable;
    struct fg_extended_resources extended;
    uint32_t zone; /* number of the topology zone, for taking turns; set by fg_state_add_kind */
    const struct fg_kube_node *images_of; /* node.status.images, for ImageLocality; NULL = none */
    /* The kind is this one node, and its labels are all it has; NULL = nodes alike, each with a
     * kubernetes.io/hostname of its own unless the labels name one. */
    const char *node_name;
    int64_t ebs_limit; /* volumes that can be attached; 0 = no limit */
};

/* A request for a resource of struct fg_cluster_state's list. */
struct fg_class_extended {
    uint32_t resource;
    int64_t amount;
};

/* Pods that no controller can tell apart. */
struct fg_state_class {
    const struct fg_pod_spec *spec;
    struct fg_request request;
    /* Its place depends on kinds and resources alone: no spread, affinity or ports of its own,
     * and no other class has terms that take it. */
    bool is_plain;
    /* Set by the caller before sealing: its pods are being deleted, and spread overlooks them. */
    bool is_terminating;
    uint32_t extended_count;
    struct fg_class_extended *extended;
    /* By kind, where the class has such terms or the kinds such taints, else NULL: sum of the
     * weights of preferred node affinity, PreferNoSchedule taints not tolerated. */
    int32_t *preferred;
    uint8_t *intolerable;
};

/* An extended resource that some class asks for; number 0 is EBS volumes. */
struct fg_state_extended {
    const char *name;
    int64_t *allocatable; /* by kind */
    int64_t *used;        /* by slot */
};

/* How many pods of a class a node holds; DaemonSet pods of the replay are not counted. */
struct fg_node_load {
    uint32_t scheduling_class;
    uint32_t pods;
};
struct fg_node_loads {
    uint32_t count, capacity;
    uint64_t first_classes;     /* a bit for each of the classes below 64 that is there */
    struct fg_node_load *items; /* by class */
};

struct fg_topology; /* counts of pods by domain, for spread and affinity: topology.h */

struct fg_cluster_state {
    uint32_t class_count, class_capacity;
    struct fg_state_class *classes;
    uint32_t kind_count, kind_capacity;
    struct fg_state_kind *kinds;
    uint32_t zone_count, zone_capacity;
    const char **zones, **zone_regions;
    /* [class * kind_capacity + kind]: no filter that looks only at these two refuses. */
    uint8_t *eligible;
    bool any_prefer_no_schedule;  /* some kind has such a taint */
    bool any_images;              /* some kind names images */
    uint32_t preference_capacity; /* kinds there is room for in the classes' own tables */
    uint32_t extended_count, extended_capacity;
    struct fg_state_extended *extended;
    const struct fg_scheduler_settings *settings; /* borrowed; NULL = the defaults */

    /* Columns by slot. */
    uint32_t slot_count, slot_capacity;
    uint32_t *kind_of; /* UINT32_MAX = no node here */
    uint32_t *number_of;
    bool *is_open; /* ready, and the scheduler may use it */
    /* The API server lists it, so it counts as a domain of topology; set when it is opened. */
    bool *is_listed;
    uint32_t listed_count, listing_version; /* the latter moves when a listed node comes or goes */
    struct fg_node_use *use;
    struct fg_node_loads *loads;
    /* When its kind or its pods changed last, counted by last_change. Whoever writes `use` himself
     * does so before the node is looked at. */
    uint32_t *changed;
    uint32_t last_change;
    const char **name_of; /* NULL = the replay names it by its number */
    uint32_t free_count, free_capacity;
    uint32_t *free_slots;
    uint32_t next_number;
    uint32_t open_count;
    struct fg_topology *topology; /* NULL = every class is plain */

    /* Open nodes in the order in which the scheduler walks: zones in turn, in each by number. */
    bool order_is_old;
    uint32_t order_count, order_capacity;
    uint32_t *order;            /* slots */
    uint32_t search_start;      /* position where the next search begins (rules S2) */
    struct fg_scratch *scratch; /* of the scheduler's cycle; NULL = not yet made */
};

/* `spec` is borrowed. Returns the class's number. */
uint32_t fg_state_add_class(struct fg_cluster_state *state, const struct fg_pod_spec *spec);
/* After the last class: sees which are plain and what must be counted for the others. */
void fg_state_seal_classes(struct fg_cluster_state *state);
uint32_t fg_state_add_kind(struct fg_cluster_state *state, const struct fg_state_kind *kind);

/* A node of the kind, closed and empty. `name` may be NULL. Returns its slot. */
uint32_t fg_state_add_node(struct fg_cluster_state *state, uint32_t kind, const char *name);
/* The node must hold no pods of classes. */
void fg_state_remove_node(struct fg_cluster_state *state, uint32_t slot);
/* Opens the node to the scheduler, or closes it (tainted for removal, not ready). */
void fg_state_set_open(struct fg_cluster_state *state, uint32_t slot, bool open);
/* A node that is not open counts as a domain of topology all the same, or no more: one that a
 * simulation adds, one that registered and is not ready. */
void fg_state_set_listed(struct fg_cluster_state *state, uint32_t slot, bool listed);
/* Other labels, taints or capacity; its pods stay. */
void fg_state_set_kind(struct fg_cluster_state *state, uint32_t slot, uint32_t kind);
/* The open nodes in the scheduler's order, state->order_count of them. */
const uint32_t *fg_state_order(struct fg_cluster_state *state);
/* The state's, made where there is none. */
struct fg_scratch *fg_state_scratch(struct fg_cluster_state *state);
/* Books pods on the node (or takes them off: negative). */
void fg_state_count_pods(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                         int64_t change);
/* What pods that are not counted (the replay's DaemonSets) take of a node that holds no others. */
void fg_state_set_use(struct fg_cluster_state *state, uint32_t slot, const struct fg_node_use *use);
void fg_state_release(struct fg_cluster_state *state);

/* The parts of `eligible` (NodeUnschedulable, NodeAffinity, NodeName, VolumeZone), for whoever
 * wants words. A name that a pod asks for is only had by a kind with a node_name. */
bool fg_state_admits_cordoned(const struct fg_pod_spec *spec, const struct fg_state_kind *kind);
bool fg_state_selects(const struct fg_pod_spec *spec, const struct fg_state_kind *kind);
bool fg_state_is_named(const struct fg_pod_spec *spec, const struct fg_state_kind *kind);
bool fg_state_reaches_volumes(const struct fg_pod_spec *spec, const struct fg_state_kind *kind);
/* The value of the node's zone label, "" where it has none. */
const char *fg_state_zone_of(const struct fg_pairs *labels);

static inline bool fg_state_eligible(const struct fg_cluster_state *state, uint32_t class_number,
                                     uint32_t kind)
{
    return state->eligible[(size_t)class_number * state->kind_capacity + kind];
}
static inline const struct fg_node_capacity *
fg_state_allocatable(const struct fg_cluster_state *state, uint32_t slot)
{
    return &state->kinds[state->kind_of[slot]].allocatable;
}

#endif
