/* small_cluster.h - a cluster state made by hand, for tests of Cluster Autoscaler's decisions. */
#ifndef FARGAUGE_TESTS_SMALL_CLUSTER_H
#define FARGAUGE_TESTS_SMALL_CLUSTER_H

#include "models/cluster.h"
#include "sim/controllers/scale_up.h"

#define FG_MIB (1024LL * 1024)
#define FG_GIB (1024 * FG_MIB)

enum { FG_SMALL_CLASSES = 8, FG_SMALL_GROUPS = 4 };

struct fg_small_cluster {
    struct fg_pod_spec specs[FG_SMALL_CLASSES]; /* set before fg_small_cluster_seal */
    struct fg_pod_rules rules[FG_SMALL_CLASSES];
    uint32_t class_count, group_count;
    struct fg_cluster_state state;
    struct fg_simulation simulation;
    struct fg_scaling_group groups[FG_SMALL_GROUPS];
    struct fg_autoscaler_settings settings;
};

/* Default settings; {0} else. */
void fg_small_cluster_open(struct fg_small_cluster *cluster);
void fg_small_cluster_close(struct fg_small_cluster *cluster);
/* A class of pods in namespace default, of a ReplicaSet; returns its number. */
uint32_t fg_small_class(struct fg_small_cluster *cluster, int64_t cpu_milli, int64_t memory_mib);
/* After the last class: nodes and groups may come. */
void fg_small_cluster_seal(struct fg_small_cluster *cluster);
/* A kind of node of so many vCPU and GiB, all allocatable, 110 pods. */
uint32_t fg_small_kind(struct fg_small_cluster *cluster, int64_t vcpu, int64_t gibibytes);
/* An open node in the simulation's list; returns its slot. */
uint32_t fg_small_node(struct fg_small_cluster *cluster, uint32_t kind);
/* A group of new nodes of the kind. */
struct fg_scaling_group *fg_small_scaling_group(struct fg_small_cluster *cluster, const char *name,
                                                uint32_t kind, int64_t size, int64_t max_size);
/* What grows for the runs. free() the answer's lists. */
struct fg_scale_up_answer fg_small_scale_up(struct fg_small_cluster *cluster,
                                            struct fg_waiting_pods *waiting, uint32_t count);

#endif
