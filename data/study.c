#include "data/study.h"

#include <string.h>

#include "data/decode_pod.h"
#include "data/source.h"
#include "data/study_defaults.h"
#include "data/study_drafts.h"
#include "data/study_parts.h"
#include "data/value_merge.h"
#include "models/other_usage.h"

/* ---- one scenario ---- */

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

/* Region, dates and prices first: the other sections depend on them. */
static const struct fg_field frame_fields[] = {
    {"region", FG_FIELD_TEXT, offsetof(struct fg_scenario, region), NULL},
    {"start", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, start), fg_decode_start},
    {"duration", FG_FIELD_FUNCTION, offsetof(struct fg_scenario, duration_s), decode_duration},
    {"pricing", FG_FIELD_FUNCTION, 0, fg_study_decode_pricing},
    {"trace", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cluster", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void check_region(struct fg_decoder *decoder, const struct fg_study_draft *draft,
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

static void digest_scenario(const struct fg_study_draft *draft,
                            const struct fg_other_usage *other_usage, uint8_t out[16])
{
    struct fg_digester *digester = fg_digester_open();
    fg_value_digest(draft->tree, digester);
    if (other_usage != NULL)
        fg_digester_add(digester, other_usage->digest, sizeof other_usage->digest);
    struct fg_digest digest = fg_digester_close(digester);
    memcpy(out, digest.bytes, sizeof digest.bytes);
}

static void decode_scenario(struct fg_decoder *decoder, const struct fg_study_draft *draft,
                            struct fg_study_context context, struct fg_scenario *out)
{
    const struct fg_value *trace = fg_value_find(draft->tree, "trace");
    out->name = draft->name;
    out->price_day = FG_DAY_UNKNOWN;
    fg_calendar_parse_instant("2026-01-01T00:00:00Z", &out->start, decoder->first);
    decoder->context = &context;
    fg_decode_map(decoder, draft->tree, "the study", frame_fields, out);
    check_region(decoder, draft, context.catalog, out->region);
    context.region = fg_catalog_has_region(context.catalog, out->region != NULL ? out->region : "")
                         ? out->region
                         : NULL;
    context.price_day = out->price_day;
    context.start = out->start;
    fg_study_decode_agreements(decoder, fg_value_find(draft->tree, "pricing"), out);
    if (trace != NULL)
        fg_study_decode_trace(decoder, trace, &out->trace);
    else
        fg_decode_fault(decoder, draft->place,
                        "the scenario '%s' has no trace; expected one here or at the top",
                        draft->base);
    const struct fg_value *cluster = fg_value_find(draft->tree, "cluster");
    fg_study_decode_cluster(decoder, cluster, &out->cluster);
    fg_study_refuse_snapshot_flags(decoder, cluster, &out->cluster.autoscaler);
    decoder->context = NULL;
    digest_scenario(draft, out->other_usage, out->digest);
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
    if (monte_carlo->replications < 1 || monte_carlo->replications > FG_STUDY_SCENARIOS_MAX)
        fg_decode_fault(decoder, value, "replications is %d; expected 1 to %d",
                        (int)monte_carlo->replications, FG_STUDY_SCENARIOS_MAX);
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

static const char *folder_of(const char *path, struct fg_arena *arena)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? fg_arena_copy(arena, path, (size_t)(slash - path) + 1) : "";
}

static void decode_study(struct fg_decoder *decoder, const struct fg_value *root,
                         const struct fg_catalog *catalog, struct fg_study *out)
{
    struct monte_carlo monte_carlo = {1, 42};
    struct fg_study_drafts drafts = {0};
    if (fg_decode_item(decoder, root, "the study", study_fields, &monte_carlo)) {
        out->name = fg_decode_required(decoder, root, "study", "the file");
        fg_study_draft(decoder, root, &drafts);
    }
    out->scenarios = fg_arena_allocate(&out->arena, drafts.count, sizeof *out->scenarios);
    out->scenario_count = drafts.count;
    if ((uint64_t)drafts.count * (uint64_t)monte_carlo.replications > FG_STUDY_SCENARIOS_MAX)
        fg_decode_fault(decoder, fg_value_find(root, "monteCarlo"),
                        "%u scenarios in %d replications are more than %d runs", drafts.count,
                        (int)monte_carlo.replications, FG_STUDY_SCENARIOS_MAX);
    struct fg_study_context context = {.catalog = catalog,
                                       .folder = folder_of(out->path, &out->arena)};
    for (uint32_t i = 0; i < drafts.count; i++) {
        decode_scenario(decoder, &drafts.items[i], context, &out->scenarios[i]);
        out->scenarios[i].seed = (uint64_t)monte_carlo.seed;
        out->scenarios[i].replication_count = (uint32_t)monte_carlo.replications;
    }
    if (fg_decode_is_good(decoder))
        fg_study_list_defaults(out, &drafts);
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
        struct fg_decoder decoder = {.arena = &out->arena, .all = all_errors, .first = error};
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
    struct fg_decoder decoder = {.arena = arena, .first = error};
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
