#include "tests/support/random_snapshot.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/snapshot_parts.h"

bool fg_snapshot_mode_parse(const char *text, enum fg_snapshot_mode *out)
{
    static const char *const names[FG_SNAPSHOT_MODES] = {"kube-scheduler", "cluster-autoscaler",
                                                         "karpenter", "karpenter-consolidation"};
    for (int mode = 0; mode < FG_SNAPSHOT_MODES; mode++) {
        if (strcmp(text, names[mode]) == 0) {
            *out = (enum fg_snapshot_mode)mode;
            return true;
        }
    }
    return false;
}

uint32_t fg_snapshot_below(struct fg_snapshot *snapshot, uint32_t limit)
{
    return fg_dice_below(&snapshot->dice, limit);
}

bool fg_snapshot_one_in(struct fg_snapshot *snapshot, uint32_t chances)
{
    return fg_dice_one_in(&snapshot->dice, chances);
}

bool fg_snapshot_has(const struct fg_snapshot *snapshot, uint32_t feature)
{
    return (snapshot->features & feature) != 0;
}

bool fg_snapshot_rolls(struct fg_snapshot *snapshot, uint32_t feature, uint32_t chances)
{
    return fg_snapshot_has(snapshot, feature) && fg_snapshot_one_in(snapshot, chances);
}

void fg_snapshot_put(struct fg_snapshot *snapshot, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(snapshot->out, format, arguments);
    va_end(arguments);
}

void fg_snapshot_begin(struct fg_snapshot *snapshot, const char *api, const char *kind,
                       const char *namespace_name, const char *name)
{
    fg_snapshot_put(snapshot, "- apiVersion: %s\n  kind: %s\n  metadata:\n    name: %s\n", api,
                    kind, name);
    if (namespace_name != NULL)
        fg_snapshot_put(snapshot, "    namespace: %s\n", namespace_name);
    fg_snapshot_put(snapshot, "    uid: 00000000-0000-4000-8000-%012u\n", ++snapshot->uid);
}

void fg_snapshot_put_age(struct fg_snapshot *snapshot, uint32_t age_s)
{
    uint32_t at_s = 36 * 3600 - age_s; /* since 2026-03-01T00:00:00Z */
    fg_snapshot_put(snapshot, "    creationTimestamp: \"2026-03-%02uT%02u:%02u:%02uZ\"\n",
                    1 + at_s / 86400, at_s / 3600 % 24, at_s / 60 % 60, at_s % 60);
}

/* Level 0 has none, level 4 nearly all. */
static void choose_features(struct fg_snapshot *snapshot)
{
    static const uint32_t counts[] = {0, 1, 3, 6, 14};
    for (uint32_t i = 0; i < counts[snapshot->level]; i++)
        snapshot->features |= 1u << fg_snapshot_below(snapshot, FG_SNAPSHOT_FEATURES);
}

void fg_random_snapshot_write(FILE *out, enum fg_snapshot_mode mode, uint64_t seed)
{
    struct fg_snapshot *snapshot = fg_allocate(1, sizeof *snapshot);
    snapshot->out = out;
    snapshot->mode = mode;
    snapshot->level = (uint32_t)(seed % 5);
    snapshot->dice = (struct fg_dice){.seed = seed * FG_SNAPSHOT_MODES + (uint64_t)mode};
    choose_features(snapshot);
    fg_snapshot_put(snapshot, "apiVersion: v1\nkind: List\nitems:\n");
    switch (mode) {
    case FG_SNAPSHOT_SCHEDULER:
        fg_snapshot_write_scheduler(snapshot);
        break;
    case FG_SNAPSHOT_AUTOSCALER:
        fg_snapshot_write_autoscaler(snapshot);
        break;
    case FG_SNAPSHOT_KARPENTER:
    case FG_SNAPSHOT_CONSOLIDATION:
    case FG_SNAPSHOT_MODES:
        fg_snapshot_write_karpenter(snapshot);
        break;
    }
    fg_arena_release(&snapshot->arena);
    free(snapshot);
}
