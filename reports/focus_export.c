#include "reports/focus_export.h"

#include <stdlib.h>
#include <string.h>

#include "models/instance_name.h"
#include "reports/json_writer.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

static fg_unix_s start_of_month(fg_unix_s instant)
{
    fg_day day = fg_calendar_day_of(instant);
    char text[16];
    fg_calendar_print_day(day, text);
    int before = (text[8] - '0') * 10 + (text[9] - '0') - 1;
    return fg_calendar_start_of_day(day - before);
}

void fg_focus_export_start_hour(struct fg_focus_export *export)
{
    fg_unix_s start = (fg_unix_s) export->source.hour * HOUR_S, month = start_of_month(start);
    fg_calendar_print_instant(start, export->hour_start);
    fg_calendar_print_instant(start + HOUR_S, export->hour_end);
    fg_calendar_print_instant(month, export->month_start);
    fg_calendar_print_instant(month + fg_calendar_month_seconds(month), export->month_end);
}

static struct fg_focus_cell plain(const char *text)
{
    return (struct fg_focus_cell){text, strlen(text)};
}

void fg_focus_put_period(const struct fg_focus_export *export, struct fg_focus_row *row)
{
    row->cells[FG_FOCUS_CHARGE_PERIOD_START] = plain(export->hour_start);
    row->cells[FG_FOCUS_CHARGE_PERIOD_END] = plain(export->hour_end);
    row->cells[FG_FOCUS_BILLING_PERIOD_START] = plain(export->month_start);
    row->cells[FG_FOCUS_BILLING_PERIOD_END] = plain(export->month_end);
}

void fg_focus_put_costs(const struct fg_focus_costs *costs, fg_focus_buffers buffers,
                        struct fg_focus_row *row)
{
    row->cells[FG_FOCUS_BILLED_COST] = fg_focus_usd(costs->billed_nano, buffers[0]);
    row->cells[FG_FOCUS_EFFECTIVE_COST] = fg_focus_usd(costs->effective_nano, buffers[1]);
    row->cells[FG_FOCUS_LIST_COST] = fg_focus_usd(costs->list_nano, buffers[2]);
    row->cells[FG_FOCUS_CONTRACTED_COST] = fg_focus_usd(costs->contract_nano, buffers[3]);
    row->cells[FG_FOCUS_PRICING_CURRENCY_EFFECTIVE_COST] = row->cells[FG_FOCUS_EFFECTIVE_COST];
}

void fg_focus_export_write(struct fg_focus_export *export, const struct fg_focus_row *row)
{
    fg_focus_write_row(&export->context.form, row, export->out);
}

/* ---- what was applied ---- */

/* A JSON text up to its last number, which is 0, as a quoted cell begins with it. */
static struct fg_focus_applied quote_head(const char *json, size_t length, struct fg_arena *arena)
{
    struct fg_focus_applied applied = {
        .text = fg_arena_allocate(arena, 2 * length + FG_FOCUS_NUMBER_BYTES + 8, 1)};
    applied.text[applied.head_length++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (json[i] == '"')
            applied.text[applied.head_length++] = '"';
        applied.text[applied.head_length++] = json[i];
    }
    return applied;
}

struct fg_focus_applied fg_focus_applied_open(const struct fg_focus_context *context,
                                              const struct fg_commitment *commitment)
{
    static const char end[] = "0}]}";
    const char *id = fg_focus_commitment_id(context, commitment);
    bool is_plan = fg_commitment_is_plan(commitment->kind);
    char *text = NULL;
    size_t length = 0;
    struct fg_json_writer json = {.out = open_memstream(&text, &length), .layout = FG_JSON_TIGHT};
    FG_ASSERT(json.out != NULL);
    fg_json_open(&json, '{');
    fg_json_key(&json, "Elements");
    fg_json_open(&json, '[');
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "ContractId", id);
    fg_json_named_text(&json, "ContractCommitmentId", id);
    if (!is_plan)
        fg_json_named_text(&json, "ContractCommitmentAppliedUnit", "Hours");
    fg_json_named_integer(
        &json, is_plan ? "ContractCommitmentAppliedCost" : "ContractCommitmentAppliedQuantity", 0);
    fg_json_close(&json, '}');
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fclose(json.out);
    struct fg_focus_applied applied = quote_head(text, length - (sizeof end - 1), context->arena);
    free(text);
    return applied;
}

void fg_focus_put_applied(struct fg_focus_applied *applied, const struct fg_focus_cell *number,
                          struct fg_focus_row *row)
{
    static const char end[] = "}]}\"";
    char *at = applied->text + applied->head_length;
    memcpy(at, number->text, number->length);
    memcpy(at + number->length, end, sizeof end);
    row->cells[FG_FOCUS_CONTRACT_APPLIED] = (struct fg_focus_cell){
        applied->text, applied->head_length + number->length + sizeof end - 1};
}

struct fg_focus_cell fg_focus_commitment_quantity(const struct fg_commitment *commitment,
                                                  const char *sku, int64_t quantity,
                                                  fg_nanodollars paid_nano,
                                                  char buffer[FG_FOCUS_NUMBER_BYTES])
{
    if (fg_commitment_is_plan(commitment->kind))
        return fg_focus_usd(paid_nano, buffer);
    int64_t base = fg_charge_base_per_unit(FG_CHARGE_EC2_ON_DEMAND);
    int64_t size = fg_instance_size(sku, 0), own = fg_instance_size(commitment->instance_type, 0);
    if (strcmp(sku, commitment->instance_type) == 0 || size == 0 || own == 0)
        return fg_focus_ratio(quantity, base, buffer);
    return fg_focus_ratio((__int128)quantity * size, (__int128)base * own, buffer);
}
