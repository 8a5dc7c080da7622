/* random_world.h - small clusters and traces by number, for the property tests.
 *
 * The same number and kind give the same world. Everything a world needs is its own, except for
 * the catalog, which is small_world's.
 */
#ifndef FARGAUGE_TESTS_RANDOM_WORLD_H
#define FARGAUGE_TESTS_RANDOM_WORLD_H

#include "tests/support/dice.h"
#include "tests/support/small_world.h"

enum fg_world_kind {
    FG_WORLD_MIXED,        /* profiles, node groups, with and without Cluster Autoscaler */
    FG_WORLD_FARGATE,      /* one profile takes all; quota, rate and addresses at random */
    FG_WORLD_STATIC_NODES, /* node groups that keep their size */
    FG_WORLD_AUTOSCALED,   /* node groups under Cluster Autoscaler */
    FG_WORLD_MANY_NODES,   /* so many that the scheduler looks at a part of them */
};

struct fg_random_world {
    struct fg_scenario scenario;
    struct fg_small_trace pods;
    struct fg_arena arena;
};
void fg_random_world_make(uint64_t number, enum fg_world_kind kind, struct fg_random_world *out);
void fg_random_world_release(struct fg_random_world *world);

/* FARGAUGE_WORLDS, else `usual`. */
uint32_t fg_random_world_count(uint32_t usual);

#endif
