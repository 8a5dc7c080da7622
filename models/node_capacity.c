#include "models/node_capacity.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)

enum {
    EVICTION_MEMORY_MIB = 100,
    EPHEMERAL_RESERVE_GIB = 1,
    ARM_FIRMWARE_MIB = 64,
    FALLBACK_MAX_PODS = 110, /* where nothing else says */
    LARGE_MAX_PODS = 250,
    LARGE_VCPU = 30,
    ADDRESSES_PER_PREFIX = 16,
    HOST_NETWORK_PODS = 2, /* aws-node and kube-proxy */
};

/* So many ten-thousandths of the part of `milli` between the bounds, cut to whole milli. */
static int64_t band(int64_t milli, int64_t low, int64_t high, int64_t ten_thousandths)
{
    if (milli <= low)
        return 0;
    return ((milli < high ? milli : high) - low) * ten_thousandths / 10000;
}

int64_t fg_kube_reserved_cpu_milli(int64_t vcpu)
{
    int64_t milli = vcpu * 1000;
    return band(milli, 0, 1000, 600) + band(milli, 1000, 2000, 100) + band(milli, 2000, 4000, 50) +
           band(milli, 4000, milli, 25);
}

int64_t fg_kube_reserved_memory_mib(int64_t max_pods)
{
    return 11 * max_pods + 255;
}

int64_t fg_max_pods(const struct fg_instance_type *type, bool prefix_delegation,
                    bool custom_networking)
{
    int64_t enis = (int64_t)type->max_enis - custom_networking;
    if (type->max_enis == 0 || type->ipv4_per_eni == 0)
        return FALLBACK_MAX_PODS;
    int64_t per_eni = (int64_t)type->ipv4_per_eni - 1;
    return enis * per_eni * (prefix_delegation && type->nitro ? ADDRESSES_PER_PREFIX : 1) +
           HOST_NETWORK_PODS;
}

int64_t fg_max_pods_cap(const struct fg_instance_type *type)
{
    return type->vcpu > LARGE_VCPU ? LARGE_MAX_PODS : FALLBACK_MAX_PODS;
}

static int64_t ephemeral(int64_t volume_gib)
{
    int64_t eviction = (volume_gib * GIB + 9) / 10;
    int64_t left = volume_gib * GIB - EPHEMERAL_RESERVE_GIB * GIB - eviction;
    return left < 0 ? 0 : left;
}

/* 7.5 % of memory, rounded up, is what the hypervisor and firmware are taken to keep. */
static int64_t overhead_mib(int64_t mib)
{
    return (mib * 75 + 999) / 1000;
}

void fg_node_allocatable(const struct fg_instance_type *type, bool prefix_delegation,
                         int64_t volume_gib, struct fg_node_capacity *out)
{
    int64_t mib = type->memory_mib - (type->arch == FG_ARCH_ARM64 ? ARM_FIRMWARE_MIB : 0);
    mib -= overhead_mib(mib);
    mib -= fg_kube_reserved_memory_mib(fg_max_pods(type, false, false)) + EVICTION_MEMORY_MIB;
    *out = (struct fg_node_capacity){
        .cpu_milli = (int64_t)type->vcpu * 1000 - fg_kube_reserved_cpu_milli(type->vcpu),
        .memory_bytes = (mib < 0 ? 0 : mib) * MIB,
        .ephemeral_bytes = ephemeral(volume_gib),
        .gpu_milli = (int64_t)type->gpu_count * 1000,
        .pods = fg_max_pods(type, prefix_delegation, false),
    };
}

void fg_group_allocatable(const struct fg_instance_type *type, bool managed, int64_t max_pods,
                          int64_t volume_gib, struct fg_node_capacity *out)
{
    fg_node_allocatable(type, false, volume_gib, out);
    if (max_pods > 0)
        out->pods = max_pods;
    else if (managed && out->pods > fg_max_pods_cap(type))
        out->pods = fg_max_pods_cap(type);
}

void fg_group_template_from_zero(const struct fg_instance_type *type, int64_t volume_gib,
                                 struct fg_node_capacity *out)
{
    *out = (struct fg_node_capacity){
        .cpu_milli = (int64_t)type->vcpu * 1000,
        .memory_bytes = type->memory_mib * MIB,
        .ephemeral_bytes = volume_gib * GIB,
        .gpu_milli = (int64_t)type->gpu_count * 1000,
        .pods = FALLBACK_MAX_PODS,
    };
}
