#include "tests/support/dice.h"

#include "models/base/random.h"

uint32_t fg_dice_below(struct fg_dice *dice, uint32_t limit)
{
    return (uint32_t)(fg_random_u64(dice->seed, 0, FG_RANDOM_GENERATE, dice->rolled++) % limit);
}

bool fg_dice_one_in(struct fg_dice *dice, uint32_t chances)
{
    return fg_dice_below(dice, chances) == 0;
}
