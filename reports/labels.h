/* labels.h - short forms of scenarios' names, for tables of limited width. */
#ifndef FARGAUGE_REPORTS_LABELS_H
#define FARGAUGE_REPORTS_LABELS_H

#include <stdbool.h>

#include "reports/comparison.h"

/* One label a scenario, of at most `width` (at least 8) code points, all different. If a name is
 * too long, the paths of sweeps lose all but their last part in every name ("all-ec2/scale=2");
 * if that is not enough, only their values stay ("all-ec2/2"); then the middle goes. Sets
 * *out_shortened when any name is not shown whole. List and texts live in the arena. */
const char **fg_labels_make(const struct fg_comparison *comparison, struct fg_arena *arena,
                            uint32_t width, bool *out_shortened);

#endif
