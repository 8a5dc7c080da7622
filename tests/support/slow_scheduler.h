/* slow_scheduler.h - kube-scheduler's cycle for one pod, by the words of its source (1.34).
 *
 * Nothing is kept between two pods but where the search begins: each filter and each score looks
 * at all nodes and all pods again. What it says is what the fast scheduler has to say.
 * Sources: kubernetes pkg/scheduler schedule_one.go, backend/cache/node_tree.go and the plugins'
 * Filter, Score and NormalizeScore.
 */
#ifndef FARGAUGE_TESTS_SLOW_SCHEDULER_H
#define FARGAUGE_TESTS_SLOW_SCHEDULER_H

#include "models/cluster.h"
#include "models/kube_objects.h"

struct fg_slow_node {
    const char *name;
    const char *zone;       /* "" = none */
    struct fg_pairs labels; /* hostname too */
    struct fg_taints taints;
    bool unschedulable;
    enum fg_arch arch;
    struct fg_node_capacity allocatable;
    struct fg_extended_resources extended;
    const struct fg_kube_node *images_of; /* NULL = no images */
    int64_t ebs_limit;                    /* 0 = none */
    bool is_listed;                       /* the API server knows it: its pods and domains count */
    bool is_open;                         /* the scheduler may use it; never without is_listed */
};
struct fg_slow_pod {
    const struct fg_pod_spec *spec;
    uint32_t node;
    bool is_terminating; /* spread overlooks it */
};

enum { FG_SLOW_NODES = 256, FG_SLOW_CONSTRAINTS = 8 };

/* The nodes are in order of age: their index is their number. */
struct fg_slow_cluster {
    uint32_t node_count;
    struct fg_slow_node nodes[FG_SLOW_NODES];
    uint32_t pod_count;
    struct fg_slow_pod *pods;
    uint32_t zone_count; /* in the order in which they take turns */
    const char **zones;
    const struct fg_scheduler_settings *settings;
    uint32_t start; /* where the next search begins */
};

struct fg_slow_choice {
    uint32_t node; /* UINT32_MAX = none fits */
    uint32_t count;
    uint32_t nodes[FG_SLOW_NODES]; /* that fit, in the order of the search */
    int64_t totals[FG_SLOW_NODES]; /* weighted; 0 where only one node fits */
};

/* The plugin that refuses the node, in the order in which they are asked. */
enum fg_slow_refusal {
    FG_SLOW_FITS,
    FG_SLOW_NODE_LIST,
    FG_SLOW_UNSCHEDULABLE,
    FG_SLOW_NAME,
    FG_SLOW_TAINT,
    FG_SLOW_NODE_AFFINITY,
    FG_SLOW_PORTS,
    FG_SLOW_RESOURCES,
    FG_SLOW_VOLUME_LIMIT,
    FG_SLOW_VOLUME_ZONE,
    FG_SLOW_SPREAD_LABEL,
    FG_SLOW_SPREAD,
    FG_SLOW_AFFINITY,
    FG_SLOW_ANTI_AFFINITY,
    FG_SLOW_EXISTING_ANTI_AFFINITY,
};
enum fg_slow_refusal fg_slow_scheduler_refuses(const struct fg_slow_cluster *cluster,
                                               const struct fg_pod_spec *spec, uint32_t node);
/* The open nodes, zones in turn; returns how many. */
uint32_t fg_slow_scheduler_order(const struct fg_slow_cluster *cluster, uint32_t *order);
/* Moves where the next search begins. Scores also a single node that fits, but the real one does
 * not, and neither does `totals`. */
void fg_slow_scheduler_choose(struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                              struct fg_slow_choice *out);

/* Whether the term of a pod in `own_namespace` takes the other pod. */
bool fg_slow_term_takes(const struct fg_pod_term *term, const char *own_namespace,
                        const struct fg_pod_spec *other);

/* Scores, tests/support/slow_scores.c: fills choice->totals for its nodes. */
void fg_slow_scheduler_score(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                             struct fg_slow_choice *choice);
/* nodeAffinityPolicy and nodeTaintsPolicy of a spread constraint. */
bool fg_slow_spread_includes(const struct fg_spread_constraint *constraint,
                             const struct fg_pod_spec *spec, const struct fg_slow_node *node);
/* Pods of the namespace that the selector takes, by node. */
void fg_slow_spread_count(const struct fg_slow_cluster *cluster,
                          const struct fg_label_selector *selector, const char *namespace_name,
                          int64_t *by_node);
bool fg_slow_node_affinity_holds(const struct fg_pod_spec *spec, const struct fg_slow_node *node);

#endif
