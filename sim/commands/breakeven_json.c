#include "reports/json_writer.h"
#include "sim/commands/breakeven_rows.h"

enum { HOUR_S = 3600, MILLI = 1000, MIB_PER_GIB = 1024, DAY_HOURS = 24 };
#define BYTES_PER_GIB (INT64_C(1024) * 1024 * 1024)

static void put_size(struct fg_json_writer *json, const char *key,
                     const struct fg_fargate_size *size)
{
    fg_json_key(json, key);
    fg_json_open(json, '{');
    fg_json_named_ratio(json, "vcpu", size->cpu_milli, MILLI);
    fg_json_named_ratio(json, "memory_gib", size->memory_mib, MIB_PER_GIB);
    fg_json_close(json, '}');
}

static void put_asked(struct fg_json_writer *json, int64_t cpu_milli, int64_t memory_bytes)
{
    fg_json_named_integer(json, "cpu_milli", cpu_milli);
    fg_json_named_ratio(json, "memory_gib", memory_bytes, BYTES_PER_GIB);
}

static void put_request(struct fg_json_writer *json, const struct fg_request_row *row)
{
    bool has_node = row->node_type != NULL;
    fg_json_open(json, '{');
    put_asked(json, row->cpu_milli, row->memory_bytes);
    fg_json_named_ratio(json, "ephemeral_gib", row->ephemeral_bytes, BYTES_PER_GIB);
    fg_json_named_text(json, "arch", fg_arch_name(row->arch));
    fg_json_named_integer(json, "pods", (int64_t)row->pods);
    fg_json_named_ratio(json, "pod_hours", row->run_s, HOUR_S);
    put_size(json, "fargate", &row->size);
    fg_json_named_usd(json, "fargate_usd_per_hour", row->fargate);
    if (has_node) {
        fg_json_named_text(json, "instance_type", row->node_type);
        fg_json_named_text(json, "capacity_type", row->is_spot ? "spot" : "on-demand");
        fg_json_named_text(json, "bound_by", fg_binding_resource_name(row->share.binding));
        fg_json_named_usd(json, "share_usd_per_hour", row->share.per_hour);
    }
    fg_json_named_ratio(json, "break_even_packing", row->share.per_hour,
                        has_node ? row->fargate : 0);
    fg_json_named_ratio(json, "break_even_hours_per_day", (__int128)DAY_HOURS * row->share.per_hour,
                        has_node ? row->fargate : 0);
    fg_json_close(json, '}');
}

static void put_workload(struct fg_json_writer *json, const struct fg_break_even *table,
                         const struct fg_workload_row *row)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "namespace", row->namespace_name);
    fg_json_named_text(json, "workload", row->workload);
    fg_json_named_integer(json, "pods", (int64_t)row->pods);
    fg_json_named_ratio(json, "pod_hours", row->run_s, HOUR_S);
    fg_json_named_usd(json, "here_usd", row->here);
    fg_json_named_usd(json, "here_usd_per_month", fg_break_even_month(table, row->here));
    fg_json_named_usd(json, "fargate_usd", row->fargate);
    fg_json_named_usd(json, "fargate_usd_per_month", fg_break_even_month(table, row->fargate));
    fg_json_named_usd(json, "ec2_usd", row->ec2);
    fg_json_named_usd(json, "ec2_usd_per_month", fg_break_even_month(table, row->ec2));
    fg_json_named_integer(json, "pods_not_for_fargate", (int64_t)row->refused);
    fg_json_named_text(json, "reason", row->refusal);
    fg_json_named_integer(json, "pods_without_ec2_price", (int64_t)row->unpriced);
    fg_json_close(json, '}');
}

static void put_trim(struct fg_json_writer *json, const struct fg_break_even *table,
                     const struct fg_trim_row *row)
{
    const struct fg_request_row *request = &table->requests[row->request];
    fg_json_open(json, '{');
    put_asked(json, request->cpu_milli, request->memory_bytes);
    put_size(json, "fargate", &request->size);
    fg_json_named_text(json, "lower", row->of_memory ? "memory" : "cpu");
    if (row->of_memory)
        fg_json_named_ratio(json, "by_gib", row->lower_by, BYTES_PER_GIB);
    else
        fg_json_named_integer(json, "by_milli", row->lower_by);
    fg_json_key(json, "to");
    fg_json_open(json, '{');
    put_asked(json, row->trim.cpu_milli, row->trim.memory_bytes);
    fg_json_close(json, '}');
    put_size(json, "to_fargate", &row->trim.size);
    fg_json_named_usd(json, "saved_usd_per_hour", row->trim.saving);
    fg_json_named_usd(json, "saved_usd_per_month", row->month);
    fg_json_close(json, '}');
}

static void put_lists(struct fg_json_writer *json, const struct fg_break_even *table)
{
    fg_json_key(json, "requests");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < table->request_count; i++)
        if (table->requests[i].on_fargate)
            put_request(json, &table->requests[i]);
    fg_json_close(json, ']');
    fg_json_key(json, "workloads");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < table->workload_count; i++)
        put_workload(json, table, &table->workloads[i]);
    fg_json_close(json, ']');
    fg_json_key(json, "trims");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < table->trim_count; i++)
        put_trim(json, table, &table->trims[i]);
    fg_json_close(json, ']');
}

void fg_break_even_json(const struct fg_break_even *table, FILE *out)
{
    struct fg_json_writer json = {.out = out, .layout = FG_JSON_LINES};
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "study", table->study);
    fg_json_named_text(&json, "scenario", table->scenario);
    fg_json_named_text(&json, "region", table->region);
    fg_json_named_ratio(&json, "hours", table->cut_s, HOUR_S);
    fg_json_named_ratio(&json, "break_even_packing", table->share, table->fargate);
    fg_json_named_ratio(&json, "break_even_hours_per_day", DAY_HOURS * table->share,
                        table->fargate);
    fg_json_named_ratio(&json, "packing", table->requested_units, table->allocatable_units);
    put_lists(&json, table);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}
