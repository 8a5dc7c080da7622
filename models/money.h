/* money.h - exact money: integers from the price to the row.
 *
 * Amounts are nanodollars (a dollar is 10^9). A price is so many nanodollars for so many base
 * units of the thing bought (0.04048 USD per vCPU-hour is 40480000 for 3600000 milli-vCPU-
 * seconds). One function multiplies, in 128 bits, and rounds once, half to even.
 */
#ifndef FARGAUGE_MODELS_MONEY_H
#define FARGAUGE_MODELS_MONEY_H

#include <stdint.h>

#include "models/base/status.h"

typedef int64_t fg_nanodollars;

#define FG_NANO_PER_DOLLAR 1000000000

struct fg_price {
    fg_nanodollars nano; /* for ... */
    int64_t period;      /* ... so many base units; > 0 */
};

/* quantity * nano / period, rounded half to even. The result must fit 63 bits (asserted). */
fg_nanodollars fg_money_amount_half_even(__int128 quantity, struct fg_price price);

/* numerator / denominator rounded half to even; denominator > 0. */
__int128 fg_money_divide_half_even(__int128 numerator, __int128 denominator);

/* "0.04048" -> 40480000. More than nine decimals or anything but a plain decimal is refused. */
fg_status fg_money_parse_usd(const char *text, fg_nanodollars *out, struct fg_error *error);

/* "1234.57": rounded half to even to `decimals` (0..9) places. Returns `buffer`. */
const char *fg_money_print(fg_nanodollars amount, int decimals, char buffer[48]);

#endif
