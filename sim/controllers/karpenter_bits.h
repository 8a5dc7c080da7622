/* karpenter_bits.h - sets of instance types, a bit each, in words of 64. */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_BITS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool fg_bit(const uint64_t *set, uint32_t number)
{
    return (set[number / 64] >> (number % 64) & 1) != 0;
}
static inline void fg_bit_set(uint64_t *set, uint32_t number)
{
    set[number / 64] |= UINT64_C(1) << (number % 64);
}

static inline bool fg_bits_any(const uint64_t *set, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        if (set[w] != 0)
            return true;
    return false;
}
/* Some number is in both. */
static inline bool fg_bits_meet(const uint64_t *a, const uint64_t *b, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        if ((a[w] & b[w]) != 0)
            return true;
    return false;
}
static inline void fg_bit_clear(uint64_t *set, uint32_t number)
{
    set[number / 64] &= ~(UINT64_C(1) << (number % 64));
}

#endif
