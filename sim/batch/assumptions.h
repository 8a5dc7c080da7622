/* assumptions.h - what moves the bill without being seen in it: old prices, defaults, what is
 * left out. For the report's last part and for `check`. */
#ifndef FARGAUGE_SIM_BATCH_ASSUMPTIONS_H
#define FARGAUGE_SIM_BATCH_ASSUMPTIONS_H

#include "data/store.h"
#include "data/study.h"

struct fg_assumptions {
    uint32_t note_count, note_capacity;
    struct fg_store_note *notes; /* texts in the arena */
    struct fg_arena arena;
};

/* FG_BAD_INPUT names the first scenario and the price that is missing. */
fg_status fg_assumptions_collect(const struct fg_study *study, const struct fg_catalog *catalog,
                                 struct fg_assumptions *out, struct fg_error *error);
void fg_assumptions_release(struct fg_assumptions *assumptions);

#endif
