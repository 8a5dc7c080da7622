/* billing_map.h - which of our charges a usage type of Amazon's bill is.
 *
 * A usage type is the region's short name and a dash (none in us-east-1), and what was used:
 * BoxUsage:m5.large, USW2-EBS:VolumeUsage.gp3. What no rule takes is not modelled.
 */
#ifndef FARGAUGE_MODELS_BILLING_MAP_H
#define FARGAUGE_MODELS_BILLING_MAP_H

#include "models/base/memory.h"
#include "models/billing.h"

/* A rule of the planner's own: usage types, without the region, that fit the pattern (`*` and
 * `?`) are `charge`; "none" = not modelled. */
struct fg_billing_rule {
    const char *pattern;
    const char *charge;
};
struct fg_billing_map {
    uint32_t count;
    const struct fg_billing_rule *rules; /* the first that fits, and before our own */
};

struct fg_mapped_usage {
    const char *charge; /* "" = not modelled */
    const char *unit;
    const char *sku; /* lives in the arena, or for ever */
    /* The bill's quantity times this is in `unit`: 1024 for throughput in GiBps. */
    uint32_t unit_factor;
};

/* `usage_type` without the region: "EBS:VolumeUsage.gp3". */
const char *fg_usage_type_plain(const char *usage_type);
/* `product` ("AmazonEC2") and `unit` are the bill's, "" where it names none. */
struct fg_mapped_usage fg_billing_map_find(const struct fg_billing_map *own, const char *product,
                                           const char *usage_type, const char *unit,
                                           struct fg_arena *arena);

/* Whether `charge` is one that a rule may name: a charge of ours, other:NAME or none. */
bool fg_billing_map_knows(const char *charge);

/* The sku under which an account of a replay stands beside the bill: the instance type, the volume
 * type, Fargate's system; "" for charges that the bill does not tell apart further. */
const char *fg_billing_sku(const char *charge, const char *sku, struct fg_arena *arena);
/* Likewise the unit; "" where the quantities of the two say nothing beside each other: of
 * commitments, and of lines of the planner's own but by hours and GB. */
const char *fg_billing_unit(const char *charge, const char *unit);

#endif
