/* dice.h - numbers in a row from a seed, for the property tests. */
#ifndef FARGAUGE_TESTS_DICE_H
#define FARGAUGE_TESTS_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct fg_dice {
    uint64_t seed, rolled;
};
uint32_t fg_dice_below(struct fg_dice *dice, uint32_t limit); /* 0 .. limit - 1 */
bool fg_dice_one_in(struct fg_dice *dice, uint32_t chances);

#endif
