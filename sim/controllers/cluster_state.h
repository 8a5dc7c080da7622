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
};

/* Pods that no controller can tell apart. */
struct fg_state_class {
    const struct fg_pod_spec *spec;
    struct fg_request request;
    /* Its place depends on kinds and resources alone: no spread, affinity or ports of its own,
     * and no other class has terms that take it. */
    bool is_plain;
};

/* How many pods of a class a node holds; DaemonSet pods of the replay are not counted. */
struct fg_node_load {
    uint32_t scheduling_class;
    uint32_t pods;
};
struct fg_node_loads {
    uint32_t count, capacity;
    struct fg_node_load *items; /* by class */
};

struct fg_topology; /* counts of pods by domain, for spread and affinity: topology.h */

struct fg_cluster_state {
    uint32_t class_count, class_capacity;
    struct fg_state_class *classes;
    uint32_t kind_count, kind_capacity;
    struct fg_state_kind *kinds;
    uint32_t zone_count, zone_capacity;
    const char **zones;
    /* [class * kind_capacity + kind]: no filter that looks only at these two refuses. */
    uint8_t *eligible;
    bool any_prefer_no_schedule; /* some kind has such a taint */

    /* Columns by slot. */
    uint32_t slot_count, slot_capacity;
    uint32_t *kind_of; /* UINT32_MAX = no node here */
    uint32_t *number_of;
    bool *is_open; /* ready, and the scheduler may use it */
    struct fg_node_use *use;
    struct fg_node_loads *loads;
    const char **name_of; /* NULL = the replay names it by its number */
    uint32_t free_count, free_capacity;
    uint32_t *free_slots;
    uint32_t next_number;
    uint32_t open_count;
    struct fg_topology *topology; /* NULL = every class is plain */
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
/* Books pods on the node (or takes them off: negative). */
void fg_state_count_pods(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                         int64_t change);
void fg_state_release(struct fg_cluster_state *state);

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
