/* node_meter.h - what the nodes of one pool are billed, by clock hour, and whom it is booked on.
 *
 * All nodes of a pool have one price and one allocatable, so the pool keeps the number of billed
 * nodes and, for each workload, the units its pods ask for: 9 a vCPU, 1 a GiB, 90 a GPU (the
 * ratio of AWS split cost allocation). An hour's price is rounded once; each workload gets its
 * units' share of the allocatable units that were paid for, rounded down; the rest is (idle).
 */
#ifndef FARGAUGE_SIM_REPLAY_NODE_METER_H
#define FARGAUGE_SIM_REPLAY_NODE_METER_H

#include "sim/controllers/scheduler.h"
#include "sim/replay/bill.h"
#include "sim/replay/clock.h"
#include "sim/replay/price_book.h"

typedef __int128 fg_units; /* a vCPU is 9000 * 2^30 */

static inline fg_units fg_units_of(int64_t cpu_milli, int64_t memory_bytes, int64_t gpu_milli)
{
    return ((fg_units)(9 * cpu_milli + 90 * gpu_milli) << 30) + (fg_units)1000 * memory_bytes;
}

struct fg_workload_share {
    const char *namespace_name, *workload, *group;
    fg_units rate; /* asked for now */
    fg_units sum;  /* unit-seconds of the meter's hour, if the rate holds to its end */
    uint32_t account[FG_NODE_PRICES_MAX];
    bool listed;
};

struct fg_node_meter {
    const char *pool;
    const struct fg_node_prices *prices;
    fg_units node_units; /* allocatable of one node */
    int32_t hour;
    int64_t nodes;        /* billed now */
    int64_t node_seconds; /* of the hour, if the number holds */
    uint32_t idle_account[FG_NODE_PRICES_MAX];
    uint32_t share_count, share_capacity;
    struct fg_workload_share *shares;
    uint32_t active_count, active_capacity;
    uint32_t *active;                     /* shares whose rate or sum is not zero */
    fg_nanodollars idle_nano, total_nano; /* of all hours written out */
};

void fg_node_meter_open(struct fg_node_meter *meter, struct fg_bill *bill, int32_t hour);
/* The number of a share, made new: of a workload, or of its pods of one group (models/ledger.h). */
uint32_t fg_node_meter_share(struct fg_node_meter *meter, struct fg_bill *bill,
                             const char *namespace_name, const char *workload, const char *group);
/* The pool's prices are others from the meter's hour on, all before is written out: what follows is
 * booked on accounts with those prices. */
void fg_node_meter_reprice(struct fg_node_meter *meter, struct fg_bill *bill);
void fg_node_meter_nodes(struct fg_node_meter *meter, struct fg_bill *bill,
                         const struct fg_clock *clock, int64_t change);
void fg_node_meter_units(struct fg_node_meter *meter, struct fg_bill *bill,
                         const struct fg_clock *clock, uint32_t share, fg_units change);
/* The part of a node's price that falls to a pod of so many units in [from, to). */
fg_nanodollars fg_node_meter_pod(const struct fg_node_meter *meter, fg_units units, fg_unix_s from,
                                 fg_unix_s to);
/* Writes out all hours before `hour`. */
void fg_node_meter_roll(struct fg_node_meter *meter, struct fg_bill *bill, int32_t hour);
void fg_node_meter_release(struct fg_node_meter *meter);

#endif
