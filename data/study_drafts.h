/* study_drafts.h - a study's scenarios as trees: defaults under each, the sweep's values in each.
 */
#ifndef FARGAUGE_DATA_STUDY_DRAFTS_H
#define FARGAUGE_DATA_STUDY_DRAFTS_H

#include "data/decode.h"

enum { FG_STUDY_SCENARIOS_MAX = 1000000 };

/* A scenario before it is decoded. */
struct fg_study_draft {
    const char *name;             /* with what the sweep adds */
    const char *base;             /* as the study names it */
    const struct fg_value *place; /* for faults of the scenario as a whole */
    const struct fg_value *tree;
};
struct fg_study_drafts {
    uint32_t count;
    struct fg_study_draft *items; /* in the decoder's arena */
};

/* In the order of the study; the last sweep varies fastest. Names are unlike each other. */
void fg_study_draft(struct fg_decoder *decoder, const struct fg_value *root,
                    struct fg_study_drafts *out);

#endif
