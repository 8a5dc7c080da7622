/* random.h - random numbers without a stream.
 *
 * A number comes from (seed, replication, purpose, the thing it is for), never from a shared
 * stream and not from the scenario, so scenarios meet the same luck and threads cannot change
 * it. No floating point here.
 */
#ifndef FARGAUGE_MODELS_BASE_RANDOM_H
#define FARGAUGE_MODELS_BASE_RANDOM_H

#include <stdint.h>

enum fg_random_purpose {
    FG_RANDOM_TRACE_COPIES = 1, /* thing = the pod's number in the trace as read */
    FG_RANDOM_GENERATE = 2,     /* thing = the load's name, hashed; that luck is the seed of its
                                   pods, where replication = the pod and thing = the draw */
    FG_RANDOM_SPOT = 3,         /* thing = type, zone and ordinal of the instance, hashed */
    FG_RANDOM_EXPANDER = 4,     /* thing = the second of the loop */
    FG_RANDOM_PROVIDER = 5,     /* Fargate or Fargate Spot; thing = the pod's number */
    FG_RANDOM_FARGATE_SPOT = 6, /* thing = the pod's number and its evictions, hashed */
};

uint64_t fg_random_u64(uint64_t seed, uint64_t replication, enum fg_random_purpose purpose,
                       uint64_t thing);
/* Uniform in [0, 1000000000). */
uint32_t fg_random_nano(uint64_t seed, uint64_t replication, enum fg_random_purpose purpose,
                        uint64_t thing);

#endif
