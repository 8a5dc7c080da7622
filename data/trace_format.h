/* trace_format.h - what a reader of one trace format is, and what all of them share.
 *
 * A format names its columns and turns a row's time columns into a lifetime, all other columns
 * into a pod spec. Rows that are alike in everything but their times and name share one spec, so
 * the second function is called once for each distinct row, not for each row.
 */
#ifndef FARGAUGE_DATA_TRACE_FORMAT_H
#define FARGAUGE_DATA_TRACE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "models/calendar.h"
#include "models/scenario.h"
#include "models/trace.h"

enum { FG_FORMAT_COLUMNS_MAX = 40 };

/* The cells of a row, by the format's column number; a column the file lacks is "". Not
 * terminated by a NUL byte. */
struct fg_cell {
    const char *text;
    uint32_t length;
};

struct fg_pod_times {
    uint32_t arrival_s, span_s;
    enum fg_span span;
};

struct fg_trace_format {
    const char *name;
    const char *columns[FG_FORMAT_COLUMNS_MAX]; /* NULL at the end */
    uint64_t required;                          /* bit by column */
    uint64_t time_columns;                      /* not part of the spec */
    int name_column;                            /* -1 = pods have no names */
    /* On a fault the message names the column; the caller adds file and line. */
    fg_status (*read_times)(const struct fg_cell *cells, fg_unix_s start, struct fg_pod_times *out,
                            uint32_t *out_column, struct fg_error *error);
    /* `span` is the lifetime's kind. Texts and lists are made in the trace; *out_replicas says
     * how many equal pods the row stands for. */
    fg_status (*read_spec)(const struct fg_cell *cells, enum fg_span span,
                           const struct fg_trace_source *source, struct fg_trace *trace,
                           struct fg_pod_spec *out, uint32_t *out_replicas, uint32_t *out_column,
                           struct fg_error *error);
};

extern const struct fg_trace_format fg_trace_csv, fg_trace_openb, fg_trace_gaia;

/* ---- for the formats ---- */

/* A whole number below 2^32 - 1, not negative; `expected` is for the message. */
fg_status fg_cell_number(const struct fg_cell *cell, const char *column, const char *expected,
                         uint32_t *out, struct fg_error *error);
/* The same for seconds. */
fg_status fg_cell_seconds(const struct fg_cell *cell, const char *column, uint32_t *out,
                          struct fg_error *error);
/* A spec with nothing asked for, in namespace "default", workload "(none)". */
struct fg_pod_spec fg_spec_blank(enum fg_span span);
/* What annotations say to this program: how often a Job keeps its work. */
#define FG_CHECKPOINT_ANNOTATION "fargauge/checkpoint" /* "10m" */
fg_status fg_spec_take_annotations(struct fg_pod_spec *spec, struct fg_error *error);
/* The number of an equal spec of the trace, added if there is none. `index` finds it. */
uint32_t fg_spec_intern(struct fg_trace *trace, struct fg_index *index, uint32_t *capacity,
                        const struct fg_pod_spec *spec);

#endif
