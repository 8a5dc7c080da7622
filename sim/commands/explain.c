/* fargauge explain: what happened to one pod, and why, in each scenario. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "data/trace_transform.h"
#include "models/ecs.h"
#include "models/fargate_profile.h"
#include "models/quantity.h"
#include "reports/json_writer.h"
#include "reports/utf8.h"
#include "sim/batch/trace_pool.h"
#include "sim/commands/command.h"
#include "sim/commands/fargate_quote.h"
#include "sim/replay/replay.h"

static const struct fg_option options[] = {
    {"pod", 0, "NAME", "the pod, by its name in the trace; NAMESPACE/NAME where needed"},
    {"scenario", 0, "NAME", "one scenario; default all"},
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

/* The same words again and again are one item. */
struct said {
    uint32_t second, last_second, times;
    const char *text;
};
/* What a pod's watcher has heard. */
struct story {
    struct fg_watch watch; /* first: the watcher is found from it */
    struct fg_arena arena;
    uint32_t count, capacity;
    struct said *items;
};

struct explanation {
    const struct fg_catalog *catalog;
    struct fg_study study;
    struct fg_trace_pool traces;
    const char *pod;
    bool wants_json;
    struct fg_json_writer json;
    uint32_t told; /* scenarios in which the pod was found */
};

static void hear(struct fg_watch *watch, uint32_t second, const char *text)
{
    struct story *story = watch->context;
    struct said *last = story->count > 0 ? &story->items[story->count - 1] : NULL;
    if (last != NULL && strcmp(last->text, text) == 0) {
        last->times += last->last_second != second;
        last->last_second = second;
        return;
    }
    story->items = fg_grow(story->items, &story->capacity, story->count + 1, sizeof *story->items);
    story->items[story->count++] =
        (struct said){second, second, 1, fg_arena_string(&story->arena, text)};
}

static const char *namespace_of(const struct fg_trace *trace, uint32_t pod)
{
    return trace->specs[fg_trace_spec(trace, pod)].namespace_name;
}

/* NAME or NAMESPACE/NAME. */
static bool is_called(const struct fg_trace *trace, uint32_t pod, const char *wanted)
{
    char name[512];
    fg_trace_pod_name(trace, pod, name, sizeof name);
    if (strcmp(name, wanted) == 0)
        return true;
    const char *namespace_name = namespace_of(trace, pod);
    size_t length = strlen(namespace_name);
    return strncmp(wanted, namespace_name, length) == 0 && wanted[length] == '/' &&
           strcmp(wanted + length + 1, name) == 0;
}

/* The first pod of that name, UINT32_MAX if there is none. A name that stands in several
 * namespaces is refused. */
static fg_status find_pod(const struct fg_trace *trace, const char *wanted, uint32_t *out,
                          struct fg_error *error)
{
    *out = UINT32_MAX;
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        if (!is_called(trace, pod, wanted))
            continue;
        if (*out == UINT32_MAX)
            *out = pod;
        else if (strcmp(namespace_of(trace, pod), namespace_of(trace, *out)) != 0)
            return fg_error_set(
                error, FG_BAD_INPUT, "several pods are named '%s'; expected one of %s/%s, %s/%s",
                wanted, namespace_of(trace, *out), wanted, namespace_of(trace, pod), wanted);
    }
    return FG_OK;
}

static fg_status no_such_pod(const struct explanation *explanation, const struct fg_trace *trace,
                             struct fg_error *error)
{
    enum { LOOKED_AT = 100000 };
    uint32_t count = trace->pod_count < LOOKED_AT ? trace->pod_count : LOOKED_AT;
    struct fg_arena arena = {0};
    const char **names = fg_arena_allocate(&arena, count, sizeof *names);
    char name[512];
    for (uint32_t pod = 0; pod < count; pod++)
        names[pod] = fg_arena_string(&arena, fg_trace_pod_name(trace, pod, name, sizeof name));
    const char *nearest = fg_nearest_name(explanation->pod, names, count);
    nearest = nearest == NULL && count > 0 ? names[0] : nearest;
    fg_status status =
        fg_error_set(error, FG_BAD_INPUT, "the trace has no pod '%s'%s%s%s", explanation->pod,
                     nearest != NULL ? "; it has for example '" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
    fg_arena_release(&arena);
    return status;
}

/* ---- what a pod asks for, and what Fargate sells for it ---- */

/* Agents that are DaemonSets on nodes are part of a Fargate pod. Of a profile that splits its tasks
 * over capacity providers the price is that on demand. */
static struct fg_fargate_request request_on_fargate(const struct fg_scenario *scenario,
                                                    const struct fg_pod_spec *spec)
{
    const struct fg_cluster *cluster = &scenario->cluster;
    const struct fg_fargate_profile *profile = fg_profile_for_pod(cluster, spec);
    struct fg_fargate_request request = {
        spec->cpu_milli,
        spec->memory_bytes,
        spec->ephemeral_bytes,
        cluster->orchestrator,
        fg_fargate_offer(fg_fargate_platform_of(cluster, profile, spec),
                         profile != NULL && fg_fargate_spot_millionths(profile) == 1000000),
        scenario->spot,
    };
    for (uint32_t i = 0; i < scenario->cluster.fargate.sidecar_count; i++) {
        request.cpu_milli += scenario->cluster.fargate.sidecars[i].cpu_milli;
        request.memory_bytes += scenario->cluster.fargate.sidecars[i].memory_bytes;
    }
    return request;
}

/* False: the pod is not on Fargate, or nothing there holds it. */
static bool find_quote(const struct explanation *explanation, const struct fg_scenario *scenario,
                       const struct fg_pod_spec *spec, const struct fg_pod_row *row,
                       struct fg_fargate_quote *out)
{
    const struct fg_fargate_request request = request_on_fargate(scenario, spec);
    struct fg_error ignored = {0};
    fg_day day = fg_calendar_day_of(scenario->start + row->arrival_s);
    return strncmp(row->placed_on, "fargate:", 8) == 0 &&
           fg_fargate_quote(explanation->catalog, scenario->region, day, scenario->price_day,
                            &request, out, &ignored) == FG_OK;
}

static void print_request(const struct explanation *explanation, const struct fg_scenario *scenario,
                          const struct fg_pod_spec *spec, const struct fg_pod_row *row)
{
    char cpu[32], memory[32], usd[48];
    struct fg_fargate_quote quote;
    printf("  asks for %s vCPU and %s", fg_quantity_print_cpu(spec->cpu_milli, cpu),
           fg_quantity_print_bytes(spec->memory_bytes, memory));
    if (find_quote(explanation, scenario, spec, row, &quote))
        printf("; %s%s gives %g vCPU and %g GB at %s USD an hour",
               scenario->cluster.orchestrator == FG_ORCHESTRATOR_EKS ? "with 256Mi on top " : "",
               row->placed_on, (double)quote.size.cpu_milli / 1000,
               (double)quote.size.memory_mib / 1024, fg_money_print(quote.per_hour, 6, usd));
    printf("\n");
}

static void put_request(const struct explanation *explanation, struct fg_json_writer *json,
                        const struct fg_scenario *scenario, const struct fg_pod_spec *spec,
                        const struct fg_pod_row *row)
{
    struct fg_fargate_quote quote;
    fg_json_named_integer(json, "cpu_milli", spec->cpu_milli);
    fg_json_named_integer(json, "memory_bytes", spec->memory_bytes);
    fg_json_key(json, "fargate");
    if (!find_quote(explanation, scenario, spec, row, &quote)) {
        fg_json_put_null(json);
        return;
    }
    fg_json_open(json, '{');
    fg_json_named_text(json, "profile", row->placed_on + strlen("fargate:"));
    fg_json_named_ratio(json, "vcpu", quote.size.cpu_milli, 1000);
    fg_json_named_ratio(json, "memory_gib", quote.size.memory_mib, 1024);
    fg_json_named_integer(json, "ephemeral_gib",
                          quote.billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB);
    fg_json_named_usd(json, "usd_per_hour", quote.per_hour);
    fg_json_close(json, '}');
}

/* ---- printing ---- */

static void print_said(const struct fg_scenario *scenario, const struct said *said,
                       struct fg_arena *arena)
{
    char time[32];
    printf("  %s  %8" PRIu32 " s  %s",
           fg_calendar_print_instant(scenario->start + said->second, time), said->second,
           fg_utf8_clean(arena, said->text));
    if (said->times > 1)
        printf(" (%" PRIu32 " times, the last at %" PRIu32 " s)", said->times, said->last_second);
    printf("\n");
}

static void print_text(const struct explanation *explanation, const struct fg_scenario *scenario,
                       const struct fg_pod_spec *spec, const struct story *story,
                       const struct fg_pod_row *row)
{
    char usd[48];
    struct fg_arena arena = {0};
    const char *title = fg_arena_format(&arena, "%s: %s/%s of %s", scenario->name,
                                        row->namespace_name, row->pod, row->workload);
    printf("%s%s\n", explanation->told > 0 ? "\n" : "", fg_utf8_clean(&arena, title));
    print_request(explanation, scenario, spec, row);
    for (uint32_t i = 0; i < story->count; i++)
        print_said(scenario, &story->items[i], &arena);
    bool ran = row->outcome == FG_OUTCOME_COMPLETED || row->outcome == FG_OUTCOME_RUNNING;
    if (!ran)
        printf("  %s\n", fg_outcome_name(row->outcome));
    else
        printf("  %s on %s, %s USD\n", fg_outcome_name(row->outcome), row->placed_on,
               fg_money_print(row->nano, 6, usd));
    fg_arena_release(&arena);
}

static void put_second(struct fg_json_writer *json, const char *key, int64_t second)
{
    fg_json_key(json, key);
    if (second < 0)
        fg_json_put_null(json);
    else
        fg_json_put_integer(json, second);
}

static void put_events(struct fg_json_writer *json, const struct story *story)
{
    fg_json_key(json, "events");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < story->count; i++) {
        const struct said *said = &story->items[i];
        fg_json_open(json, '{');
        fg_json_named_integer(json, "second", said->second);
        fg_json_named_text(json, "text", said->text);
        fg_json_named_integer(json, "times", said->times);
        fg_json_named_integer(json, "last_second", said->last_second);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static void print_json(struct explanation *explanation, const struct fg_scenario *scenario,
                       const struct fg_pod_spec *spec, const struct story *story,
                       const struct fg_pod_row *row)
{
    struct fg_json_writer *json = &explanation->json;
    if (explanation->told == 0)
        fg_json_open(json, '[');
    fg_json_open(json, '{');
    fg_json_named_text(json, "scenario", scenario->name);
    fg_json_named_text(json, "pod", row->pod);
    fg_json_named_text(json, "namespace", row->namespace_name);
    fg_json_named_text(json, "workload", row->workload);
    fg_json_named_text(json, "placed_on", row->placed_on);
    fg_json_named_text(json, "outcome", fg_outcome_name(row->outcome));
    fg_json_named_text(json, "reason", row->reason);
    fg_json_named_integer(json, "arrival_s", row->arrival_s);
    put_second(json, "start_s", row->start_s);
    put_second(json, "end_s", row->end_s);
    fg_json_named_usd(json, "usd", row->nano);
    put_events(json, story);
    put_request(explanation, json, scenario, spec, row);
    fg_json_close(json, '}');
}

/* ---- one scenario ---- */

/* Names may stand again, in another namespace or at another time. */
static const struct fg_pod_row *find_row(const struct fg_result *result,
                                         const struct fg_trace *trace, uint32_t pod)
{
    char name[512];
    const struct fg_pod_spec *spec = &trace->specs[fg_trace_spec(trace, pod)];
    fg_trace_pod_name(trace, pod, name, sizeof name);
    for (uint32_t i = 0; i < result->pod_row_count; i++) {
        const struct fg_pod_row *row = &result->pod_rows[i];
        if (row->arrival_s == trace->arrival_s[pod] && strcmp(row->pod, name) == 0 &&
            strcmp(row->namespace_name, spec->namespace_name) == 0)
            return row;
    }
    return NULL;
}

static fg_status replay(struct explanation *explanation, const struct fg_scenario *scenario,
                        const struct fg_trace *trace, uint32_t pod, struct fg_error *error)
{
    struct story story = {.watch = {.pod = pod, .say = hear}};
    story.watch.context = &story;
    const struct fg_replay_input input = {.scenario = scenario,
                                          .catalog = explanation->catalog,
                                          .trace = trace,
                                          .with_pods = true,
                                          .watch = &story.watch};
    struct fg_result result = {0};
    fg_status status = fg_replay(&input, &result, error);
    if (status == FG_OK) {
        const struct fg_pod_row *row = find_row(&result, trace, pod);
        const struct fg_pod_spec *spec = &trace->specs[fg_trace_spec(trace, pod)];
        if (row == NULL)
            status = fg_error_set(error, FG_BAD_INPUT,
                                  "the pod '%s' is not replayed in '%s': it arrives at the end or "
                                  "later, or is a DaemonSet's",
                                  explanation->pod, scenario->name);
        else if (explanation->wants_json)
            print_json(explanation, scenario, spec, &story, row);
        else
            print_text(explanation, scenario, spec, &story, row);
        explanation->told += row != NULL;
        fg_result_release(&result);
    }
    free(story.items);
    fg_arena_release(&story.arena);
    return status;
}

static fg_status explain(struct explanation *explanation, uint32_t number, struct fg_error *error)
{
    const struct fg_scenario *scenario = &explanation->study.scenarios[number];
    const struct fg_trace_options read = {.want_names = true};
    uint32_t pool = explanation->traces.of_scenario[number];
    struct fg_trace derived = {0};
    fg_status status = fg_trace_pool_load(&explanation->traces, pool, &read, error);
    if (status != FG_OK)
        return status;
    const struct fg_trace *trace = &explanation->traces.items[pool].trace;
    if (fg_trace_transform_needed(&scenario->trace)) {
        status = fg_trace_transform(trace, &scenario->trace, scenario->seed, 0, &derived, error);
        if (status != FG_OK)
            return status;
        trace = &derived;
    }
    uint32_t pod;
    status = find_pod(trace, explanation->pod, &pod, error);
    if (status == FG_OK)
        status = pod == UINT32_MAX ? no_such_pod(explanation, trace, error)
                                   : replay(explanation, scenario, trace, pod, error);
    fg_trace_release(&derived);
    return status;
}

static fg_status explain_all(struct explanation *explanation, const char *wanted,
                             struct fg_error *error)
{
    const struct fg_study *study = &explanation->study;
    const char **names = fg_allocate(study->scenario_count, sizeof *names);
    fg_status status = fg_trace_pool_open(study, &explanation->traces, error);
    bool found = false;
    for (uint32_t i = 0; status == FG_OK && i < study->scenario_count; i++) {
        names[i] = study->scenarios[i].name;
        if (wanted != NULL && strcmp(names[i], wanted) != 0)
            continue;
        found = true;
        status = explain(explanation, i, error);
    }
    if (explanation->wants_json && explanation->told > 0) {
        fg_json_close(&explanation->json, ']');
        fg_json_finish(&explanation->json);
    }
    if (status == FG_OK && !found) {
        const char *nearest = fg_nearest_name(wanted, names, study->scenario_count);
        status = fg_error_set(error, FG_BAD_INPUT, "the study has no scenario '%s'; it has '%s'%s",
                              wanted, nearest != NULL ? nearest : names[0],
                              study->scenario_count > 1 ? " and others" : "");
    }
    free(names);
    fg_trace_pool_release(&explanation->traces);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    struct explanation explanation = {
        .pod = fg_argument(arguments, "pod"),
        .json = {.out = stdout, .layout = FG_JSON_ONE_LINE},
    };
    if (explanation.pod == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "--pod NAME is missing");
    fg_status status = fg_argument_json(arguments, &explanation.wants_json, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    explanation.catalog = &catalog;
    status = fg_study_read(arguments->operands[0], &catalog, &explanation.study, NULL, error);
    if (status == FG_OK) {
        status = explain_all(&explanation, fg_argument(arguments, "scenario"), error);
        fg_study_release(&explanation.study);
    }
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_explain = {
    .name = "explain",
    .operands = "STUDY",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "what happened to one pod, and why",
    .options = options,
    .run = run,
};
