/* fargauge run: replay, bill, store, print the comparison. */
#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "reports/budget.h"
#include "reports/report.h"
#include "sim/batch/batch.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"output", 'o', "FILE", "the database; default results.db"},
    {"jobs", 'j', "N", "threads; default all cores"},
    {"fresh", 0, NULL, "throw away what the database holds, another study's results too"},
    {"pods", 0, NULL, "keep a row a pod (view pod_detail)"},
    {"ledger", 0, "hour|day|total", "how fine costs are kept; default hour"},
    {"fail-over", 0, "USD", "end with status 3 when a scenario costs more a month"},
    {"skip-bad-rows", 0, NULL, "count and list bad rows of the trace instead of stopping"},
    {"format", 0, "text|json", "of the comparison; default text"},
    {"quiet", 'q', NULL, "print nothing but errors"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

static fg_status find_detail(const char *name, enum fg_ledger_detail *out, struct fg_error *error)
{
    static const char *const names[] = {"hour", "day", "total"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum fg_ledger_detail)i;
            return FG_OK;
        }
    }
    return fg_error_set(error, FG_BAD_INPUT, "--ledger is '%s'; expected hour, day or total", name);
}

static fg_status read_options(const struct fg_arguments *arguments, struct fg_batch_options *batch,
                              struct fg_report_options *report, struct fg_error *error)
{
    const char *output = fg_argument(arguments, "output");
    const char *ledger = fg_argument(arguments, "ledger");
    long threads = 0;
    bool json;
    *batch = (struct fg_batch_options){
        .database = output != NULL ? output : "results.db",
        .program_version = FG_VERSION,
        .with_pods = fg_argument_is_on(arguments, "pods"),
        .fresh = fg_argument_is_on(arguments, "fresh"),
        .quiet = fg_argument_is_on(arguments, "quiet"),
        .skip_bad_rows = fg_argument_is_on(arguments, "skip-bad-rows"),
    };
    if (*batch->database == '\0')
        return fg_error_set(error, FG_BAD_INPUT, "--output is ''; expected the name of a file");
    fg_status status = find_detail(ledger != NULL ? ledger : "hour", &batch->detail, error);
    if (status == FG_OK)
        status = fg_argument_count(arguments, "jobs", 1024, &threads, error);
    batch->thread_count = (int)threads;
    if (status == FG_OK)
        status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        *report = (struct fg_report_options){.format = json ? FG_REPORT_JSON : FG_REPORT_TEXT};
    return status;
}

static void say_what_was_done(const struct fg_batch_options *batch,
                              const struct fg_batch_outcome *outcome, double seconds)
{
    fprintf(stderr, "%" PRIu32 " run", outcome->run_count);
    if (outcome->already_done_count > 0)
        fprintf(stderr, ", %" PRIu32 " done before", outcome->already_done_count);
    if (outcome->run_count > 0)
        fprintf(stderr, "; %" PRIu64 " pods in %.1f s", outcome->pod_count, seconds);
    fprintf(stderr, "; results in %s\n\n", batch->database);
}

/* --fail-over: *out = INT64_MAX where it is not given. */
static fg_status read_budget(const struct fg_arguments *arguments, fg_nanodollars *out,
                             struct fg_error *error)
{
    const char *text = fg_argument(arguments, "fail-over");
    struct fg_error cause = {0};
    *out = INT64_MAX;
    if (text != NULL && (fg_money_parse_usd(text, out, &cause) != FG_OK || *out < 0))
        return fg_error_set(error, FG_BAD_INPUT,
                            "--fail-over is '%s'; expected dollars a month such as 1500 or 99.50",
                            text);
    return FG_OK;
}

static fg_status check_budget(const char *database, fg_nanodollars budget, struct fg_error *error)
{
    char message[1024], limit[48];
    uint32_t over = 0;
    if (budget == INT64_MAX)
        return FG_OK;
    fg_status status = fg_report_budget(database, budget, &over, message, error);
    if (status != FG_OK || over == 0)
        return status;
    fprintf(stderr, "fargauge: more than %s USD a month: %s\n", fg_money_print(budget, 2, limit),
            message);
    return FG_TOO_EXPENSIVE;
}

static fg_status run_study(const struct fg_arguments *arguments, const struct fg_catalog *catalog,
                           struct fg_error *error)
{
    struct fg_batch_options batch;
    struct fg_report_options report;
    struct fg_batch_outcome outcome = {0};
    struct fg_study study;
    fg_nanodollars budget;
    double start = omp_get_wtime();
    fg_status status = read_options(arguments, &batch, &report, error);
    if (status == FG_OK)
        status = read_budget(arguments, &budget, error);
    if (status == FG_OK)
        status = fg_study_read(arguments->operands[0], catalog, &study, NULL, error);
    if (status != FG_OK)
        return status;
    status = fg_batch_run(&study, catalog, &batch, &outcome, error);
    fg_study_release(&study);
    if (status == FG_OK && !batch.quiet) {
        say_what_was_done(&batch, &outcome, omp_get_wtime() - start);
        status = fg_report_write(batch.database, &report, error);
    }
    return status == FG_OK ? check_budget(batch.database, budget, error) : status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    fg_status status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status = run_study(arguments, &catalog, error);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_run = {
    .name = "run",
    .operands = "STUDY",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "replay all scenarios of a study, bill every hour, compare",
    .options = options,
    .run = run,
};
