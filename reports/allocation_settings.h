/* allocation_settings.h - by what each scenario's cost is told: what its study says, what the
 * command line says over it, else by namespace and workload with shared cost apart. */
#ifndef FARGAUGE_REPORTS_ALLOCATION_SETTINGS_H
#define FARGAUGE_REPORTS_ALLOCATION_SETTINGS_H

#include <sqlite3.h>

#include "reports/comparison.h"

/* Of the command line; NULL = as the study has it. */
struct fg_allocation_request {
    const char *shared; /* apart, even, share: of idle too */
    const char *by;     /* "namespace,label:team" */
};

/* Sets the comparison's `allocation` and `allocation_named`. A word that is none of those, and a
 * label that a scenario was not run with, are FG_BAD_INPUT. */
fg_status fg_allocation_settings_read(sqlite3 *database,
                                      const struct fg_allocation_request *request,
                                      struct fg_comparison *comparison, struct fg_error *error);

#endif
