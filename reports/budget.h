/* budget.h - which scenarios cost more a month than somebody allows. */
#ifndef FARGAUGE_REPORTS_BUDGET_H
#define FARGAUGE_REPORTS_BUDGET_H

#include "models/base/status.h"
#include "models/money.h"

/* Reads the database at `path`. *out_over = how many scenarios cost more than `limit` a month of
 * 730 hours (the mean of their replications); `message` then names the dearest ones,
 * fit for a terminal. */
fg_status fg_report_budget(const char *path, fg_nanodollars limit, uint32_t *out_over,
                           char message[1024], struct fg_error *error);

#endif
