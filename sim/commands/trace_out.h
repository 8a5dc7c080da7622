/* trace_out.h - a trace into the file that a command was given with -o. */
#ifndef FARGAUGE_SIM_COMMANDS_TRACE_OUT_H
#define FARGAUGE_SIM_COMMANDS_TRACE_OUT_H

#include "models/base/status.h"
#include "models/trace.h"

/* Our own CSV; `path` NULL = standard output. The file is there whole or not at all. */
fg_status fg_trace_out(const struct fg_trace *trace, const char *path, struct fg_error *error);

#endif
