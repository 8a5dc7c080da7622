#include "models/base/random.h"

/* splitmix64's finaliser: every input bit reaches every output bit. */
static uint64_t scramble(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

uint64_t fg_random_u64(uint64_t seed, uint64_t replication, enum fg_random_purpose purpose,
                       uint64_t thing)
{
    uint64_t state = scramble(seed);
    state = scramble(state ^ replication);
    state = scramble(state ^ (uint64_t)purpose);
    return scramble(state ^ thing);
}

uint32_t fg_random_nano(uint64_t seed, uint64_t replication, enum fg_random_purpose purpose,
                        uint64_t thing)
{
    uint64_t random = fg_random_u64(seed, replication, purpose, thing);
    return (uint32_t)((__uint128_t)random * 1000000000u >> 64);
}
