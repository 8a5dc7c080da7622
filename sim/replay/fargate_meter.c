#include "sim/replay/fargate_meter.h"

/* The meter's hour, and those after it at the rate of now. */
static void book(const struct fg_fargate_meter *meter, struct fg_bill *bill, uint32_t account,
                 int part, struct fg_price price, int32_t hour)
{
    int64_t sum = meter->sum.part[part], full_hour = meter->rate.part[part] * FG_HOUR_S;
    fg_bill_add(bill, account, meter->hour, 1, sum, fg_money_amount_half_even(sum, price));
    fg_bill_add(bill, account, meter->hour + 1, (uint32_t)(hour - meter->hour - 1), full_hour,
                fg_money_amount_half_even(full_hour, price));
}

void fg_fargate_meter_roll(struct fg_fargate_meter *meter, struct fg_bill *bill,
                           const struct fg_price price[FG_FARGATE_PRICES], int32_t hour)
{
    for (int part = 0; part < FG_FARGATE_PARTS; part++)
        book(meter, bill, meter->account[part], part, price[part], hour);
    if (meter->has_licence)
        book(meter, bill, meter->account[FG_FARGATE_LICENCE], FG_FARGATE_VCPU,
             price[FG_FARGATE_LICENCE], hour);
    for (int part = 0; part < FG_FARGATE_PARTS; part++)
        meter->sum.part[part] = meter->rate.part[part] * FG_HOUR_S;
    meter->hour = hour;
}
