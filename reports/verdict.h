/* verdict.h - the answer in words: the cheapest scenario in which everything ran, what it costs a
 * month, how that differs from the baseline and by what, and who is out and why.
 *
 * A scenario in which pods never ran, or that is not complete, is never called cheapest.
 */
#ifndef FARGAUGE_REPORTS_VERDICT_H
#define FARGAUGE_REPORTS_VERDICT_H

#include "reports/comparison.h"

struct fg_verdict {
    uint32_t cheapest_count; /* more than one in a tie; they are the comparison's first ones */
    uint32_t sentence_count, sentence_capacity;
    const char **sentences; /* the first is the headline; at least one */
};

/* Texts live in the arena; names in them are as the study has them. */
void fg_verdict_find(const struct fg_comparison *comparison, struct fg_arena *arena,
                     struct fg_verdict *out);
void fg_verdict_release(struct fg_verdict *verdict);

#endif
