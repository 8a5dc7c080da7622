#include "models/fargate_size.h"

#define GIB (1024LL * 1024 * 1024)

/* A row of the table: so many choices of memory for a vCPU size, at equal steps. The memory of
 * 0.25 vCPU does not fit that (0.5, 1, 2 GB) and stands as three rows. */
struct size_row {
    int64_t cpu_milli, first_mib, step_mib;
    uint32_t count;
};
static const struct size_row rows[] = {
    {250, 512, 0, 1},       {250, 1024, 0, 1},       {250, 2048, 0, 1},
    {500, 1024, 1024, 4},   {1000, 2048, 1024, 7},   {2000, 4096, 1024, 13},
    {4000, 8192, 1024, 23}, {8000, 16384, 4096, 12}, {16000, 32768, 8192, 12},
    {32000, 61440, 0, 1},   {32000, 122880, 0, 1},   {32000, 249856, 0, 1},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

/* What sizes a buyer has, and what is added to the request. */
static const struct buyer {
    int64_t overhead_bytes, least_cpu_milli, most_cpu_milli, max_storage_gib;
} buyers[] = {
    [FG_BUYER_EKS_POD] = {FG_FARGATE_OVERHEAD_BYTES, 0, 16000, FG_FARGATE_MAX_STORAGE_GIB},
    [FG_BUYER_LINUX_TASK] = {0, 0, 32000, 200},
    [FG_BUYER_WINDOWS_TASK] = {0, 1000, 4000, FG_FARGATE_FREE_STORAGE_GIB},
};

/* 8 and 16 vCPU came on 2022-09-16: 19251 days after 1970-01-01. */
enum { LARGE_SIZES_DAY = 19251, LARGE_CPU_MILLI = 8000 };

static bool is_offered(enum fg_fargate_buyer buyer, const struct size_row *row, fg_day day)
{
    if (row->cpu_milli < buyers[buyer].least_cpu_milli ||
        row->cpu_milli > buyers[buyer].most_cpu_milli)
        return false;
    return row->cpu_milli < LARGE_CPU_MILLI || day == FG_DAY_UNKNOWN || day >= LARGE_SIZES_DAY;
}

bool fg_fargate_size_for(enum fg_fargate_buyer buyer, int64_t cpu_milli, int64_t memory_bytes,
                         fg_day day, struct fg_fargate_size *out)
{
    int64_t needed = memory_bytes + buyers[buyer].overhead_bytes;
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct size_row *row = &rows[i];
        if (row->cpu_milli < cpu_milli || !is_offered(buyer, row, day))
            continue;
        for (uint32_t n = 0; n < row->count; n++) {
            int64_t mib = row->first_mib + n * row->step_mib;
            if (mib * 1024 * 1024 >= needed) {
                *out = (struct fg_fargate_size){row->cpu_milli, mib};
                return true;
            }
        }
    }
    return false;
}

bool fg_fargate_size(int64_t cpu_milli, int64_t memory_bytes, fg_day day,
                     struct fg_fargate_size *out)
{
    return fg_fargate_size_for(FG_BUYER_EKS_POD, cpu_milli, memory_bytes, day, out);
}

struct fg_fargate_size fg_fargate_largest_for(enum fg_fargate_buyer buyer, fg_day day)
{
    int last = ROW_COUNT - 1;
    while (!is_offered(buyer, &rows[last], day))
        last--;
    return (struct fg_fargate_size){
        rows[last].cpu_milli, rows[last].first_mib + (rows[last].count - 1) * rows[last].step_mib};
}

struct fg_fargate_size fg_fargate_largest(fg_day day)
{
    return fg_fargate_largest_for(FG_BUYER_EKS_POD, day);
}

bool fg_fargate_size_at(uint32_t index, struct fg_fargate_size *out)
{
    for (int i = 0; i < ROW_COUNT && is_offered(FG_BUYER_EKS_POD, &rows[i], FG_DAY_UNKNOWN); i++) {
        if (index < rows[i].count) {
            *out = (struct fg_fargate_size){rows[i].cpu_milli,
                                            rows[i].first_mib + index * rows[i].step_mib};
            return true;
        }
        index -= rows[i].count;
    }
    return false;
}

int64_t fg_fargate_max_storage_gib(enum fg_fargate_buyer buyer)
{
    return buyers[buyer].max_storage_gib;
}

bool fg_fargate_billed_storage_for(enum fg_fargate_buyer buyer, int64_t ephemeral_bytes,
                                   int64_t *out_gib)
{
    if (ephemeral_bytes > buyers[buyer].max_storage_gib * GIB)
        return false;
    int64_t gib = (ephemeral_bytes + GIB - 1) / GIB;
    *out_gib = gib > FG_FARGATE_FREE_STORAGE_GIB ? gib - FG_FARGATE_FREE_STORAGE_GIB : 0;
    return true;
}

bool fg_fargate_billed_storage(int64_t ephemeral_bytes, int64_t *out_gib)
{
    return fg_fargate_billed_storage_for(FG_BUYER_EKS_POD, ephemeral_bytes, out_gib);
}

int64_t fg_fargate_provisioned_storage_gib(int64_t ephemeral_bytes)
{
    __int128 tenths = (__int128)ephemeral_bytes * 11 + 50 * GIB; /* of a byte: R + R/10 + 5 GiB */
    int64_t gib = (int64_t)((tenths + 10 * GIB - 1) / (10 * GIB));
    return gib < FG_FARGATE_FREE_STORAGE_GIB ? FG_FARGATE_FREE_STORAGE_GIB : gib;
}
