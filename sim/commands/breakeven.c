/* fargauge breakeven: at which packing of the nodes, and at which hours a day, Fargate stops being
 * cheaper; for each request of the trace, each workload, and overall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "data/trace_transform.h"
#include "reports/output.h"
#include "sim/batch/trace_pool.h"
#include "sim/commands/breakeven_rows.h"
#include "sim/commands/command.h"
#include "sim/replay/replay.h"
#include "sim/replay/scenario_offers.h"

static const struct fg_option options[] = {
    {"scenario", 0, "NAME", "whose trace, prices and bill; default the first"},
    {"format", 0, "text|csv|json|html", "default text"},
    {"output", 'o', "PATH", "a file; for csv a folder"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

struct form {
    const char *name;
    void (*write)(const struct fg_break_even *table, FILE *out); /* NULL: several files */
};
static const struct form forms[] = {{"text", fg_break_even_text},
                                    {"csv", NULL},
                                    {"json", fg_break_even_json},
                                    {"html", fg_break_even_html}};

static fg_status find_form(const struct fg_arguments *arguments, const struct form **out,
                           struct fg_error *error)
{
    const char *name = fg_argument(arguments, "format");
    *out = &forms[0];
    for (size_t i = 0; name != NULL && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, name) == 0)
            *out = &forms[i];
    if (name != NULL && strcmp((*out)->name, name) != 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "--format is '%s'; expected text, csv, json or html", name);
    if ((*out)->write == NULL && fg_argument(arguments, "output") == NULL)
        return fg_error_set(
            error, FG_BAD_INPUT,
            "--format csv writes several files; expected a folder for them: -o DIR");
    return FG_OK;
}

static fg_status find_scenario(const struct fg_study *study, const char *wanted, uint32_t *out,
                               struct fg_error *error)
{
    const char **names = fg_allocate(study->scenario_count, sizeof *names);
    *out = wanted == NULL ? 0 : UINT32_MAX;
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        names[i] = study->scenarios[i].name;
        if (wanted != NULL && strcmp(names[i], wanted) == 0)
            *out = i;
    }
    fg_status status = FG_OK;
    if (*out == UINT32_MAX) {
        const char *nearest = fg_nearest_name(wanted, names, study->scenario_count);
        status = fg_error_set(error, FG_BAD_INPUT, "the study has no scenario '%s'; it has '%s'%s",
                              wanted, nearest != NULL ? nearest : names[0],
                              study->scenario_count > 1 ? " and others" : "");
    }
    free((void *)names);
    return status;
}

/* The nodes of all the study's clusters in the scenario's region, at the scenario's prices. */
static fg_status collect_offers(const struct fg_study *study, const struct fg_catalog *catalog,
                                const struct fg_scenario *scenario, struct fg_offers *out,
                                struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; i < study->scenario_count && status == FG_OK; i++) {
        struct fg_scenario priced = *scenario;
        if (strcmp(study->scenarios[i].region, scenario->region) != 0)
            continue;
        priced.cluster = study->scenarios[i].cluster;
        status = fg_scenario_offers(&priced, catalog, out, error);
    }
    return status;
}

static fg_status write_table(const struct fg_arguments *arguments, const struct form *form,
                             const struct fg_break_even *table, struct fg_error *error)
{
    const char *path = fg_argument(arguments, "output");
    struct fg_output output;
    if (form->write == NULL)
        return fg_break_even_csv(table, path, error);
    fg_status status = fg_output_open(path, &output, error);
    if (status != FG_OK)
        return status;
    form->write(table, output.file);
    return fg_output_close(&output, FG_OK, error);
}

struct weighing {
    const struct fg_arguments *arguments;
    const struct form *form;
    const struct fg_catalog *catalog;
    const struct fg_study *study;
    const struct fg_scenario *scenario;
};

static fg_status weigh(const struct weighing *weighing, const struct fg_trace *trace,
                       struct fg_error *error)
{
    const struct fg_scenario *scenario = weighing->scenario;
    const struct fg_replay_input replayed = {
        .scenario = scenario, .catalog = weighing->catalog, .trace = trace, .with_pods = true};
    struct fg_result result = {0};
    struct fg_offers offers = {0};
    struct fg_arena arena = {0};
    fg_status status = collect_offers(weighing->study, weighing->catalog, scenario, &offers, error);
    if (status == FG_OK)
        status = fg_replay(&replayed, &result, error);
    if (status == FG_OK) {
        struct fg_break_even table;
        const struct fg_break_even_input input = {.study = weighing->study->name,
                                                  .scenario = scenario,
                                                  .catalog = weighing->catalog,
                                                  .trace = trace,
                                                  .result = &result,
                                                  .offers = &offers,
                                                  .arena = &arena};
        status = fg_break_even_fill(&input, &table, error);
        if (status == FG_OK)
            status = write_table(weighing->arguments, weighing->form, &table, error);
        fg_break_even_release(&table);
        fg_result_release(&result);
    }
    free(offers.items);
    fg_arena_release(&arena);
    return status;
}

static fg_status weigh_scenario(struct weighing *weighing, uint32_t number, struct fg_error *error)
{
    const struct fg_scenario *scenario = &weighing->study->scenarios[number];
    const struct fg_trace_options read = {0};
    struct fg_trace_pool traces;
    struct fg_trace derived = {0};
    weighing->scenario = scenario;
    fg_status status = fg_trace_pool_open(weighing->study, &traces, error);
    uint32_t pool = status == FG_OK ? traces.of_scenario[number] : 0;
    if (status == FG_OK)
        status = fg_trace_pool_load(&traces, pool, &read, error);
    if (status == FG_OK) {
        const struct fg_trace *trace = &traces.items[pool].trace;
        if (fg_trace_transform_needed(&scenario->trace)) {
            status =
                fg_trace_transform(trace, &scenario->trace, scenario->seed, 0, &derived, error);
            trace = &derived;
        }
        if (status == FG_OK)
            status = weigh(weighing, trace, error);
        fg_trace_release(&derived);
    }
    fg_trace_pool_release(&traces);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    struct fg_study study;
    struct weighing weighing = {.arguments = arguments, .catalog = &catalog, .study = &study};
    fg_status status = find_form(arguments, &weighing.form, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status = fg_study_read(arguments->operands[0], &catalog, &study, NULL, error);
    if (status == FG_OK) {
        uint32_t number;
        status = find_scenario(&study, fg_argument(arguments, "scenario"), &number, error);
        if (status == FG_OK)
            status = weigh_scenario(&weighing, number, error);
        fg_study_release(&study);
    }
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_breakeven = {
    .name = "breakeven",
    .operands = "STUDY",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "where Fargate stops being cheaper than nodes",
    .options = options,
    .run = run,
};
