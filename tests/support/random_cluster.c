#include "tests/support/random_cluster.h"

#include <string.h>

#define MIB (1024LL * 1024)
#define ZONE "topology.kubernetes.io/zone"
#define PICK(cluster, list)                                                                        \
    ((list)[fg_dice_below(&(cluster)->dice, (uint32_t)(sizeof(list) / sizeof *(list)))])

static uint32_t below(struct fg_random_cluster *cluster, uint32_t limit)
{
    return fg_dice_below(&cluster->dice, limit);
}

static bool one_in(struct fg_random_cluster *cluster, uint32_t chances)
{
    return fg_dice_one_in(&cluster->dice, chances);
}

static void *make(struct fg_random_cluster *cluster, uint32_t count, size_t bytes)
{
    return fg_arena_allocate(&cluster->arena, count, bytes);
}

static void add_pair(struct fg_pairs *pairs, const char *key, const char *value)
{
    pairs->items[pairs->count++] = (struct fg_pair){key, value};
}

/* ---- nodes ---- */

enum feature {
    TAINTS = 1 << 0,
    LABELS = 1 << 1, /* zones that are missing, architectures */
    EXTENDED = 1 << 2,
    IMAGES = 1 << 3,
    TIGHT = 1 << 4, /* few pods fit a node */
    ODD_REQUESTS = 1 << 5,
    TERMINATING = 1 << 6,
    PRIORITIES = 1 << 7,
};

static struct fg_pairs node_labels(struct fg_random_cluster *cluster)
{
    static const char *const disks[] = {"ssd", "hdd"};
    static const char *const gens[] = {"3", "5", "seven"};
    struct fg_pairs labels = {.items = make(cluster, 4, sizeof(struct fg_pair))};
    if (one_in(cluster, 2))
        add_pair(&labels, "disk", PICK(cluster, disks));
    if (one_in(cluster, 2))
        add_pair(&labels, "gen", PICK(cluster, gens));
    if ((cluster->features & LABELS) == 0 || !one_in(cluster, 6))
        add_pair(&labels, ZONE, PICK(cluster, cluster->zones));
    fg_pairs_sort(&labels);
    return labels;
}

static struct fg_taints node_taints(struct fg_random_cluster *cluster)
{
    static const enum fg_effect effects[] = {FG_EFFECT_NO_SCHEDULE, FG_EFFECT_PREFER_NO_SCHEDULE,
                                             FG_EFFECT_PREFER_NO_SCHEDULE, FG_EFFECT_NO_EXECUTE};
    static const char *const keys[] = {"team", "gpu", "slow"};
    struct fg_taints taints = {.items = make(cluster, 2, sizeof(struct fg_taint))};
    uint32_t count = (cluster->features & TAINTS) != 0 ? below(cluster, 3) : 0;
    for (; taints.count < count; taints.count++)
        taints.items[taints.count] = (struct fg_taint){
            PICK(cluster, keys), one_in(cluster, 2) ? "a" : "", PICK(cluster, effects)};
    return taints;
}

static struct fg_extended_resources widgets(struct fg_random_cluster *cluster, uint32_t chances)
{
    struct fg_extended_resources resources = {0};
    if ((cluster->features & EXTENDED) == 0 || !one_in(cluster, chances))
        return resources;
    resources.items = make(cluster, 1, sizeof *resources.items);
    resources.items[0] =
        (struct fg_extended_resource){"example.com/widget", 1 + (int64_t)below(cluster, 3)};
    resources.count = 1;
    return resources;
}

static const char *const image_names[] = {"registry.example.com/a:1", "registry.example.com/b:1",
                                          "registry.example.com/c:1"};

static const struct fg_kube_node *node_images(struct fg_random_cluster *cluster)
{
    if ((cluster->features & IMAGES) == 0 || one_in(cluster, 3))
        return NULL;
    struct fg_kube_node *node = make(cluster, 1, sizeof *node);
    node->images = make(cluster, 3, sizeof *node->images);
    for (uint32_t i = 0; i < 3; i++) {
        const char **names = make(cluster, 1, sizeof *names);
        if (one_in(cluster, 2))
            continue;
        names[0] = image_names[i];
        node->images[node->image_count++] =
            (struct fg_kube_image){1, names, (100 + 350 * (int64_t)i) * MIB + 12345};
    }
    return node;
}

static struct fg_state_kind node_kind(struct fg_random_cluster *cluster)
{
    static const int64_t cpus[] = {1000, 1930, 2000, 3920};
    static const int64_t memories[] = {1500, 3114, 6903};
    bool tight = (cluster->features & TIGHT) != 0;
    return (struct fg_state_kind){
        .labels = node_labels(cluster),
        .taints = node_taints(cluster),
        .arch =
            (cluster->features & LABELS) != 0 && one_in(cluster, 4) ? FG_ARCH_ARM64 : FG_ARCH_AMD64,
        .allocatable = {.cpu_milli = PICK(cluster, cpus),
                        .memory_bytes = PICK(cluster, memories) * MIB + below(cluster, 1000),
                        .ephemeral_bytes = 20 * 1024 * MIB,
                        .gpu_milli = (cluster->features & EXTENDED) != 0 ? 2000 : 0,
                        .pods = tight ? 1 + below(cluster, 4) : 20},
        .extended = widgets(cluster, 2),
        .images_of = node_images(cluster),
        .ebs_limit = one_in(cluster, 2) ? 0 : 1 + below(cluster, 3),
    };
}

/* Each kind has a twin that is cordoned: the odd ones. */
static void make_kinds(struct fg_random_cluster *cluster)
{
    cluster->kind_count = 2 * (1 + below(cluster, FG_RANDOM_KINDS / 2));
    for (uint32_t i = 0; i < cluster->kind_count; i += 2) {
        cluster->kinds[i] = node_kind(cluster);
        cluster->kinds[i + 1] = cluster->kinds[i];
        cluster->kinds[i + 1].unschedulable = true;
    }
}

/* ---- pods ---- */

static struct fg_tolerations tolerations(struct fg_random_cluster *cluster)
{
    static const struct fg_toleration some[] = {
        {"", "", true, FG_EFFECT_ANY},
        {"team", "", true, FG_EFFECT_ANY},
        {"team", "a", false, FG_EFFECT_ANY},
        {"gpu", "", true, FG_EFFECT_NO_SCHEDULE},
        {"slow", "", true, FG_EFFECT_PREFER_NO_SCHEDULE},
        {"slow", "", false, FG_EFFECT_ANY},
        {"node.kubernetes.io/unschedulable", "", true, FG_EFFECT_NO_SCHEDULE},
    };
    struct fg_tolerations out = {.items = make(cluster, 2, sizeof(struct fg_toleration))};
    uint32_t count = (cluster->features & TAINTS) != 0 ? below(cluster, 3) : 0;
    for (; out.count < count; out.count++)
        out.items[out.count] = PICK(cluster, some);
    return out;
}

static struct fg_pairs pod_labels(struct fg_random_cluster *cluster)
{
    static const char *const apps[] = {"a", "b"};
    struct fg_pairs labels = {.items = make(cluster, 2, sizeof(struct fg_pair))};
    add_pair(&labels, "app", PICK(cluster, apps));
    if (one_in(cluster, 2))
        add_pair(&labels, "tier", "web");
    return labels;
}

static void make_requests(struct fg_random_cluster *cluster, struct fg_pod_spec *spec)
{
    static const int64_t cpus[] = {100, 250, 500, 900};
    static const int64_t memories[] = {100, 200, 700, 1500};
    bool odd = (cluster->features & ODD_REQUESTS) != 0;
    spec->cpu_named = !odd || !one_in(cluster, 3);
    spec->memory_named = !odd || !one_in(cluster, 3);
    if (spec->cpu_named)
        spec->cpu_milli = odd && one_in(cluster, 4) ? 0 : PICK(cluster, cpus);
    if (spec->memory_named)
        spec->memory_bytes = odd && one_in(cluster, 4) ? 0 : PICK(cluster, memories) * MIB;
    if (odd && one_in(cluster, 3))
        spec->ephemeral_bytes = (1 + (int64_t)below(cluster, 12)) * 1024 * MIB;
    if ((cluster->features & EXTENDED) != 0 && one_in(cluster, 4))
        spec->gpu_milli = one_in(cluster, 2) ? 1000 : 400;
}

static struct fg_pod_spec pod_class(struct fg_random_cluster *cluster, bool plain)
{
    static const char *const namespaces[] = {"default", "default", "shop"};
    static const char *const workloads[] = {"a", "b"};
    static const int32_t priorities[] = {-5, 0, 0, 10, 1000};
    struct fg_pod_spec spec = {
        .namespace_name = PICK(cluster, namespaces),
        .workload = PICK(cluster, workloads),
        .arch =
            (cluster->features & LABELS) != 0 && one_in(cluster, 3) ? FG_ARCH_ANY : FG_ARCH_AMD64,
        .labels = pod_labels(cluster),
        .tolerations = tolerations(cluster),
        .priority = (cluster->features & PRIORITIES) != 0 ? PICK(cluster, priorities) : 0,
        .spread = "",
        .anti_affinity = "",
        .cpu_used_milli = -1,
        .memory_used_bytes = -1,
    };
    if (one_in(cluster, 5)) {
        spec.node_selector.items = make(cluster, 1, sizeof(struct fg_pair));
        add_pair(&spec.node_selector, "disk", "ssd");
    }
    make_requests(cluster, &spec);
    spec.rules = fg_random_rules(cluster, plain);
    return spec;
}

/* ---- settings ---- */

static struct fg_scheduler_settings make_settings(struct fg_random_cluster *cluster)
{
    static struct fg_shape_point shape[] = {{0, 0}, {33, 2}, {80, 10}, {100, 7}};
    static struct fg_score_resource resources[] = {{"cpu", 3},
                                                   {"memory", 1},
                                                   {"example.com/widget", 2},
                                                   {"ephemeral-storage", 1},
                                                   {"nvidia.com/gpu", 2}};
    struct fg_scheduler_settings settings = {.default_spread = !one_in(cluster, 4)};
    settings.scoring =
        one_in(cluster, 2) ? FG_SCORING_LEAST_ALLOCATED : (enum fg_scoring)below(cluster, 3);
    settings.most_allocated = settings.scoring == FG_SCORING_MOST_ALLOCATED;
    if (settings.scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO) {
        settings.shape_count = 4;
        settings.shape = shape;
    }
    if (one_in(cluster, 3)) {
        settings.resources = resources + below(cluster, 3);
        settings.resource_count = 1 + below(cluster, 2);
    }
    if (one_in(cluster, 3))
        settings.percentage_of_nodes_to_score = 1 + below(cluster, 100);
    return settings;
}

void fg_random_cluster_make(uint64_t number, bool plain, struct fg_random_cluster *out)
{
    *out = (struct fg_random_cluster){.dice = {.seed = number},
                                      .zones = {"zone-a", "zone-b", "zone-c"}};
    for (uint32_t feature = TAINTS; feature <= PRIORITIES; feature <<= 1)
        out->features |= one_in(out, 3) ? feature : 0;
    out->is_named = one_in(out, 3);
    out->settings = make_settings(out);
    make_kinds(out);
    out->class_count = 1 + below(out, FG_RANDOM_CLASSES);
    for (uint32_t i = 0; i < out->class_count; i++) {
        out->classes[i] = pod_class(out, plain);
        out->is_terminating[i] = !plain && (out->features & TERMINATING) != 0 && one_in(out, 5);
    }
}

void fg_random_cluster_release(struct fg_random_cluster *cluster)
{
    fg_arena_release(&cluster->arena);
}
