/* fargauge report: a finished study, again, in any format. */
#include "reports/report.h"

#include <string.h>

#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"format", 0, "text|csv|html|json", "default text"},
    {"output", 'o', "PATH", "a file; for csv a folder"},
    {"baseline", 0, "SCENARIO", "what the others are compared with; default the first"},
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
                   {"json", FG_REPORT_JSON}};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *out = formats[i].format;
            return FG_OK;
        }
    }
    if (strcmp(name, "focus") == 0)
        return fg_error_set(error, FG_BAD_INPUT, "--format focus is not supported by this version");
    return fg_error_set(error, FG_BAD_INPUT, "--format is '%s'; expected text, csv, html or json",
                        name);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *format = fg_argument(arguments, "format");
    struct fg_report_options report = {
        .output = fg_argument(arguments, "output"),
        .baseline = fg_argument(arguments, "baseline"),
    };
    fg_status status = find_format(format != NULL ? format : "text", &report.format, error);
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
