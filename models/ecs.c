#include "models/ecs.h"

#include <stdio.h>
#include <string.h>

#include "models/quantity.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)

enum { ARM_FIRMWARE_MIB = 64, FALLBACK_TASKS = 110, NO_LIMIT = 1000000, MILLION = 1000000 };

/* ---- tasks on Fargate ---- */

static const struct {
    const char *sku, *spot_sku;
    uint32_t minimum_s;
    enum fg_fargate_buyer task;
} platforms[FG_FARGATE_PLATFORMS] = {
    [FG_PLATFORM_LINUX] = {"linux/amd64", "linux/amd64/spot", 60, FG_BUYER_LINUX_TASK},
    [FG_PLATFORM_LINUX_ARM64] = {"linux/arm64", "linux/arm64/spot", 60, FG_BUYER_LINUX_TASK},
    [FG_PLATFORM_WINDOWS] = {"windows/amd64", "windows/amd64/spot", 300, FG_BUYER_WINDOWS_TASK},
};

const char *fg_fargate_offer_sku(uint32_t offer)
{
    enum fg_fargate_platform platform = fg_fargate_offer_platform(offer);
    return fg_fargate_offer_is_spot(offer) ? platforms[platform].spot_sku : platforms[platform].sku;
}

bool fg_fargate_is_coverable(const char *sku)
{
    for (int i = 0; i < FG_FARGATE_PLATFORMS; i++)
        if (strcmp(sku, platforms[i].spot_sku) == 0)
            return false;
    return strcmp(sku, FG_SKU_WINDOWS_LICENCE) != 0;
}

uint32_t fg_fargate_spot_millionths(const struct fg_fargate_profile *profile)
{
    uint64_t all = (uint64_t)profile->on_demand_weight + profile->spot_weight;
    return all == 0 ? 0 : (uint32_t)(((uint64_t)profile->spot_weight * MILLION + all / 2) / all);
}

uint32_t fg_fargate_minimum_s(enum fg_fargate_platform platform)
{
    return platforms[platform].minimum_s;
}

enum fg_fargate_platform fg_fargate_platform_of(const struct fg_cluster *cluster,
                                                const struct fg_fargate_profile *profile,
                                                const struct fg_pod_spec *spec)
{
    if (cluster->orchestrator == FG_ORCHESTRATOR_EKS || profile == NULL)
        return FG_PLATFORM_LINUX;
    if (profile->is_windows)
        return FG_PLATFORM_WINDOWS;
    enum fg_arch arch = profile->named_arch ? profile->arch : spec->arch;
    return arch == FG_ARCH_ARM64 ? FG_PLATFORM_LINUX_ARM64 : FG_PLATFORM_LINUX;
}

enum fg_fargate_buyer fg_fargate_buyer_of(const struct fg_cluster *cluster,
                                          enum fg_fargate_platform platform)
{
    return cluster->orchestrator == FG_ORCHESTRATOR_EKS ? FG_BUYER_EKS_POD
                                                        : platforms[platform].task;
}

static void refuse_size(const struct fg_cluster *cluster, const struct fg_pod_spec *spec,
                        enum fg_fargate_buyer buyer, fg_day day, char *buffer,
                        uint32_t buffer_bytes)
{
    int64_t cpu = spec->cpu_milli, memory = spec->memory_bytes;
    struct fg_fargate_size size;
    char cpu_text[32], memory_text[32];
    for (uint32_t i = 0; i < cluster->fargate.sidecar_count; i++) {
        cpu += cluster->fargate.sidecars[i].cpu_milli;
        memory += cluster->fargate.sidecars[i].memory_bytes;
    }
    if (fg_fargate_size_for(buyer, cpu, memory, day, &size))
        return;
    size = fg_fargate_largest_for(buyer, day);
    snprintf(buffer, buffer_bytes,
             "Task not supported on Fargate: %s vCPU and %s are more than the largest size, %g "
             "vCPU and %g GB",
             fg_quantity_print_cpu(cpu, cpu_text), fg_quantity_print_bytes(memory, memory_text),
             (double)size.cpu_milli / 1000, (double)size.memory_mib / 1024);
}

const char *fg_ecs_refusal(const struct fg_cluster *cluster,
                           const struct fg_fargate_profile *profile, const struct fg_pod_spec *spec,
                           fg_day day, char *buffer, uint32_t buffer_bytes)
{
    static const struct {
        uint32_t bit;
        const char *text;
    } features[] = {
        {FG_FEATURE_PRIVILEGED, "privileged"},
        {FG_FEATURE_HOST_NETWORK, "network mode host"},
        {FG_FEATURE_HOST_PATH, "a host's path as a volume"},
    };
    enum fg_fargate_platform platform = fg_fargate_platform_of(cluster, profile, spec);
    enum fg_fargate_buyer buyer = fg_fargate_buyer_of(cluster, platform);
    const char *text = spec->gpu_milli > 0 ? "GPUs are not available" : NULL;
    int64_t storage;
    buffer[0] = '\0';
    for (size_t i = sizeof features / sizeof *features; i > 0; i--)
        if ((spec->features & features[i - 1].bit) != 0)
            text = features[i - 1].text;
    if (platform == FG_PLATFORM_WINDOWS && (spec->features & FG_FEATURE_EBS) != 0)
        text = "an EBS volume on Windows";
    if (text != NULL)
        snprintf(buffer, buffer_bytes, "Task not supported on Fargate: %s", text);
    else if (!fg_fargate_billed_storage_for(buyer, spec->ephemeral_bytes, &storage))
        snprintf(buffer, buffer_bytes,
                 "Task not supported on Fargate: more than %d GiB of ephemeral storage",
                 (int)fg_fargate_max_storage_gib(buyer));
    else
        refuse_size(cluster, spec, buyer, day, buffer, buffer_bytes);
    return buffer;
}

/* ---- container instances ---- */

int64_t fg_ecs_instance_tasks(const struct fg_ecs_settings *settings,
                              const struct fg_instance_type *type)
{
    if (settings->network_mode != FG_ECS_AWSVPC)
        return NO_LIMIT;
    return type->max_enis == 0 ? FALLBACK_TASKS : (int64_t)type->max_enis - 1;
}

void fg_ecs_instance_capacity(const struct fg_ecs_settings *settings,
                              const struct fg_instance_type *type, int64_t max_tasks,
                              int64_t volume_gib, struct fg_node_capacity *out)
{
    int64_t mib = type->memory_mib - (type->arch == FG_ARCH_ARM64 ? ARM_FIRMWARE_MIB : 0);
    mib -= (mib * settings->memory_overhead_millionths + MILLION - 1) / MILLION;
    int64_t memory = mib * MIB - settings->reserved_memory_bytes;
    *out = (struct fg_node_capacity){
        .cpu_milli = (int64_t)type->vcpu * 1000,
        .memory_bytes = memory < 0 ? 0 : memory,
        .ephemeral_bytes = volume_gib * GIB,
        .gpu_milli = (int64_t)type->gpu_count * 1000,
        .pods = max_tasks > 0 ? max_tasks : fg_ecs_instance_tasks(settings, type),
    };
}

int64_t fg_ecs_addresses(const struct fg_ecs_settings *settings, int64_t tasks)
{
    return 1 + (settings->network_mode == FG_ECS_AWSVPC ? tasks : 0);
}
