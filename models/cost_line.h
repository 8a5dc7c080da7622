/* cost_line.h - pricing.lines: what a cluster drags along (NAT, endpoints, balancers, log
 * ingestion, licences of agents), at a price for what drives it.
 *
 * A line that is driven by the hour is the cluster's, by the node-hour a part of the price of each
 * node, by the pod-hour and the pod's start booked on the pod's workload. A line by the GB has a
 * quantity for any of these drivers, or takes the images that are pulled. A GB is 2^30 bytes.
 */
#ifndef FARGAUGE_MODELS_COST_LINE_H
#define FARGAUGE_MODELS_COST_LINE_H

#include "models/ledger.h"
#include "models/pod_filter.h"

enum fg_line_driver {
    FG_LINE_HOUR,
    FG_LINE_NODE_HOUR, /* while the node is billed */
    FG_LINE_POD_HOUR,  /* while the pod runs; on Fargate until it is deleted */
    FG_LINE_POD_START, /* each time that the pod begins to run */
    FG_LINE_IMAGE_PULL,
    FG_LINE_DRIVER_COUNT
};

struct fg_cost_line {
    const char *name;          /* "nat" is on the bill as "other:nat"; without spaces */
    const char *node_sku;      /* "nat node": what nodes drive is on accounts of its own */
    const char *item;          /* in the catalog; NULL = the price is the planner's own */
    fg_nanodollars nano;       /* of the planner's own, for one unit */
    bool by_gb;                /* a unit is a GB, else what drives the line */
    int64_t count;             /* such things: 3 NAT gateways */
    struct fg_pod_filter pods; /* for the drivers of pods */
    const char *pool_pattern;  /* "nodegroup:*"; NULL = all; not for FG_LINE_HOUR */
    /* For each driver: 1 or 0 of a unit, or of a GB so many 10^-9 (of images: 1). */
    int64_t amount[FG_LINE_DRIVER_COUNT];
};

/* What a driver brings the line: `amount` / `divisor` units for each hour, start, or byte pulled.
 * Amount 0 = it does not drive the line. */
struct fg_line_part {
    enum fg_charge charge;
    int64_t amount, divisor;
};
struct fg_line_part fg_cost_line_part(const struct fg_cost_line *line, enum fg_line_driver driver);
bool fg_cost_line_takes_pool(const struct fg_cost_line *line, const char *pool);

#endif
