/* kube_objects.h - a cluster as its API server shows it at one moment: what the controllers
 * decide on. Read by data/kube_reader from `kubectl get -o yaml`.
 *
 * Objects keep the order in which they were read; all is owned by the set's arena. Quantities are
 * in the units of struct fg_pod_spec.
 */
#ifndef FARGAUGE_MODELS_KUBE_OBJECTS_H
#define FARGAUGE_MODELS_KUBE_OBJECTS_H

#include "models/base/index.h"
#include "models/base/memory.h"
#include "models/calendar.h"
#include "models/cluster.h"
#include "models/node_capacity.h"
#include "models/pod.h"
#include "models/pod_rules.h"

struct fg_kube_image {
    uint32_t name_count;
    const char **names;
    int64_t bytes;
};

struct fg_kube_node {
    const char *name;
    struct fg_pairs labels, annotations;
    struct fg_taints taints;
    bool unschedulable;
    bool ready; /* condition Ready is True; true where no condition is given */
    bool deleting;
    struct fg_node_capacity capacity, allocatable; /* ephemeral: 0 where not named */
    struct fg_extended_resources extended;         /* allocatable */
    fg_unix_s created;                             /* 0 = not named */
    uint32_t image_count;
    struct fg_kube_image *images;
    int64_t ebs_limit; /* attachable volumes; -1 = not named */
};

struct fg_kube_pod {
    const char *namespace_name, *name, *uid;
    struct fg_pod_spec spec; /* spec.rules is set; priority from class or number */
    const char *node_name;   /* NULL = pending */
    const char *nominated_node;
    const char *scheduler_name;
    const char *owner_kind, *owner_name; /* its controller; NULL = none */
    const char *owner_uid;
    fg_unix_s created, started; /* 0 = not named */
    bool finished;              /* Succeeded or Failed */
    bool ready;                 /* condition Ready; of a bound pod without conditions, true */
    bool deleting, gated, mirror;
    bool unschedulable;     /* condition PodScheduled False, Unschedulable; so is a pending pod of
                             * the default scheduler without any condition */
    bool has_local_storage; /* hostPath, or emptyDir not in memory */
    int64_t grace_s;        /* terminationGracePeriodSeconds, 30 */
};

struct fg_kube_budget { /* PodDisruptionBudget */
    const char *namespace_name, *name;
    struct fg_label_selector selector;
    bool has_status;
    int64_t disruptions_allowed;                 /* status */
    const char *min_available, *max_unavailable; /* "2", "50%"; NULL = not named */
};

struct fg_kube_priority_class {
    const char *name;
    int32_t value;
    bool is_default;
    enum fg_preemption preemption;
};

/* Owners whose selector the default spread constraints use, and workloads' DaemonSets. */
struct fg_kube_owner { /* Service, ReplicaSet, StatefulSet, ReplicationController */
    const char *kind, *namespace_name, *name, *uid;
    struct fg_label_selector selector;
    int64_t replicas; /* spec.replicas; -1 = not named */
};
struct fg_kube_daemon_set {
    const char *namespace_name, *name;
    struct fg_pod_spec spec;
};

struct fg_kube_objects {
    uint32_t node_count, node_capacity;
    struct fg_kube_node *nodes;
    uint32_t pod_count, pod_capacity;
    struct fg_kube_pod *pods;
    uint32_t budget_count, budget_capacity;
    struct fg_kube_budget *budgets;
    uint32_t class_count, class_capacity;
    struct fg_kube_priority_class *classes;
    uint32_t owner_count, owner_capacity;
    struct fg_kube_owner *owners;
    uint32_t daemon_set_count, daemon_set_capacity;
    struct fg_kube_daemon_set *daemon_sets;
    /* Karpenter's NodePools and EC2NodeClasses, and node groups of eksctl documents, in the form
     * a study has them; settings as a study's defaults unless the documents say otherwise. */
    struct fg_cluster cluster;
    const char *region; /* of the eksctl document, else of the nodes' labels; NULL = unknown */
    fg_unix_s now;      /* latest time that is named anywhere; 0 = none */
    struct fg_arena arena;
    struct fg_strings texts; /* of JSON input: equal texts have one pointer */
};

void fg_kube_objects_release(struct fg_kube_objects *objects);

#endif
