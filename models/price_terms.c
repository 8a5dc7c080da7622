#include "models/price_terms.h"

#include <string.h>

enum { MILLION = 1000000 };

const char *fg_price_service_name(enum fg_price_service service)
{
    static const char *const names[FG_PRICES_SERVICE_COUNT] = {
        [FG_PRICES_EC2] = "ec2", [FG_PRICES_FARGATE] = "fargate", [FG_PRICES_EBS] = "ebs",
        [FG_PRICES_EKS] = "eks", [FG_PRICES_VPC] = "vpc",         [FG_PRICES_LINES] = "lines"};
    return names[service];
}

enum fg_price_service fg_charge_price_service(enum fg_charge charge)
{
    switch (charge) {
    case FG_CHARGE_FARGATE_VCPU:
    case FG_CHARGE_FARGATE_MEMORY:
    case FG_CHARGE_FARGATE_STORAGE:
        return FG_PRICES_FARGATE;
    case FG_CHARGE_EC2_ON_DEMAND:
    case FG_CHARGE_EC2_SPOT:
        return FG_PRICES_EC2;
    case FG_CHARGE_EBS:
    case FG_CHARGE_EBS_IOPS:
    case FG_CHARGE_EBS_THROUGHPUT:
        return FG_PRICES_EBS;
    case FG_CHARGE_AUTO_MODE:
    case FG_CHARGE_CONTROL_PLANE:
    case FG_CHARGE_EXTENDED_SUPPORT:
        return FG_PRICES_EKS;
    case FG_CHARGE_PUBLIC_IPV4:
        return FG_PRICES_VPC;
    case FG_CHARGE_OTHER_HOURS:
    case FG_CHARGE_OTHER_STARTS:
    case FG_CHARGE_OTHER_GB:
        return FG_PRICES_LINES;
    case FG_CHARGE_SAVINGS_PLAN:
    case FG_CHARGE_RESERVED_INSTANCE:
    case FG_CHARGE_COUNT:
        break;
    }
    return FG_PRICES_SERVICE_COUNT;
}

/* The fee of Auto Mode is an item of its own: "auto_mode_" and the instance type. */
static bool is_of(const struct fg_price_override *override, enum fg_charge charge, const char *item)
{
    static const char prefix[] = "auto_mode_";
    size_t length = charge == FG_CHARGE_AUTO_MODE ? strlen(prefix) : 0;
    return strncmp(override->item, prefix, length) == 0 &&
           strcmp(override->item + length, item) == 0;
}

static bool fits(const struct fg_price_override *override, enum fg_charge charge, const char *item,
                 const char *region)
{
    return is_of(override, charge, item) && override->is_spot == (charge == FG_CHARGE_EC2_SPOT) &&
           (override->region == NULL || strcmp(override->region, region) == 0);
}

fg_nanodollars fg_price_terms_apply(const struct fg_price_terms *terms, enum fg_charge charge,
                                    const char *item, const char *region, fg_nanodollars list_nano)
{
    for (uint32_t i = 0; i < terms->override_count; i++)
        if (fits(&terms->overrides[i], charge, item, region))
            return terms->overrides[i].nano;
    enum fg_price_service service = fg_charge_price_service(charge);
    if (service == FG_PRICES_SERVICE_COUNT)
        return list_nano;
    int64_t paid = MILLION - (int64_t)terms->discount_millionths[service];
    return (fg_nanodollars)fg_money_divide_half_even((__int128)list_nano * paid, MILLION);
}
