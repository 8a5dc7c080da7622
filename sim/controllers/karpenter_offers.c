#include "sim/controllers/karpenter_offers.h"

uint32_t fg_karpenter_pool_offers(const struct fg_karpenter *karpenter, uint32_t number,
                                  struct fg_karpenter_offer *out)
{
    const struct fg_karpenter_pools *pools = fg_karpenter_pools(karpenter);
    const struct fg_karpenter_pool *pool = &pools->items[number];
    uint32_t zones =
        fg_karpenter_zone_mask(&pool->types, &pools->words, &pool->requirements, pools->zone_key);
    uint32_t capacities = fg_pools_capacity_mask(pools, &pool->requirements), count = 0;
    for (uint32_t type = 0; type < pool->types.count; type++)
        for (uint32_t c = 0; fg_bit(pool->base, type) && c < FG_CAPACITY_TYPES; c++) {
            if ((capacities >> c & 1) == 0)
                continue;
            fg_nanodollars price =
                fg_karpenter_lowest_price(&pool->types, type, zones, UINT32_C(1) << c);
            if (price >= 0)
                out[count++] = (struct fg_karpenter_offer){type, (enum fg_capacity_type)c, price};
        }
    return count;
}
