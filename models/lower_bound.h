/* lower_bound.h - how little the compute of an hour could cost.
 *
 * A node of an offer gives pods so many vCPU, so much memory, room for so many pods and so many
 * GPUs, for a price an hour. Whatever nodes run, together they give at least what the pods ask
 * for; the cheapest mix that does, parts of nodes allowed, is a linear program, and its optimum a
 * lower bound on the price of every real mix. The program's dual puts a value on each resource so
 * that no offer is worth more than its price. Every such set of values is a bound by itself: what
 * the pods ask for, at these values, costs no less anywhere. So a solver may be as inexact as it
 * likes; what it finds is made whole numbers here, and checked in 128 bits.
 */
#ifndef FARGAUGE_MODELS_LOWER_BOUND_H
#define FARGAUGE_MODELS_LOWER_BOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "models/money.h"

enum fg_bound_resource {
    FG_BOUND_CPU,    /* milli-vCPU */
    FG_BOUND_MEMORY, /* MiB */
    FG_BOUND_PODS,
    FG_BOUND_GPU, /* a whole one is 1000 */
    FG_BOUND_RESOURCES
};
/* Amounts, or amounts times seconds. */
struct fg_bound_amounts {
    int64_t of[FG_BOUND_RESOURCES];
};

/* What is left of a node's allocatable when its DaemonSets run; nothing is below zero. */
struct fg_bound_offer {
    struct fg_bound_amounts holds;
    fg_nanodollars per_hour; /* above zero */
};

/* Takes out the offers that another beats: not dearer, and not less of anything. What is kept
 * stands sorted by price. Returns how many. */
uint32_t fg_bound_prune(struct fg_bound_offer *offers, uint32_t count);

/* Values are kept in 2^-24 nanodollars for a unit and an hour. */
#define FG_BOUND_STEPS (1 << 24)
struct fg_bound_point {
    int64_t value[FG_BOUND_RESOURCES];
};

/* Whether no offer is worth more than its price. */
bool fg_bound_point_is_sound(const struct fg_bound_point *point,
                             const struct fg_bound_offer *offers, uint32_t count);
/* Lowers the values, by as little as it takes, until none is. */
void fg_bound_point_lower(struct fg_bound_point *point, const struct fg_bound_offer *offers,
                          uint32_t count);

/* Money for a time: 1/FG_BOUND_STEPS of a nanodollar an hour, for a second. */
typedef __int128 fg_bound_value;

/* What unit-seconds are worth. */
fg_bound_value fg_bound_worth(const struct fg_bound_point *point,
                              const struct fg_bound_amounts *demand);
/* A price an hour, for so many seconds of it in all. */
fg_bound_value fg_bound_price_seconds(fg_nanodollars per_hour, int64_t seconds);
/* The least whole amount that a bill of at least `value` can come to when `roundings` of its rows
 * are rounded, each by at most half a nanodollar. */
fg_nanodollars fg_bound_least(fg_bound_value value, int64_t roundings);

#endif
