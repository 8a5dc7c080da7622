#include "sim/controllers/karpenter_capacity.h"

#include <string.h>

#include "models/instance_name.h"

#define MIB (INT64_C(1024) * 1024)
#define GIB (1024 * MIB)

enum {
    ARM_FIRMWARE_MIB = 64,
    DEFAULT_MAX_PODS = 110, /* where the ENI formula does not apply */
    AUTO_MODE_MAX_PODS = 110,
    HOST_NETWORK_PODS = 2,
    DEFAULT_VOLUME_GIB = 20,
    WINDOWS_VOLUME_GIB = 50,
    WHOLE_GPU = 1000, /* per mille */
};

const char *fg_capacity_type_name(enum fg_capacity_type type)
{
    return type == FG_CAPACITY_SPOT ? "spot" : "on-demand";
}

bool fg_karpenter_family_is(const struct fg_node_class *node_class, const char *prefix)
{
    return node_class->ami_family != NULL &&
           strncmp(node_class->ami_family, prefix, strlen(prefix)) == 0;
}

static int64_t eni_pods(const struct fg_instance_type *type, int64_t reserved_enis)
{
    int64_t enis = (int64_t)type->max_enis - reserved_enis;
    return enis <= 0 ? 0 : enis * ((int64_t)type->ipv4_per_eni - 1) + HOST_NETWORK_PODS;
}

static int64_t pods_of(const struct fg_instance_type *type, const struct fg_node_class *node_class,
                       const struct fg_karpenter_settings *settings, bool auto_mode)
{
    int64_t pods = node_class->max_pods;
    if (pods == 0)
        pods = fg_karpenter_family_is(node_class, "Windows")
                   ? DEFAULT_MAX_PODS
                   : eni_pods(type, settings->reserved_enis);
    int64_t by_core = node_class->pods_per_core * type->vcpu;
    if (by_core > 0 && by_core < pods && !fg_karpenter_family_is(node_class, "Bottlerocket"))
        pods = by_core;
    return auto_mode && pods > AUTO_MODE_MAX_PODS ? AUTO_MODE_MAX_PODS : pods;
}

/* AL2 and its kin reserve by the ENI formula whatever maxPods says. */
static int64_t reserved_memory(const struct fg_instance_type *type,
                               const struct fg_node_class *node_class, int64_t pods)
{
    if (node_class->kube_reserved_memory_bytes >= 0)
        return node_class->kube_reserved_memory_bytes;
    bool by_pods = fg_karpenter_family_is(node_class, "Bottlerocket") ||
                   fg_karpenter_family_is(node_class, "Windows");
    return fg_kube_reserved_memory_mib(by_pods ? pods : eni_pods(type, 0)) * MIB;
}

static int64_t gpus_of(const struct fg_instance_type *type)
{
    bool nvidia = strcmp(fg_gpu_manufacturer(type->gpu_model), "nvidia") == 0;
    return nvidia && type->gpu_per_mille >= WHOLE_GPU ? (int64_t)type->gpu_count * WHOLE_GPU : 0;
}

void fg_karpenter_type_capacity(const struct fg_instance_type *type,
                                const struct fg_node_class *node_class,
                                const struct fg_karpenter_settings *settings, bool auto_mode,
                                struct fg_node_capacity *capacity,
                                struct fg_node_capacity *allocatable)
{
    int64_t mib = type->memory_mib - (type->arch == FG_ARCH_ARM64 ? ARM_FIRMWARE_MIB : 0);
    int64_t volume_gib = node_class->root != NULL ? node_class->root->size_gib
                         : fg_karpenter_family_is(node_class, "Windows") ? WINDOWS_VOLUME_GIB
                                                                         : DEFAULT_VOLUME_GIB;
    *capacity = (struct fg_node_capacity){
        .cpu_milli = (int64_t)type->vcpu * 1000,
        .memory_bytes =
            (mib - (mib * settings->vm_memory_overhead_millionths + 999999) / 1000000) * MIB,
        .ephemeral_bytes = volume_gib * GIB,
        .gpu_milli = gpus_of(type),
        .pods = pods_of(type, node_class, settings, auto_mode),
    };
    *allocatable = *capacity;
    allocatable->cpu_milli -=
        node_class->system_reserved_cpu_milli + (node_class->kube_reserved_cpu_milli >= 0
                                                     ? node_class->kube_reserved_cpu_milli
                                                     : fg_kube_reserved_cpu_milli(type->vcpu));
    allocatable->memory_bytes -= node_class->system_reserved_memory_bytes +
                                 node_class->eviction_hard_memory_bytes +
                                 reserved_memory(type, node_class, capacity->pods);
    allocatable->ephemeral_bytes -= GIB + (volume_gib * GIB + 9) / 10;
}
