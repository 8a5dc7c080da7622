#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "reports/csv_writer.h"
#include "reports/output.h"
#include "sim/commands/breakeven_rows.h"

enum { HOUR_S = 3600, MILLI = 1000, MIB_PER_GIB = 1024, DAY_HOURS = 24 };
#define BYTES_PER_GIB (INT64_C(1024) * 1024 * 1024)

static void put_header(struct fg_csv_writer *csv, const char *const *names)
{
    for (; *names != NULL; names++)
        fg_csv_put_text(csv, *names);
    fg_csv_end_line(csv);
}

static void put_integer(struct fg_csv_writer *csv, __int128 value)
{
    fg_csv_put_ratio(csv, value, 1);
}

static void put_usd(struct fg_csv_writer *csv, fg_nanodollars amount)
{
    fg_csv_put_ratio(csv, amount, FG_NANO_PER_DOLLAR);
}

/* ---- requests ---- */

static void put_request(struct fg_csv_writer *csv, const struct fg_request_row *row)
{
    int64_t fargate = row->node_type != NULL ? row->fargate : 0;
    put_integer(csv, row->cpu_milli);
    fg_csv_put_ratio(csv, row->memory_bytes, BYTES_PER_GIB);
    fg_csv_put_ratio(csv, row->ephemeral_bytes, BYTES_PER_GIB);
    fg_csv_put_text(csv, fg_arch_name(row->arch));
    put_integer(csv, row->pods);
    fg_csv_put_ratio(csv, row->run_s, HOUR_S);
    fg_csv_put_ratio(csv, row->size.cpu_milli, MILLI);
    fg_csv_put_ratio(csv, row->size.memory_mib, MIB_PER_GIB);
    put_usd(csv, row->fargate);
    fg_csv_put_text(csv, row->node_type != NULL ? row->node_type : "");
    fg_csv_put_text(csv, row->node_type == NULL ? "" : row->is_spot ? "spot" : "on-demand");
    fg_csv_put_text(csv,
                    row->node_type != NULL ? fg_binding_resource_name(row->share.binding) : "");
    fg_csv_put_ratio(csv, row->share.per_hour, row->node_type != NULL ? FG_NANO_PER_DOLLAR : 0);
    fg_csv_put_ratio(csv, row->share.per_hour, fargate);
    fg_csv_put_ratio(csv, (__int128)DAY_HOURS * row->share.per_hour, fargate);
    fg_csv_end_line(csv);
}

static void put_requests(struct fg_csv_writer *csv, const struct fg_break_even *table)
{
    static const char *const names[] = {"cpu_milli",
                                        "memory_gib",
                                        "ephemeral_gib",
                                        "arch",
                                        "pods",
                                        "pod_hours",
                                        "fargate_vcpu",
                                        "fargate_gib",
                                        "fargate_usd_per_hour",
                                        "instance_type",
                                        "capacity_type",
                                        "bound_by",
                                        "share_usd_per_hour",
                                        "break_even_packing",
                                        "break_even_hours_per_day",
                                        NULL};
    put_header(csv, names);
    for (uint32_t i = 0; i < table->request_count; i++)
        if (table->requests[i].on_fargate)
            put_request(csv, &table->requests[i]);
}

/* ---- workloads ---- */

static void put_workloads(struct fg_csv_writer *csv, const struct fg_break_even *table)
{
    static const char *const names[] = {"namespace",
                                        "workload",
                                        "pods",
                                        "pod_hours",
                                        "here_usd",
                                        "here_usd_per_month",
                                        "fargate_usd",
                                        "fargate_usd_per_month",
                                        "ec2_usd",
                                        "ec2_usd_per_month",
                                        "pods_not_for_fargate",
                                        "reason",
                                        "pods_without_ec2_price",
                                        NULL};
    put_header(csv, names);
    for (uint32_t i = 0; i < table->workload_count; i++) {
        const struct fg_workload_row *row = &table->workloads[i];
        const fg_nanodollars amounts[] = {row->here, row->fargate, row->ec2};
        fg_csv_put_text(csv, row->namespace_name);
        fg_csv_put_text(csv, row->workload);
        put_integer(csv, row->pods);
        fg_csv_put_ratio(csv, row->run_s, HOUR_S);
        for (size_t a = 0; a < sizeof amounts / sizeof *amounts; a++) {
            put_usd(csv, amounts[a]);
            put_usd(csv, fg_break_even_month(table, amounts[a]));
        }
        put_integer(csv, row->refused);
        fg_csv_put_text(csv, row->refusal);
        put_integer(csv, row->unpriced);
        fg_csv_end_line(csv);
    }
}

/* ---- trims ---- */

static void put_trims(struct fg_csv_writer *csv, const struct fg_break_even *table)
{
    static const char *const names[] = {
        "cpu_milli",      "memory_gib",         "fargate_vcpu",        "fargate_gib",
        "lower",          "to_cpu_milli",       "to_memory_gib",       "to_fargate_vcpu",
        "to_fargate_gib", "saved_usd_per_hour", "saved_usd_per_month", NULL};
    put_header(csv, names);
    for (uint32_t i = 0; i < table->trim_count; i++) {
        const struct fg_trim_row *row = &table->trims[i];
        const struct fg_request_row *request = &table->requests[row->request];
        put_integer(csv, request->cpu_milli);
        fg_csv_put_ratio(csv, request->memory_bytes, BYTES_PER_GIB);
        fg_csv_put_ratio(csv, request->size.cpu_milli, MILLI);
        fg_csv_put_ratio(csv, request->size.memory_mib, MIB_PER_GIB);
        fg_csv_put_text(csv, row->of_memory ? "memory" : "cpu");
        put_integer(csv, row->trim.cpu_milli);
        fg_csv_put_ratio(csv, row->trim.memory_bytes, BYTES_PER_GIB);
        fg_csv_put_ratio(csv, row->trim.size.cpu_milli, MILLI);
        fg_csv_put_ratio(csv, row->trim.size.memory_mib, MIB_PER_GIB);
        put_usd(csv, row->trim.saving);
        put_usd(csv, row->month);
        fg_csv_end_line(csv);
    }
}

/* ---- files ---- */

static const struct {
    const char *name;
    void (*put)(struct fg_csv_writer *csv, const struct fg_break_even *table);
} files[] = {
    {"breakeven_request.csv", put_requests},
    {"breakeven_workload.csv", put_workloads},
    {"breakeven_trim.csv", put_trims},
};

fg_status fg_break_even_csv(const struct fg_break_even *table, const char *folder,
                            struct fg_error *error)
{
    struct fg_arena arena = {0};
    fg_status status = FG_OK;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fg_error_set(error, FG_FAILED, "cannot make folder '%s': %s", folder,
                            strerror(errno));
    for (size_t i = 0; i < sizeof files / sizeof *files && status == FG_OK; i++) {
        struct fg_output output;
        status =
            fg_output_open(fg_arena_format(&arena, "%s/%s", folder, files[i].name), &output, error);
        if (status != FG_OK)
            break;
        struct fg_csv_writer csv = {.out = output.file};
        files[i].put(&csv, table);
        status = fg_output_close(&output, FG_OK, error);
    }
    fg_arena_release(&arena);
    return status;
}
