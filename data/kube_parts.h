/* kube_parts.h - the kinds of Kubernetes objects, each decoded by a file of its own. For
 * kube_reader.c.
 *
 * Unknown fields are passed over, malformed known ones are faults. What an object says only in
 * words that other objects explain (a priority class, a claim, a namespace selector) waits in the
 * draft until all are read, and fg_kube_settle resolves it.
 */
#ifndef FARGAUGE_DATA_KUBE_PARTS_H
#define FARGAUGE_DATA_KUBE_PARTS_H

#include "data/decode.h"
#include "models/catalog.h"
#include "models/kube_objects.h"

/* Beside objects->pods, by the same number. */
struct fg_kube_pod_draft {
    struct fg_pod_rules *rules; /* of the pod's spec */
    bool priority_named, preemption_named;
    const char *priority_class; /* NULL = none */
    uint32_t claim_count;
    const char **claims; /* PersistentVolumeClaims of its namespace */
};
struct fg_kube_claim { /* PersistentVolumeClaim */
    const char *namespace_name, *name, *volume;
};
struct fg_kube_volume { /* PersistentVolume */
    const char *name, *zone;
    bool is_ebs;
};
struct fg_kube_namespace {
    const char *name;
    struct fg_pairs labels;
};
struct fg_kube_attach_limit { /* CSINode */
    const char *node;
    int64_t count;
};
/* A pod affinity term whose namespaces are found by their labels. */
struct fg_kube_namespace_term {
    struct fg_pod_term *term;
    struct fg_label_selector selector;
};

struct fg_kube_draft {
    struct fg_kube_objects *objects;
    const struct fg_catalog *catalog;
    const char *region; /* asked for on the command line; NULL = as the objects say */
    uint32_t pod_capacity;
    struct fg_kube_pod_draft *pods;
    uint32_t claim_count, claim_capacity;
    struct fg_kube_claim *claims;
    uint32_t volume_count, volume_capacity;
    struct fg_kube_volume *volumes;
    uint32_t namespace_count, namespace_capacity;
    struct fg_kube_namespace *namespaces;
    uint32_t limit_count, limit_capacity;
    struct fg_kube_attach_limit *limits;
    uint32_t term_count, term_capacity;
    struct fg_kube_namespace_term *terms;
};
void fg_kube_draft_release(struct fg_kube_draft *draft);

/* ---- what all objects have: kube_meta.c ---- */

struct fg_kube_meta {
    const char *name, *namespace_name, *uid;
    struct fg_pairs labels, annotations;
    fg_unix_s created; /* 0 = not named */
    bool deleting;
    const char *owner_kind, *owner_name, *owner_uid; /* the controller; NULL = none */
};
/* `kind` is for messages: "Pod". False: there is no name, a fault was noted. */
bool fg_kube_decode_meta(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object, const char *kind, struct fg_kube_meta *out);
/* An instant, which also moves the objects' `now`. False: a fault was noted. */
bool fg_kube_decode_instant(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                            const struct fg_value *value, const char *key, fg_unix_s *out);
/* The condition of this type in status.conditions, or NULL. Its instants move `now`. */
const struct fg_value *fg_kube_find_condition(struct fg_decoder *decoder,
                                              struct fg_kube_draft *draft,
                                              const struct fg_value *status, const char *type);
/* The text under a key, or NULL where it is none. */
const char *fg_kube_text(const struct fg_value *map, const char *key);

/* ---- selectors and rules: kube_rules.c ---- */

/* As fields' `read`: struct fg_requirements, struct fg_label_selector (which is no longer
 * `nothing`). Both are given a value that is not null. */
void fg_kube_decode_expressions(struct fg_decoder *decoder, const struct fg_value *list, void *out);
void fg_kube_decode_selector(struct fg_decoder *decoder, const struct fg_value *map, void *out);
/* {nodeSelectorTerms: [...]} -> struct fg_node_terms. */
void fg_kube_decode_node_terms(struct fg_decoder *decoder, const struct fg_value *map, void *out);
/* spec.affinity and spec.topologySpreadConstraints of a pod with these labels. */
void fg_kube_decode_affinity(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *affinity, const struct fg_pairs *labels,
                             struct fg_pod_rules *out);
void fg_kube_decode_spread(struct fg_decoder *decoder, const struct fg_value *list,
                           const struct fg_pairs *labels, struct fg_pod_rules *out);

/* ---- resources: kube_resources.c ---- */

/* A map of resource names and quantities. */
struct fg_kube_resources {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes, gpu, pods; /* FG_NOT_SET = not named */
    struct fg_extended_resources extended;                       /* the rest, sorted by name */
};
void fg_kube_decode_resources(struct fg_decoder *decoder, const struct fg_value *map, void *out);
/* Requests of a pod's spec into spec and rules (rules F1). */
void fg_kube_decode_requests(struct fg_decoder *decoder, const struct fg_value *pod_spec,
                             struct fg_pod_spec *spec, struct fg_pod_rules *rules);

/* ---- kinds ---- */

void fg_kube_decode_node(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object);
void fg_kube_decode_pod(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                        const struct fg_value *object);
/* A pod's spec from a Pod or from a template; `draft_pod` gets what settles later. */
void fg_kube_decode_pod_spec(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *pod_spec, const struct fg_kube_meta *meta,
                             struct fg_kube_pod *out, struct fg_kube_pod_draft *draft_pod);
void fg_kube_decode_daemon_set(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                               const struct fg_value *object);
/* PodDisruptionBudget, PriorityClass, Service and other owners, volumes ...: kube_others.c. False:
 * the kind is none of these. */
bool fg_kube_decode_other(struct fg_decoder *decoder, struct fg_kube_draft *draft, const char *kind,
                          const struct fg_value *object);

/* ---- after the last object: kube_settle.c ---- */

void fg_kube_settle(struct fg_decoder *decoder, struct fg_kube_draft *draft);
/* Owner selectors for the scheduler's default spread, budgets without a status: kube_owners.c. */
void fg_kube_settle_owners(struct fg_decoder *decoder, struct fg_kube_draft *draft);

#endif
