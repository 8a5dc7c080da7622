#include "sim/commands/trace_out.h"

#include "data/trace_reader.h"
#include "reports/output.h"

fg_status fg_trace_out(const struct fg_trace *trace, const char *path, struct fg_error *error)
{
    struct fg_output output;
    struct fg_error cause = {0};
    fg_status status = fg_output_open(path, &output, error);
    if (status != FG_OK)
        return status;
    status = fg_trace_write(trace, output.file, &cause);
    if (status != FG_OK)
        fg_error_set(error, status, "%s: %s", path != NULL ? path : "standard output",
                     cause.message);
    return fg_output_close(&output, status, error);
}
