#include "sim/replay/commitment_records.h"

#include <stdlib.h>
#include <string.h>

void fg_commitment_records_add_hour(struct fg_commitment_records *records,
                                    const struct fg_commitment_hour *hour)
{
    records->hours = fg_grow(records->hours, &records->hour_capacity, records->hour_count + 1,
                             sizeof *records->hours);
    records->hours[records->hour_count++] = *hour;
}

void fg_commitment_records_add_cover(struct fg_commitment_records *records,
                                     const struct fg_coverage_row *cover)
{
    records->covers = fg_grow(records->covers, &records->cover_capacity, records->cover_count + 1,
                              sizeof *records->covers);
    records->covers[records->cover_count++] = *cover;
}

static int compare_hours(const void *a, const void *b)
{
    const struct fg_commitment_hour *left = a, *right = b;
    if (left->commitment != right->commitment)
        return left->commitment < right->commitment ? -1 : 1;
    return left->first_hour < right->first_hour ? -1 : left->first_hour > right->first_hour;
}

static int compare_coverage_keys(const struct fg_coverage_row *a, const struct fg_coverage_row *b)
{
    if (a->commitment != b->commitment)
        return a->commitment < b->commitment ? -1 : 1;
    if (a->charge != b->charge)
        return a->charge < b->charge ? -1 : 1;
    int order = strcmp(a->sku, b->sku);
    if (order != 0 || a->list_unit_nano == b->list_unit_nano)
        return order;
    return a->list_unit_nano < b->list_unit_nano ? -1 : 1;
}

static int compare_coverage(const void *a, const void *b)
{
    const struct fg_coverage_row *left = a, *right = b;
    int order = compare_coverage_keys(left, right);
    if (order != 0)
        return order;
    return left->first_hour < right->first_hour ? -1 : left->first_hour > right->first_hour;
}

static bool continues_hour(const struct fg_commitment_hour *a, const struct fg_commitment_hour *b)
{
    return a->commitment == b->commitment &&
           a->first_hour + (int64_t)a->hour_count == b->first_hour &&
           a->hourly_nano == b->hourly_nano && a->used_nano == b->used_nano &&
           a->other_nano == b->other_nano && a->billed_nano == b->billed_nano;
}

static bool continues_cover(const struct fg_coverage_row *a, const struct fg_coverage_row *b)
{
    return compare_coverage_keys(a, b) == 0 &&
           a->first_hour + (int64_t)a->hour_count == b->first_hour && a->quantity == b->quantity &&
           a->paid_nano == b->paid_nano && a->list_nano == b->list_nano &&
           a->contract_nano == b->contract_nano;
}

void fg_commitment_records_close(struct fg_commitment_records *records)
{
    uint32_t kept = 0;
    if (records->hour_count > 0)
        qsort(records->hours, records->hour_count, sizeof *records->hours, compare_hours);
    for (uint32_t i = 0; i < records->hour_count; i++)
        if (kept > 0 && continues_hour(&records->hours[kept - 1], &records->hours[i]))
            records->hours[kept - 1].hour_count += records->hours[i].hour_count;
        else
            records->hours[kept++] = records->hours[i];
    records->hour_count = kept;
    kept = 0;
    if (records->cover_count > 0)
        qsort(records->covers, records->cover_count, sizeof *records->covers, compare_coverage);
    for (uint32_t i = 0; i < records->cover_count; i++)
        if (kept > 0 && continues_cover(&records->covers[kept - 1], &records->covers[i]))
            records->covers[kept - 1].hour_count += records->covers[i].hour_count;
        else
            records->covers[kept++] = records->covers[i];
    records->cover_count = kept;
}
