#include "sim/commands/fargate_quote.h"

#include "models/ledger.h"
#include "models/quantity.h"

static fg_status find_size(const struct fg_fargate_request *request, fg_day day,
                           struct fg_fargate_quote *out, struct fg_error *error)
{
    char cpu[32], memory[32];
    if (!fg_fargate_size(request->cpu_milli, request->memory_bytes, day, &out->size)) {
        struct fg_fargate_size largest = fg_fargate_largest(day);
        return fg_error_set(error, FG_BAD_INPUT,
                            "no Fargate size holds %s vCPU and %s plus 256Mi; the largest is %g "
                            "vCPU with %g GB",
                            fg_quantity_print_cpu(request->cpu_milli, cpu),
                            fg_quantity_print_bytes(request->memory_bytes, memory),
                            (double)largest.cpu_milli / 1000, (double)largest.memory_mib / 1024);
    }
    if (!fg_fargate_billed_storage(request->ephemeral_bytes, &out->billed_storage_gib))
        return fg_error_set(error, FG_BAD_INPUT,
                            "no Fargate pod has more than %d GiB of ephemeral storage",
                            FG_FARGATE_MAX_STORAGE_GIB);
    out->provisioned_storage_gib = fg_fargate_provisioned_storage_gib(request->ephemeral_bytes);
    return FG_OK;
}

fg_status fg_fargate_quote(const struct fg_catalog *catalog, const char *region, fg_day size_day,
                           fg_day price_day, const struct fg_fargate_request *request,
                           struct fg_fargate_quote *out, struct fg_error *error)
{
    *out = (struct fg_fargate_quote){0};
    fg_status status = find_size(request, size_day, out, error);
    const struct {
        const char *item;
        int64_t quantity, per;
    } parts[] = {
        {FG_ITEM_FARGATE_VCPU, out->size.cpu_milli, 1000},
        {FG_ITEM_FARGATE_MEMORY, out->size.memory_mib, 1024},
        {FG_ITEM_FARGATE_STORAGE, out->billed_storage_gib, 1},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == FG_OK; i++) {
        struct fg_found_price found;
        if (parts[i].quantity == 0)
            continue;
        status = fg_catalog_price(catalog, parts[i].item, region, FG_VARIANT_EKS, price_day, &found,
                                  error);
        if (status == FG_OK)
            out->per_hour += fg_money_amount_half_even(parts[i].quantity,
                                                       (struct fg_price){found.nano, parts[i].per});
    }
    return status;
}
