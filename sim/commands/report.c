/* fargauge report: a finished study, again, in any format. */
#include "reports/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"format", 0, "text|csv|html|json|focus", "default text"},
    {"output", 'o', "PATH", "a file; for csv a folder"},
    {"baseline", 0, "SCENARIO", "what the others are compared with; default the first"},
    {"scenario", 0, "NAME", "focus: whose bill; default the first"},
    {"replication", 0, "N", "focus: which replication; default 0"},
    {"focus-version", 0, "1.2|1.3", "focus: default 1.2"},
    {"null", 0, "empty|null", "focus: what stands for null; default empty"},
    {"billing-account", 0, "ID", "focus: the account; default 111122223333"},
    {"other-usage", 0, NULL, "focus: also what other usage took of the commitments"},
    {"allocation", 0, "apart|even|share", "how shared cost is spread; default as the study says"},
    {"by", 0, "DIMENSION,..", "cost by namespace, workload, label:KEY; default as the study says"},
    {"catalog", 0, "DIR", "other price tables (not needed here)"},
    {0},
};

static fg_status find_format(const char *name, enum fg_report_format *out, struct fg_error *error)
{
    static const struct {
        const char *name;
        enum fg_report_format format;
    } formats[] = {{"text", FG_REPORT_TEXT},
                   {"csv", FG_REPORT_CSV},
                   {"html", FG_REPORT_HTML},
                   {"json", FG_REPORT_JSON},
                   {"focus", FG_REPORT_FOCUS}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *out = formats[i].format;
            return FG_OK;
        }
    }
    return fg_error_set(error, FG_BAD_INPUT,
                        "--format is '%s'; expected text, csv, html, json or focus", name);
}

/* ---- a FOCUS export ---- */

static fg_status read_replication(const char *text, uint32_t *out, struct fg_error *error)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] != '\0')
        return fg_error_set(error, FG_BAD_INPUT,
                            "--replication is '%s'; expected a whole number from 0 on", text);
    *out = (uint32_t)strtoul(text, NULL, 10);
    return FG_OK;
}

/* One of two words; the first is the default. */
static fg_status read_choice(const struct fg_arguments *arguments, const char *name,
                             const char *const words[2], bool *out, struct fg_error *error)
{
    const char *given = fg_argument(arguments, name);
    *out = given != NULL && strcmp(given, words[1]) == 0;
    if (given == NULL || *out || strcmp(given, words[0]) == 0)
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT, "--%s is '%s'; expected %s or %s", name, given,
                        words[0], words[1]);
}

static fg_status check_account(const char *id, struct fg_error *error)
{
    enum { ID_DIGITS = 12 };
    if (id == NULL || (strlen(id) == ID_DIGITS && strspn(id, "0123456789") == ID_DIGITS))
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT,
                        "--billing-account is '%s'; expected twelve digits, such as 111122223333",
                        id);
}

static fg_status read_focus(const struct fg_arguments *arguments, struct fg_focus_options *out,
                            struct fg_error *error)
{
    static const char *const versions[] = {"1.2", "1.3"}, *const nulls[] = {"empty", "null"};
    const char *replication = fg_argument(arguments, "replication");
    bool is_word = false;
    fg_status status = read_choice(arguments, "focus-version", versions, &out->is_1_3, error);
    if (status == FG_OK)
        status = read_choice(arguments, "null", nulls, &is_word, error);
    if (status == FG_OK && replication != NULL)
        status = read_replication(replication, &out->replication, error);
    if (status == FG_OK)
        status = check_account(fg_argument(arguments, "billing-account"), error);
    out->scenario = fg_argument(arguments, "scenario");
    out->null_word = is_word ? "null" : "";
    out->account_id = fg_argument(arguments, "billing-account");
    out->other_usage = fg_argument_is_on(arguments, "other-usage");
    out->notes = stderr;
    return status;
}

/* What is for a FOCUS export alone is not passed over in silence elsewhere, nor the other way. */
static fg_status check_names(const struct fg_arguments *arguments, bool is_focus,
                             struct fg_error *error)
{
    static const char *const names[] = {"scenario", "replication",     "focus-version",
                                        "null",     "billing-account", "other-usage"};
    for (size_t i = 0; !is_focus && i < sizeof names / sizeof *names; i++)
        if (fg_argument(arguments, names[i]) != NULL)
            return fg_error_set(error, FG_BAD_INPUT, "--%s goes with --format focus alone",
                                names[i]);
    if (is_focus && fg_argument(arguments, "baseline") != NULL)
        return fg_error_set(error, FG_BAD_INPUT,
                            "--baseline does not go with --format focus; expected --scenario");
    return FG_OK;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *format = fg_argument(arguments, "format");
    struct fg_report_options report = {
        .output = fg_argument(arguments, "output"),
        .baseline = fg_argument(arguments, "baseline"),
        .allocation = {.shared = fg_argument(arguments, "allocation"),
                       .by = fg_argument(arguments, "by")},
    };
    fg_status status = find_format(format != NULL ? format : "text", &report.format, error);
    if (status == FG_OK)
        status = check_names(arguments, report.format == FG_REPORT_FOCUS, error);
    if (status == FG_OK)
        status = read_focus(arguments, &report.focus, error);
    return status == FG_OK ? fg_report_write(arguments->operands[0], &report, error) : status;
}

const struct fg_command fg_command_report = {
    .name = "report",
    .operands = "DB",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "the comparison of a finished study",
    .options = options,
    .run = run,
};
