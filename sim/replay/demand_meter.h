/* demand_meter.h - what the pods that ran have asked for, by clock hour.
 *
 * Only work that counts is booked: pods from running to their end, not what a DaemonSet asks for,
 * not what an eviction undid. Beside it the meter keeps which nodes had to run at each second: for
 * each pod that is there one of the cheapest that hold such pods.
 */
#ifndef FARGAUGE_SIM_REPLAY_DEMAND_METER_H
#define FARGAUGE_SIM_REPLAY_DEMAND_METER_H

#include "models/lower_bound.h"
#include "sim/replay/world.h"

/* Rates, and sums of rates times seconds, in one row: what nodes are asked for, by resource; what
 * Fargate is, by offer and part; the price of a node that must run, and of those that must over
 * several zones. */
enum {
    FG_DEMAND_NODES = 0,
    FG_DEMAND_FARGATE = FG_DEMAND_NODES + FG_BOUND_RESOURCES,
    FG_DEMAND_ALONE = FG_DEMAND_FARGATE + (int)FG_FARGATE_OFFERS * (int)FG_FARGATE_PARTS,
    FG_DEMAND_SPREAD,
    FG_DEMAND_PARTS
};
struct fg_demand {
    int64_t part[FG_DEMAND_PARTS];
};
struct fg_demand_hour {
    struct fg_demand sum;
    uint32_t market; /* how often prices had been set before */
};

struct fg_spread_demand; /* pods of a workload that must spread over zones */

struct fg_demand_meter {
    int32_t hour, first_hour;
    struct fg_demand rate, sum; /* now; of `hour`, if the rate holds */
    uint32_t market;
    uint32_t hour_count, hour_capacity;
    struct fg_demand_hour *hours; /* before `hour`, from first_hour on */
    int64_t *running;             /* by scheduling class */
    /* Prices of the classes' nodes, each once: a class has the rank of its own. */
    uint32_t price_count;
    fg_nanodollars *prices;           /* by rank, rising; the first is 0 */
    uint32_t *rank;                   /* by scheduling class */
    uint32_t *present;                /* classes with pods, by rank */
    uint32_t top;                     /* the highest rank that is present, or 0 */
    int32_t *max_skew;                /* by scheduling class; 0 = no such constraint */
    struct fg_spread_demand **groups; /* by workload; NULL = it has none */
    fg_nanodollars dearest_group;
};

/* Before the first pod runs; all nodes are free until they are priced. */
void fg_demand_open(struct fg_world *world);
/* From now on, the cheapest node that holds a pod of each scheduling class costs so much an hour;
 * 0 = none is known. */
void fg_demand_price(struct fg_world *world, const fg_nanodollars *by_class);
/* The pod runs from now on (change 1) or has run until now (-1); on the node in `slot`. */
void fg_demand_count_node_pod(struct fg_world *world, uint32_t pod, uint32_t slot, int64_t change);
void fg_demand_count_fargate_pod(struct fg_world *world, uint32_t pod, int64_t change);
/* The pod, on a node or on Fargate, has run in [from_s, to_s) for nothing: that is done again, or
 * was no work. Nothing in the future. */
void fg_demand_take_back(struct fg_world *world, uint32_t pod, uint32_t from_s, uint32_t to_s);
/* After the last pod: all hours are in `hours`. */
void fg_demand_close(struct fg_world *world);
void fg_demand_release(struct fg_world *world);

#endif
