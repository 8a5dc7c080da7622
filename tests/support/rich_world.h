/* rich_world.h - random worlds with everything switched on: node pools under Karpenter, Spot,
 * affinity, spread and ports, priorities, planned events, quotas, subnets for nodes, Savings
 * Plans.
 *
 * The same number gives the same world.
 */
#ifndef FARGAUGE_TESTS_RICH_WORLD_H
#define FARGAUGE_TESTS_RICH_WORLD_H

#include "tests/support/random_cluster.h"
#include "tests/support/random_world.h"

struct fg_rich_world {
    struct fg_random_world base;
    struct fg_random_cluster rules; /* owns the pods' rules */
};
/* The program's own catalog, less all but a few instance types. Static; not for threads. */
const struct fg_catalog *fg_rich_catalog(void);

void fg_rich_world_make(uint64_t number, struct fg_rich_world *out);
void fg_rich_world_release(struct fg_rich_world *world);

#endif
