/* fargauge node: what pods can request of an instance type, and its price. */
#include <inttypes.h>
#include <stdio.h>

#include "data/catalog_reader.h"
#include "models/node_capacity.h"
#include "reports/json_writer.h"
#include "sim/commands/command.h"

enum { VOLUME_GIB = 20, MIB = 1024 * 1024 };

static const struct fg_option options[] = {
    {"region", 0, "REGION", "for the price; default us-east-1"},
    {"prefix-delegation", 0, NULL, "max pods with IPv4 prefixes on the interfaces (Nitro only)"},
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

static void print_json(const struct fg_instance_type *type, const struct fg_node_capacity *node,
                       fg_nanodollars per_hour)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "instance_type", type->name);
    fg_json_named_integer(&json, "vcpu", type->vcpu);
    fg_json_named_integer(&json, "memory_mib", type->memory_mib);
    fg_json_named_integer(&json, "allocatable_cpu_milli", node->cpu_milli);
    fg_json_named_integer(&json, "allocatable_memory_mib", node->memory_bytes / MIB);
    fg_json_named_integer(&json, "max_pods", node->pods);
    fg_json_named_usd(&json, "usd_per_hour", per_hour);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void print_text(const struct fg_instance_type *type, const struct fg_node_capacity *node,
                       fg_nanodollars per_hour, const char *region)
{
    char hour[48], month[48];
    printf("%s: %" PRIu32 " vCPU, %" PRId64 " MiB, %s", type->name, type->vcpu, type->memory_mib,
           fg_arch_name(type->arch));
    if (type->gpu_count > 0)
        printf(", %" PRIu32 " GPU (%s)", type->gpu_count, type->gpu_model);
    printf("\nallocatable: %" PRId64 "m CPU, %" PRId64 "Mi memory, %" PRId64 " pods\n",
           node->cpu_milli, node->memory_bytes / MIB, node->pods);
    printf("%s USD an hour, %s USD a month of %d hours on demand in %s\n",
           fg_money_print(per_hour, 4, hour), fg_money_print(per_hour * FG_MONTH_HOURS, 2, month),
           FG_MONTH_HOURS, region);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *region = fg_argument(arguments, "region");
    const struct fg_instance_type *type;
    struct fg_catalog catalog;
    struct fg_found_price price;
    bool json;
    region = region != NULL ? region : "us-east-1";
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status = fg_catalog_type(&catalog, arguments->operands[0], &type, error);
    if (status == FG_OK)
        status = fg_catalog_price(&catalog, type->name, region, "", FG_DAY_UNKNOWN, &price, error);
    if (status == FG_OK) {
        struct fg_node_capacity node;
        fg_node_allocatable(type, fg_argument_is_on(arguments, "prefix-delegation"), VOLUME_GIB,
                            &node);
        if (json)
            print_json(type, &node, price.nano);
        else
            print_text(type, &node, price.nano, region);
    }
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_node = {
    .name = "node",
    .operands = "TYPE",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "an instance type's allocatable, max pods and price",
    .options = options,
    .run = run,
};
