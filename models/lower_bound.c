#include "models/lower_bound.h"

#include <stdlib.h>

enum { HOUR_S = 3600 };

static int compare_offers(const void *a, const void *b)
{
    const struct fg_bound_offer *left = a, *right = b;
    if (left->per_hour != right->per_hour)
        return left->per_hour < right->per_hour ? -1 : 1;
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        if (left->holds.of[r] != right->holds.of[r])
            return left->holds.of[r] > right->holds.of[r] ? -1 : 1;
    return 0;
}

static bool holds_as_much(const struct fg_bound_offer *offer, const struct fg_bound_offer *other)
{
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        if (offer->holds.of[r] < other->holds.of[r])
            return false;
    return true;
}

uint32_t fg_bound_prune(struct fg_bound_offer *offers, uint32_t count)
{
    uint32_t kept = 0;
    if (count > 1)
        qsort(offers, count, sizeof *offers, compare_offers);
    for (uint32_t i = 0; i < count; i++) {
        bool is_beaten = false;
        for (uint32_t k = 0; k < kept && !is_beaten; k++)
            is_beaten = holds_as_much(&offers[k], &offers[i]);
        if (!is_beaten)
            offers[kept++] = offers[i];
    }
    return kept;
}

bool fg_bound_point_is_sound(const struct fg_bound_point *point,
                             const struct fg_bound_offer *offers, uint32_t count)
{
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        if (point->value[r] < 0)
            return false;
    for (uint32_t i = 0; i < count; i++)
        if (fg_bound_worth(point, &offers[i].holds) > (__int128)offers[i].per_hour * FG_BOUND_STEPS)
            return false;
    return true;
}

/* One step less each undoes what rounding to whole steps has added; the steps grow until all is
 * well. */
void fg_bound_point_lower(struct fg_bound_point *point, const struct fg_bound_offer *offers,
                          uint32_t count)
{
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        point->value[r] = point->value[r] < 0 ? 0 : point->value[r];
    for (int64_t step = 1; !fg_bound_point_is_sound(point, offers, count); step *= 2)
        for (int r = 0; r < FG_BOUND_RESOURCES; r++)
            point->value[r] -= point->value[r] < step ? point->value[r] : step;
}

fg_bound_value fg_bound_worth(const struct fg_bound_point *point,
                              const struct fg_bound_amounts *demand)
{
    __int128 sum = 0;
    for (int r = 0; r < FG_BOUND_RESOURCES; r++)
        sum += (__int128)point->value[r] * demand->of[r];
    return sum;
}

fg_bound_value fg_bound_price_seconds(fg_nanodollars per_hour, int64_t seconds)
{
    return (__int128)per_hour * seconds * FG_BOUND_STEPS;
}

fg_nanodollars fg_bound_least(fg_bound_value value, int64_t roundings)
{
    const __int128 nano = (__int128)HOUR_S * FG_BOUND_STEPS;
    __int128 least = value - nano / 2 * roundings;
    return least <= 0 ? 0 : (fg_nanodollars)((least + nano - 1) / nano);
}
