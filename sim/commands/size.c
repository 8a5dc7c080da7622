/* fargauge size: the Fargate size of a request, and its price. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "models/ecs.h"
#include "models/quantity.h"
#include "reports/json_writer.h"
#include "sim/commands/command.h"
#include "sim/commands/fargate_quote.h"

static const struct fg_option options[] = {
    {"cpu", 0, "QUANTITY", "what the pod requests; default 0"},
    {"memory", 0, "QUANTITY", "what the pod requests, without Fargate's own 256Mi; default 0"},
    {"ephemeral-storage", 0, "QUANTITY", "what the pod requests; 20Gi are free"},
    {"orchestrator", 0, "eks|ecs", "a pod's size, or a task's; default eks"},
    {"arch", 0, "amd64|arm64", "of a task; default amd64"},
    {"os", 0, "linux|windows", "of a task; default linux"},
    {"region", 0, "REGION", "for the price; default us-east-1"},
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

static fg_status parse_request(const struct fg_arguments *arguments, struct fg_fargate_request *out,
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

static fg_status choose(const struct fg_arguments *arguments, const char *option, const char *first,
                        const char *second, bool *out_second, struct fg_error *error)
{
    const char *text = fg_argument(arguments, option);
    *out_second = text != NULL && strcmp(text, second) == 0;
    if (text == NULL || *out_second || strcmp(text, first) == 0)
        return FG_OK;
    return fg_error_set(error, FG_BAD_INPUT, "--%s is '%s'; expected %s or %s", option, text, first,
                        second);
}

static fg_status parse_platform(const struct fg_arguments *arguments,
                                struct fg_fargate_request *out, struct fg_error *error)
{
    bool is_ecs, is_arm, is_windows;
    fg_status status = choose(arguments, "orchestrator", "eks", "ecs", &is_ecs, error);
    if (status == FG_OK)
        status = choose(arguments, "arch", "amd64", "arm64", &is_arm, error);
    if (status == FG_OK)
        status = choose(arguments, "os", "linux", "windows", &is_windows, error);
    if (status != FG_OK)
        return status;
    if (!is_ecs && (is_arm || is_windows))
        return fg_error_set(error, FG_BAD_INPUT,
                            "EKS pods on Fargate have %s; expected --orchestrator ecs with it",
                            is_arm ? "no arm64" : "no Windows");
    if (is_arm && is_windows)
        return fg_error_set(error, FG_BAD_INPUT,
                            "--arch is arm64 with --os windows; expected "
                            "amd64: Fargate has no other");
    out->orchestrator = is_ecs ? FG_ORCHESTRATOR_ECS : FG_ORCHESTRATOR_EKS;
    out->offer = fg_fargate_offer(is_windows ? FG_PLATFORM_WINDOWS
                                  : is_arm   ? FG_PLATFORM_LINUX_ARM64
                                             : FG_PLATFORM_LINUX,
                                  false);
    return FG_OK;
}

static void print_json(const struct fg_fargate_quote *quote)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_named_ratio(&json, "vcpu", quote->size.cpu_milli, 1000);
    fg_json_named_ratio(&json, "memory_gib", quote->size.memory_mib, 1024);
    fg_json_named_ratio(&json, "billed_memory_gib", quote->size.memory_mib, 1024);
    fg_json_named_integer(&json, "ephemeral_gib",
                          quote->billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB);
    fg_json_named_usd(&json, "usd_per_hour", quote->per_hour);
    fg_json_named_usd(&json, "usd_per_month", quote->per_hour * FG_MONTH_HOURS);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void print_text(const struct fg_fargate_quote *quote, const char *region)
{
    char hour[48], month[48];
    printf("%g vCPU, %g GB, %" PRId64 " GiB of storage (%" PRId64 " GiB provisioned)\n",
           (double)quote->size.cpu_milli / 1000, (double)quote->size.memory_mib / 1024,
           quote->billed_storage_gib + FG_FARGATE_FREE_STORAGE_GIB, quote->provisioned_storage_gib);
    printf("%s USD an hour, %s USD a month of %d hours in %s\n",
           fg_money_print(quote->per_hour, 6, hour),
           fg_money_print(quote->per_hour * FG_MONTH_HOURS, 2, month), FG_MONTH_HOURS, region);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *region = fg_argument(arguments, "region");
    struct fg_fargate_request request = {0};
    struct fg_fargate_quote quote;
    struct fg_catalog catalog;
    bool json;
    region = region != NULL ? region : "us-east-1";
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = parse_request(arguments, &request, error);
    if (status == FG_OK)
        status = parse_platform(arguments, &request, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status =
        fg_fargate_quote(&catalog, region, FG_DAY_UNKNOWN, FG_DAY_UNKNOWN, &request, &quote, error);
    if (status == FG_OK && json)
        print_json(&quote);
    else if (status == FG_OK)
        print_text(&quote, region);
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
