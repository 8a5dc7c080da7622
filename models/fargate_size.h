/* fargate_size.h - the vCPU and memory a Fargate pod, or an ECS task, is billed as (rules F2 to
 * F5).
 *
 * To a pod's memory 256 MiB are added, to a task's nothing; then the smallest row of the table that
 * holds both is taken; both comparisons are "fits when equal". Sizes above 4 vCPU exist since
 * 2022-09-16. Tasks alone have the sizes of 32 vCPU, of which no first day is known; those of
 * Windows have 1 to 4 vCPU.
 */
#ifndef FARGAUGE_MODELS_FARGATE_SIZE_H
#define FARGAUGE_MODELS_FARGATE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/calendar.h"

#define FG_FARGATE_OVERHEAD_BYTES (256LL * 1024 * 1024)
#define FG_FARGATE_FREE_STORAGE_GIB 20
#define FG_FARGATE_MAX_STORAGE_GIB 175 /* of a pod; a Linux task has up to 200 */

/* For whom a size is bought. */
enum fg_fargate_buyer { FG_BUYER_EKS_POD, FG_BUYER_LINUX_TASK, FG_BUYER_WINDOWS_TASK };

struct fg_fargate_size {
    int64_t cpu_milli;
    int64_t memory_mib; /* as billed, the overhead included */
};

/* The size for a request on `day` (FG_DAY_UNKNOWN = today's table). False: no size holds it. */
bool fg_fargate_size_for(enum fg_fargate_buyer buyer, int64_t cpu_milli, int64_t memory_bytes,
                         fg_day day, struct fg_fargate_size *out);
/* The same of an EKS pod. */
bool fg_fargate_size(int64_t cpu_milli, int64_t memory_bytes, fg_day day,
                     struct fg_fargate_size *out);
/* The largest size on that day, for messages. */
struct fg_fargate_size fg_fargate_largest_for(enum fg_fargate_buyer buyer, fg_day day);
struct fg_fargate_size fg_fargate_largest(fg_day day);

/* Rows of the pods' table, for listing and tests: index from 0, false past the end. */
bool fg_fargate_size_at(uint32_t index, struct fg_fargate_size *out);

/* How much ephemeral storage can be asked for: 175, 200 or 20 GiB. */
int64_t fg_fargate_max_storage_gib(enum fg_fargate_buyer buyer);
/* As below; false if the request is above what the buyer can have. */
bool fg_fargate_billed_storage_for(enum fg_fargate_buyer buyer, int64_t ephemeral_bytes,
                                   int64_t *out_gib);

/* Storage billed above the free 20 GiB, in GiB: max(0, ceil(request) - 20) (rules B4).
 * False if the request is above 175 GiB. */
bool fg_fargate_billed_storage(int64_t ephemeral_bytes, int64_t *out_gib);
/* What is provisioned: request + 10 % + 5 GiB, at least 20, rounded up (rules F4). */
int64_t fg_fargate_provisioned_storage_gib(int64_t ephemeral_bytes);

#endif
