/* report.h - what people read, from the store and nothing else. */
#ifndef FARGAUGE_REPORTS_REPORT_H
#define FARGAUGE_REPORTS_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "models/base/status.h"
#include "reports/allocation_settings.h"

enum fg_report_format {
    FG_REPORT_TEXT,
    FG_REPORT_CSV,
    FG_REPORT_HTML,
    FG_REPORT_JSON,
    FG_REPORT_FOCUS
};

/* Of a FOCUS export, whose rows are the bill of one replication. */
struct fg_focus_options {
    const char *scenario; /* NULL = the first of the study */
    uint32_t replication;
    bool is_1_3;            /* with the columns of FOCUS 1.3, else those of 1.2 */
    const char *null_word;  /* what stands for null; NULL = nothing */
    const char *account_id; /* the payer's; NULL = AWS's sample account */
    bool other_usage;       /* what the account's other usage took of commitments has rows too */
    FILE *notes;            /* told which scenario is taken where nobody asked; NULL = not told */
};

struct fg_report_options {
    enum fg_report_format format;
    const char *output;   /* a file, for CSV a folder (made if missing); NULL = standard output */
    const char *baseline; /* scenario name; NULL = the first of the study */
    struct fg_focus_options focus;
    struct fg_allocation_request allocation; /* who bears the cost, other than the study says */
};

/* Reads the database at `path` and writes the report. CSV needs an output folder. */
fg_status fg_report_write(const char *path, const struct fg_report_options *options,
                          struct fg_error *error);

#endif
