#include "models/cost_line.h"

#include <stddef.h>

enum { NANO = 1000000000, GB_BYTES = 1 << 30 };

struct fg_line_part fg_cost_line_part(const struct fg_cost_line *line, enum fg_line_driver driver)
{
    struct fg_line_part part = {.charge = FG_CHARGE_OTHER_HOURS,
                                .amount = line->amount[driver] * line->count,
                                .divisor = 1};
    if (line->by_gb) {
        part.charge = FG_CHARGE_OTHER_GB;
        part.divisor = driver == FG_LINE_IMAGE_PULL ? GB_BYTES : NANO;
    } else if (driver == FG_LINE_POD_START) {
        part.charge = FG_CHARGE_OTHER_STARTS;
    }
    return part;
}

bool fg_cost_line_takes_pool(const struct fg_cost_line *line, const char *pool)
{
    return line->pool_pattern == NULL || (pool != NULL && fg_glob_match(line->pool_pattern, pool));
}
