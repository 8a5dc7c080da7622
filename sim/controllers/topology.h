/* topology.h - counts of pods by domain of topology: what spread constraints, inter-pod affinity
 * and host ports of a class look at, kept as pods come and go.
 *
 * A domain is a value of a node label; key 0 is the node itself. A counter belongs to one class
 * (the one that is to be placed) and one key, and holds for each domain the sum over pods there of
 * a weight that depends on the pod's class. All that matching (selectors, namespaces, terms of
 * either side) is done once, when the classes are sealed.
 * Sources: kubernetes 1.34 plugins podtopologyspread, interpodaffinity, nodeports.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_TOPOLOGY_H
#define FARGAUGE_SIM_CONTROLLERS_TOPOLOGY_H

#include "sim/controllers/cluster_state.h"

#define FG_NO_DOMAIN UINT32_MAX
#define FG_NO_COUNTER UINT32_MAX

struct fg_topology_key {
    const char *label;        /* NULL: the node itself */
    uint32_t *domain_of_slot; /* FG_NO_DOMAIN = the node lacks the label */
    uint32_t domain_count;    /* numbers run below this; some may be unused */
    uint32_t domain_capacity; /* of every counter of this key */
    uint32_t value_count, value_capacity;
    const char **values; /* the domains that labels name */
    uint32_t *domain_of_value;
    uint32_t free_count, free_capacity;
    uint32_t *free_domains; /* of nodes that are gone, where a node's name is the value */
};

/* Which nodes count for a constraint: those with all keys of its kin, and by its two policies. */
struct fg_spread_policy {
    uint32_t class_number;
    bool honors_affinity, honors_taints;
    uint32_t key_count;
    const char **keys;
};

/* The slots whose sums changed last, in turn; of counters by node. */
enum { FG_RECENT_SLOTS = 128 }; /* a power of two */
struct fg_recent_slots {
    uint64_t count; /* changes so far */
    uint32_t slots[FG_RECENT_SLOTS];
};

struct fg_counter {
    int32_t *sums;                  /* by domain */
    const uint32_t *domain_of_slot; /* the key's; NULL = by node, whose domain is its slot */
    /* Spread only: the part of the cluster that takes part, by kind; NULL = all nodes. */
    uint8_t *takes_part;
    struct fg_recent_slots *recent; /* NULL = not by node */
    int64_t total;                  /* over all domains */
    uint32_t key;
    /* Of hard constraints: the smallest sum of a domain that has nodes, and how many have. */
    int32_t least;
    uint32_t domains_with_nodes;
    bool least_is_old;
    const struct fg_spread_policy *policy; /* which nodes take part; NULL = all */
    uint32_t *nodes; /* hard constraints only: nodes listed and taking part, by domain */
};

struct fg_feed {
    uint32_t counter;
    int32_t weight;
};
struct fg_spread {
    uint32_t counter, key;
    int32_t max_skew;
    uint32_t min_domains;
    int32_t self; /* 1 if the class matches its own selector */
    bool by_node; /* key kubernetes.io/hostname: soft constraints count on the node itself */
};

/* What one class feeds when its pods are booked, and what it looks at when it is placed. */
struct fg_class_topology {
    uint32_t feed_count, feed_capacity;
    struct fg_feed *feeds;
    uint32_t hard_count, soft_count;
    struct fg_spread *hard, *soft;
    bool soft_needs_all_keys; /* nodes that lack one are not scored: constraints of its own */
    uint32_t affinity_count, anti_count, existing_count, score_count;
    uint32_t *affinity;  /* a counter a required term: pods that match all terms */
    uint32_t *anti;      /* a counter a required term */
    uint32_t *existing;  /* a counter a key of other pods' required anti-affinity */
    uint32_t *scores;    /* a counter a key of preferred terms, its own and others' */
    bool matches_itself; /* it matches all its required affinity terms */
    uint32_t ports;      /* counter of pods on the node that hold one of its ports */
};

struct fg_topology {
    uint32_t class_count, kind_capacity, slot_capacity;
    struct fg_class_topology *classes;
    uint32_t key_count, key_capacity;
    struct fg_topology_key *keys;
    uint32_t counter_count, counter_capacity;
    struct fg_counter *counters;
    struct fg_arena arena;
};

/* Not both on one node. */
bool fg_host_port_clashes(const struct fg_host_port *a, const struct fg_host_port *b);

/* Sees which classes are plain; NULL where all are. */
struct fg_topology *fg_topology_compile(struct fg_cluster_state *state);
/* After the kind was added to the state. By class: whether its node selector and affinity take the
 * kind, and whether it tolerates it. */
void fg_topology_add_kind(struct fg_cluster_state *state, uint32_t kind, const uint8_t *selects,
                          const uint8_t *tolerates);
/* A slot has a node of its kind now, or will have none. The node holds no pods. */
void fg_topology_enter(struct fg_cluster_state *state, uint32_t slot);
void fg_topology_leave(struct fg_cluster_state *state, uint32_t slot);
/* The node counts as a domain, or no more. */
void fg_topology_list(struct fg_cluster_state *state, uint32_t slot, bool listed);
void fg_topology_count(struct fg_cluster_state *state, uint32_t slot, uint32_t class_number,
                       int64_t change);
/* Whether the node takes part in what the counter counts. */
static inline bool fg_counter_takes(const struct fg_counter *counter, uint32_t kind)
{
    return counter->takes_part == NULL || counter->takes_part[kind] != 0;
}
/* The smallest sum over domains that have nodes (rules S4); INT32_MAX where none has. */
int32_t fg_counter_least(struct fg_topology *topology, uint32_t counter);
void fg_topology_release(struct fg_topology *topology);

#endif
