/* figures.h - figures as people and other programs read them. Integers in, text out; the text
 * lives in the arena. Nothing here can fail. */
#ifndef FARGAUGE_REPORTS_FIGURES_H
#define FARGAUGE_REPORTS_FIGURES_H

#include <stdint.h>

#include "models/base/memory.h"
#include "models/money.h"

/* "8,152" */
const char *fg_figure_count(struct fg_arena *arena, int64_t count);
/* "1,234.57", rounded half to even */
const char *fg_figure_usd(struct fg_arena *arena, fg_nanodollars amount, int decimals);
/* "+431.20", "-310.02", "0.00" */
const char *fg_figure_signed_usd(struct fg_arena *arena, fg_nanodollars amount, int decimals);
/* part / whole: "12.3 %"; "-" when the whole is 0 */
const char *fg_figure_percent(struct fg_arena *arena, int64_t part, int64_t whole);
/* likewise "+12.3 %", "-4.0 %", "0.0 %" */
const char *fg_figure_signed_percent(struct fg_arena *arena, int64_t part, int64_t whole);
/* part / whole with one decimal: "1,204.3", "-0.5"; "-" when the whole is 0 */
const char *fg_figure_tenths(struct fg_arena *arena, int64_t part, int64_t whole);
/* numerator / denominator as a plain decimal of at most nine places, without trailing zeros:
 * "0.04048", "-2", "0.333333333". Returns `buffer`. */
enum { FG_DECIMAL_BYTES = 48 };
const char *fg_figure_decimal(__int128 numerator, __int128 denominator,
                              char buffer[FG_DECIMAL_BYTES]);

#endif
