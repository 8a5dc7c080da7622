#include "data/study.h"

#include <stdlib.h>
#include <string.h>

#include "data/decode_pod.h"
#include "data/source.h"
#include "data/study_parts.h"
#include "data/value_merge.h"
#include "models/base/index.h"

/* What stands above the scenarios and under each of them. */
static const char *const scenario_keys[] = {"region",  "start",   "duration", "trace",
                                            "cluster", "pricing", NULL};

/* A scenario before it is decoded. */
struct draft {
    const char *name;             /* with what the sweep adds */
    const char *base;             /* as the study names it */
    const struct fg_value *place; /* for faults of the scenario as a whole */
    const struct fg_value *tree;
};
struct drafts {
    uint32_t count, capacity;
    struct draft *items;
};

static void add_draft(struct drafts *drafts, struct draft draft)
{
    drafts->items =
        fg_grow(drafts->items, &drafts->capacity, drafts->count + 1, sizeof *drafts->items);
    drafts->items[drafts->count++] = draft;
}

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
                           const struct fg_value *item, struct drafts *out)
{
    if (!fg_decode_item(decoder, item, "a scenario", scenario_name_fields, NULL))
        return;
    const char *name = fg_decode_required(decoder, item, "name", "a scenario");
    if (name == NULL)
        return;
    const struct fg_value *tree = fg_value_merge(decoder, defaults, pick(decoder->arena, item));
    add_draft(out, (struct draft){name, name, item, tree});
}

static void draft_scenarios(struct fg_decoder *decoder, const struct fg_value *root,
                            struct drafts *out)
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
    for (uint32_t i = 0; i < list->count; i++)
        draft_scenario(decoder, defaults, list->items[i], out);
}

/* ---- sweep ---- */

static const struct fg_field sweep_fields[] = {
    {"path", FG_FIELD_PASSED_OVER, 0, NULL}, {"values", FG_FIELD_PASSED_OVER, 0, NULL}, {0}};

enum { SCENARIOS_MAX = 1000000 };

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

static void sweep_draft(struct fg_decoder *decoder, const struct draft *draft, const char *path,
                        const struct fg_value *value, struct drafts *out)
{
    const char *name = fg_arena_format(decoder->arena, "%s/%s=%s", draft->name, path,
                                       fg_value_print(value, decoder->arena));
    add_draft(out, (struct draft){name, draft->base, draft->place,
                                  fg_value_put(decoder, draft->tree, path, value, value)});
}

/* Each scenario once for every value. */
static void sweep_one(struct fg_decoder *decoder, const struct fg_value *sweep,
                      struct drafts *drafts)
{
    if (!fg_decode_item(decoder, sweep, "a sweep", sweep_fields, NULL))
        return;
    const char *path = fg_decode_required(decoder, sweep, "path", "a sweep");
    const struct fg_value *values = path != NULL ? sweep_values(decoder, sweep, path) : NULL;
    if (values == NULL)
        return;
    if ((uint64_t)drafts->count * values->count > SCENARIOS_MAX) {
        fg_decode_fault(decoder, sweep, "the sweep makes more than %d scenarios", SCENARIOS_MAX);
        return;
    }
    struct drafts swept = {0};
    for (uint32_t i = 0; i < drafts->count; i++)
        for (uint32_t v = 0; v < values->count; v++)
            sweep_draft(decoder, &drafts->items[i], path, values->items[v], &swept);
    free(drafts->items);
    *drafts = swept;
}

static void sweep_all(struct fg_decoder *decoder, const struct fg_value *root,
                      struct drafts *drafts)
{
    const struct fg_value *list = fg_value_find(root, "sweep");
    if (list == NULL || !fg_decode_is_list(decoder, list, "sweep"))
        return;
    for (uint32_t i = 0; i < list->count; i++)
        sweep_one(decoder, list->items[i], drafts);
}

/* Results are found again by the scenario's name. */
static void check_names(struct fg_decoder *decoder, const struct drafts *drafts)
{
    struct fg_index by_name = {0};
    for (uint32_t i = 0; i < drafts->count; i++) {
        const struct draft *draft = &drafts->items[i];
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

/* ---- one scenario ---- */

static void decode_day(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (fg_decode_text(decoder, value, "asOf", &text) &&
        fg_calendar_parse_day(text, out, &cause) != FG_OK)
        fg_decode_fault_of(decoder, value, "asOf", &cause);
}

static void decode_duration(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    uint32_t seconds;
    if (!fg_decode_seconds(decoder, value, "duration", &seconds))
        return;
    if (seconds == 0)
        fg_decode_fault(decoder, value, "duration is '%s'; expected 1s or more", value->text);
    else
        *(uint32_t *)out = seconds;
}

static const struct fg_field pricing_fields[] = {
    {"asOf", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, price_day), decode_day},
    {"lines", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"allocation", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"overrides", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"discounts", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"spot", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"savingsPlans", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"reservedInstances", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

static void decode_pricing(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "pricing", pricing_fields, out);
}

/* Region, dates and prices first: the other sections depend on them. */
static const struct fg_field frame_fields[] = {
    {"region", FG_FIELD_TEXT, offsetof(struct fg_scenario, region), NULL},
    {"start", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, start), fg_decode_start},
    {"duration", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, duration_s), decode_duration},
    {"pricing", FG_FIELD_FUNCTION, 0, decode_pricing},
    {"trace", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cluster", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void check_region(struct fg_decoder *decoder, const struct draft *draft,
                         const struct fg_catalog *catalog, const char *region)
{
    const struct fg_value *place = fg_value_find(draft->tree, "region");
    if (region == NULL) {
        fg_decode_fault(decoder, draft->place,
                        "the scenario '%s' has no region; expected one here or at the top",
                        draft->base);
    } else if (!fg_catalog_has_region(catalog, region)) {
        const char *nearest = fg_catalog_nearest_region(catalog, region);
        fg_decode_fault(decoder, place != NULL ? place : draft->place, "unknown region '%s'%s%s%s",
                        region,
                        nearest != NULL ? "; did you mean '" : "; expected one of the catalog's",
                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    }
}

static void digest_scenario(const struct draft *draft, uint8_t out[16])
{
    struct fg_digester *digester = fg_digester_open();
    fg_value_digest(draft->tree, digester);
    struct fg_digest digest = fg_digester_close(digester);
    memcpy(out, digest.bytes, sizeof digest.bytes);
}

static void decode_scenario(struct fg_decoder *decoder, const struct draft *draft,
                            struct fg_study_context context, struct fg_scenario *out)
{
    const struct fg_value *trace = fg_value_find(draft->tree, "trace");
    out->name = draft->name;
    out->price_day = FG_DAY_UNKNOWN;
    fg_calendar_parse_instant("2026-01-01T00:00:00Z", &out->start, decoder->first);
    fg_decode_map(decoder, draft->tree, "the study", frame_fields, out);
    check_region(decoder, draft, context.catalog, out->region);
    context.region = fg_catalog_has_region(context.catalog, out->region != NULL ? out->region : "")
                         ? out->region
                         : NULL;
    context.price_day = out->price_day;
    context.start = out->start;
    decoder->context = &context;
    if (trace != NULL)
        fg_study_decode_trace(decoder, trace, &out->trace);
    else
        fg_decode_fault(decoder, draft->place,
                        "the scenario '%s' has no trace; expected one here or at the top",
                        draft->base);
    fg_study_decode_cluster(decoder, fg_value_find(draft->tree, "cluster"), &out->cluster);
    decoder->context = NULL;
    digest_scenario(draft, out->digest);
}

/* ---- the study ---- */

struct monte_carlo {
    int64_t replications, seed;
};

static void decode_monte_carlo(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const struct fg_field fields[] = {
        {"replications", FG_FIELD_COUNT, offsetof(struct monte_carlo, replications), NULL},
        {"seed", FG_FIELD_COUNT, offsetof(struct monte_carlo, seed), NULL},
        {0},
    };
    struct monte_carlo *monte_carlo = out;
    fg_decode_map(decoder, value, "monteCarlo", fields, monte_carlo);
    if (monte_carlo->replications < 1 || monte_carlo->replications > SCENARIOS_MAX)
        fg_decode_fault(decoder, value, "replications is %d; expected 1 to %d",
                        (int)monte_carlo->replications, SCENARIOS_MAX);
}

static const struct fg_field study_fields[] = {
    {"study", FG_FIELD_PASSED_OVER, 0, NULL},
    {"region", FG_FIELD_PASSED_OVER, 0, NULL},
    {"start", FG_FIELD_PASSED_OVER, 0, NULL},
    {"duration", FG_FIELD_PASSED_OVER, 0, NULL},
    {"trace", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cluster", FG_FIELD_PASSED_OVER, 0, NULL},
    {"pricing", FG_FIELD_PASSED_OVER, 0, NULL},
    {"scenarios", FG_FIELD_PASSED_OVER, 0, NULL},
    {"sweep", FG_FIELD_PASSED_OVER, 0, NULL},
    {"monteCarlo", FG_FIELD_FUNCTION, 0, decode_monte_carlo},
    {0},
};

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

static void list_defaults(struct fg_study *study, const struct drafts *drafts)
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

static const char *folder_of(const char *path, struct fg_arena *arena)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? fg_arena_copy(arena, path, (size_t)(slash - path) + 1) : "";
}

static void decode_study(struct fg_decoder *decoder, const struct fg_value *root,
                         const struct fg_catalog *catalog, struct fg_study *out)
{
    struct monte_carlo monte_carlo = {1, 42};
    struct drafts drafts = {0};
    if (fg_decode_item(decoder, root, "the study", study_fields, &monte_carlo)) {
        out->name = fg_decode_required(decoder, root, "study", "the file");
        draft_scenarios(decoder, root, &drafts);
        sweep_all(decoder, root, &drafts);
        check_names(decoder, &drafts);
    }
    out->scenarios = fg_arena_allocate(&out->arena, drafts.count, sizeof *out->scenarios);
    out->scenario_count = drafts.count;
    if ((uint64_t)drafts.count * (uint64_t)monte_carlo.replications > SCENARIOS_MAX)
        fg_decode_fault(decoder, fg_value_find(root, "monteCarlo"),
                        "%u scenarios in %d replications are more than %d runs", drafts.count,
                        (int)monte_carlo.replications, SCENARIOS_MAX);
    struct fg_study_context context = {.catalog = catalog,
                                       .folder = folder_of(out->path, &out->arena)};
    for (uint32_t i = 0; i < drafts.count; i++) {
        decode_scenario(decoder, &drafts.items[i], context, &out->scenarios[i]);
        out->scenarios[i].seed = (uint64_t)monte_carlo.seed;
        out->scenarios[i].replication_count = (uint32_t)monte_carlo.replications;
    }
    if (fg_decode_is_good(decoder))
        list_defaults(out, &drafts);
    free(drafts.items);
}

static void keep_error(struct fg_errors *all, const struct fg_error *error)
{
    if (all != NULL && error->status != FG_OK && all->count == 0)
        fg_errors_add(all, error);
}

fg_status fg_study_parse(const char *path, const char *bytes, size_t length,
                         const struct fg_catalog *catalog, struct fg_study *out,
                         struct fg_errors *all_errors, struct fg_error *error)
{
    const struct fg_value *root;
    *out = (struct fg_study){0};
    out->path = fg_arena_string(&out->arena, path);
    fg_status status = fg_document_parse(path, bytes, length, &out->arena, &root, error);
    if (status == FG_OK) {
        struct fg_decoder decoder = {&out->arena, all_errors, error, NULL};
        decode_study(&decoder, root, catalog, out);
        status = error->status;
    }
    keep_error(all_errors, error);
    if (status != FG_OK)
        fg_study_release(out);
    return status;
}

fg_status fg_study_read(const char *path, const struct fg_catalog *catalog, struct fg_study *out,
                        struct fg_errors *all_errors, struct fg_error *error)
{
    struct fg_source source;
    *out = (struct fg_study){0};
    fg_status status = fg_source_read(path, &source, error);
    if (status != FG_OK) {
        keep_error(all_errors, error);
        return status;
    }
    status = fg_study_parse(path, source.bytes, source.length, catalog, out, all_errors, error);
    fg_source_release(&source);
    return status;
}

void fg_study_release(struct fg_study *study)
{
    fg_arena_release(&study->arena);
    *study = (struct fg_study){0};
}

fg_status fg_profiles_read(const char *path, struct fg_arena *arena,
                           struct fg_fargate_profile **out, uint32_t *out_count,
                           struct fg_error *error)
{
    const struct fg_value *root;
    fg_status status = fg_document_read(path, arena, &root, error);
    if (status != FG_OK)
        return status;
    struct fg_decoder decoder = {arena, NULL, error, NULL};
    const struct fg_value *list =
        root->kind == FG_VALUE_LIST ? root : fg_value_find(root, "fargateProfiles");
    if (list == NULL)
        list = fg_value_find(fg_value_find(root, "cluster"), "fargateProfiles");
    bool is_cluster = fg_value_find(root, "kind") != NULL || fg_value_find(root, "cluster") != NULL;
    if (list == NULL && !is_cluster)
        fg_decode_fault(&decoder, root,
                        "holds no fargateProfiles; expected a list of them, at the "
                        "top or under cluster");
    else if (list != NULL)
        fg_study_decode_profiles(&decoder, list, out, out_count);
    return error->status;
}
