#include "data/study_defaults.h"

#include <string.h>

#include "data/value_merge.h"

/* ---- whom a default concerns ---- */

static bool is_any(const struct fg_cluster *cluster)
{
    (void)cluster;
    return true;
}

static bool is_eks(const struct fg_cluster *cluster)
{
    return cluster->orchestrator == FG_ORCHESTRATOR_EKS;
}

static bool has_instances(const struct fg_cluster *cluster)
{
    return !is_eks(cluster) && cluster->node_group_count > 0;
}

static bool has_fargate_spot(const struct fg_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->profile_count; i++)
        if (cluster->profiles[i].spot_weight > 0)
            return true;
    return false;
}

static bool has_fargate(const struct fg_cluster *cluster)
{
    return cluster->profile_count > 0;
}

static bool has_nodes(const struct fg_cluster *cluster)
{
    return cluster->node_group_count + cluster->node_pool_count > 0;
}

/* Where it matters which of several groups is grown. */
static bool chooses_groups(const struct fg_cluster *cluster)
{
    return cluster->autoscaler.enabled && cluster->node_group_count > 1;
}

/* Karpenter takes Spot unless a requirement forbids it. */
static bool may_take_spot(const struct fg_node_pool *pool)
{
    struct fg_pair spot = {"karpenter.sh/capacity-type", "spot"};
    const struct fg_pairs labels = {1, &spot};
    for (uint32_t i = 0; i < pool->requirements.count; i++)
        if (strcmp(pool->requirements.items[i].key, spot.key) == 0 &&
            !fg_requirement_holds(&pool->requirements.items[i], &labels))
            return false;
    return true;
}

static bool has_spot(const struct fg_cluster *cluster)
{
    bool found = false;
    for (uint32_t i = 0; i < cluster->node_group_count; i++)
        found = found || cluster->node_groups[i].spot;
    for (uint32_t i = 0; i < cluster->node_pool_count; i++)
        found = found || may_take_spot(&cluster->node_pools[i]);
    return found;
}

/* Defaults that move the bill, and what they are. */
static const struct notable_default {
    const char *path, *value;
    bool (*concerns)(const struct fg_cluster *cluster);
} notable_defaults[] = {
    {"cluster.fargate.provisionDelay", "45s (not billed)", has_fargate},
    {"cluster.fargate.imagePull", "15s (billed)", has_fargate},
    {"cluster.fargate.billUntil", "deletion", has_fargate},
    {"cluster.nodes.requestToRunning", "15s (not billed)", has_nodes},
    {"cluster.nodes.runningToReady", "45s (billed)", has_nodes},
    {"cluster.nodes.terminate", "0s", has_nodes},
    {"cluster.clusterAutoscaler.expander",
     "least-waste, and random where the control plane is 1.32 or older", chooses_groups},
    {"cluster.controlPlane.version", "the newest when the study begins", is_eks},
    {"cluster.controlPlane.upgradePolicy", "EXTENDED", is_eks},
    {"cluster.ecs.reservedMemory", "32Mi", has_instances},
    {"cluster.ecs.memoryOverhead", "7.5% of an instance's memory", has_instances},
    {"cluster.ecs.networkMode", "awsvpc: a task fewer than the instance has network interfaces",
     has_instances},
    {"cluster.ecs.placementStrategy", "spread over zones, then over instances", has_instances},
    {"pricing.spot.fargateInterruptionsPerMonth", "0", has_fargate_spot},
    {"pricing.asOf", "the newest price of each thing", is_any},
    {"pricing.spot.discount", "the catalog's, of each type", has_spot},
    {"pricing.spot.interruptionsPerMonth", "the catalog's, of each type", has_spot},
};

/* What a node group of eksctl's schema, or a node pool, has where it does not say. */
static const struct item_default {
    const char *keys[3]; /* any of them settles it */
    const char *value;
    bool of_pools;
} item_defaults[] = {
    {{"instanceType", "instanceTypes", NULL}, "m5.large", false},
    {{"desiredCapacity", "minSize", NULL}, "2", false},
    {{"volumeSize", NULL, NULL}, "80 GiB", false},
    {{"volumeType", NULL, NULL}, "gp3", false},
    {{"spec.disruption.consolidateAfter", NULL, NULL}, "0s", true},
    {{"spec.disruption.budgets", NULL, NULL}, "10% of the nodes at a time", true},
    {{"spec.template.spec.expireAfter", NULL, NULL}, "720h, 336h in EKS Auto Mode", true},
    {{"spec.template.spec.nodeClassRef", NULL, NULL}, "one with 20 GiB of gp3", true},
};

static bool says(const struct fg_value *item, const struct item_default *row)
{
    for (uint32_t k = 0; row->keys[k] != NULL; k++)
        if (fg_value_has(item, row->keys[k]))
            return true;
    return false;
}

static bool any_item_lacks(const struct fg_value *tree, const struct item_default *row)
{
    static const char *const of_groups[] = {"managedNodeGroups", "nodeGroups", NULL};
    static const char *const of_pools[] = {"nodePools", NULL};
    const char *const *lists = row->of_pools ? of_pools : of_groups;
    for (uint32_t l = 0; lists[l] != NULL; l++) {
        const struct fg_value *list = fg_value_find(fg_value_find(tree, "cluster"), lists[l]);
        for (uint32_t i = 0; list != NULL && i < list->count; i++)
            if (!says(list->items[i], row))
                return true;
    }
    return false;
}

/* Scenarios that take a default, for one row of the list. */
struct takers {
    uint32_t taking, naming;
    const char *names; /* of the first few that take it */
};

enum { NAMED_MAX = 4 };

static void add_taker(struct takers *takers, struct fg_arena *arena, const char *name)
{
    if (++takers->taking <= NAMED_MAX)
        takers->names =
            fg_arena_format(arena, "%s%s%s", takers->names, takers->taking > 1 ? ", " : "", name);
}

static void add_default(struct fg_study *study, const char *key, const char *value,
                        struct takers *takers)
{
    if (takers->taking == 0)
        return;
    if (takers->taking > NAMED_MAX)
        takers->names = fg_arena_format(&study->arena, "%s and %u more", takers->names,
                                        takers->taking - NAMED_MAX);
    study->defaults[study->default_count++] =
        (struct fg_study_default){key, value, takers->naming > 0 ? takers->names : ""};
}

void fg_study_list_defaults(struct fg_study *study, const struct fg_study_drafts *drafts)
{
    enum {
        KEYS = sizeof notable_defaults / sizeof *notable_defaults,
        ITEM_KEYS = sizeof item_defaults / sizeof *item_defaults
    };
    study->defaults = fg_arena_allocate(&study->arena, KEYS + ITEM_KEYS, sizeof *study->defaults);
    for (uint32_t n = 0; n < ITEM_KEYS; n++) {
        struct takers takers = {.names = ""};
        for (uint32_t i = 0; i < drafts->count; i++) {
            if (any_item_lacks(drafts->items[i].tree, &item_defaults[n]))
                add_taker(&takers, &study->arena, drafts->items[i].name);
            else
                takers.naming++;
        }
        const char *path = item_defaults[n].keys[0], *dot = strrchr(path, '.');
        const char *key =
            fg_arena_format(&study->arena, "%s of %s that name none", dot != NULL ? dot + 1 : path,
                            item_defaults[n].of_pools ? "node pools" : "node groups");
        add_default(study, key, item_defaults[n].value, &takers);
    }
    for (uint32_t n = 0; n < KEYS; n++) {
        struct takers takers = {.names = ""};
        for (uint32_t i = 0; i < drafts->count; i++) {
            if (!notable_defaults[n].concerns(&study->scenarios[i].cluster))
                continue;
            if (fg_value_has(drafts->items[i].tree, notable_defaults[n].path))
                takers.naming++;
            else
                add_taker(&takers, &study->arena, drafts->items[i].name);
        }
        add_default(study, notable_defaults[n].path, notable_defaults[n].value, &takers);
    }
}
