/* output.h - a file that is there whole or not at all.
 *
 * What is written goes to a new file beside the one asked for, which takes its place when it is
 * closed without a fault; what was there before stays until then. Pipes, devices and standard
 * output are written as they are.
 */
#ifndef FARGAUGE_REPORTS_OUTPUT_H
#define FARGAUGE_REPORTS_OUTPUT_H

#include <stdio.h>

#include "models/base/memory.h"
#include "models/base/status.h"

struct fg_output {
    FILE *file;
    const char *path;      /* NULL = standard output */
    const char *temporary; /* NULL = written in place */
    struct fg_arena arena; /* owns both */
};

/* `path` NULL = standard output. */
fg_status fg_output_open(const char *path, struct fg_output *out, struct fg_error *error);
/* Frees, also after a failure. With `status` not FG_OK what was written is thrown away and
 * `status` returned; else FG_OK, or FG_FAILED with the path when not all could be written. */
fg_status fg_output_close(struct fg_output *output, fg_status status, struct fg_error *error);

#endif
