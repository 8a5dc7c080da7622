/* price_terms.h - what the planner pays instead of the public price: prices of their own and
 * percentages off a service. Commitments come after it (models/commitment.h). */
#ifndef FARGAUGE_MODELS_PRICE_TERMS_H
#define FARGAUGE_MODELS_PRICE_TERMS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/ledger.h"
#include "models/money.h"

/* As pricing.discounts spells them. */
enum fg_price_service {
    FG_PRICES_EC2,     /* instances, on demand and Spot */
    FG_PRICES_FARGATE, /* vCPU, memory, storage */
    FG_PRICES_EBS,
    FG_PRICES_EKS, /* the cluster's fee, extended support, Auto Mode */
    FG_PRICES_VPC, /* public IPv4 addresses */
    FG_PRICES_LINES,
    FG_PRICES_SERVICE_COUNT
};
const char *fg_price_service_name(enum fg_price_service service); /* "ec2" "fargate" ... */
/* Of what a charge is a part; commitments have none (FG_PRICES_SERVICE_COUNT). */
enum fg_price_service fg_charge_price_service(enum fg_charge charge);

/* A price of the planner's own for a thing of the catalog, in its unit. */
struct fg_price_override {
    const char *item;   /* "m5.large", "fargate-vcpu", "ebs_gp3", "control_plane_standard" */
    const char *region; /* NULL = every region */
    bool is_spot;       /* of an instance type: its Spot price, else on demand */
    fg_nanodollars nano;
};

struct fg_price_terms {
    uint32_t discount_millionths[FG_PRICES_SERVICE_COUNT]; /* 5 % = 50000 */
    uint32_t override_count;
    struct fg_price_override *overrides; /* the first that fits holds */
};

/* The price paid before commitments: an override as it stands, else the public price less the
 * service's percentage, rounded half to even. Of an Auto Mode fee `item` is the instance type. */
fg_nanodollars fg_price_terms_apply(const struct fg_price_terms *terms, enum fg_charge charge,
                                    const char *item, const char *region, fg_nanodollars list_nano);

#endif
