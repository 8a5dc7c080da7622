/* fargauge commitments: which Savings Plan serves a replayed scenario best, and how large. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "models/plan_rates.h"
#include "reports/advice.h"
#include "reports/output.h"
#include "sim/commands/command.h"

enum { MILLION = 1000000 };

static const struct fg_option options[] = {
    {"scenario", 0, "NAME", "default the only one"},
    {"replication", 0, "N", "default 0"},
    {"kind", 0, "compute|ec2Instance", "default both"},
    {"family", 0, "FAMILY", "of EC2 Instance plans, such as m5; default each that ran"},
    {"term", 0, "1y|3y", "default both"},
    {"payment", 0, "noUpfront|partialUpfront|allUpfront", "default all"},
    {"rate", 0, "ITEM=20%", "off the public price: fargate, ec2, a family, a type; several times"},
    {"format", 0, "text|csv|json|html", "default text; csv is cost against commitment"},
    {"output", 'o', "FILE", "default standard output"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

struct request {
    struct fg_advice_wish wish;
    uint32_t replication;
    void (*print)(const struct fg_advice *advice, FILE *out);
};

/* The number of the option's value in `words` (NULL at the end); *out stays where it is not given.
 */
static fg_status read_word(const struct fg_arguments *arguments, const char *name,
                           const char *const *words, int *out, struct fg_error *error)
{
    const char *text = fg_argument(arguments, name);
    char expected[128] = "";
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return FG_OK;
        }
        size_t length = strlen(expected);
        snprintf(expected + length, sizeof expected - length, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    return text == NULL ? FG_OK
                        : fg_error_set(error, FG_BAD_INPUT, "--%s is '%.64s'; expected one of %s",
                                       name, text, expected);
}

static fg_status read_choices(const struct fg_arguments *arguments, struct request *out,
                              struct fg_error *error)
{
    static const char *const kinds[] = {"compute", "ec2Instance", NULL};
    static const char *const terms[] = {"1y", "3y", NULL};
    static const char *const payments[] = {"noUpfront", "partialUpfront", "allUpfront", NULL};
    static const char *const formats[] = {"text", "csv", "json", "html", NULL};
    static void (*const printers[])(const struct fg_advice *, FILE *) = {
        fg_advice_print_text, fg_advice_print_csv, fg_advice_print_json, fg_advice_print_html};
    int kind = -1, term = -1, format = 0;
    out->wish = (struct fg_advice_wish){.kind = FG_COMMITMENT_KIND_COUNT,
                                        .family = fg_argument(arguments, "family"),
                                        .payment = -1};
    fg_status status = read_word(arguments, "kind", kinds, &kind, error);
    if (status == FG_OK)
        status = read_word(arguments, "term", terms, &term, error);
    if (status == FG_OK)
        status = read_word(arguments, "payment", payments, &out->wish.payment, error);
    if (status == FG_OK)
        status = read_word(arguments, "format", formats, &format, error);
    if (kind >= 0)
        out->wish.kind = kind == 0 ? FG_COMPUTE_PLAN : FG_EC2_INSTANCE_PLAN;
    if (term >= 0)
        out->wish.term_years = term == 0 ? 1 : 3;
    out->print = printers[format];
    if (status == FG_OK && out->wish.kind == FG_COMPUTE_PLAN && out->wish.family != NULL)
        status =
            fg_error_set(error, FG_BAD_INPUT,
                         "--family '%.64s' goes with --kind ec2Instance: a compute plan covers "
                         "every family",
                         out->wish.family);
    return status;
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

/* ---- rates of the planner's own ---- */

static bool is_known_item(const struct fg_catalog *catalog, const char *item)
{
    size_t length = strlen(item);
    if (strcmp(item, "fargate") == 0 || strcmp(item, "ec2") == 0 || fg_item_is_fargate(item))
        return true;
    for (uint32_t i = 0; i < catalog->type_count; i++)
        if (strncmp(catalog->types[i].name, item, length) == 0 &&
            (catalog->types[i].name[length] == '.' || catalog->types[i].name[length] == '\0'))
            return true;
    return false;
}

/* "27.5%" -> 275000 of a million. */
static bool read_percent(const char *text, int64_t *out)
{
    size_t length = strlen(text);
    char number[16];
    fg_nanodollars percent;
    struct fg_error ignored = {0};
    if (length < 2 || length > sizeof number || text[length - 1] != '%')
        return false;
    memcpy(number, text, length - 1);
    number[length - 1] = '\0';
    if (fg_money_parse_usd(number, &percent, &ignored) != FG_OK)
        return false;
    *out = percent / 100000; /* millionths: a percent is 10000 of them */
    return percent >= 0 && percent % 100000 == 0 && *out < MILLION;
}

static fg_status read_rate(const char *text, const struct fg_catalog *catalog,
                           struct fg_arena *arena, struct fg_plan_rate *out, struct fg_error *error)
{
    const char *equals = strchr(text, '=');
    int64_t off;
    if (equals == NULL || equals == text || !read_percent(equals + 1, &off))
        return fg_error_set(
            error, FG_BAD_INPUT,
            "--rate is '%.64s'; expected ITEM=PERCENT off the public price, such as "
            "m5=27%%",
            text);
    char *item = fg_arena_copy(arena, text, (size_t)(equals - text));
    if (!is_known_item(catalog, item))
        return fg_error_set(error, FG_BAD_INPUT,
                            "--rate names '%.64s'; expected fargate, ec2, an instance family or an "
                            "instance type of the catalog",
                            item);
    bool is_all = strcmp(item, "fargate") == 0 || strcmp(item, "ec2") == 0;
    *out = (struct fg_plan_rate){
        .service =
            strncmp(item, "fargate", strlen("fargate")) == 0 ? FG_USAGE_FARGATE : FG_USAGE_EC2,
        .item = is_all ? NULL : item,
        .paid = MILLION - off,
        .of = MILLION,
    };
    return FG_OK;
}

static fg_status read_rates(const struct fg_arguments *arguments, const struct fg_catalog *catalog,
                            struct fg_arena *arena, struct fg_advice_wish *out,
                            struct fg_error *error)
{
    uint32_t cursor = 0;
    const char *text;
    fg_status status = FG_OK;
    struct fg_plan_rate *rates =
        fg_arena_allocate(arena, (size_t)arguments->given_count + 1, sizeof *rates);
    out->rates = rates;
    while (status == FG_OK && (text = fg_argument_next(arguments, "rate", &cursor)) != NULL)
        status = read_rate(text, catalog, arena, &rates[out->rate_count++], error);
    return status;
}

/* ---- the advice ---- */

static fg_status advise(const struct fg_arguments *arguments, const struct request *request,
                        const struct fg_catalog *catalog, struct fg_error *error)
{
    struct fg_replay replay = {0};
    struct fg_advice advice = {0};
    struct fg_output output;
    fg_status status = fg_replay_open(arguments->operands[0], fg_argument(arguments, "scenario"),
                                      request->replication, &replay, error);
    if (status == FG_OK)
        status = fg_advice_make(&replay, catalog, &request->wish, &advice, error);
    if (status == FG_OK)
        status = fg_output_open(fg_argument(arguments, "output"), &output, error);
    if (status == FG_OK) {
        request->print(&advice, output.file);
        status = fg_output_close(&output, FG_OK, error);
    }
    fg_advice_release(&advice);
    fg_replay_close(&replay);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct request request = {0};
    struct fg_catalog catalog = {0};
    struct fg_arena arena = {0};
    fg_status status = read_choices(arguments, &request, error);
    if (status == FG_OK)
        status = read_replication(arguments, &request.replication, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status == FG_OK)
        status = read_rates(arguments, &catalog, &arena, &request.wish, error);
    if (status == FG_OK)
        status = advise(arguments, &request, &catalog, error);
    fg_catalog_release(&catalog);
    fg_arena_release(&arena);
    return status;
}

const struct fg_command fg_command_commitments = {
    .name = "commitments",
    .operands = "DB",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "which Savings Plan serves a scenario best, and how large",
    .options = options,
    .run = run,
};
