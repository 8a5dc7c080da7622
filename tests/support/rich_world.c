#include "tests/support/rich_world.h"

#include <string.h>

#include "data/catalog_reader.h"
#include "models/base/status.h"
#include "models/commitment.h"

#define GIB (INT64_C(1) << 30)
#define PICK(dice, list) ((list)[fg_dice_below(dice, (uint32_t)(sizeof(list) / sizeof *(list)))])

static const char *zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};

const struct fg_catalog *fg_rich_catalog(void)
{
    static const char *const kept[] = {"c6i.large", "c6i.xlarge", "g5.12xlarge", "m5.large",
                                       "m5.xlarge", "m6g.large",  "m6i.2xlarge", "m6i.4xlarge",
                                       "m6i.large", "m6i.xlarge", "r6i.large",   "t3.medium"};
    static struct fg_catalog catalog;
    static struct fg_instance_type types[sizeof kept / sizeof *kept];
    struct fg_error error = {0};
    if (catalog.type_count > 0)
        return &catalog;
    FG_ASSERT(fg_catalog_read(NULL, &catalog, &error) == FG_OK);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        types[i] = *fg_catalog_find_type(&catalog, kept[i]);
    memcpy(catalog.types, types, sizeof types);
    catalog.type_count = sizeof kept / sizeof *kept;
    return &catalog;
}

/* ---- node pools ---- */

static struct fg_requirement one_of(const char *key, uint32_t count, const char **values)
{

    return (struct fg_requirement){
        .key = key, .operator_ = FG_OPERATOR_IN, .value_count = count, .values = values};
}

static struct fg_requirements pool_requirements(struct fg_rich_world *world, struct fg_dice *dice)
{
    static const char *capacity[] = {"spot", "on-demand"};
    static const char *families[] = {"m6i", "c6i", "r6i", "t3", "m5"};
    static const char *two[] = {"2"}, *arch[] = {"amd64"};
    struct fg_requirements out = {
        .items = fg_arena_allocate(&world->base.arena, 5, sizeof(struct fg_requirement))};
    uint32_t first = fg_dice_below(dice, 2);
    out.items[out.count++] = one_of("kubernetes.io/arch", 1, arch);
    out.items[out.count++] = one_of("karpenter.sh/capacity-type",
                                    first == 0 ? 1 + fg_dice_below(dice, 2) : 1, capacity + first);
    out.items[out.count++] =
        one_of("karpenter.k8s.aws/instance-family", 1 + fg_dice_below(dice, 5), families);
    if (fg_dice_one_in(dice, 4)) {
        out.items[out.count] = one_of("karpenter.k8s.aws/instance-cpu", 1, two);
        out.items[out.count++].operator_ = FG_OPERATOR_GT;
    }
    if (fg_dice_one_in(dice, 4))
        out.items[out.count++] =
            one_of("topology.kubernetes.io/zone", 1 + fg_dice_below(dice, 2), zones);
    return out;
}

static void make_budget(struct fg_dice *dice, struct fg_disruption_budget *budget)
{
    budget->percent = fg_dice_one_in(dice, 2);
    budget->nodes = budget->percent ? 10 * (1 + fg_dice_below(dice, 10)) : fg_dice_below(dice, 4);
    if (fg_dice_one_in(dice, 4))
        budget->reasons = FG_DISRUPTION_EMPTY | FG_DISRUPTION_DRIFTED;
}

static void make_pool(struct fg_rich_world *world, struct fg_dice *dice, uint32_t number,
                      struct fg_node_pool *pool)
{
    static const char *names[] = {"np-a", "np-b"};
    static const uint32_t afters[] = {0, 0, 30, 300, FG_DURATION_NEVER};
    static struct fg_pair tier[] = {{"tier", "x"}};
    static struct fg_taint team[] = {{"team", "a", FG_EFFECT_NO_SCHEDULE}};
    *pool = fg_node_pool_default(&world->base.arena);
    pool->name = names[number];
    pool->weight = fg_dice_one_in(dice, 2) ? 1 + (int32_t)fg_dice_below(dice, 100) : 0;
    pool->requirements = pool_requirements(world, dice);
    pool->consolidate_after_s = PICK(dice, afters);
    pool->consolidation_policy = (enum fg_consolidation_policy)fg_dice_below(dice, 3);
    make_budget(dice, pool->budgets);
    if (fg_dice_one_in(dice, 3))
        pool->labels = (struct fg_pairs){1, tier};
    if (fg_dice_one_in(dice, 4))
        pool->taints = (struct fg_taints){1, team};
    if (fg_dice_one_in(dice, 4))
        pool->limit_cpu_milli = 4000 + 2000 * (int64_t)fg_dice_below(dice, 8);
    if (fg_dice_one_in(dice, 6))
        pool->limit_nodes = 1 + fg_dice_below(dice, 4);
    if (fg_dice_one_in(dice, 6))
        pool->expire_after_s = 600 + fg_dice_below(dice, 4000);
    if (fg_dice_one_in(dice, 6))
        pool->termination_grace_period_s = 60;
}

static void make_pools(struct fg_rich_world *world, struct fg_dice *dice)
{
    struct fg_cluster *cluster = &world->base.scenario.cluster;
    cluster->karpenter = fg_cluster_default().karpenter;
    cluster->karpenter.spot_to_spot_consolidation = fg_dice_one_in(dice, 3);
    cluster->node_classes = fg_arena_allocate(&world->base.arena, 1, sizeof *cluster->node_classes);
    cluster->node_classes[0] = fg_node_class_default();
    cluster->node_classes[0].public_ipv4 = fg_dice_one_in(dice, 4);
    if (fg_dice_one_in(dice, 4))
        cluster->node_classes[0].max_pods = 4 + fg_dice_below(dice, 20);
    cluster->node_class_count = 1;
    cluster->node_pool_count = fg_dice_one_in(dice, 4) ? 0 : 1 + fg_dice_below(dice, 2);
    cluster->node_pools = fg_arena_allocate(&world->base.arena, 2, sizeof *cluster->node_pools);
    for (uint32_t i = 0; i < cluster->node_pool_count; i++) {
        make_pool(world, dice, i, &cluster->node_pools[i]);
        cluster->node_pools[i].node_class = "default";
    }
}

/* ---- node groups, limits ---- */

static void enrich_groups(struct fg_rich_world *world, struct fg_dice *dice)
{
    static const char *types[] = {"m6i.large", "m5.large"};
    struct fg_cluster *cluster = &world->base.scenario.cluster;
    for (uint32_t i = 0; i < cluster->node_group_count; i++) {
        struct fg_node_group *group = &cluster->node_groups[i];
        group->max_unavailable = 1;
        group->spot = fg_dice_one_in(dice, 3);
        if (fg_dice_one_in(dice, 3)) {
            group->instance_type = types[0];
            group->types = types;
            group->type_count = 2;
        } else {
            group->types = &group->instance_type;
            group->type_count = 1;
        }
        if (fg_dice_one_in(dice, 4))
            group->max_unavailable_percentage = 34;
        group->prefix_delegation = fg_dice_one_in(dice, 5);
    }
}

static void enrich_autoscaler(struct fg_rich_world *world, struct fg_dice *dice)
{
    struct fg_autoscaler_settings *settings = &world->base.scenario.cluster.autoscaler;
    const struct fg_autoscaler_settings made = *settings;
    if (!settings->enabled)
        return;
    *settings = fg_cluster_default().autoscaler;
    settings->enabled = true;
    settings->expander = (enum fg_expander)fg_dice_below(dice, FG_EXPANDER_PRIORITY);
    if (fg_dice_one_in(dice, 3)) {
        settings->then_count = 1;
        settings->then[0] = FG_EXPANDER_LEAST_NODES;
    }
    settings->scan_interval_s = made.scan_interval_s;
    settings->scale_down_unneeded_time_s = made.scale_down_unneeded_time_s;
    settings->scale_down_delay_after_add_s = made.scale_down_delay_after_add_s;
    settings->max_nodes_total = made.max_nodes_total;
    settings->scale_up_from_zero = !fg_dice_one_in(dice, 6);
    settings->balance_similar_node_groups = fg_dice_one_in(dice, 3);
    settings->max_node_provision_time_s = fg_dice_one_in(dice, 4) ? 60 : 900;
    settings->max_drain_parallelism = 1 + fg_dice_below(dice, 2);
    settings->scale_down_threshold_millionths = made.scale_down_threshold_millionths;
}

static void make_limits(struct fg_rich_world *world, struct fg_dice *dice)
{
    struct fg_cluster *cluster = &world->base.scenario.cluster;
    cluster->quotas = fg_cluster_default().quotas;
    cluster->network = fg_cluster_default().network;
    if (fg_dice_one_in(dice, 4))
        cluster->quotas.on_demand_vcpus[FG_QUOTA_STANDARD] =
            8 + 4 * (int64_t)fg_dice_below(dice, 8);
    if (fg_dice_one_in(dice, 4))
        cluster->quotas.spot_vcpus[FG_QUOTA_STANDARD] = 4 * (int64_t)fg_dice_below(dice, 6);
    if (fg_dice_one_in(dice, 4))
        cluster->network.warm_ip_target = fg_dice_below(dice, 5);
    if (fg_dice_one_in(dice, 6))
        cluster->network.prefix_delegation = true;
    for (uint32_t i = 0; i < cluster->subnet_count; i++) {
        cluster->subnets[i].zone = zones[i];
        cluster->subnets[i].address_count += fg_dice_below(dice, 2) * 60;
    }
}

static void make_events(struct fg_rich_world *world, struct fg_dice *dice)
{
    struct fg_cluster *cluster = &world->base.scenario.cluster;
    uint32_t count = fg_dice_below(dice, 4), second = 0;
    cluster->events = fg_arena_allocate(&world->base.arena, 4, sizeof *cluster->events);
    for (uint32_t i = 0; i < count; i++) {
        struct fg_planned_event event = {.kind = (enum fg_planned_kind)fg_dice_below(dice, 4)};
        second += fg_dice_below(dice, 2000);
        event.at_s = second;
        event.lasts_s = fg_dice_one_in(dice, 3) ? FG_DURATION_NEVER : 1 + fg_dice_below(dice, 900);
        event.name = "";
        if (event.kind == FG_PLANNED_ZONE_LOSS)
            event.name = PICK(dice, zones);
        if (event.kind == FG_PLANNED_NODE_GROUP_UPGRADE)
            event.name = cluster->node_groups[0].name;
        if (event.kind == FG_PLANNED_NODE_POOL_DRIFT)
            event.name = "np-a";
        if (event.kind != FG_PLANNED_NODE_POOL_DRIFT || cluster->node_pool_count > 0)
            cluster->events[cluster->event_count++] = event;
    }
}

/* ---- prices ---- */

static void make_commitments(struct fg_rich_world *world, struct fg_dice *dice)
{
    static struct fg_plan_rate rates[] = {{FG_USAGE_EC2, NULL, 730000, 1000000},
                                          {FG_USAGE_FARGATE, NULL, 800000, 1000000}};
    struct fg_scenario *scenario = &world->base.scenario;
    scenario->commitments = fg_arena_allocate(&world->base.arena, 2, sizeof *scenario->commitments);
    if (!fg_dice_one_in(dice, 3))
        scenario->commitments[scenario->commitment_count++] =
            (struct fg_commitment){.name = "plan",
                                   .kind = FG_COMPUTE_PLAN,
                                   .hourly_nano = 30000000LL * fg_dice_below(dice, 20),
                                   .rate_count = 2,
                                   .rates = rates};
    if (fg_dice_one_in(dice, 2))
        scenario->commitments[scenario->commitment_count++] = (struct fg_commitment){
            .name = "reserved",
            .kind = fg_dice_one_in(dice, 2) ? FG_ZONAL_RESERVATION : FG_REGIONAL_RESERVATION,
            .hourly_nano = 120000000,
            .instance_type = "m5.large",
            .family = "m5",
            .zone = PICK(dice, zones),
            .size = 16,
            .count = 2,
            .is_flexible = false};
}

static void make_prices(struct fg_rich_world *world, struct fg_dice *dice)
{
    struct fg_scenario *scenario = &world->base.scenario;
    scenario->seed = fg_dice_below(dice, 1000);
    scenario->spot.named_interruptions = !fg_dice_one_in(dice, 4);
    scenario->spot.interruptions_per_month_nano = 400 * INT64_C(1000000000);
    if (fg_dice_one_in(dice, 3)) {
        scenario->spot.named_discount = true;
        scenario->spot.discount_millionths = 600000;
    }
    if (fg_dice_one_in(dice, 3))
        scenario->terms.discount_millionths[FG_PRICES_EC2] = 50000;
    if (fg_dice_one_in(dice, 4))
        make_commitments(world, dice);
}

/* ---- pods ---- */

static void enrich_pods(struct fg_rich_world *world, struct fg_dice *dice)
{
    static const int32_t priorities[] = {0, 0, 10, -5, 1000};
    static const uint32_t checkpoints[] = {0, 0, 60};
    struct fg_trace *trace = &world->base.pods.trace;
    world->rules = (struct fg_random_cluster){.dice = {.seed = dice->seed + 77},
                                              .zones = {zones[0], zones[1], zones[2]}};
    for (uint32_t i = 0; i < trace->spec_count; i++) {
        struct fg_pod_spec *spec = &trace->specs[i];
        bool is_rich = fg_dice_one_in(dice, 2) && spec->kind != FG_KIND_DAEMONSET;
        spec->priority = PICK(dice, priorities);
        spec->checkpoint_s = PICK(dice, checkpoints);
        if (spec->labels.count == 0 && is_rich) {
            spec->labels.items =
                fg_arena_allocate(&world->base.arena, 1, sizeof *spec->labels.items);
            spec->labels.items[0] = (struct fg_pair){"app", fg_dice_one_in(dice, 2) ? "a" : "b"};
            spec->labels.count = 1;
        }
        if (is_rich)
            spec->rules = fg_random_rules(&world->rules, false);
    }
}

void fg_rich_world_make(uint64_t number, struct fg_rich_world *out)
{
    struct fg_dice dice = {.seed = 500000 + number};
    memset(out, 0, sizeof *out);
    fg_random_world_make(number, FG_WORLD_MIXED, &out->base);
    /* With Spot a study may never end by itself: a pod can lose its work again and again. */
    if (out->base.scenario.duration_s == 0)
        out->base.scenario.duration_s = 1 + fg_dice_below(&dice, 20000);
    make_pools(out, &dice);
    enrich_groups(out, &dice);
    enrich_autoscaler(out, &dice);
    make_limits(out, &dice);
    make_events(out, &dice);
    make_prices(out, &dice);
    enrich_pods(out, &dice);
    out->base.scenario.cluster.scheduler.default_spread = !fg_dice_one_in(&dice, 3);
}

void fg_rich_world_release(struct fg_rich_world *world)
{
    fg_random_world_release(&world->base);
    fg_random_cluster_release(&world->rules);
}
