/* fargate_quote.h - the Fargate size that holds a request, of a pod on EKS or a task on ECS, and
 * what it costs an hour. */
#ifndef FARGAUGE_SIM_COMMANDS_FARGATE_QUOTE_H
#define FARGAUGE_SIM_COMMANDS_FARGATE_QUOTE_H

#include "models/catalog.h"
#include "models/fargate_size.h"
#include "models/scenario.h"

struct fg_fargate_request {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes; /* of the pod, without Fargate's 256 MiB */
    /* Zero is a pod on EKS, which buys the first offer (models/ecs.h). */
    enum fg_orchestrator orchestrator;
    uint32_t offer;
    struct fg_spot_settings spot; /* for offers of Spot */
};
struct fg_fargate_quote {
    struct fg_fargate_size size;
    int64_t billed_storage_gib, provisioned_storage_gib;
    fg_nanodollars per_hour; /* public, of Windows with its licence */
};

/* The size by the table of `size_day`, prices of `price_day`; FG_DAY_UNKNOWN = the newest. No size
 * holds it, or a price is not known: FG_BAD_INPUT. */
fg_status fg_fargate_quote(const struct fg_catalog *catalog, const char *region, fg_day size_day,
                           fg_day price_day, const struct fg_fargate_request *request,
                           struct fg_fargate_quote *out, struct fg_error *error);

#endif
