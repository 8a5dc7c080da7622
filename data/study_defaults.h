/* study_defaults.h - the defaults that move the bill and that scenarios take, for study->defaults.
 */
#ifndef FARGAUGE_DATA_STUDY_DEFAULTS_H
#define FARGAUGE_DATA_STUDY_DEFAULTS_H

#include "data/study.h"
#include "data/study_drafts.h"

/* The drafts are those that the study's scenarios were made of. */
void fg_study_list_defaults(struct fg_study *study, const struct fg_study_drafts *drafts);

#endif
