#include "sim/replay/fargate_prices.h"

#include <stdio.h>

enum { MILLION = 1000000 };

static const char *const variants[FG_FARGATE_PLATFORMS] = {
    [FG_PLATFORM_LINUX] = FG_VARIANT_EKS,
    [FG_PLATFORM_LINUX_ARM64] = "arm64/linux",
    [FG_PLATFORM_WINDOWS] = "amd64/windows",
};

/* What pods and tasks pay alike, or what tasks alone have paid: the later price of the two. */
static fg_status find_price(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                            const char *item, enum fg_fargate_platform platform,
                            struct fg_found_price *out, struct fg_error *error)
{
    char of_tasks[64];
    struct fg_found_price own;
    struct fg_error missing = {0};
    const char *variant = variants[platform], *region = scenario->region;
    snprintf(of_tasks, sizeof of_tasks, "%s/ecs", variant);
    bool has_own = scenario->cluster.orchestrator == FG_ORCHESTRATOR_ECS &&
                   fg_catalog_price(catalog, item, region, of_tasks, scenario->price_day, &own,
                                    &missing) == FG_OK;
    struct fg_error *cause = has_own ? &missing : error;
    fg_status status =
        fg_catalog_price(catalog, item, region, variant, scenario->price_day, out, cause);
    if (!has_own)
        return status;
    if (status != FG_OK || (out->before_first && !own.before_first) ||
        (out->before_first == own.before_first && own.effective_from > out->effective_from))
        *out = own;
    return FG_OK;
}

/* An override is for what pods on EKS buy; a percentage is off every offer. */
static fg_nanodollars agreed(const struct fg_scenario *scenario, uint32_t offer,
                             enum fg_charge charge, const char *item, fg_nanodollars list_nano)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", item, offer == 0 ? "" : "/",
             offer == 0 ? "" : fg_fargate_offer_sku(offer));
    return fg_price_terms_apply(&scenario->terms, charge, name, scenario->region, list_nano);
}

static void set_price(const struct fg_scenario *scenario, uint32_t offer, enum fg_charge charge,
                      const char *item, int part, struct fg_fargate_price *out)
{
    out->price[part] =
        (struct fg_price){agreed(scenario, offer, charge, item, out->found[part].nano),
                          fg_charge_base_per_unit(charge)};
}

/* What Spot saves is off vCPU and memory. */
static void take_discount(const struct fg_scenario *scenario, struct fg_found_price *found)
{
    int64_t paid = MILLION - (int64_t)scenario->spot.fargate_discount_millionths;
    found->nano = (fg_nanodollars)fg_money_divide_half_even((__int128)found->nano * paid, MILLION);
}

static fg_status read_parts(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                            uint32_t offer, struct fg_fargate_price *out, struct fg_error *error)
{
    static const struct {
        const char *item;
        enum fg_charge charge;
    } parts[FG_FARGATE_PARTS] = {
        [FG_FARGATE_VCPU] = {FG_ITEM_FARGATE_VCPU, FG_CHARGE_FARGATE_VCPU},
        [FG_FARGATE_MEMORY] = {FG_ITEM_FARGATE_MEMORY, FG_CHARGE_FARGATE_MEMORY},
        [FG_FARGATE_STORAGE] = {FG_ITEM_FARGATE_STORAGE, FG_CHARGE_FARGATE_STORAGE},
    };
    for (int part = 0; part < FG_FARGATE_PARTS; part++) {
        struct fg_error missing = {0};
        fg_status status =
            find_price(scenario, catalog, parts[part].item, fg_fargate_offer_platform(offer),
                       &out->found[part], &missing);
        if (status != FG_OK && part != FG_FARGATE_STORAGE) {
            *error = missing;
            return status;
        }
        out->has_storage_price = status == FG_OK;
        if (fg_fargate_offer_is_spot(offer) && part != FG_FARGATE_STORAGE)
            take_discount(scenario, &out->found[part]);
        set_price(scenario, offer, parts[part].charge, parts[part].item, part, out);
    }
    return FG_OK;
}

fg_status fg_fargate_price_read(const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog, uint32_t offer,
                                struct fg_fargate_price *out, struct fg_error *error)
{
    if (fg_fargate_offer_is_spot(offer) && !scenario->spot.named_fargate_discount)
        return fg_error_set(
            error, FG_BAD_INPUT,
            "what Fargate Spot saves in %s is not known, AWS changes it with "
            "supply and demand; expected pricing.spot.fargateDiscount, such as 70%%",
            scenario->region);
    fg_status status = read_parts(scenario, catalog, offer, out, error);
    if (status == FG_OK && fg_fargate_offer_platform(offer) == FG_PLATFORM_WINDOWS) {
        status = fg_catalog_price(catalog, FG_ITEM_WINDOWS_LICENCE, scenario->region, "",
                                  scenario->price_day, &out->found[FG_FARGATE_LICENCE], error);
        set_price(scenario, offer, FG_CHARGE_FARGATE_VCPU, FG_ITEM_WINDOWS_LICENCE,
                  FG_FARGATE_LICENCE, out);
    }
    out->is_known = status == FG_OK;
    return status;
}

/* A profile that names no architecture asks for x86, and takes ARM64 where it can be had. */
static bool is_asked_for(const struct fg_cluster *cluster, uint32_t offer)
{
    static const struct fg_pod_spec any = {.arch = FG_ARCH_AMD64};
    bool is_spot = fg_fargate_offer_is_spot(offer);
    if (cluster->orchestrator == FG_ORCHESTRATOR_EKS)
        return offer == 0;
    for (uint32_t i = 0; i < cluster->profile_count; i++) {
        const struct fg_fargate_profile *profile = &cluster->profiles[i];
        if (fg_fargate_platform_of(cluster, profile, &any) == fg_fargate_offer_platform(offer) &&
            fg_fargate_spot_millionths(profile) != (is_spot ? 0 : MILLION))
            return true;
    }
    return false;
}

fg_status fg_fargate_prices_read(const struct fg_scenario *scenario,
                                 const struct fg_catalog *catalog,
                                 struct fg_fargate_price out[FG_FARGATE_OFFERS],
                                 struct fg_error *error)
{
    const struct fg_cluster *cluster = &scenario->cluster;
    uint32_t count = cluster->orchestrator == FG_ORCHESTRATOR_EKS ? 1 : FG_FARGATE_OFFERS;
    for (uint32_t offer = 0; offer < FG_FARGATE_OFFERS; offer++)
        for (int part = 0; part < FG_FARGATE_PRICES; part++)
            out[offer].price[part].period = 1; /* nothing is bought where there is no profile */
    for (uint32_t offer = 0; cluster->profile_count > 0 && offer < count; offer++) {
        struct fg_error missing = {0};
        fg_status status = fg_fargate_price_read(scenario, catalog, offer, &out[offer], &missing);
        out[offer].is_named = is_asked_for(cluster, offer);
        if (status != FG_OK && out[offer].is_named) {
            *error = missing;
            return status;
        }
    }
    return FG_OK;
}
