#include "tests/support/random_world.h"

#include <stdlib.h>
#include <string.h>

#define GIB (1024LL * 1024 * 1024)
#define PICK(dice, list) ((list)[fg_dice_below(dice, sizeof(list) / sizeof *(list))])

uint32_t fg_random_world_count(uint32_t usual)
{
    const char *text = getenv("FARGAUGE_WORLDS");
    return text == NULL ? usual : (uint32_t)strtoul(text, NULL, 10);
}

static struct fg_pairs one_pair(struct fg_arena *arena, const char *key, const char *value)
{
    struct fg_pair *pair = fg_arena_allocate(arena, 1, sizeof *pair);
    *pair = (struct fg_pair){key, value};
    return (struct fg_pairs){1, pair};
}

/* ---- the cluster ---- */

static void make_profiles(struct fg_random_world *world, struct fg_dice *dice,
                          enum fg_world_kind kind)
{
    static const char *names[] = {"fp-a", "fp-b", "fp-c"};
    static const char *patterns[] = {"batch", "web*", "kube-system", "web-b", "*"};
    struct fg_cluster *cluster = &world->scenario.cluster;
    uint32_t count = kind == FG_WORLD_FARGATE ? 1 : fg_dice_below(dice, 3);
    cluster->profiles = fg_arena_allocate(&world->arena, 3, sizeof *cluster->profiles);
    cluster->profile_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct fg_selector *selector = fg_arena_allocate(&world->arena, 1, sizeof *selector);
        selector->namespace_pattern = kind == FG_WORLD_FARGATE ? "*" : PICK(dice, patterns);
        if (kind == FG_WORLD_MIXED && fg_dice_one_in(dice, 4))
            selector->labels = one_pair(&world->arena, "on", "fargate");
        cluster->profiles[i] = (struct fg_fargate_profile){
            .name = names[i], .selector_count = 1, .selectors = selector};
    }
}

static void make_subnets(struct fg_random_world *world, struct fg_dice *dice)
{
    static const char *ids[] = {"subnet-1", "subnet-2", "subnet-3"};
    struct fg_cluster *cluster = &world->scenario.cluster;
    if (!fg_dice_one_in(dice, 3))
        return;
    cluster->subnet_count = 1 + fg_dice_below(dice, 3);
    cluster->subnets =
        fg_arena_allocate(&world->arena, cluster->subnet_count, sizeof *cluster->subnets);
    for (uint32_t i = 0; i < cluster->subnet_count; i++)
        cluster->subnets[i] = (struct fg_subnet){.id = ids[i],
                                                 .zone = "us-east-1a",
                                                 .is_public = fg_dice_one_in(dice, 5),
                                                 .address_count = 1 + fg_dice_below(dice, 11)};
    for (uint32_t i = 0; i < cluster->profile_count; i++) {
        if (!fg_dice_one_in(dice, 2))
            continue;
        cluster->profiles[i].subnets = fg_arena_allocate(&world->arena, 1, sizeof(char *));
        cluster->profiles[i].subnets[0] = ids[fg_dice_below(dice, cluster->subnet_count)];
        cluster->profiles[i].subnet_count = 1;
    }
}

static void make_fargate(struct fg_random_world *world, struct fg_dice *dice)
{
    static const int64_t quotas[] = {FG_UNLIMITED, FG_UNLIMITED, 6000, 2000, 20000};
    static const uint32_t delays[] = {0, 1, 7, 45};
    static const uint32_t pulls[] = {0, 15, 70};
    struct fg_fargate_settings *fargate = &world->scenario.cluster.fargate;
    fargate->vcpu_quota_milli = PICK(dice, quotas);
    fargate->provision_delay_s = PICK(dice, delays);
    fargate->image_pull_s = PICK(dice, pulls);
    fargate->bill_until_termination = fg_dice_one_in(dice, 4);
    fargate->launch_burst = 1 + fg_dice_below(dice, 20);
    fargate->launch_per_second = 1 + fg_dice_below(dice, 3);
    if (fg_dice_one_in(dice, 4)) {
        fargate->sidecars = fg_arena_allocate(&world->arena, 1, sizeof *fargate->sidecars);
        fargate->sidecars[0] = (struct fg_sidecar){"agent", 50, 64 * 1024 * 1024};
        fargate->sidecar_count = 1;
    }
}

static void make_taints(struct fg_random_world *world, struct fg_dice *dice,
                        struct fg_node_group *group)
{
    static const enum fg_effect effects[] = {FG_EFFECT_NO_SCHEDULE, FG_EFFECT_NO_EXECUTE,
                                             FG_EFFECT_PREFER_NO_SCHEDULE};
    group->taints.items = fg_arena_allocate(&world->arena, 2, sizeof *group->taints.items);
    if (fg_dice_one_in(dice, 3))
        group->taints.items[group->taints.count++] =
            (struct fg_taint){"team", "a", PICK(dice, effects)};
    if (fg_dice_one_in(dice, 6))
        group->taints.items[group->taints.count++] =
            (struct fg_taint){"gpu", "true", FG_EFFECT_NO_SCHEDULE};
}

static struct fg_node_group make_group(struct fg_random_world *world, struct fg_dice *dice,
                                       uint32_t number)
{
    static const char *names[] = {"ng-a", "ng-b", "ng-c"};
    static const char *types[] = {"m5.large",    "m5.large",  "m5.xlarge", "m6i.4xlarge",
                                  "g5.12xlarge", "m6g.large", "m5.large"};
    static const char *zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    struct fg_node_group group = {
        .name = names[number],
        .managed = !fg_dice_one_in(dice, 3),
        .instance_type = PICK(dice, types),
        .min_size = fg_dice_below(dice, 3),
        .volume = {.type = "gp3", .size_gib = 20 + 60 * fg_dice_below(dice, 2)},
        .zone_count = 1 + fg_dice_below(dice, 3),
        .zones = zones,
    };
    group.desired_capacity = group.min_size + fg_dice_below(dice, 3);
    group.max_size = group.desired_capacity + fg_dice_below(dice, 6);
    if (fg_dice_one_in(dice, 4))
        group.max_pods = 3 + fg_dice_below(dice, 8);
    if (fg_dice_one_in(dice, 3))
        group.labels = one_pair(&world->arena, "tier", fg_dice_one_in(dice, 2) ? "x" : "y");
    make_taints(world, dice, &group);
    return group;
}

static void make_autoscaler(struct fg_random_world *world, struct fg_dice *dice)
{
    static const enum fg_expander expanders[] = {FG_EXPANDER_LEAST_WASTE, FG_EXPANDER_MOST_PODS,
                                                 FG_EXPANDER_LEAST_NODES, FG_EXPANDER_RANDOM};
    static const uint32_t times[] = {0, 30, 95, 600};
    struct fg_autoscaler_settings *settings = &world->scenario.cluster.autoscaler;
    settings->enabled = true;
    settings->expander = PICK(dice, expanders);
    settings->scan_interval_s = fg_dice_one_in(dice, 3) ? 1 + fg_dice_below(dice, 30) : 10;
    settings->scale_down_unneeded_time_s = PICK(dice, times);
    settings->scale_down_delay_after_add_s = PICK(dice, times);
    settings->scale_down_delay_after_delete_s = fg_dice_one_in(dice, 3) ? PICK(dice, times) : 0;
    settings->node_delete_delay_after_taint_s = fg_dice_one_in(dice, 3) ? PICK(dice, times) : 5;
    settings->new_pod_scale_up_delay_s = fg_dice_one_in(dice, 4) ? PICK(dice, times) : 0;
    settings->new_pod_buffer_s = fg_dice_one_in(dice, 2) ? 2 : 0;
    settings->new_gpu_pod_buffer_s = fg_dice_one_in(dice, 2) ? 30 : 0;
    settings->scale_down_threshold_millionths = fg_dice_one_in(dice, 3) ? 900000 : 500000;
    settings->scale_down_enabled = !fg_dice_one_in(dice, 8);
    settings->max_nodes_per_scale_up = fg_dice_one_in(dice, 4) ? 1 : 1000;
    settings->max_scale_down_parallelism = fg_dice_one_in(dice, 3) ? 1 : 10;
    settings->max_nodes_total = fg_dice_one_in(dice, 5) ? 3 + fg_dice_below(dice, 5) : 0;
    settings->ignore_daemonsets_utilization = fg_dice_one_in(dice, 4);
    settings->skip_nodes_with_system_pods = !fg_dice_one_in(dice, 4);
    settings->skip_nodes_with_local_storage = !fg_dice_one_in(dice, 4);
    settings->skip_nodes_with_custom_controller_pods = !fg_dice_one_in(dice, 4);
    settings->max_drain_parallelism = fg_dice_one_in(dice, 3) ? 3 : 1;
    settings->unremovable_node_recheck_timeout_s =
        fg_dice_one_in(dice, 3) ? PICK(dice, times) : 300;
    settings->blocking_system_pod_timeout_s = fg_dice_one_in(dice, 3) ? PICK(dice, times) : 3600;
}

static void make_nodes(struct fg_random_world *world, struct fg_dice *dice, enum fg_world_kind kind)
{
    static const uint32_t delays[] = {0, 1, 15, 45, 100};
    struct fg_cluster *cluster = &world->scenario.cluster;
    cluster->node_group_count = 1 + fg_dice_below(dice, 3);
    cluster->node_groups = fg_arena_allocate(&world->arena, 3, sizeof *cluster->node_groups);
    for (uint32_t i = 0; i < cluster->node_group_count; i++) {
        cluster->node_groups[i] = make_group(world, dice, i);
        if (kind == FG_WORLD_MANY_NODES)
            cluster->node_groups[i].desired_capacity += 90 + fg_dice_below(dice, 60);
    }
    if (kind == FG_WORLD_MANY_NODES && fg_dice_one_in(dice, 2))
        cluster->scheduler.percentage_of_nodes_to_score = 20 + fg_dice_below(dice, 80);
    cluster->nodes = (struct fg_node_settings){
        .request_to_running_s = PICK(dice, delays),
        .running_to_ready_s = PICK(dice, delays),
        .pod_startup_s = fg_dice_one_in(dice, 2) ? 0 : PICK(dice, delays),
        .terminate_s = fg_dice_one_in(dice, 2) ? 0 : PICK(dice, delays),
    };
    cluster->scheduler.most_allocated = fg_dice_one_in(dice, 3);
    if (kind == FG_WORLD_AUTOSCALED || (kind == FG_WORLD_MIXED && fg_dice_one_in(dice, 2)))
        make_autoscaler(world, dice);
    if (fg_dice_one_in(dice, 3)) {
        cluster->daemon_sets = fg_arena_allocate(&world->arena, 1, sizeof *cluster->daemon_sets);
        cluster->daemon_sets[0] = (struct fg_daemon_set){.name = "aws-node",
                                                         .namespace_name = "kube-system",
                                                         .cpu_milli = 50,
                                                         .memory_bytes = 30 * 1024 * 1024};
        cluster->daemon_set_count = 1;
    }
}

/* ---- the pods ---- */

static void make_wishes(struct fg_random_world *world, struct fg_dice *dice,
                        struct fg_pod_spec *spec)
{
    if (fg_dice_one_in(dice, 5))
        spec->node_selector = one_pair(&world->arena, "tier", "x");
    else if (fg_dice_one_in(dice, 8))
        spec->node_selector = one_pair(&world->arena, "topology.kubernetes.io/zone", "us-east-1b");
    struct fg_toleration *toleration = fg_arena_allocate(&world->arena, 2, sizeof *toleration);
    spec->tolerations.items = toleration;
    if (fg_dice_one_in(dice, 3))
        toleration[spec->tolerations.count++] =
            (struct fg_toleration){"team", "a", false, FG_EFFECT_ANY};
    if (fg_dice_one_in(dice, 5))
        toleration[spec->tolerations.count++] = (struct fg_toleration){"", "", true, FG_EFFECT_ANY};
    if (fg_dice_one_in(dice, 6))
        spec->labels = one_pair(&world->arena, "on", "fargate");
    if (fg_dice_one_in(dice, 12))
        spec->annotations =
            one_pair(&world->arena, "cluster-autoscaler.kubernetes.io/safe-to-evict",
                     fg_dice_one_in(dice, 2) ? "true" : "false");
    else if (fg_dice_one_in(dice, 12))
        spec->annotations = one_pair(&world->arena, "eks.amazonaws.com/compute-type", "ec2");
}

static void make_spec(struct fg_random_world *world, struct fg_dice *dice)
{
    static const char *namespaces[] = {"batch", "web-a", "web-b", "kube-system", "default"};
    static const char *workloads[] = {"alpha", "beta", "gamma"};
    static const int64_t cpus[] = {0, 50, 100, 250, 250, 500, 500, 900, 1500, 1930, 1950, 3900};
    static const int64_t mebibytes[] = {0, 64, 128, 200, 512, 1024, 1500, 3000, 6900, 7000, 12000};
    static const enum fg_kind kinds[] = {FG_KIND_REPLICASET, FG_KIND_REPLICASET,
                                         FG_KIND_JOB,        FG_KIND_CRONJOB,
                                         FG_KIND_POD,        FG_KIND_DEPLOYMENT};
    static const int32_t priorities[] = {0, 0, 0, 10, -20};
    static const uint32_t ttls[] = {0, 0, 30, 300};
    uint32_t number = fg_small_spec(&world->pods, PICK(dice, namespaces), PICK(dice, workloads),
                                    PICK(dice, cpus), PICK(dice, mebibytes));
    struct fg_pod_spec *spec = &world->pods.trace.specs[number];
    spec->kind = fg_dice_one_in(dice, 15) ? FG_KIND_DAEMONSET : PICK(dice, kinds);
    spec->cpu_named = spec->cpu_milli > 0 || fg_dice_one_in(dice, 2);
    spec->memory_named = spec->memory_bytes > 0 || fg_dice_one_in(dice, 2);
    spec->priority = PICK(dice, priorities);
    spec->ttl_s = PICK(dice, ttls);
    if (fg_dice_one_in(dice, 15))
        spec->gpu_milli = fg_dice_one_in(dice, 2) ? 1000 : 500;
    if (fg_dice_one_in(dice, 12))
        spec->arch = FG_ARCH_ARM64;
    if (fg_dice_one_in(dice, 10))
        spec->ephemeral_bytes = (fg_dice_one_in(dice, 4) ? 200 : 25) * GIB;
    if (fg_dice_one_in(dice, 12))
        spec->features = 1u << fg_dice_below(dice, 5);
    make_wishes(world, dice, spec);
}

static void make_pods(struct fg_random_world *world, struct fg_dice *dice)
{
    static const uint32_t gaps[] = {0, 0, 1, 3, 20, 60, 400};
    static const uint32_t works[] = {0, 1, 10, 45, 60, 300, 900, 4000};
    uint32_t specs = 1 + fg_dice_below(dice, 8), pods = 1 + fg_dice_below(dice, 80), second = 0;
    bool storm = fg_dice_one_in(dice, 4), steady = fg_dice_one_in(dice, 3);
    for (uint32_t i = 0; i < specs; i++)
        make_spec(world, dice);
    for (uint32_t i = 0; i < pods; i++) {
        uint32_t spec = fg_dice_below(dice, specs);
        second += storm ? 60 * fg_dice_one_in(dice, 20) : steady ? 1 : PICK(dice, gaps);
        uint32_t work = PICK(dice, works) + fg_dice_below(dice, 50);
        if (fg_dice_one_in(dice, 8))
            fg_small_pod(&world->pods, spec, second, FG_SPAN_FOREVER, 0);
        else if (fg_dice_one_in(dice, 4))
            fg_small_pod(&world->pods, spec, second, FG_SPAN_END,
                         fg_dice_one_in(dice, 10) ? second / 2 : second + work);
        else
            fg_small_pod(&world->pods, spec, second, FG_SPAN_DURATION, work);
    }
}

void fg_random_world_make(uint64_t number, enum fg_world_kind kind, struct fg_random_world *out)
{
    struct fg_dice dice = {.seed = number * 8 + (uint64_t)kind};
    memset(out, 0, sizeof *out);
    fg_small_scenario(&out->scenario);
    /* Within the hour, and sometimes just before a month ends. */
    out->scenario.start += fg_dice_one_in(&dice, 3) ? 31 * 86400 - 3000 : 0;
    out->scenario.start += fg_dice_below(&dice, 3600);
    out->scenario.duration_s = fg_dice_one_in(&dice, 3) ? 0 : 1 + fg_dice_below(&dice, 12000);
    if (kind == FG_WORLD_MIXED || kind == FG_WORLD_FARGATE)
        make_profiles(out, &dice, kind);
    make_subnets(out, &dice);
    make_fargate(out, &dice);
    if (kind != FG_WORLD_FARGATE)
        make_nodes(out, &dice, kind);
    make_pods(out, &dice);
}

void fg_random_world_release(struct fg_random_world *world)
{
    fg_trace_release(&world->pods.trace);
    fg_arena_release(&world->arena);
}
