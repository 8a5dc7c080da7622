/* fargate_meter.h - what the pods of one Fargate account are billed, by clock hour.
 *
 * An account bills a rate that changes when a pod's billing starts or stops. The meter keeps the
 * rate and the sum of the current hour as it will be if the rate holds; a change costs two
 * additions whatever has passed since, and full hours at one rate become one ledger row.
 */
#ifndef FARGAUGE_SIM_REPLAY_FARGATE_METER_H
#define FARGAUGE_SIM_REPLAY_FARGATE_METER_H

#include <stdbool.h>

#include "sim/replay/bill.h"
#include "sim/replay/clock.h"

enum { FG_FARGATE_VCPU, FG_FARGATE_MEMORY, FG_FARGATE_STORAGE, FG_FARGATE_PARTS };
/* Prices are those of the parts, and of the licence that a Windows task pays for each vCPU. */
enum { FG_FARGATE_LICENCE = FG_FARGATE_PARTS, FG_FARGATE_PRICES };

/* milli-vCPU, MiB, GiB above the free ones. */
struct fg_fargate_quantity {
    int64_t part[FG_FARGATE_PARTS];
};

struct fg_fargate_meter {
    int32_t hour;
    struct fg_fargate_quantity rate; /* now */
    struct fg_fargate_quantity sum;  /* of `hour`, in rate-seconds, if the rate holds to its end */
    uint32_t account[FG_FARGATE_PRICES];
    bool has_licence; /* else the last account is none */
};

/* price[part] as fg_ledger's base units want it. Called before a change in a later hour, and
 * with the hour after the last one to write everything out. */
void fg_fargate_meter_roll(struct fg_fargate_meter *meter, struct fg_bill *bill,
                           const struct fg_price price[FG_FARGATE_PRICES], int32_t hour);

static inline void fg_fargate_meter_change(struct fg_fargate_meter *meter, struct fg_bill *bill,
                                           const struct fg_price price[FG_FARGATE_PRICES],
                                           const struct fg_clock *clock,
                                           const struct fg_fargate_quantity *size, int64_t pods)
{
    if (meter->hour != clock->hour)
        fg_fargate_meter_roll(meter, bill, price, clock->hour);
    for (int part = 0; part < FG_FARGATE_PARTS; part++) {
        int64_t change = pods * size->part[part];
        meter->rate.part[part] += change;
        meter->sum.part[part] += change * clock->hour_left_s;
    }
}

#endif
