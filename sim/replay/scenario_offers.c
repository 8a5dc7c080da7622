#include "sim/replay/scenario_offers.h"

#include <stdlib.h>

#include "sim/replay/world_open.h"

fg_status fg_scenario_offers(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             struct fg_offers *out, struct fg_error *error)
{
    const struct fg_trace nothing = {0};
    const struct fg_replay_input input = {
        .scenario = scenario, .catalog = catalog, .trace = &nothing};
    struct fg_result result = {0};
    struct fg_world *world = fg_allocate(1, sizeof *world);
    fg_status status = fg_world_open(world, &input, 1, &result, error);
    if (status == FG_OK)
        fg_offers_collect(world, out);
    fg_world_release(world);
    fg_result_release(&result);
    free(world);
    return status;
}
