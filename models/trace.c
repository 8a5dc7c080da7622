#include "models/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fg_trace_pod_name(const struct fg_trace *trace, uint32_t pod, char *buffer,
                              uint32_t buffer_bytes)
{
    const char *text = trace->name_text;
    for (const struct fg_trace *lender = trace->lender; text == NULL && lender != NULL;
         lender = lender->lender)
        text = lender->name_text;
    uint32_t copy = trace->copy == NULL ? 1 : trace->copy[pod];
    if (trace->name == NULL || text == NULL)
        snprintf(buffer, buffer_bytes, "pod-%" PRIu32, pod + 1);
    else if (copy > 1)
        snprintf(buffer, buffer_bytes, "%s-%" PRIu32, text + trace->name[pod], copy);
    else
        snprintf(buffer, buffer_bytes, "%s", text + trace->name[pod]);
    return buffer;
}

void fg_trace_release(struct fg_trace *trace)
{
    free(trace->arrival_s);
    free(trace->span_s);
    free(trace->spec_and_span);
    free(trace->specs);
    free(trace->name);
    free(trace->copy);
    free(trace->name_text);
    fg_strings_release(&trace->strings);
    fg_arena_release(&trace->arena);
    memset(trace, 0, sizeof *trace);
}
