#include "data/study_defaults.h"

#include "data/value_merge.h"

/* Defaults that move the bill, and what they are. */
static const struct notable_default {
    const char *path, *value;
    bool for_fargate, for_nodes;
} notable_defaults[] = {
    {"cluster.fargate.provisionDelay", "45s (not billed)", true, false},
    {"cluster.fargate.imagePull", "15s (billed)", true, false},
    {"cluster.fargate.billUntil", "deletion", true, false},
    {"cluster.nodes.requestToRunning", "15s (not billed)", false, true},
    {"cluster.nodes.runningToReady", "45s (billed)", false, true},
    {"cluster.nodes.terminate", "0s", false, true},
    {"cluster.controlPlane.version", "the newest when the study begins", false, false},
    {"cluster.controlPlane.upgradePolicy", "EXTENDED", false, false},
    {"pricing.asOf", "the newest price of each thing", false, false},
};

static bool applies(const struct notable_default *item, const struct fg_cluster *cluster)
{
    return (!item->for_fargate || cluster->profile_count > 0) &&
           (!item->for_nodes || cluster->node_group_count > 0);
}

/* What a node group of eksctl's schema has where it does not say. */
static const struct group_default {
    const char *keys[3]; /* any of them settles it */
    const char *value;
} group_defaults[] = {
    {{"instanceType", "instanceTypes", NULL}, "m5.large"},
    {{"desiredCapacity", "minSize", NULL}, "2"},
    {{"volumeSize", NULL, NULL}, "80 GiB"},
    {{"volumeType", NULL, NULL}, "gp3"},
};

static bool says(const struct fg_value *group, const struct group_default *item)
{
    for (uint32_t k = 0; item->keys[k] != NULL; k++)
        if (fg_value_has(group, item->keys[k]))
            return true;
    return false;
}

static bool any_group_lacks(const struct fg_value *tree, const struct group_default *item)
{
    static const char *const lists[] = {"managedNodeGroups", "nodeGroups"};
    for (uint32_t l = 0; l < 2; l++) {
        const struct fg_value *list = fg_value_find(fg_value_find(tree, "cluster"), lists[l]);
        for (uint32_t i = 0; list != NULL && i < list->count; i++)
            if (!says(list->items[i], item))
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
        GROUP_KEYS = sizeof group_defaults / sizeof *group_defaults
    };
    study->defaults = fg_arena_allocate(&study->arena, KEYS + GROUP_KEYS, sizeof *study->defaults);
    for (uint32_t n = 0; n < GROUP_KEYS; n++) {
        struct takers takers = {.names = ""};
        for (uint32_t i = 0; i < drafts->count; i++) {
            if (any_group_lacks(drafts->items[i].tree, &group_defaults[n]))
                add_taker(&takers, &study->arena, drafts->items[i].name);
            else
                takers.naming++;
        }
        const char *key = fg_arena_format(&study->arena, "%s of node groups that name none",
                                          group_defaults[n].keys[0]);
        add_default(study, key, group_defaults[n].value, &takers);
    }
    for (uint32_t n = 0; n < KEYS; n++) {
        struct takers takers = {.names = ""};
        for (uint32_t i = 0; i < drafts->count; i++) {
            if (!applies(&notable_defaults[n], &study->scenarios[i].cluster))
                continue;
            if (fg_value_has(drafts->items[i].tree, notable_defaults[n].path))
                takers.naming++;
            else
                add_taker(&takers, &study->arena, drafts->items[i].name);
        }
        add_default(study, notable_defaults[n].path, notable_defaults[n].value, &takers);
    }
}
