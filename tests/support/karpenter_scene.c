#include "tests/support/karpenter_scene.h"

#include <string.h>

struct fg_instance_type fg_scene_type(const char *name, const char *family, uint32_t vcpu)
{
    const char *size = strchr(name, '.') + 1;
    return (struct fg_instance_type){
        .name = name,
        .arch = FG_ARCH_AMD64,
        .vcpu = vcpu,
        .memory_mib = (int64_t)vcpu * 4 * 1024,
        .max_enis = vcpu > 2 ? 4 : 3,
        .ipv4_per_eni = vcpu > 2 ? 15 : 10,
        .gpu_model = "",
        .accelerator_model = "",
        .category = "m",
        .family = family,
        .size = size,
        .generation = (uint32_t)(family[1] - '0'),
        .bare_metal = strcmp(size, "metal") == 0,
        .nitro = true,
    };
}

struct fg_requirement fg_scene_in(const char *key, const char *const *values, uint32_t count)
{
    return (struct fg_requirement){
        .key = key,
        .operator_ = FG_OPERATOR_IN,
        .value_count = count,
        .values = (const char **)(uintptr_t)values,
    };
}

struct fg_karpenter_source fg_scene_source(const struct fg_catalog *catalog,
                                           const struct fg_node_pool *pools, uint32_t pool_count,
                                           const struct fg_node_class *node_class,
                                           const struct fg_karpenter_settings *settings,
                                           const struct fg_karpenter_market *market)
{
    static const char *const zones[] = {"us-east-1a", "us-east-1b"};
    return (struct fg_karpenter_source){
        .catalog = catalog,
        .region = "us-east-1",
        .zone_count = 2,
        .zones = zones,
        .pool_count = pool_count,
        .pools = pools,
        .class_count = 1,
        .classes = node_class,
        .settings = settings,
        .market = *market,
    };
}

struct fg_disruption_node fg_scene_node(const char *instance_type, fg_nanodollars price,
                                        fg_unix_s now)
{
    return (struct fg_disruption_node){
        .instance_type = instance_type,
        .zone = "us-east-1a",
        .capacity_type = "on-demand",
        .price = price,
        .is_ready = true,
        .created = now - 5000,
        .initialized = now - 4000,
        .last_pod_event = FG_NEVER_S,
        .nominated_until = FG_NEVER_S,
        .drifted = FG_NEVER_S,
    };
}

struct fg_disruption_class fg_scene_class(struct fg_cluster_state *state,
                                          const struct fg_pod_spec *spec)
{
    const struct fg_disruption_pods pods = {.spec = spec};
    fg_state_add_class(state, spec);
    return fg_karpenter_disruption_class(&pods, NULL, 0);
}
