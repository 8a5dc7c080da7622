#include "sim/commands/fargate_quote.h"

#include "models/quantity.h"
#include "sim/replay/fargate_prices.h"

static enum fg_fargate_buyer buyer_of(const struct fg_fargate_request *request)
{
    const struct fg_cluster cluster = {.orchestrator = request->orchestrator};
    return fg_fargate_buyer_of(&cluster, fg_fargate_offer_platform(request->offer));
}

static fg_status find_size(const struct fg_fargate_request *request, fg_day day,
                           struct fg_fargate_quote *out, struct fg_error *error)
{
    char cpu[32], memory[32];
    enum fg_fargate_buyer buyer = buyer_of(request);
    bool is_pod = buyer == FG_BUYER_EKS_POD;
    if (!fg_fargate_size_for(buyer, request->cpu_milli, request->memory_bytes, day, &out->size)) {
        struct fg_fargate_size largest = fg_fargate_largest_for(buyer, day);
        return fg_error_set(error, FG_BAD_INPUT,
                            "no Fargate size holds %s vCPU and %s%s; the largest is %g vCPU with "
                            "%g GB",
                            fg_quantity_print_cpu(request->cpu_milli, cpu),
                            fg_quantity_print_bytes(request->memory_bytes, memory),
                            is_pod ? " plus 256Mi" : "", (double)largest.cpu_milli / 1000,
                            (double)largest.memory_mib / 1024);
    }
    if (!fg_fargate_billed_storage_for(buyer, request->ephemeral_bytes, &out->billed_storage_gib))
        return fg_error_set(error, FG_BAD_INPUT,
                            "no Fargate %s has more than %d GiB of ephemeral storage",
                            is_pod ? "pod" : "task", (int)fg_fargate_max_storage_gib(buyer));
    out->provisioned_storage_gib =
        is_pod ? fg_fargate_provisioned_storage_gib(request->ephemeral_bytes)
               : out->billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB;
    return FG_OK;
}

fg_status fg_fargate_quote(const struct fg_catalog *catalog, const char *region, fg_day size_day,
                           fg_day price_day, const struct fg_fargate_request *request,
                           struct fg_fargate_quote *out, struct fg_error *error)
{
    const struct fg_scenario priced = {.region = region,
                                       .price_day = price_day,
                                       .spot = request->spot,
                                       .cluster = {.orchestrator = request->orchestrator}};
    struct fg_fargate_price prices = {0};
    *out = (struct fg_fargate_quote){0};
    fg_status status = find_size(request, size_day, out, error);
    if (status == FG_OK)
        status = fg_fargate_price_read(&priced, catalog, request->offer, &prices, error);
    if (status == FG_OK && out->billed_storage_gib > 0 && !prices.has_storage_price)
        status = fg_error_set(error, FG_BAD_INPUT,
                              "no price of Fargate storage is known in region %s", region);
    const struct {
        int64_t quantity, per;
    } parts[FG_FARGATE_PRICES] = {
        [FG_FARGATE_VCPU] = {out->size.cpu_milli, 1000},
        [FG_FARGATE_MEMORY] = {out->size.memory_mib, 1024},
        [FG_FARGATE_STORAGE] = {out->billed_storage_gib, 1},
        [FG_FARGATE_LICENCE] = {out->size.cpu_milli, 1000},
    };
    for (int i = 0; i < FG_FARGATE_PRICES && status == FG_OK; i++)
        out->per_hour += fg_money_amount_half_even(
            parts[i].quantity, (struct fg_price){prices.found[i].nano, parts[i].per});
    return status;
}
