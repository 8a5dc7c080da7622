#include "reports/report.h"

#include "data/store.h"
#include "reports/allocation_settings.h"
#include "reports/formats.h"
#include "reports/output.h"

static fg_status write_file(sqlite3 *database, const struct fg_comparison *comparison,
                            const struct fg_report_options *options, struct fg_error *error)
{
    struct fg_output output;
    fg_status status = fg_output_open(options->output, &output, error);
    if (status != FG_OK)
        return status;
    if (options->format == FG_REPORT_HTML)
        status = fg_report_html(database, comparison, output.file, error);
    else if (options->format == FG_REPORT_JSON)
        status = fg_report_json(database, comparison, output.file, error);
    else
        status = fg_report_text(database, comparison, output.file, error);
    return fg_output_close(&output, status, error);
}

/* A bill is read from its own rows, not from the comparison. */
static fg_status write_bill(sqlite3 *database, const struct fg_report_options *options,
                            struct fg_error *error)
{
    struct fg_output output;
    fg_status status = fg_output_open(options->output, &output, error);
    if (status != FG_OK)
        return status;
    status = fg_report_focus(database, &options->focus, output.file, error);
    return fg_output_close(&output, status, error);
}

static fg_status write_comparison(sqlite3 *database, const struct fg_report_options *options,
                                  struct fg_error *error)
{
    struct fg_comparison comparison;
    fg_status status = fg_comparison_read(database, options->baseline, &comparison, error);
    if (status == FG_OK)
        status = fg_allocation_settings_read(database, &options->allocation, &comparison, error);
    if (status == FG_OK)
        status = options->format == FG_REPORT_CSV
                     ? fg_report_csv(database, &comparison, options->output, error)
                     : write_file(database, &comparison, options, error);
    fg_comparison_release(&comparison);
    return status;
}

fg_status fg_report_write(const char *path, const struct fg_report_options *options,
                          struct fg_error *error)
{
    if (options->format == FG_REPORT_CSV && options->output == NULL)
        return fg_error_set(
            error, FG_BAD_INPUT,
            "--format csv writes several files; expected a folder for them: -o DIR");
    sqlite3 *database;
    fg_status status = fg_store_open_for_reading(path, &database, error);
    if (status != FG_OK)
        return status;
    /* All queries see the database as it is now, though a run may be writing to it. */
    sqlite3_exec(database, "BEGIN", NULL, NULL, NULL);
    status = options->format == FG_REPORT_FOCUS ? write_bill(database, options, error)
                                                : write_comparison(database, options, error);
    sqlite3_close(database);
    return status;
}
