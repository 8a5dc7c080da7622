/* other_usage.h - what else the account runs under the same commitments, by clock hour
 * (pricing.otherUsage). It is covered before the scenario's own usage. */
#ifndef FARGAUGE_MODELS_OTHER_USAGE_H
#define FARGAUGE_MODELS_OTHER_USAGE_H

#include "models/commitment.h"

/* Texts are borrowed. */
struct fg_other_usage_row {
    int32_t hour; /* since 1970 */
    enum fg_usage_service service;
    const char *item;   /* "m5.large", "fargate-vcpu", "fargate-memory" */
    const char *family; /* NULL for Fargate */
    const char *region;
    const char *zone; /* NULL = not known */
    int64_t size;     /* fg_instance_size; 0 for Fargate */
    int64_t quantity; /* base units of the charge */
    int64_t base_per_unit;
    fg_nanodollars list_unit_nano;
};

struct fg_other_usage {
    uint32_t count;
    struct fg_other_usage_row *rows; /* by hour, of one by what they are */
    uint8_t digest[16];              /* of the file's bytes */
};

/* The row as a line of its hour; its zone stands in *zone, which the line borrows. */
struct fg_usage_line fg_other_usage_line(const struct fg_other_usage_row *row,
                                         struct fg_zone_usage *zone);

#endif
