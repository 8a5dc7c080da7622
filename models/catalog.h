/* catalog.h - instance types, prices by region and date, Kubernetes versions.
 *
 * Filled once by data/catalog_reader and read-only afterwards, so threads share it. A price has
 * the day from which it holds (or unknown) and the newest day on which it was confirmed. The
 * price of a day is the row with the latest effective_from not after it; a day before the oldest
 * row gets the oldest row with `before_first` set. A price that is not there is an error where
 * it is asked for, never zero; the message names the region, the thing and the nearest known.
 */
#ifndef FARGAUGE_MODELS_CATALOG_H
#define FARGAUGE_MODELS_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/index.h"
#include "models/calendar.h"
#include "models/money.h"
#include "models/pod.h"

struct fg_instance_type {
    const char *name;
    enum fg_arch arch;
    uint32_t vcpu;
    int64_t memory_mib;
    uint32_t max_enis; /* of the default network card */
    uint32_t ipv4_per_eni;
    uint32_t gpu_count;
    const char *gpu_model; /* "" = none */
    bool nitro;            /* prefix delegation needs it; bare metal counts as Nitro */
};

/* One row of a price table. Unused key parts are "". */
struct fg_price_row {
    const char *item;      /* instance type, "fargate-vcpu", "ebs_gp3", "control_plane_standard" */
    const char *region;    /* "all" = every region */
    const char *variant;   /* Fargate: "amd64/linux" ... ; else "" */
    fg_nanodollars nano;   /* per the item's unit: hour, GB-hour, GB-month, ... */
    fg_day effective_from; /* FG_DAY_UNKNOWN = from the beginning */
    fg_day as_of;          /* newest confirmation; FG_DAY_UNKNOWN */
    const char *source;
};

struct fg_kubernetes_version {
    const char *version;
    fg_day released, standard_end, extended_end; /* extended_end may be FG_DAY_UNKNOWN */
};

struct fg_catalog {
    uint32_t type_count;
    struct fg_instance_type *types; /* sorted by name */
    uint32_t price_count;
    struct fg_price_row *prices; /* sorted by (item, region, variant, effective_from) */
    uint32_t version_count;
    struct fg_kubernetes_version *versions;
    fg_day newest_day; /* of all as_of */
    uint8_t digest[16];
    struct fg_strings strings;
};

struct fg_found_price {
    fg_nanodollars nano;
    fg_day as_of;
    fg_day effective_from;
    bool before_first; /* the day asked for is older than the oldest row */
};

/* NULL if there is none. */
const struct fg_instance_type *fg_catalog_find_type(const struct fg_catalog *catalog,
                                                    const char *name);
/* As above; on failure FG_BAD_INPUT with the nearest known name. */
fg_status fg_catalog_type(const struct fg_catalog *catalog, const char *name,
                          const struct fg_instance_type **out, struct fg_error *error);

/* The price of `item` in `region` on `day` (FG_DAY_UNKNOWN = the newest). */
fg_status fg_catalog_price(const struct fg_catalog *catalog, const char *item, const char *region,
                           const char *variant, fg_day day, struct fg_found_price *out,
                           struct fg_error *error);
bool fg_catalog_has_region(const struct fg_catalog *catalog, const char *region);
const char *fg_catalog_nearest_region(const struct fg_catalog *catalog, const char *region);
const struct fg_kubernetes_version *fg_catalog_version(const struct fg_catalog *catalog,
                                                       const char *version);

/* Items by name, so that nobody spells them twice. */
#define FG_ITEM_FARGATE_VCPU "fargate-vcpu"                         /* per vCPU-hour */
#define FG_ITEM_FARGATE_MEMORY "fargate-memory"                     /* per GB-hour, GB = 2^30 */
#define FG_ITEM_FARGATE_STORAGE "fargate-storage"                   /* per GB-hour above 20 GB */
#define FG_ITEM_CONTROL_PLANE "control_plane_standard"              /* per hour */
#define FG_ITEM_EXTENDED_SUPPORT "control_plane_extended_surcharge" /* per hour, on top */
#define FG_VARIANT_EKS "amd64/linux"                                /* rows usable by EKS pods */

/* The known name with the smallest edit distance to `name` (at most a third of its length),
 * or NULL. For "did you mean". */
const char *fg_nearest_name(const char *name, const char *const *known, uint32_t known_count);

#endif
