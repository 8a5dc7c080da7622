/* fargauge compare: a replay beside what Amazon billed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "data/billing_export.h"
#include "models/catalog.h"
#include "reports/calibration.h"
#include "reports/calibration_replay.h"
#include "reports/output.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"scenario", 0, "NAME", "default the only one"},
    {"bill", 0, "FILE", "needed: a CUR or FOCUS export, CSV or CSV.gz; may be given several times"},
    {"from", 0, "DAY", "the first day (UTC); default all hours that both cover"},
    {"to", 0, "DAY", "the last day"},
    {"align", 0, NULL, "other times: the replay's mean hour, times the bill's hours"},
    {"tag", 0, "KEY=VALUE", "only what has this tag; may be given several times"},
    {"account", 0, "ID", "only what this account used"},
    {"region", 0, "REGION", "only what was used there"},
    {"map", 0, "USAGETYPE=CHARGE", "one more rule, such as NatGateway-Hours=other:nat"},
    {"cost", 0, "amortised|billed|list", "what is compared; default amortised"},
    {"net", 0, NULL, "the CUR's costs after discounts"},
    {"replication", 0, "N", "default 0"},
    {"format", 0, "text|csv|json", "default text"},
    {"output", 'o', "FILE", "default standard output"},
    {"catalog", 0, "DIR", "other price tables (not needed here)"},
    {0},
};

enum format { TEXT, CSV, JSON };

/* What is asked for. */
struct request {
    struct fg_billing_options billing;
    struct fg_calibration_options calibration;
    enum format format;
    fg_unix_s from, to; /* of the bill and the replay */
    struct fg_arena arena;
};

/* ---- what is asked for ---- */

static uint32_t count_given(const struct fg_arguments *arguments, const char *name)
{
    uint32_t count = 0, cursor = 0;
    while (fg_argument_next(arguments, name, &cursor) != NULL)
        count++;
    return count;
}

/* "key=value" in two; NULL where one is empty. The value is what follows the last '='. */
static const char *cut_pair(const char *text, struct fg_arena *arena, const char **out_value)
{
    const char *equals = strrchr(text, '=');
    if (equals == NULL || equals == text || equals[1] == '\0')
        return NULL;
    *out_value = equals + 1;
    return fg_arena_copy(arena, text, (size_t)(equals - text));
}

static fg_status read_tags(const struct fg_arguments *arguments, struct request *out,
                           struct fg_error *error)
{
    struct fg_pairs *tags = &out->billing.tags;
    const char *text;
    uint32_t cursor = 0;
    tags->items =
        fg_arena_allocate(&out->arena, count_given(arguments, "tag") + 1, sizeof *tags->items);
    while ((text = fg_argument_next(arguments, "tag", &cursor)) != NULL) {
        struct fg_pair *tag = &tags->items[tags->count++];
        const char *equals = strchr(text, '=');
        if (equals == NULL || equals == text)
            return fg_error_set(error, FG_BAD_INPUT,
                                "--tag is '%.64s'; expected KEY=VALUE such as "
                                "aws:eks:cluster-name=shop",
                                text);
        tag->key = fg_arena_copy(&out->arena, text, (size_t)(equals - text));
        tag->value = equals + 1;
    }
    return FG_OK;
}

static fg_status read_map(const struct fg_arguments *arguments, struct request *out,
                          struct fg_error *error)
{
    const char *text;
    uint32_t cursor = 0, count = 0;
    struct fg_billing_rule *rules =
        fg_arena_allocate(&out->arena, count_given(arguments, "map") + 1, sizeof *rules);
    while ((text = fg_argument_next(arguments, "map", &cursor)) != NULL) {
        struct fg_billing_rule *rule = &rules[count++];
        rule->pattern = cut_pair(text, &out->arena, &rule->charge);
        if (rule->pattern == NULL || !fg_billing_map_knows(rule->charge))
            return fg_error_set(error, FG_BAD_INPUT,
                                "--map is '%.64s'; expected USAGETYPE=CHARGE with a charge of the "
                                "replay, other:NAME or none",
                                text);
    }
    out->billing.map = (struct fg_billing_map){count, rules};
    return FG_OK;
}

static fg_status read_day(const struct fg_arguments *arguments, const char *name, fg_unix_s *inout,
                          struct fg_error *error)
{
    const char *text = fg_argument(arguments, name);
    struct fg_error cause = {0};
    fg_day day;
    if (text == NULL)
        return FG_OK;
    if (fg_calendar_parse_day(text, &day, &cause) != FG_OK)
        return fg_error_set(error, FG_BAD_INPUT, "--%s: %s", name, cause.message);
    *inout = fg_calendar_start_of_day(day + (strcmp(name, "to") == 0));
    return FG_OK;
}

static fg_status read_period(const struct fg_arguments *arguments, struct request *out,
                             struct fg_error *error)
{
    out->from = 0;
    out->to = INT64_MAX / 2;
    fg_status status = read_day(arguments, "from", &out->from, error);
    if (status == FG_OK)
        status = read_day(arguments, "to", &out->to, error);
    if (status == FG_OK && out->from >= out->to)
        status = fg_error_set(
            error, FG_BAD_INPUT,
            "--to '%.32s' is before --from '%.32s'; expected it on or after it",
            fg_argument(arguments, "to"),
            fg_argument(arguments, "from") != NULL ? fg_argument(arguments, "from") : "1970-01-01");
    return status;
}

/* The number of the option's value in `words` (NULL at the end), 0 where it is not given. */
static fg_status read_word(const struct fg_arguments *arguments, const char *name,
                           const char *const *words, const char *expected, int *out,
                           struct fg_error *error)
{
    const char *text = fg_argument(arguments, name);
    *out = 0;
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return FG_OK;
        }
    }
    if (text == NULL)
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT, "--%s is '%.64s'; expected %s", name, text, expected);
}

static fg_status read_replication(const struct fg_arguments *arguments, uint32_t *out,
                                  struct fg_error *error)
{
    const char *text = fg_argument(arguments, "replication");
    char *end = NULL;
    long number = text != NULL ? strtol(text, &end, 10) : 0;
    *out = (uint32_t)number;
    if (text == NULL || (*text >= '0' && *text <= '9' && *end == '\0' && number < INT_MAX))
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT,
                        "--replication is '%.64s'; expected a number from 0 on", text);
}

static fg_status read_choices(const struct fg_arguments *arguments, struct request *out,
                              struct fg_error *error)
{
    static const char *const formats[] = {"text", "csv", "json", NULL};
    static const char *const costs[] = {"amortised", "billed", "list", NULL};
    int format = 0, cost = 0;
    fg_status status = read_word(arguments, "format", formats, "text, csv or json", &format, error);
    if (status == FG_OK)
        status = read_word(arguments, "cost", costs, "amortised, billed or list", &cost, error);
    if (status == FG_OK)
        status = read_replication(arguments, &out->calibration.replication, error);
    out->format = (enum format)format;
    out->calibration.basis = (enum fg_basis)cost;
    out->billing.list = out->calibration.basis == FG_BASIS_LIST;
    return status;
}

static fg_status read_request(const struct fg_arguments *arguments, struct request *out,
                              struct fg_error *error)
{
    *out = (struct request){0};
    out->billing.account = fg_argument(arguments, "account");
    out->billing.region = fg_argument(arguments, "region");
    out->billing.net = fg_argument_is_on(arguments, "net");
    out->calibration.scenario = fg_argument(arguments, "scenario");
    out->calibration.align = fg_argument_is_on(arguments, "align");
    if (fg_argument(arguments, "bill") == NULL)
        return fg_error_set(error, FG_BAD_INPUT,
                            "no bill is named; expected --bill FILE, a CUR or FOCUS export");
    fg_status status = read_choices(arguments, out, error);
    if (status == FG_OK)
        status = read_period(arguments, out, error);
    if (status == FG_OK)
        status = read_tags(arguments, out, error);
    if (status == FG_OK)
        status = read_map(arguments, out, error);
    out->calibration.has_filter = out->billing.tags.count > 0 || out->billing.region != NULL;
    return status;
}

/* ---- the comparison ---- */

static fg_status read_bills(const struct fg_arguments *arguments, const struct request *request,
                            struct fg_billing *out, struct fg_error *error)
{
    uint32_t cursor = 0;
    const char *path;
    fg_status status = FG_OK;
    while (status == FG_OK && (path = fg_argument_next(arguments, "bill", &cursor)) != NULL) {
        uint32_t other = cursor;
        const char *next;
        while ((next = fg_argument_next(arguments, "bill", &other)) != NULL)
            if (strcmp(next, path) == 0)
                return fg_error_set(error, FG_BAD_INPUT,
                                    "--bill '%.200s' is given twice; expected each file once",
                                    path);
        status = fg_billing_read(path, &request->billing, out, error);
    }
    return status;
}

static fg_status print(const char *path, const struct request *request,
                       const struct fg_calibration *calibration, struct fg_error *error)
{
    static void (*const printers[])(const struct fg_calibration *, FILE *) = {
        [TEXT] = fg_calibration_print_text,
        [CSV] = fg_calibration_print_csv,
        [JSON] = fg_calibration_print_json,
    };
    struct fg_output output;
    fg_status status = fg_output_open(path, &output, error);
    if (status != FG_OK)
        return status;
    printers[request->format](calibration, output.file);
    return fg_output_close(&output, FG_OK, error);
}

/* With --align the bill counts whole, else what the replay can be laid beside. */
static void choose_lines(const struct fg_replay *replay, struct request *request)
{
    bool align = request->calibration.align;
    request->billing.from = align || replay->from < request->from ? request->from : replay->from;
    request->billing.to = align || replay->to > request->to ? request->to : replay->to;
}

static fg_status compare(const struct fg_arguments *arguments, const struct fg_replay *replay,
                         struct request *request, struct fg_error *error)
{
    struct fg_billing bill = {0};
    struct fg_calibration calibration = {0};
    choose_lines(replay, request);
    fg_status status = read_bills(arguments, request, &bill, error);
    if (status == FG_OK)
        status = fg_calibration_make(replay, &bill, &request->calibration, request->from,
                                     request->to, &calibration, error);
    if (status == FG_OK)
        status = print(fg_argument(arguments, "output"), request, &calibration, error);
    fg_calibration_release(&calibration);
    fg_billing_release(&bill);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct request request;
    struct fg_replay replay = {0};
    fg_status status = read_request(arguments, &request, error);
    if (status == FG_OK)
        status = fg_replay_open(arguments->operands[0], request.calibration.scenario,
                                request.calibration.replication, &replay, error);
    if (status == FG_OK)
        status = compare(arguments, &replay, &request, error);
    fg_replay_close(&replay);
    fg_arena_release(&request.arena);
    return status;
}

const struct fg_command fg_command_compare = {
    .name = "compare",
    .operands = "DB",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "a replay beside what Amazon billed, and why they differ",
    .options = options,
    .run = run,
};
