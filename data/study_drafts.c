#include "data/study_drafts.h"

#include <string.h>

#include "data/value_merge.h"
#include "models/base/index.h"

/* What stands above the scenarios and under each of them. */
static const char *const scenario_keys[] = {"region",  "start",   "duration", "trace",
                                            "cluster", "pricing", NULL};

/* ---- defaults and scenarios ---- */

/* A map's entries whose key is a scenario's. */
static const struct fg_value *pick(struct fg_arena *arena, const struct fg_value *map)
{
    struct fg_value *picked = fg_arena_allocate(arena, 1, sizeof *picked);
    *picked = *map;
    picked->count = 0;
    picked->keys = fg_arena_allocate(arena, map->count, sizeof *picked->keys);
    picked->items = fg_arena_allocate(arena, map->count, sizeof *picked->items);
    for (uint32_t i = 0; i < map->count; i++) {
        bool wanted = false;
        for (uint32_t k = 0; scenario_keys[k] != NULL; k++)
            wanted = wanted || strcmp(map->keys[i].text, scenario_keys[k]) == 0;
        if (wanted) {
            picked->keys[picked->count] = map->keys[i];
            picked->items[picked->count++] = map->items[i];
        }
    }
    return picked;
}

static const struct fg_field scenario_name_fields[] = {
    {"name", FG_FIELD_PASSED_OVER, 0, NULL},    {"region", FG_FIELD_PASSED_OVER, 0, NULL},
    {"start", FG_FIELD_PASSED_OVER, 0, NULL},   {"duration", FG_FIELD_PASSED_OVER, 0, NULL},
    {"trace", FG_FIELD_PASSED_OVER, 0, NULL},   {"cluster", FG_FIELD_PASSED_OVER, 0, NULL},
    {"pricing", FG_FIELD_PASSED_OVER, 0, NULL}, {0},
};

static void draft_scenario(struct fg_decoder *decoder, const struct fg_value *defaults,
                           const struct fg_value *item, struct fg_study_drafts *out)
{
    if (!fg_decode_item(decoder, item, "a scenario", scenario_name_fields, NULL))
        return;
    const char *name = fg_decode_required(decoder, item, "name", "a scenario");
    if (name == NULL)
        return;
    const struct fg_value *tree = fg_value_merge(decoder, defaults, pick(decoder->arena, item));
    out->items[out->count++] = (struct fg_study_draft){name, name, item, tree};
}

static void read_scenarios(struct fg_decoder *decoder, const struct fg_value *root,
                           struct fg_study_drafts *out)
{
    const struct fg_value *list = fg_value_find(root, "scenarios");
    const struct fg_value *defaults = pick(decoder->arena, root);
    if (list != NULL && !fg_decode_is_list(decoder, list, "scenarios"))
        return;
    if (list == NULL || list->count == 0) {
        fg_decode_fault(decoder, list != NULL ? list : root,
                        "the study has no scenarios; expected a list of one or more");
        return;
    }
    out->items = fg_arena_allocate(decoder->arena, list->count, sizeof *out->items);
    for (uint32_t i = 0; i < list->count; i++)
        draft_scenario(decoder, defaults, list->items[i], out);
}

/* ---- sweep ---- */

static const struct fg_field sweep_fields[] = {
    {"path", FG_FIELD_PASSED_OVER, 0, NULL}, {"values", FG_FIELD_PASSED_OVER, 0, NULL}, {0}};

/* The values of a sweep, or NULL and a fault. */
static const struct fg_value *sweep_values(struct fg_decoder *decoder, const struct fg_value *sweep,
                                           const char *path)
{
    const struct fg_value *values = fg_value_find(sweep, "values");
    if (values == NULL || values->kind != FG_VALUE_LIST || values->count == 0) {
        fg_decode_fault(decoder, values != NULL ? values : sweep,
                        "the sweep of '%s' has no values; expected a list of one or more", path);
        return NULL;
    }
    return values;
}

static void sweep_draft(struct fg_decoder *decoder, const struct fg_study_draft *draft,
                        const char *path, const struct fg_value *value, struct fg_study_drafts *out)
{
    const char *name = fg_arena_format(decoder->arena, "%s/%s=%s", draft->name, path,
                                       fg_value_print(value, decoder->arena));
    out->items[out->count++] = (struct fg_study_draft){
        name, draft->base, draft->place, fg_value_put(decoder, draft->tree, path, value, value)};
}

/* Each scenario once for every value. */
static void sweep_one(struct fg_decoder *decoder, const struct fg_value *sweep,
                      struct fg_study_drafts *drafts)
{
    if (!fg_decode_item(decoder, sweep, "a sweep", sweep_fields, NULL))
        return;
    const char *path = fg_decode_required(decoder, sweep, "path", "a sweep");
    const struct fg_value *values = path != NULL ? sweep_values(decoder, sweep, path) : NULL;
    if (values == NULL)
        return;
    if ((uint64_t)drafts->count * values->count > FG_STUDY_SCENARIOS_MAX) {
        fg_decode_fault(decoder, sweep, "the sweep makes more than %d scenarios",
                        FG_STUDY_SCENARIOS_MAX);
        return;
    }
    struct fg_study_drafts swept = {
        .items = fg_arena_allocate(decoder->arena, (size_t)drafts->count * values->count,
                                   sizeof *swept.items)};
    for (uint32_t i = 0; i < drafts->count; i++)
        for (uint32_t v = 0; v < values->count; v++)
            sweep_draft(decoder, &drafts->items[i], path, values->items[v], &swept);
    *drafts = swept;
}

static void sweep_all(struct fg_decoder *decoder, const struct fg_value *root,
                      struct fg_study_drafts *drafts)
{
    const struct fg_value *list = fg_value_find(root, "sweep");
    if (list == NULL || !fg_decode_is_list(decoder, list, "sweep"))
        return;
    for (uint32_t i = 0; i < list->count; i++)
        sweep_one(decoder, list->items[i], drafts);
}

/* Results are found again by the scenario's name. */
static void check_names(struct fg_decoder *decoder, const struct fg_study_drafts *drafts)
{
    struct fg_index by_name = {0};
    for (uint32_t i = 0; i < drafts->count; i++) {
        const struct fg_study_draft *draft = &drafts->items[i];
        uint64_t hash = fg_hash_bytes(draft->name, strlen(draft->name), 0);
        uint32_t cursor = 0, other;
        bool known = false;
        while (!known && (other = fg_index_next(&by_name, hash, &cursor)) != UINT32_MAX)
            known = strcmp(drafts->items[other].name, draft->name) == 0;
        if (known)
            fg_decode_fault(decoder, draft->place,
                            "the scenario '%s' is there twice; expected each name once",
                            draft->name);
        else
            fg_index_put(&by_name, hash, i);
    }
    fg_index_release(&by_name);
}

void fg_study_draft(struct fg_decoder *decoder, const struct fg_value *root,
                    struct fg_study_drafts *out)
{
    read_scenarios(decoder, root, out);
    sweep_all(decoder, root, out);
    check_names(decoder, out);
}
