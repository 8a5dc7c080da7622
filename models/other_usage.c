#include "models/other_usage.h"

#include <stddef.h>

struct fg_usage_line fg_other_usage_line(const struct fg_other_usage_row *row,
                                         struct fg_zone_usage *zone)
{
    fg_nanodollars nano = fg_money_amount_half_even(
        row->quantity, (struct fg_price){row->list_unit_nano, row->base_per_unit});
    *zone = (struct fg_zone_usage){row->zone, row->quantity};
    return (struct fg_usage_line){
        .service = row->service,
        .item = row->item,
        .family = row->family,
        .region = row->region,
        .size = row->size,
        .list_unit_nano = row->list_unit_nano,
        .quantity = row->quantity,
        .list_nano = nano,
        .contract_nano = nano,
        .zone_count = row->zone != NULL,
        .zones = zone,
    };
}
