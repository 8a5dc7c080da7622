/* focus_export.h - an export while it is written: what it reads, where it goes, and the hour. */
#ifndef FARGAUGE_REPORTS_FOCUS_EXPORT_H
#define FARGAUGE_REPORTS_FOCUS_EXPORT_H

#include "models/calendar.h"
#include "reports/focus_describe.h"

struct fg_focus_export {
    struct fg_focus_context context;
    struct fg_focus_source source;
    FILE *out;
    char hour_start[32], hour_end[32], month_start[32], month_end[32];
};

/* Of any row of the current hour. */
struct fg_focus_costs {
    fg_nanodollars billed_nano, effective_nano, list_nano, contract_nano;
};
enum { FG_FOCUS_COST_COUNT = 4 };
typedef char fg_focus_buffers[FG_FOCUS_COST_COUNT][FG_FOCUS_NUMBER_BYTES];

/* The hour's texts. */
void fg_focus_export_start_hour(struct fg_focus_export *export);
/* Charge and billing period: the hour and its month. */
void fg_focus_put_period(const struct fg_focus_export *export, struct fg_focus_row *row);
/* The cells point into the buffers. */
void fg_focus_put_costs(const struct fg_focus_costs *costs, fg_focus_buffers buffers,
                        struct fg_focus_row *row);
void fg_focus_export_write(struct fg_focus_export *export, const struct fg_focus_row *row);

/* A cell of 1.3 that says what of a commitment was applied: `head`, a number and the end. */
struct fg_focus_applied {
    size_t head_length;
    char *text; /* the head, with room for the rest; in the context's arena */
};
struct fg_focus_applied fg_focus_applied_open(const struct fg_focus_context *context,
                                              const struct fg_commitment *commitment);
void fg_focus_put_applied(struct fg_focus_applied *applied, const struct fg_focus_cell *number,
                          struct fg_focus_row *row);

/* What of a commitment usage took, as its unit counts it: of a plan the dollars paid, of
 * reservations hours of their own instance type. */
struct fg_focus_cell fg_focus_commitment_quantity(const struct fg_commitment *commitment,
                                                  const char *sku, int64_t quantity,
                                                  fg_nanodollars paid_nano,
                                                  char buffer[FG_FOCUS_NUMBER_BYTES]);

#endif
