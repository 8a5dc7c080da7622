/* karpenter_group.h - groups: a count of pods by domain that a spread constraint or a pod term
 * looks at, shared by all constraints that are alike, whoever has them.
 *
 * Like Karpenter we tell spread constraints apart by the keys of their pods' node selectors and
 * node affinity, not by the values, and not by minDomains: the first to come speaks for all.
 * Groups are kept for good, their counts for one solve.
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/topologygroup.go, topologynodefilter.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_GROUP_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_GROUP_H

#include "sim/controllers/karpenter_domains.h"
#include "sim/controllers/karpenter_shape.h"

enum fg_group_form { FG_GROUP_SPREAD, FG_GROUP_AFFINITY, FG_GROUP_ANTI_AFFINITY };

struct fg_group {
    enum fg_group_form form;
    bool is_inverse; /* counts the pods that have the term, not those it selects */
    uint32_t key;
    const struct fg_label_selector *selector;
    uint32_t namespace_count;
    const char *const *namespaces;
    bool all_namespaces;
    int32_t max_skew;
    uint32_t min_domains;
    /* Nodes that take part; for spread. */
    bool honors_affinity, honors_taints;
    uint32_t filter_count;
    struct fg_karpenter_requirements *filters; /* any of them */
    const struct fg_tolerations *tolerations;
    bool tolerates_prefer_no_schedule;

    uint64_t solve; /* the counts are of this one */
    struct fg_domain_counts counts;
    uint32_t class_capacity;
    uint8_t *selects; /* by class: 0 not known, 1 no, 2 yes */
};
struct fg_group_table {
    uint32_t count, capacity;
    struct fg_group **items;
};

/* Finds or makes the groups of the shape and puts their numbers there. */
void fg_group_table_bind(struct fg_group_table *table, struct fg_karpenter_pools *pools,
                         struct fg_shape *shape);
void fg_group_table_release(struct fg_group_table *table);

/* Whether the selector takes pods of the class. */
bool fg_group_selects(struct fg_group *group, const struct fg_cluster_state *state,
                      uint32_t class_number);
/* Whether pods on such a node count. */
bool fg_group_takes_part(const struct fg_group *group, const struct fg_words *words,
                         const struct fg_taints *taints,
                         const struct fg_karpenter_requirements *node);

#endif
