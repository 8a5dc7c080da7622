/* random_cluster.h - kinds of nodes, pod specs and scheduler settings by number, so small and so
 * alike that they are in each other's way.
 *
 * Every rule a pod can carry is on in some of the clusters: taints, selectors, affinity, spread,
 * ports, volumes, images, extended resources. All is owned by the cluster's arena.
 */
#ifndef FARGAUGE_TESTS_RANDOM_CLUSTER_H
#define FARGAUGE_TESTS_RANDOM_CLUSTER_H

#include "models/base/memory.h"
#include "models/kube_objects.h"
#include "sim/controllers/cluster_state.h"
#include "tests/support/dice.h"

enum { FG_RANDOM_KINDS = 8, FG_RANDOM_CLASSES = 8 };

struct fg_random_cluster {
    struct fg_arena arena;
    struct fg_dice dice;
    uint32_t features; /* a bit a kind of rule */
    bool is_named;     /* each node is to be a kind of its own, and rules name nodes: node-0 ... */
    const char *zones[3]; /* that nodes are in and rules name */
    struct fg_scheduler_settings settings;
    uint32_t kind_count;
    struct fg_state_kind kinds[FG_RANDOM_KINDS];
    uint32_t class_count;
    struct fg_pod_spec classes[FG_RANDOM_CLASSES];
    bool is_terminating[FG_RANDOM_CLASSES];
};
/* `plain` leaves out what makes a class look at other pods. */
void fg_random_cluster_make(uint64_t number, bool plain, struct fg_random_cluster *out);
void fg_random_cluster_release(struct fg_random_cluster *cluster);

/* The pod's rules; NULL now and then, where none is on. */
const struct fg_pod_rules *fg_random_rules(struct fg_random_cluster *cluster, bool plain);

#endif
