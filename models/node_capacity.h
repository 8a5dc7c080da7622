/* node_capacity.h - what of an EC2 instance pods can request (rules section 4). Pure integers. */
#ifndef FARGAUGE_MODELS_NODE_CAPACITY_H
#define FARGAUGE_MODELS_NODE_CAPACITY_H

#include <stdbool.h>
#include <stdint.h>

#include "models/catalog.h"

struct fg_node_capacity {
    int64_t cpu_milli;
    int64_t memory_bytes;
    int64_t ephemeral_bytes;
    int64_t gpu_milli;
    int64_t pods;
};

/* rules K1: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % above. */
int64_t fg_kube_reserved_cpu_milli(int64_t vcpu);
/* rules K2: 11 * max_pods + 255. */
int64_t fg_kube_reserved_memory_mib(int64_t max_pods);
/* rules K3: the ENI formula, not capped. */
int64_t fg_max_pods(const struct fg_instance_type *type, bool prefix_delegation,
                    bool custom_networking);
/* rules K3: the cap of managed node groups, 250 above 30 vCPU, else 110. */
int64_t fg_max_pods_cap(const struct fg_instance_type *type);

/* rules K5: Karpenter's estimate, ceil(7.5 %) of memory off, reserves and eviction threshold;
 * `volume_gib` is the root volume; pods by the ENI formula, not capped. The memory reserve
 * follows the ENI formula also with prefix delegation (AL2023, rules K2). */
void fg_node_allocatable(const struct fg_instance_type *type, bool prefix_delegation,
                         int64_t volume_gib, struct fg_node_capacity *out);
/* The same for a node of a node group: max pods as set by the group (`max_pods` > 0), else the
 * ENI formula, capped where the group is managed. */
void fg_group_allocatable(const struct fg_instance_type *type, bool managed, int64_t max_pods,
                          int64_t volume_gib, struct fg_node_capacity *out);
/* The whole machine, as Cluster Autoscaler takes it for an empty group (rules C3): full vCPU and
 * memory, 110 pods. */
void fg_group_template_from_zero(const struct fg_instance_type *type, int64_t volume_gib,
                                 struct fg_node_capacity *out);

#endif
