/* fargauge size: the Fargate size of a request, and its price. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "models/fargate_size.h"
#include "models/ledger.h"
#include "models/quantity.h"
#include "reports/json_writer.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"cpu", 0, "QUANTITY", "what the pod requests; default 0"},
    {"memory", 0, "QUANTITY", "what the pod requests, without Fargate's own 256Mi; default 0"},
    {"ephemeral-storage", 0, "QUANTITY", "what the pod requests; 20Gi are free"},
    {"region", 0, "REGION", "for the price; default us-east-1"},
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

struct request {
    int64_t cpu_milli, memory_bytes, ephemeral_bytes;
};
struct answer {
    struct fg_fargate_size size;
    int64_t billed_storage_gib, provisioned_storage_gib;
    fg_nanodollars per_hour;
};

static fg_status parse_request(const struct fg_arguments *arguments, struct request *out,
                               struct fg_error *error)
{
    const char *cpu = fg_argument(arguments, "cpu"), *memory = fg_argument(arguments, "memory");
    const char *storage = fg_argument(arguments, "ephemeral-storage");
    fg_status status = FG_OK;
    if (cpu != NULL)
        status = fg_quantity_parse_cpu(cpu, strlen(cpu), &out->cpu_milli, error);
    if (status == FG_OK && memory != NULL)
        status = fg_quantity_parse_bytes(memory, strlen(memory), &out->memory_bytes, error);
    if (status == FG_OK && storage != NULL)
        status = fg_quantity_parse_bytes(storage, strlen(storage), &out->ephemeral_bytes, error);
    return status;
}

static fg_status find_size(const struct request *request, struct answer *out,
                           struct fg_error *error)
{
    char cpu[32], memory[32];
    if (!fg_fargate_size(request->cpu_milli, request->memory_bytes, FG_DAY_UNKNOWN, &out->size)) {
        struct fg_fargate_size largest = fg_fargate_largest(FG_DAY_UNKNOWN);
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

static fg_status add_price(const struct fg_catalog *catalog, const char *region, const char *item,
                           __int128 quantity, int64_t per, struct answer *out,
                           struct fg_error *error)
{
    struct fg_found_price found;
    if (quantity == 0)
        return FG_OK;
    fg_status status =
        fg_catalog_price(catalog, item, region, FG_VARIANT_EKS, FG_DAY_UNKNOWN, &found, error);
    if (status == FG_OK)
        out->per_hour += fg_money_amount_half_even(quantity, (struct fg_price){found.nano, per});
    return status;
}

static void print_json(const struct answer *answer)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_named_ratio(&json, "vcpu", answer->size.cpu_milli, 1000);
    fg_json_named_ratio(&json, "memory_gib", answer->size.memory_mib, 1024);
    fg_json_named_ratio(&json, "billed_memory_gib", answer->size.memory_mib, 1024);
    fg_json_named_integer(&json, "ephemeral_gib",
                          answer->billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB);
    fg_json_named_usd(&json, "usd_per_hour", answer->per_hour);
    fg_json_named_usd(&json, "usd_per_month", answer->per_hour * FG_MONTH_HOURS);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void print_text(const struct answer *answer, const char *region)
{
    char hour[48], month[48];
    printf("%g vCPU, %g GB, %" PRId64 " GiB of storage (%" PRId64 " GiB provisioned)\n",
           (double)answer->size.cpu_milli / 1000, (double)answer->size.memory_mib / 1024,
           answer->billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB,
           answer->provisioned_storage_gib);
    printf("%s USD an hour, %s USD a month of %d hours in %s\n",
           fg_money_print(answer->per_hour, 6, hour),
           fg_money_print(answer->per_hour * FG_MONTH_HOURS, 2, month), FG_MONTH_HOURS, region);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *region = fg_argument(arguments, "region");
    struct request request = {0};
    struct answer answer = {0};
    struct fg_catalog catalog;
    bool json;
    region = region != NULL ? region : "us-east-1";
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = parse_request(arguments, &request, error);
    if (status == FG_OK)
        status = find_size(&request, &answer, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status = add_price(&catalog, region, FG_ITEM_FARGATE_VCPU, answer.size.cpu_milli, 1000, &answer,
                       error);
    if (status == FG_OK)
        status = add_price(&catalog, region, FG_ITEM_FARGATE_MEMORY, answer.size.memory_mib, 1024,
                           &answer, error);
    if (status == FG_OK)
        status = add_price(&catalog, region, FG_ITEM_FARGATE_STORAGE, answer.billed_storage_gib, 1,
                           &answer, error);
    if (status == FG_OK && json)
        print_json(&answer);
    else if (status == FG_OK)
        print_text(&answer, region);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_size = {
    .name = "size",
    .operands = "",
    .summary = "the Fargate size that holds a request, and its price",
    .options = options,
    .run = run,
};
