/* line_meter.h - what has a price of its own on the bill, by clock hour: lines of the planner's,
 * persistent volumes.
 *
 * A meter is for one account. It keeps what there is of the thing now and the sum of the current
 * hour as it will be if that holds, so that a change costs two additions whatever has passed since
 * (as fargate_meter.h), and beside it what comes at once: starts, bytes.
 */
#ifndef FARGAUGE_SIM_REPLAY_LINE_METER_H
#define FARGAUGE_SIM_REPLAY_LINE_METER_H

#include <stdbool.h>

#include "sim/replay/bill.h"
#include "sim/replay/clock.h"

/* Of the account, and how its amounts are counted. */
struct fg_line_terms {
    struct fg_account account;
    bool by_month;   /* the price is for a calendar month, else for an hour */
    int64_t divisor; /* amounts are in parts of a unit; 1 = whole units */
};

struct fg_line_meter {
    struct fg_line_terms terms;
    uint32_t account;
    int32_t hour;
    __int128 rate;             /* there now */
    __int128 sum;              /* of the hour, in seconds of it, if the rate holds to its end */
    __int128 at_once;          /* of the hour */
    fg_nanodollars total_nano; /* of all hours written out */
};

struct fg_line_meters {
    uint32_t count, capacity;
    struct fg_line_meter *items;
};

/* The number of the account's meter, made if new. */
uint32_t fg_line_meters_find(struct fg_line_meters *meters, struct fg_bill *bill,
                             const struct fg_clock *clock, const struct fg_line_terms *terms);
void fg_line_meter_change(struct fg_line_meter *meter, struct fg_bill *bill,
                          const struct fg_clock *clock, __int128 change);
void fg_line_meter_add(struct fg_line_meter *meter, struct fg_bill *bill,
                       const struct fg_clock *clock, __int128 amount);
/* Another price holds from the clock's hour on, all before is written out. */
void fg_line_meter_reprice(struct fg_line_meter *meter, struct fg_bill *bill,
                           const struct fg_clock *clock, fg_nanodollars list_nano,
                           fg_nanodollars nano);
/* There is nothing any more from now on; what there was is written out. */
void fg_line_meters_close(struct fg_line_meters *meters, struct fg_bill *bill,
                          const struct fg_clock *clock);
/* Of all hours written out. */
fg_nanodollars fg_line_meters_total(const struct fg_line_meters *meters);
void fg_line_meters_release(struct fg_line_meters *meters);

#endif
