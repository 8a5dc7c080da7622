/* trace.h - the pods of a trace, as columns.
 *
 * Sorted by arrival; equal arrivals keep the order of the input. A pod's identity is its index.
 * 12 bytes a pod, plus its name where names were asked for.
 */
#ifndef FARGAUGE_MODELS_TRACE_H
#define FARGAUGE_MODELS_TRACE_H

#include <stdint.h>

#include "models/base/index.h"
#include "models/pod.h"

enum fg_span {
    FG_SPAN_FOREVER = 0,  /* runs until the cut */
    FG_SPAN_DURATION = 1, /* span_s of work, counted from when it runs */
    FG_SPAN_END = 2,      /* deleted at second span_s, whether it ran or not */
};

enum { FG_TRACE_PODS_MAX = (1 << 28) - 1 }; /* the replay numbers pods in 28 bits */

#define FG_SPEC_BITS 30
#define FG_SPEC_MASK ((1u << FG_SPEC_BITS) - 1)

struct fg_trace {
    uint32_t pod_count;
    uint32_t *arrival_s;     /* seconds from the study's start */
    uint32_t *span_s;        /* meaning: the pod's fg_span */
    uint32_t *spec_and_span; /* spec number | fg_span << FG_SPEC_BITS */
    uint32_t spec_count;
    struct fg_pod_spec *specs;

    /* Names, NULL unless loaded. `name` is an offset into name_text; `copy` counts copies made
     * by replicas, scale and repeat: 1 is the pod itself, n > 1 prints as NAME-n. */
    uint32_t *name;
    uint32_t *copy;
    char *name_text;

    uint64_t skipped_rows;         /* with --skip-bad-rows */
    struct fg_strings strings;     /* owns every text of the specs, unless borrowed */
    struct fg_arena arena;         /* owns the specs' lists, unless borrowed */
    const struct fg_trace *lender; /* a derived trace borrows specs' texts and names from here */
};

static inline uint32_t fg_trace_spec(const struct fg_trace *trace, uint32_t pod)
{
    return trace->spec_and_span[pod] & FG_SPEC_MASK;
}
static inline enum fg_span fg_trace_span(const struct fg_trace *trace, uint32_t pod)
{
    return (enum fg_span)(trace->spec_and_span[pod] >> FG_SPEC_BITS);
}

/* "coredns-1", "coredns-1-2"; "pod-17" for a trace without names. Returns `buffer`. */
const char *fg_trace_pod_name(const struct fg_trace *trace, uint32_t pod, char *buffer,
                              uint32_t buffer_bytes);
/* Frees the columns and all it owns; the struct is {0} afterwards. */
void fg_trace_release(struct fg_trace *trace);

#endif
