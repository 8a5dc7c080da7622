/* trace_reader.h - files of any known format -> struct fg_trace.
 *
 * Each format is one row of the table in trace_reader.c; adding one is a reader and a row.
 * .gz is read as it is. CSV is as in RFC 4180, but blanks around a cell that is not quoted are
 * not part of it. Reading may use several threads; the result does not depend on them.
 */
#ifndef FARGAUGE_DATA_TRACE_READER_H
#define FARGAUGE_DATA_TRACE_READER_H

#include <stdbool.h>
#include <stdio.h>

#include "models/base/errors.h"
#include "models/calendar.h"
#include "models/scenario.h"
#include "models/trace.h"

struct fg_trace_options {
    fg_unix_s start; /* second 0, for columns that hold instants */
    bool want_names;
    bool skip_bad_rows;       /* count them and list the first few in `skipped` */
    int thread_count;         /* 0 = all cores */
    struct fg_errors *faults; /* with skip_bad_rows: takes the first few, may be NULL */
    FILE *skipped;            /* where skipped rows are listed, may be NULL */
};

/* Reads and merges source->files by time; nothing below the line of fg_trace_source is applied.
 * `out` is released with fg_trace_release. */
fg_status fg_trace_read(const struct fg_trace_source *source,
                        const struct fg_trace_options *options, struct fg_trace *out,
                        struct fg_error *error);

/* Writes a trace in our own CSV (design: the trace file), RFC 4180, every column that some pod
 * uses. Reading it back gives the same trace (shares of a GPU: where gpu_share is set). */
fg_status fg_trace_write(const struct fg_trace *trace, FILE *out, struct fg_error *error);

/* Format names, "csv" first. NULL past the end. */
const char *fg_trace_format_name(uint32_t index);

#endif
