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

enum fg_cpu_manufacturer { FG_CPU_INTEL, FG_CPU_AMD, FG_CPU_AWS };
enum fg_hypervisor { FG_HYPERVISOR_NONE, FG_HYPERVISOR_NITRO, FG_HYPERVISOR_XEN };

/* Texts that are not there are "", numbers 0. Families, sizes and so on are cut from the name
 * (models/instance_name.h). */
struct fg_instance_type {
    const char *name;
    enum fg_arch arch;
    uint32_t vcpu;
    int64_t memory_mib;
    uint32_t max_enis; /* of the default network card */
    uint32_t ipv4_per_eni;
    uint32_t gpu_count;    /* as the node offers them; also slices of one (gpu_per_mille) */
    const char *gpu_model; /* "A10G"; in Karpenter's labels in lower case with hyphens */
    bool nitro;            /* prefix delegation needs it; bare metal counts as Nitro */
    bool bare_metal;
    bool current_generation;
    bool flex;
    bool encryption_in_transit;
    enum fg_hypervisor hypervisor; /* none: bare metal, and old types of which it is not known */
    enum fg_cpu_manufacturer cpu_manufacturer;
    uint32_t cpu_mhz; /* sustained */
    const char *category, *family, *size;
    uint32_t generation;
    int64_t gpu_memory_mib;
    uint32_t
        gpu_per_mille; /* 1000 a whole GPU, 125 an eighth; Karpenter counts no GPU below 1000 */
    uint32_t accelerator_count; /* Inferentia, Trainium, FPGAs, media cards: not GPUs */
    const char *accelerator_model;
    uint32_t network_mbps; /* baseline */
    uint32_t ebs_mbps;     /* maximum of types that are EBS-optimized by default */
    uint32_t local_nvme_gb;
};

/* One row of a price table. Unused key parts are "". */
struct fg_price_row {
    const char *item;      /* instance type, "fargate-vcpu", "ebs_gp3", "control_plane_standard" */
    const char *region;    /* "all" = every region */
    const char *variant;   /* Fargate: "amd64/linux" ... ; else "" */
    fg_nanodollars nano;   /* for one unit: hour, GB-hour, GB-month, ... */
    fg_day effective_from; /* FG_DAY_UNKNOWN = from the beginning */
    fg_day as_of;          /* newest confirmation; FG_DAY_UNKNOWN */
    const char *source;
    const char *unit; /* "hour", "vcpu_hour", "gb_hour", "gb_month", ... */
};

/* What Spot capacity of a type in a region saves and how often it is taken back. */
struct fg_spot_row {
    const char *instance_type, *region;
    int32_t savings_percent; /* off the on-demand price; -1 = not known */
    fg_day savings_as_of;
    /* The upper end of AWS's band of the share of instances that were interrupted within the
     * month; 100 for the band above 20 %. -1 = not known. */
    int32_t interruption_max_percent;
    fg_day interruption_as_of;
    const char *source;
};

/* How a commitment is bought. */
enum fg_rate_plan {
    FG_RATE_COMPUTE,      /* Compute Savings Plan */
    FG_RATE_EC2_INSTANCE, /* EC2 Instance Savings Plan */
    FG_RATE_RESERVED_CONVERTIBLE,
    FG_RATE_RESERVED_STANDARD,
    FG_RATE_PLAN_COUNT
};
enum fg_rate_payment {
    FG_RATE_ALL_UPFRONT,
    FG_RATE_NO_UPFRONT,
    FG_RATE_PARTIAL_UPFRONT,
    FG_RATE_PAYMENT_COUNT
};
enum fg_rate_kind {
    FG_RATE_DERIVED,       /* from another price */
    FG_RATE_FAMILY_MEDIAN, /* over the sizes of a family */
    FG_RATE_LISTED,        /* a price list's */
    FG_RATE_KIND_COUNT
};

/* What an item costs under a commitment. One of the two figures is always there. */
struct fg_commitment_rate_row {
    enum fg_rate_plan plan;
    const char *region;
    const char *item; /* instance type, family, FG_ITEM_FARGATE_VCPU or _MEMORY, with "/arm64" */
    uint32_t term_years;
    enum fg_rate_payment payment;
    fg_nanodollars nano_per_hour; /* upfront payments spread over the term; -1 = not known */
    int32_t discount_millionths;  /* off the on-demand price: 0.2 = 200000; -1 = not known */
    enum fg_rate_kind kind;
    fg_day as_of;
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
    uint32_t spot_count;
    struct fg_spot_row *spots; /* sorted by (instance_type, region) */
    uint32_t rate_count;
    struct fg_commitment_rate_row *rates; /* sorted by (plan, region, item, term, payment) */
    fg_day newest_day;                    /* of all prices' as_of */
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

/* The Spot price of an instance-hour: the on-demand price of `day` less the saving, rounded half to
 * even; `as_of` is that of the saving. A saving that is not known is an error that names the type
 * and the region. */
fg_status fg_catalog_spot_price(const struct fg_catalog *catalog, const char *instance_type,
                                const char *region, fg_day day, struct fg_found_price *out,
                                struct fg_error *error);
/* The same with a saving of the planner's own: 0.6 = 600000. */
fg_status fg_catalog_spot_price_at(const struct fg_catalog *catalog, const char *instance_type,
                                   const char *region, fg_day day, uint32_t saving_millionths,
                                   struct fg_found_price *out, struct fg_error *error);
/* The saving itself in percent of the on-demand price; -1 = not known. */
int32_t fg_catalog_spot_saving_percent(const struct fg_catalog *catalog, const char *instance_type,
                                       const char *region);
/* How often an instance is interrupted in a month of 730 hours, once = 1000000: the upper end of
 * AWS's band, at most 1. Not known is an error. */
fg_status fg_catalog_spot_interruptions(const struct fg_catalog *catalog, const char *instance_type,
                                        const char *region, uint32_t *out_millionths,
                                        fg_day *out_as_of, struct fg_error *error);

struct fg_auto_mode_fee {
    struct fg_found_price price; /* of an instance-hour, on top of the instance's */
    bool assumed; /* not published here: 12 % of the on-demand price, 7.8 % with GPUs */
};
/* EKS Auto Mode's fee. */
fg_status fg_catalog_auto_mode_fee(const struct fg_catalog *catalog,
                                   const struct fg_instance_type *type, const char *region,
                                   fg_day day, struct fg_auto_mode_fee *out,
                                   struct fg_error *error);

/* The rate of an instance type (else of its family), or of Fargate's vCPU or memory. NULL if there
 * is none: then the planner has to name it. */
const struct fg_commitment_rate_row *
fg_catalog_commitment_rate(const struct fg_catalog *catalog, enum fg_rate_plan plan,
                           const char *region, const char *item, uint32_t term_years,
                           enum fg_rate_payment payment);
/* By (plan, region, item, term, payment), as the rows are sorted. */
int fg_commitment_rate_compare(const struct fg_commitment_rate_row *a,
                               const struct fg_commitment_rate_row *b);
/* "compute" "ec2Instance" "reserved-convertible" "reserved-standard"; "allUpfront" "noUpfront"
 * "partialUpfront"; "derived" "family-median" "rate". */
const char *fg_rate_plan_name(enum fg_rate_plan plan);
const char *fg_rate_payment_name(enum fg_rate_payment payment);
const char *fg_rate_kind_name(enum fg_rate_kind kind);

/* The prices of one (item, region, variant): rows from *out_first on, as many as are returned. */
uint32_t fg_catalog_price_rows(const struct fg_catalog *catalog, const char *item,
                               const char *region, const char *variant, uint32_t *out_first);

bool fg_catalog_has_region(const struct fg_catalog *catalog, const char *region);
const char *fg_catalog_nearest_region(const struct fg_catalog *catalog, const char *region);
/* "intel", "amd", "aws"; "nitro", "xen", "". */
const char *fg_cpu_manufacturer_name(enum fg_cpu_manufacturer manufacturer);
const char *fg_hypervisor_name(enum fg_hypervisor hypervisor);
const struct fg_kubernetes_version *fg_catalog_version(const struct fg_catalog *catalog,
                                                       const char *version);

/* Items by name, so that nobody spells them twice. */
#define FG_ITEM_FARGATE_VCPU "fargate-vcpu"                         /* per vCPU-hour */
#define FG_ITEM_FARGATE_MEMORY "fargate-memory"                     /* per GB-hour, GB = 2^30 */
#define FG_ITEM_FARGATE_STORAGE "fargate-storage"                   /* per GB-hour above 20 GB */
#define FG_ITEM_CONTROL_PLANE "control_plane_standard"              /* per hour */
#define FG_ITEM_EXTENDED_SUPPORT "control_plane_extended_surcharge" /* per hour, on top */
#define FG_ITEM_PUBLIC_IPV4 "public_ipv4_in_use"                    /* per hour */
#define FG_VARIANT_EKS "amd64/linux"                                /* rows usable by EKS pods */

/* The known name with the smallest edit distance to `name` (at most a third of its length),
 * or NULL. For "did you mean". */
const char *fg_nearest_name(const char *name, const char *const *known, uint32_t known_count);

#endif
