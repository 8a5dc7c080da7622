/* hour_amount.h - what an hour's use of a thing comes to on the bill. */
#ifndef FARGAUGE_SIM_REPLAY_HOUR_AMOUNT_H
#define FARGAUGE_SIM_REPLAY_HOUR_AMOUNT_H

#include "models/ledger.h"

struct fg_hour_amount {
    int64_t quantity; /* base units of the charge */
    fg_nanodollars nano;
};

/* `unit_seconds`: so many units, or parts of one where `divisor` is above 0, for so many seconds in
 * all; the price is for a unit over its period. Both results are rounded half to even, each once.
 */
struct fg_hour_amount fg_hour_amount(enum fg_charge charge, __int128 unit_seconds,
                                     struct fg_price price, int64_t divisor);
/* The first hour of the month after the one that `hour` lies in, both since 1970. */
int32_t fg_hour_of_next_month(int32_t hour);

#endif
