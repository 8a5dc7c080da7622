/* fargauge check: every fault of a study at once, and the defaults that move the bill. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "data/catalog_reader.h"
#include "reports/json_writer.h"
#include "sim/batch/assumptions.h"
#include "sim/batch/trace_pool.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

struct finding {
    struct fg_study study;
    struct fg_errors faults;
    struct fg_assumptions assumptions;
    struct fg_trace_pool traces;
    bool study_is_good;
};

/* A scenario without a duration ends with its last pod, so one must end. */
static void check_end(struct finding *finding, uint32_t number)
{
    const struct fg_scenario *scenario = &finding->study.scenarios[number];
    const struct fg_pooled_trace *pooled =
        &finding->traces.items[finding->traces.of_scenario[number]];
    struct fg_error fault = {0};
    if (scenario->duration_s > 0 || !pooled->loaded || pooled->trace.skipped_rows > 0)
        return;
    for (uint32_t pod = 0; pod < pooled->trace.pod_count; pod++)
        if (fg_trace_span(&pooled->trace, pod) != FG_SPAN_FOREVER)
            return;
    fg_error_at(&fault, finding->study.path, 0, 0,
                "no pod of the trace ends in scenario '%s'; the study must name a duration",
                scenario->name);
    fg_errors_add(&finding->faults, &fault);
}

/* Reads every trace to its end, so that its faults are found too. */
static void check_trace(struct finding *finding, uint32_t number)
{
    const struct fg_trace_options read = {.skip_bad_rows = true, .faults = &finding->faults};
    struct fg_error fault = {0};
    uint32_t listed = finding->faults.count;
    if (fg_trace_pool_load(&finding->traces, number, &read, &fault) != FG_OK) {
        fg_errors_add(&finding->faults, &fault);
        return;
    }
    const struct fg_pooled_trace *pooled = &finding->traces.items[number];
    uint64_t more = pooled->trace.skipped_rows - (finding->faults.count - listed);
    if (more == 0)
        return;
    fg_error_at(&fault, pooled->source->files[0], 0, 0, "has %" PRIu64 " more bad rows", more);
    fg_errors_add(&finding->faults, &fault);
}

static void check_traces(struct finding *finding)
{
    struct fg_error fault = {0};
    if (fg_trace_pool_open(&finding->study, &finding->traces, &fault) != FG_OK) {
        fg_errors_add(&finding->faults, &fault);
        return;
    }
    for (uint32_t i = 0; i < finding->traces.count; i++)
        check_trace(finding, i);
    for (uint32_t i = 0; i < finding->study.scenario_count; i++)
        check_end(finding, i);
}

static void find_all(const char *path, const struct fg_catalog *catalog, struct finding *finding)
{
    struct fg_error fault = {0};
    finding->study_is_good =
        fg_study_read(path, catalog, &finding->study, &finding->faults, &fault) == FG_OK;
    if (!finding->study_is_good)
        return;
    if (fg_assumptions_collect(&finding->study, catalog, &finding->assumptions, &fault) != FG_OK)
        fg_errors_add(&finding->faults, &fault);
    check_traces(finding);
}

static void release(struct finding *finding)
{
    if (finding->study_is_good) {
        fg_trace_pool_release(&finding->traces);
        fg_study_release(&finding->study);
    }
    fg_assumptions_release(&finding->assumptions);
    fg_errors_release(&finding->faults);
}

static const char *scenario_of(const struct finding *finding, const struct fg_store_note *note)
{
    return note->scenario == UINT32_MAX ? "" : finding->study.scenarios[note->scenario].name;
}

static void print_text(const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->faults.count; i++)
        fg_command_print_fault(&finding->faults.items[i]);
    if (finding->study_is_good) {
        printf("study %s: %" PRIu32 " scenarios\n", finding->study.name,
               finding->study.scenario_count);
        for (uint32_t i = 0; i < finding->traces.count; i++)
            if (finding->traces.items[i].loaded)
                printf("trace %s: %" PRIu32 " pods of %" PRIu32 " kinds\n",
                       finding->traces.items[i].source->files[0],
                       finding->traces.items[i].trace.pod_count,
                       finding->traces.items[i].trace.spec_count);
    }
    if (finding->assumptions.note_count > 0)
        printf("\nWhat moves the bill without being named:\n");
    for (uint32_t i = 0; i < finding->assumptions.note_count; i++) {
        const struct fg_store_note *note = &finding->assumptions.notes[i];
        const char *scenario = scenario_of(finding, note);
        printf("  %-9s %s%s%s%s\n", note->kind, note->text, *scenario != '\0' ? " (in " : "",
               scenario, *scenario != '\0' ? ")" : "");
    }
}

static void print_json(const struct finding *finding)
{
    char text[1400];
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_key(&json, "faults");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < finding->faults.count; i++)
        fg_json_put_text(&json, fg_error_text(&finding->faults.items[i], text, sizeof text));
    fg_json_close(&json, ']');
    fg_json_key(&json, "scenarios");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; finding->study_is_good && i < finding->study.scenario_count; i++)
        fg_json_put_text(&json, finding->study.scenarios[i].name);
    fg_json_close(&json, ']');
    fg_json_key(&json, "assumptions");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < finding->assumptions.note_count; i++) {
        const struct fg_store_note *note = &finding->assumptions.notes[i];
        fg_json_open(&json, '{');
        fg_json_named_text(&json, "kind", note->kind);
        fg_json_named_text(&json, "scenario", scenario_of(finding, note));
        fg_json_named_text(&json, "text", note->text);
        fg_json_close(&json, '}');
    }
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

/* The input's faults first: they are the ones to mend. */
static fg_status verdict(const struct finding *finding)
{
    fg_status worst = FG_OK;
    for (uint32_t i = 0; i < finding->faults.count; i++)
        if (worst == FG_OK || finding->faults.items[i].status == FG_BAD_INPUT)
            worst = finding->faults.items[i].status;
    return worst;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    struct finding finding = {0};
    bool json;
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    find_all(arguments->operands[0], &catalog, &finding);
    if (json)
        print_json(&finding);
    else
        print_text(&finding);
    status = verdict(&finding);
    release(&finding);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_check = {
    .name = "check",
    .operands = "STUDY",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "every fault of a study, and the defaults that move the bill",
    .options = options,
    .run = run,
};
