/* ECS as the orchestrator: cluster.ecs, what Fargate profiles say for tasks, and what of a cluster
 * ECS has no use for. */
#include <string.h>

#include "data/study_parts.h"
#include "data/value_merge.h"
#include "models/ecs.h"

void fg_study_decode_orchestrator(struct fg_decoder *decoder, const struct fg_value *value,
                                  void *out)
{
    static const char *const words[] = {"eks", "ecs", NULL};
    int number = fg_decode_word(decoder, value, "orchestrator", words);
    if (number >= 0)
        ((struct fg_cluster *)out)->orchestrator = (enum fg_orchestrator)number;
}

/* ---- placement ---- */

struct strategy {
    int type; /* of the words */
    const char *field;
};
enum { STRATEGY_SPREAD, STRATEGY_BINPACK };

static void decode_strategy_type(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    static const char *const words[] = {"spread", "binpack", NULL};
    if (value->kind == FG_VALUE_TEXT && strcmp(value->text, "random") == 0)
        fg_decode_fault(decoder, value,
                        "type random is not supported by this version of fargauge; expected "
                        "spread or binpack");
    else
        ((struct strategy *)out)->type = fg_decode_word(decoder, value, "type", words);
}

static const struct fg_field strategy_fields[] = {
    {"type", FG_FIELD_FUNCTION, 0, decode_strategy_type},
    {"field", FG_FIELD_TEXT, offsetof(struct strategy, field), NULL},
    {0},
};

/* The scheduler's scores stand in: what is packed is scored by how full it makes a node, and what
 * is spread by the default constraints over zones and nodes. */
static void take_strategy(struct fg_decoder *decoder, const struct fg_value *map,
                          const struct strategy *strategy, struct fg_scheduler_settings *scheduler)
{
    static const char *const spread[] = {"attribute:ecs.availability-zone", "instanceId", "host",
                                         NULL};
    static const char *const packed[] = {"cpu", "memory", NULL};
    const struct fg_value *field = fg_value_find(map, "field");
    if (fg_decode_required(decoder, map, "field", "a placement strategy") == NULL)
        return;
    if (strategy->type == STRATEGY_SPREAD && fg_decode_word(decoder, field, "field", spread) >= 0)
        scheduler->default_spread = true;
    if (strategy->type != STRATEGY_BINPACK || fg_decode_word(decoder, field, "field", packed) < 0)
        return;
    scheduler->scoring = FG_SCORING_MOST_ALLOCATED;
    scheduler->most_allocated = true;
    scheduler->resources = fg_arena_allocate(decoder->arena, 1, sizeof *scheduler->resources);
    scheduler->resources[0] = (struct fg_score_resource){strategy->field, 1};
    scheduler->resource_count = 1;
}

static void decode_placement(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct fg_cluster *cluster = out;
    if (!fg_decode_is_list(decoder, list, "placementStrategy") || list->count == 0)
        return;
    cluster->scheduler.default_spread = false;
    for (uint32_t i = 0; i < list->count; i++) {
        struct strategy strategy = {.type = -1, .field = ""};
        if (!fg_decode_item(decoder, list->items[i], "a placement strategy", strategy_fields,
                            &strategy))
            continue;
        if (fg_decode_required(decoder, list->items[i], "type", "a placement strategy") != NULL &&
            strategy.type >= 0)
            take_strategy(decoder, list->items[i], &strategy, &cluster->scheduler);
    }
}

/* ---- cluster.ecs ---- */

static void decode_network_mode(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"awsvpc", "bridge", "host", NULL};
    int number = fg_decode_word(decoder, value, "networkMode", words);
    if (number >= 0)
        ((struct fg_cluster *)out)->ecs.network_mode = (enum fg_ecs_network_mode)number;
}

static void decode_overhead(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_percent(decoder, value, "memoryOverhead",
                      &((struct fg_cluster *)out)->ecs.memory_overhead_millionths);
}

static const struct fg_field ecs_fields[] = {
    {"reservedMemory", FG_FIELD_BYTES, offsetof(struct fg_cluster, ecs.reserved_memory_bytes),
     NULL},
    {"memoryOverhead", FG_FIELD_FUNCTION, 0, decode_overhead},
    {"networkMode", FG_FIELD_FUNCTION, 0, decode_network_mode},
    {"placementStrategy", FG_FIELD_FUNCTION, 0, decode_placement},
    {0},
};

void fg_study_decode_ecs(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "ecs", ecs_fields, out);
}

/* ---- what a Fargate profile says for tasks ---- */

static const char *const providers[] = {"FARGATE", "FARGATE_SPOT", NULL};

void fg_study_decode_capacity_provider(struct fg_decoder *decoder, const struct fg_value *value,
                                       void *out)
{
    struct fg_fargate_profile *profile = out;
    int number = fg_decode_word(decoder, value, "capacityProvider", providers);
    profile->on_demand_weight = number == 0;
    profile->spot_weight = number == 1;
}

struct provider {
    int number;
    int64_t weight;
};

static void decode_provider(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    ((struct provider *)out)->number =
        fg_decode_word(decoder, value, "capacityProvider", providers);
}

static void decode_weight(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_whole(decoder, value, "weight", 0, 1000, &((struct provider *)out)->weight);
}

static const struct fg_field provider_fields[] = {
    {"capacityProvider", FG_FIELD_FUNCTION, 0, decode_provider},
    {"weight", FG_FIELD_FUNCTION, 0, decode_weight},
    {"base", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

void fg_study_decode_provider_strategy(struct fg_decoder *decoder, const struct fg_value *list,
                                       void *out)
{
    struct fg_fargate_profile *profile = out;
    if (!fg_decode_is_list(decoder, list, "capacityProviderStrategy"))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        struct provider provider = {.number = -1};
        if (!fg_decode_item(decoder, list->items[i], "a capacity provider", provider_fields,
                            &provider))
            continue;
        fg_decode_required(decoder, list->items[i], "capacityProvider", "a capacity provider");
        if (provider.number >= 0)
            *(provider.number == 1 ? &profile->spot_weight : &profile->on_demand_weight) +=
                (uint32_t)provider.weight;
    }
    if (profile->on_demand_weight + profile->spot_weight == 0)
        fg_decode_fault(decoder, list,
                        "capacityProviderStrategy has no weight above 0; expected such as "
                        "[{capacityProvider: FARGATE, weight: 1}, {capacityProvider: "
                        "FARGATE_SPOT, weight: 4}]");
}

void fg_study_decode_cpu_architecture(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out)
{
    static const char *const words[] = {"X86_64", "ARM64", NULL};
    struct fg_fargate_profile *profile = out;
    int number = fg_decode_word(decoder, value, "cpuArchitecture", words);
    profile->named_arch = number >= 0;
    profile->arch = number == 1 ? FG_ARCH_ARM64 : FG_ARCH_AMD64;
}

void fg_study_decode_operating_system(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out)
{
    static const char *const words[] = {"LINUX",
                                        "WINDOWS",
                                        "WINDOWS_SERVER_2019_CORE",
                                        "WINDOWS_SERVER_2019_FULL",
                                        "WINDOWS_SERVER_2022_CORE",
                                        "WINDOWS_SERVER_2022_FULL",
                                        NULL};
    ((struct fg_fargate_profile *)out)->is_windows =
        fg_decode_word(decoder, value, "operatingSystem", words) > 0;
}

void fg_study_check_task_profile(struct fg_decoder *decoder, const struct fg_value *map,
                                 const struct fg_fargate_profile *profile)
{
    const struct fg_value *strategy = fg_value_find(map, "capacityProviderStrategy");
    if (strategy != NULL && fg_value_find(map, "capacityProvider") != NULL)
        fg_decode_fault(decoder, strategy,
                        "the Fargate profile '%s' has capacityProvider and "
                        "capacityProviderStrategy; expected one of them",
                        profile->name);
    if (!profile->is_windows)
        return;
    if (profile->named_arch && profile->arch == FG_ARCH_ARM64)
        fg_decode_fault(decoder, map,
                        "the Fargate profile '%s' is for Windows on ARM64; expected X86_64",
                        profile->name);
    if (profile->spot_weight > 0)
        fg_decode_fault(decoder, map,
                        "the Fargate profile '%s' is for Windows on FARGATE_SPOT; expected FARGATE",
                        profile->name);
}

/* ---- when the rest of the cluster is there ---- */

enum { ECS_LAUNCH_BURST = 100 };

static void settle_ecs(struct fg_decoder *decoder, const struct fg_value *section,
                       struct fg_cluster *cluster)
{
    const struct fg_value *scheduler = fg_value_find(section, "scheduler");
    const struct fg_value *pools = fg_value_find(section, "nodePools");
    if (cluster->node_pool_count > 0)
        fg_decode_fault(decoder, pools != NULL ? pools : fg_value_find(section, "autoModeConfig"),
                        "Karpenter and EKS Auto Mode do not work with ECS; expected node groups "
                        "or Fargate profiles under orchestrator ecs");
    if (scheduler != NULL && fg_value_has(section, "ecs.placementStrategy"))
        fg_decode_fault(decoder, scheduler,
                        "there are scheduler and ecs.placementStrategy; expected one of them");
    if (!fg_value_has(section, "fargate.launchRate.burst"))
        cluster->fargate.launch_burst = ECS_LAUNCH_BURST;
}

/* What pods on EKS cannot have. */
static void refuse_tasks(struct fg_decoder *decoder, const struct fg_value *section,
                         const struct fg_cluster *cluster)
{
    const struct fg_value *place = fg_value_find(section, "fargateProfiles");
    for (uint32_t i = 0; i < cluster->profile_count; i++) {
        const struct fg_fargate_profile *profile = &cluster->profiles[i];
        const char *what = profile->spot_weight > 0 ? "capacity provider FARGATE_SPOT"
                           : profile->is_windows    ? "Windows"
                           : profile->named_arch && profile->arch == FG_ARCH_ARM64 ? "ARM64"
                                                                                   : NULL;
        if (what != NULL)
            fg_decode_fault(decoder, place,
                            "the Fargate profile '%s' asks for %s, which EKS pods cannot have on "
                            "Fargate; expected orchestrator: ecs with it",
                            profile->name, what);
    }
}

void fg_study_settle_orchestrator(struct fg_decoder *decoder, const struct fg_value *section,
                                  struct fg_cluster *cluster)
{
    if (cluster->orchestrator == FG_ORCHESTRATOR_ECS)
        settle_ecs(decoder, section, cluster);
    else
        refuse_tasks(decoder, section, cluster);
}
