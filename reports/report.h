/* report.h - what people read, from the store and nothing else. */
#ifndef FARGAUGE_REPORTS_REPORT_H
#define FARGAUGE_REPORTS_REPORT_H

#include <stdbool.h>

#include "models/base/status.h"

enum fg_report_format { FG_REPORT_TEXT, FG_REPORT_CSV, FG_REPORT_HTML, FG_REPORT_JSON };

struct fg_report_options {
    enum fg_report_format format;
    const char *output;   /* a file, for CSV a folder (made if missing); NULL = standard output */
    const char *baseline; /* scenario name; NULL = the first of the study */
};

/* Reads the database at `path` and writes the report. CSV needs an output folder. */
fg_status fg_report_write(const char *path, const struct fg_report_options *options,
                          struct fg_error *error);

#endif
