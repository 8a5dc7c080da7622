/* pricing.otherUsage: what else the account runs under the same commitments, hour by hour. */
#include <stdlib.h>
#include <string.h>

#include "data/csv_table.h"
#include "data/digest.h"
#include "data/source.h"
#include "data/study_parts.h"
#include "models/instance_name.h"
#include "models/other_usage.h"

enum { HOUR_S = 3600, MOST_UNITS = 10000000, MOST_USD = 100000 };
enum { HOUR, ITEM, QUANTITY, REGION, ZONE, USD };
static const char *const columns[] = {"hour", "item", "quantity", "?region", "?zone", "?usd", NULL};

struct reading {
    struct fg_decoder *decoder;
    const struct fg_study_context *context;
    const char *file;
    struct fg_error *error;
};

static fg_status fault(const struct reading *reading, const struct fg_csv_row *row, int column,
                       const struct fg_error *cause)
{
    return fg_error_at(reading->error, reading->file, row->line, 0, "column '%s': %s",
                       columns[column] + (columns[column][0] == '?'), cause->message);
}

static fg_status read_hour(const struct reading *reading, const struct fg_csv_row *row,
                           int32_t *out)
{
    fg_unix_s instant = 0;
    struct fg_error cause = {0};
    if (fg_calendar_parse_instant(row->cells[HOUR], &instant, &cause) == FG_OK &&
        instant % HOUR_S != 0)
        fg_error_set(&cause, FG_BAD_INPUT,
                     "'%s' is not the beginning of a clock hour; expected such as "
                     "2026-03-02T14:00:00Z",
                     row->cells[HOUR]);
    if (cause.status != FG_OK)
        return fault(reading, row, HOUR, &cause);
    *out = (int32_t)(instant / HOUR_S);
    return FG_OK;
}

/* Instance-hours, vCPU-hours, GB-hours. */
static fg_status read_quantity(const struct reading *reading, const struct fg_csv_row *row,
                               struct fg_other_usage_row *out)
{
    fg_nanodollars units;
    struct fg_error cause = {0}, no_number = {0};
    if (fg_money_parse_usd(row->cells[QUANTITY], &units, &no_number) != FG_OK)
        fg_error_set(&cause, FG_BAD_INPUT,
                     "'%.64s' is not a quantity; expected hours such as 2.5 with at most nine "
                     "decimals",
                     row->cells[QUANTITY]);
    else if (units > MOST_UNITS * (int64_t)FG_NANO_PER_DOLLAR)
        fg_error_set(&cause, FG_BAD_INPUT, "'%.64s' is too much; expected at most %d hours",
                     row->cells[QUANTITY], MOST_UNITS);
    if (cause.status != FG_OK)
        return fault(reading, row, QUANTITY, &cause);
    out->quantity = (int64_t)fg_money_divide_half_even((__int128)units * out->base_per_unit,
                                                       FG_NANO_PER_DOLLAR);
    return FG_OK;
}

static fg_status read_price(const struct reading *reading, const struct fg_csv_row *row,
                            struct fg_other_usage_row *out)
{
    struct fg_error cause = {0};
    struct fg_found_price found;
    bool is_fargate = out->service == FG_USAGE_FARGATE;
    if (row->cells[USD][0] != '\0') {
        if (fg_money_parse_usd(row->cells[USD], &out->list_unit_nano, &cause) == FG_OK &&
            out->list_unit_nano > MOST_USD * (int64_t)FG_NANO_PER_DOLLAR)
            fg_error_set(&cause, FG_BAD_INPUT, "'%.64s' is too much; expected at most %d dollars",
                         row->cells[USD], MOST_USD);
        return cause.status == FG_OK ? FG_OK : fault(reading, row, USD, &cause);
    }
    if (fg_catalog_price(reading->context->catalog, out->item, out->region,
                         is_fargate ? FG_VARIANT_EKS : "", reading->context->price_day, &found,
                         &cause) != FG_OK)
        return fault(reading, row, ITEM, &cause);
    out->list_unit_nano = found.nano;
    return FG_OK;
}

/* Where it ran, by default in the scenario's region. */
static fg_status read_place(const struct reading *reading, const struct fg_csv_row *row,
                            struct fg_other_usage_row *out)
{
    const struct fg_study_context *context = reading->context;
    struct fg_arena *arena = reading->decoder->arena;
    const char *region = row->cells[REGION], *zone = row->cells[ZONE];
    struct fg_error cause = {0};
    out->region = *region == '\0' ? context->region : fg_arena_string(arena, region);
    out->zone = *zone == '\0' ? NULL : fg_arena_string(arena, zone);
    if (!fg_catalog_has_region(context->catalog, out->region)) {
        fg_error_set(&cause, FG_BAD_INPUT, "unknown region '%.64s'; expected one of the catalog's",
                     region);
        return fault(reading, row, REGION, &cause);
    }
    size_t length = strlen(out->region);
    if (*zone == '\0' || (strncmp(zone, out->region, length) == 0 && zone[length] != '\0'))
        return FG_OK;
    fg_error_set(&cause, FG_BAD_INPUT, "zone '%.64s' is not in region %s; expected such as %sa",
                 zone, out->region, out->region);
    return fault(reading, row, ZONE, &cause);
}

static fg_status read_item(const struct reading *reading, const struct fg_csv_row *row,
                           struct fg_other_usage_row *out)
{
    const struct fg_instance_type *type = NULL;
    struct fg_error cause = {0};
    struct fg_instance_name parts;
    struct fg_arena *arena = reading->decoder->arena;
    bool is_vcpu = strcmp(row->cells[ITEM], FG_ITEM_FARGATE_VCPU) == 0;
    bool is_fargate = is_vcpu || strcmp(row->cells[ITEM], FG_ITEM_FARGATE_MEMORY) == 0;
    enum fg_charge charge = is_vcpu      ? FG_CHARGE_FARGATE_VCPU
                            : is_fargate ? FG_CHARGE_FARGATE_MEMORY
                                         : FG_CHARGE_EC2_ON_DEMAND;
    if (!is_fargate &&
        fg_catalog_type(reading->context->catalog, row->cells[ITEM], &type, &cause) != FG_OK)
        return fault(reading, row, ITEM, &cause);
    out->service = is_fargate ? FG_USAGE_FARGATE : FG_USAGE_EC2;
    out->item = fg_arena_string(arena, row->cells[ITEM]);
    out->base_per_unit = fg_charge_base_per_unit(charge);
    if (type == NULL)
        return FG_OK;
    fg_instance_name_parse(type->name, &parts);
    out->family = fg_arena_string(arena, parts.family);
    out->size = fg_instance_size(type->name, type->vcpu);
    return FG_OK;
}

static int compare_amounts(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_rows(const void *a, const void *b)
{
    const struct fg_other_usage_row *left = a, *right = b;
    if (left->hour != right->hour)
        return left->hour < right->hour ? -1 : 1;
    int order = strcmp(left->item, right->item);
    if (order == 0)
        order = strcmp(left->region, right->region);
    if (order == 0)
        order =
            strcmp(left->zone == NULL ? "" : left->zone, right->zone == NULL ? "" : right->zone);
    if (order == 0)
        order = compare_amounts(left->quantity, right->quantity);
    return order != 0 ? order : compare_amounts(left->list_unit_nano, right->list_unit_nano);
}

static fg_status read_rows(const struct reading *reading, const struct fg_csv_table *table,
                           struct fg_other_usage *out)
{
    out->rows = fg_arena_allocate(reading->decoder->arena, table->row_count, sizeof *out->rows);
    for (uint32_t i = 0; i < table->row_count; i++) {
        struct fg_other_usage_row *row = &out->rows[out->count];
        fg_status status = read_hour(reading, &table->rows[i], &row->hour);
        if (status == FG_OK)
            status = read_place(reading, &table->rows[i], row);
        if (status == FG_OK)
            status = read_item(reading, &table->rows[i], row);
        if (status == FG_OK)
            status = read_quantity(reading, &table->rows[i], row);
        if (status == FG_OK)
            status = read_price(reading, &table->rows[i], row);
        if (status != FG_OK)
            return status;
        out->count++;
    }
    if (out->count > 0)
        qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
    return FG_OK;
}

static fg_status read_file(const struct reading *reading, struct fg_other_usage *out)
{
    struct fg_source source = {0};
    struct fg_csv_table table;
    fg_status status = fg_source_read(reading->file, &source, reading->error);
    if (status != FG_OK)
        return status;
    struct fg_digester *digester = fg_digester_open();
    fg_digester_add(digester, source.bytes, source.length);
    struct fg_digest digest = fg_digester_close(digester);
    memcpy(out->digest, digest.bytes, sizeof digest.bytes);
    status = fg_csv_table_parse(reading->file, source.bytes, source.length, columns, &table,
                                reading->error);
    if (status == FG_OK) {
        status = read_rows(reading, &table, out);
        fg_csv_table_release(&table);
    }
    fg_source_release(&source);
    return status;
}

void fg_study_read_other_usage(struct fg_decoder *decoder, const struct fg_value *value,
                               struct fg_scenario *out)
{
    const struct fg_study_context *context = decoder->context;
    const char *name;
    struct fg_error cause = {0};
    if (!fg_decode_text(decoder, value, "otherUsage", &name) || context->region == NULL)
        return;
    struct reading reading = {
        .decoder = decoder,
        .context = context,
        .file =
            name[0] == '/' ? name : fg_arena_format(decoder->arena, "%s%s", context->folder, name),
        .error = &cause,
    };
    struct fg_other_usage *usage = fg_arena_allocate(decoder->arena, 1, sizeof *usage);
    fg_status status = read_file(&reading, usage);
    if (status == FG_OK)
        out->other_usage = usage;
    else if (status == FG_FAILED && fg_decode_is_good(decoder))
        *decoder->first = cause;
    else if (status != FG_OK && cause.line > 0)
        fg_decode_fault_at(decoder, cause.file, cause.line, cause.column, "%s", cause.message);
    else if (status != FG_OK)
        fg_decode_fault(decoder, value, "otherUsage: %s", cause.message);
}
