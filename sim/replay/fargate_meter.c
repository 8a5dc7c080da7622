#include "sim/replay/fargate_meter.h"

void fg_fargate_meter_roll(struct fg_fargate_meter *meter, struct fg_bill *bill,
                           const struct fg_price price[FG_FARGATE_PARTS], int32_t hour)
{
    for (int part = 0; part < FG_FARGATE_PARTS; part++) {
        int64_t sum = meter->sum.part[part];
        fg_bill_add(bill, meter->account[part], meter->hour, 1, sum,
                    fg_money_amount_half_even(sum, price[part]));
        int64_t full_hour = meter->rate.part[part] * FG_HOUR_S;
        fg_bill_add(bill, meter->account[part], meter->hour + 1, (uint32_t)(hour - meter->hour - 1),
                    full_hour, fg_money_amount_half_even(full_hour, price[part]));
        meter->sum.part[part] = full_hour;
    }
    meter->hour = hour;
}
