/* focus_source.h - one run's bill out of the store, hour by hour.
 *
 * Memory grows with the accounts, not with the hours: SQLite sorts the rows by their first hour,
 * and of each account only the row that holds in the current hour is kept. Usage that commitments
 * cover stands in lines, all accounts of one charge, sku and public price, as
 * sim/replay/usage_lines.h has them.
 */
#ifndef FARGAUGE_REPORTS_FOCUS_SOURCE_H
#define FARGAUGE_REPORTS_FOCUS_SOURCE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "models/commitment.h"
#include "models/ledger.h"

/* Which run is read, and what there is to say of it. */
struct fg_focus_run {
    int64_t id;
    const char *study, *scenario, *region;
    uint32_t scenario_count; /* of the study */
};

/* An account's row of the ledger, and its amounts in each hour before `end_hour`. */
struct fg_focus_amounts {
    int32_t end_hour;
    int64_t quantity;
    fg_nanodollars nano, list_nano, billed_nano;
};

/* What a commitment covers of a line. */
struct fg_focus_cover {
    int32_t end_hour;
    uint32_t commitment, line;
    int64_t quantity;
    fg_nanodollars paid_nano, list_nano;
};

struct fg_focus_commitment_hour {
    int32_t end_hour;
    fg_nanodollars hourly_nano, used_nano, other_nano, billed_nano;
};

struct fg_focus_account {
    struct fg_account account;
    const char *charge_name;
    uint32_t line;       /* FG_FOCUS_NO_LINE: commitments do not cover it */
    uint32_t commitment; /* whose unused part it is; FG_FOCUS_NO_LINE = none's */
    uint32_t origin;     /* equal of accounts among which one thing's price is split */
};
enum { FG_FOCUS_NO_LINE = UINT32_MAX };

struct fg_focus_line {
    enum fg_charge charge;
    const char *sku;
    fg_nanodollars list_unit_nano;
};

struct fg_focus_source {
    struct fg_arena arena; /* of all texts */
    uint32_t account_count, account_capacity, line_count, line_capacity, origin_count;
    struct fg_focus_account *accounts;
    struct fg_focus_amounts *amounts; /* by account; of an hour that is over = none */
    struct fg_focus_line *lines;
    uint32_t commitment_count, commitment_capacity;
    struct fg_commitment *commitments;
    struct fg_focus_commitment_hour *commitment_hours; /* by commitment, likewise */
    uint32_t cover_count, cover_capacity;
    struct fg_focus_cover *covers; /* of the hour, by (line, commitment) */
    int32_t hour;
    struct fg_focus_streams *streams;
};

/* The rows of the run; it must have been stored by the hour. After a failure too the source is to
 * be closed. */
fg_status fg_focus_source_open(sqlite3 *database, int64_t run_id, struct fg_focus_source *out,
                               struct fg_error *error);
/* Goes to the next hour in which there may be anything; *out_more is false at the end. */
fg_status fg_focus_source_next(struct fg_focus_source *source, bool *out_more,
                               struct fg_error *error);
void fg_focus_source_close(struct fg_focus_source *source);

static inline bool fg_focus_account_is_on(const struct fg_focus_source *source, uint32_t account)
{
    return source->amounts[account].end_hour > source->hour;
}

#endif
