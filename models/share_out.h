/* share_out.h - an amount that is shared over rows by their quantities: each share is rounded down,
 * and what is left goes to one row, the first of workload (idle), else the last.
 *
 * So a bill says who bears what a commitment covered of a usage line, and a reader of the bill
 * finds the same shares again.
 */
#ifndef FARGAUGE_MODELS_SHARE_OUT_H
#define FARGAUGE_MODELS_SHARE_OUT_H

#include <stdbool.h>
#include <stdint.h>

/* amount * quantity / all, rounded down; 0 of nothing. The product must fit 127 bits. */
__int128 fg_share_of(__int128 amount, __int128 quantity, __int128 all);

/* Who takes the rest, found by offering the rows in order. */
struct fg_rest_taker {
    uint32_t row; /* UINT32_MAX = none yet */
    bool is_idle;
};
static inline struct fg_rest_taker fg_rest_taker_open(void)
{
    return (struct fg_rest_taker){UINT32_MAX, false};
}
void fg_rest_taker_offer(struct fg_rest_taker *taker, uint32_t row, const char *workload);

#endif
