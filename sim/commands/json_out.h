/* json_out.h - JSON facts on standard output, for the small commands. */
#ifndef FARGAUGE_SIM_COMMANDS_JSON_OUT_H
#define FARGAUGE_SIM_COMMANDS_JSON_OUT_H

#include <stdint.h>
#include <stdio.h>

#include "models/money.h"

/* A text with quotes, escaped. */
void fg_json_text(FILE *out, const char *text);
/* thousandths / 1000 without trailing zeros: 2500 -> 2.5 */
void fg_json_thousandths(FILE *out, int64_t thousandths);
/* Dollars with all their nine decimals but trailing zeros. */
void fg_json_usd(FILE *out, fg_nanodollars amount);

#endif
