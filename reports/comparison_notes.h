/* comparison_notes.h - the assumptions that move the bill: the notes of the study, in order, and
 * what the figures themselves say. */
#ifndef FARGAUGE_REPORTS_COMPARISON_NOTES_H
#define FARGAUGE_REPORTS_COMPARISON_NOTES_H

#include "reports/comparison.h"

/* The scenarios are read and in order. */
fg_status fg_comparison_read_notes(sqlite3 *database, struct fg_comparison *comparison,
                                   struct fg_error *error);

#endif
