#include "reports/allocation_settings.h"

#include <stdlib.h>
#include <string.h>

#include "models/allocation.h"
#include "reports/query.h"

/* ---- as the study has it ---- */

static const char *default_dimensions[] = {FG_DIMENSION_NAMESPACE, FG_DIMENSION_WORKLOAD};
static const struct fg_allocation_settings default_settings = {
    .shared = FG_SHARE_APART,
    .idle = FG_SHARE_APART,
    .dimension_count = sizeof default_dimensions / sizeof *default_dimensions,
    .dimensions = default_dimensions,
};

static struct fg_compared_scenario *find_scenario(struct fg_comparison *comparison, int64_t id)
{
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].id == id)
            return &comparison->scenarios[i];
    return NULL;
}

static fg_status read_rules(sqlite3 *database, struct fg_comparison *comparison,
                            struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database, "SELECT scenario_id, shared, idle FROM allocation", &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        struct fg_compared_scenario *scenario =
            find_scenario(comparison, sqlite3_column_int64(query, 0));
        if (scenario == NULL)
            continue;
        struct fg_allocation_settings *settings =
            fg_arena_allocate(&comparison->arena, 1, sizeof *settings);
        fg_share_rule_parse((const char *)sqlite3_column_text(query, 1), &settings->shared);
        fg_share_rule_parse((const char *)sqlite3_column_text(query, 2), &settings->idle);
        scenario->allocation = settings;
        scenario->allocation_named = true;
    }
    return fg_query_finish(query, status, error);
}

/* The names of a kind, of one scenario; the query gives their number with each. */
static fg_status read_names(sqlite3 *database, struct fg_comparison *comparison,
                            struct fg_compared_scenario *scenario, const char *kind,
                            const char ***out, uint32_t *out_count, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(database,
                                        "SELECT name, count(*) OVER () FROM allocation_name"
                                        " WHERE scenario_id = ? AND kind = ? ORDER BY position",
                                        &query, error);
    sqlite3_bind_int64(query, 1, scenario->id);
    sqlite3_bind_text(query, 2, kind, -1, SQLITE_STATIC);
    while (status == FG_OK && fg_query_next(query)) {
        if (*out == NULL)
            *out = fg_arena_allocate(&comparison->arena, (size_t)sqlite3_column_int64(query, 1),
                                     sizeof **out);
        (*out)[(*out_count)++] = fg_query_text(query, 0, &comparison->arena);
    }
    return fg_query_finish(query, status, error);
}

static fg_status read_stored(sqlite3 *database, struct fg_comparison *comparison,
                             struct fg_error *error)
{
    fg_status status = read_rules(database, comparison, error);
    for (uint32_t i = 0; status == FG_OK && i < comparison->scenario_count; i++) {
        struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        struct fg_allocation_settings *settings = scenario->allocation;
        if (settings == NULL) {
            scenario->allocation = fg_arena_allocate(&comparison->arena, 1, sizeof *settings);
            *scenario->allocation = default_settings;
            continue;
        }
        status = read_names(database, comparison, scenario, "dimension", &settings->dimensions,
                            &settings->dimension_count, error);
        if (status == FG_OK)
            status = read_names(database, comparison, scenario, "namespace", &settings->namespaces,
                                &settings->namespace_count, error);
    }
    return status;
}

/* ---- as the command line has it ---- */

static bool has_dimension(const struct fg_allocation_settings *settings, const char *dimension)
{
    for (uint32_t i = 0; i < settings->dimension_count; i++)
        if (strcmp(settings->dimensions[i], dimension) == 0)
            return true;
    return false;
}

static fg_status check_label(const struct fg_compared_scenario *scenario, const char *dimension,
                             struct fg_error *error)
{
    const struct fg_allocation_settings *stored = scenario->allocation;
    char known[512] = "";
    if (fg_dimension_label(dimension) == NULL || has_dimension(stored, dimension))
        return FG_OK;
    for (uint32_t i = 0; i < stored->dimension_count; i++) {
        if (fg_dimension_label(stored->dimensions[i]) == NULL)
            continue;
        strncat(known, ", ", sizeof known - strlen(known) - 1);
        strncat(known, stored->dimensions[i], sizeof known - strlen(known) - 1);
    }
    return fg_error_set(error, FG_BAD_INPUT,
                        "--by '%s': scenario '%s' was not run with this label; expected namespace, "
                        "workload%s, or a run with pricing.allocation.by",
                        dimension, scenario->name, known);
}

static fg_status parse_dimensions(const char *text, struct fg_arena *arena,
                                  struct fg_allocation_settings *out, struct fg_error *error)
{
    out->dimensions = fg_arena_allocate(arena, strlen(text) / 2 + 1, sizeof *out->dimensions);
    for (;;) {
        size_t length = strcspn(text, ",");
        const char *dimension = fg_arena_copy(arena, text, length);
        if (!fg_dimension_is_known(dimension) || has_dimension(out, dimension))
            return fg_error_set(error, FG_BAD_INPUT,
                                "--by has '%s'; expected namespace, workload or label:KEY, each "
                                "once, with commas between",
                                dimension);
        out->dimensions[out->dimension_count++] = dimension;
        if (text[length] == '\0')
            return FG_OK;
        text += length + 1;
    }
}

static fg_status apply(const struct fg_allocation_request *request,
                       const struct fg_allocation_settings *named,
                       struct fg_compared_scenario *scenario, struct fg_error *error)
{
    struct fg_allocation_settings *settings = scenario->allocation;
    if (request->shared != NULL)
        settings->shared = settings->idle = named->shared;
    for (uint32_t i = 0; i < named->dimension_count; i++)
        if (check_label(scenario, named->dimensions[i], error) != FG_OK)
            return FG_BAD_INPUT;
    if (request->by != NULL) {
        settings->dimensions = named->dimensions;
        settings->dimension_count = named->dimension_count;
    }
    scenario->allocation_named = true;
    return FG_OK;
}

fg_status fg_allocation_settings_read(sqlite3 *database,
                                      const struct fg_allocation_request *request,
                                      struct fg_comparison *comparison, struct fg_error *error)
{
    struct fg_allocation_settings named = {0};
    if (request->shared != NULL && !fg_share_rule_parse(request->shared, &named.shared))
        return fg_error_set(error, FG_BAD_INPUT,
                            "--allocation is '%s'; expected apart, even or share", request->shared);
    fg_status status = request->by == NULL
                           ? FG_OK
                           : parse_dimensions(request->by, &comparison->arena, &named, error);
    if (status == FG_OK)
        status = read_stored(database, comparison, error);
    bool has_request = request->shared != NULL || request->by != NULL;
    for (uint32_t i = 0; status == FG_OK && has_request && i < comparison->scenario_count; i++)
        status = apply(request, &named, &comparison->scenarios[i], error);
    return status;
}
