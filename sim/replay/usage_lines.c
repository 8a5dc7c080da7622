#include "sim/replay/usage_lines.h"

#include <stdlib.h>
#include <string.h>

#include "models/ecs.h"
#include "models/instance_name.h"

static bool is_coverable(const struct fg_account *account)
{
    if (account->charge == FG_CHARGE_FARGATE_VCPU || account->charge == FG_CHARGE_FARGATE_MEMORY)
        return fg_fargate_is_coverable(account->sku);
    return account->charge == FG_CHARGE_EC2_ON_DEMAND;
}

/* "linux/amd64" is the usual one and not named; "fargate-vcpu/arm64" else. */
static const char *fargate_item(struct fg_arena *arena, const struct fg_account *account)
{
    const char *name = fg_charge_name(account->charge), *slash = strchr(account->sku, '/');
    if (slash == NULL || strcmp(slash, "/amd64") == 0)
        return name;
    return fg_arena_format(arena, "%s%s", name, slash);
}

static struct fg_usage_line describe(struct fg_usage_lines *lines, const struct fg_account *account,
                                     const char *region, const struct fg_catalog *catalog)
{
    struct fg_usage_line line = {.region = region, .list_unit_nano = account->list_unit_nano};
    if (account->charge != FG_CHARGE_EC2_ON_DEMAND) {
        line.service = FG_USAGE_FARGATE;
        line.item = fargate_item(&lines->arena, account);
        return line;
    }
    const struct fg_instance_type *type =
        catalog == NULL ? NULL : fg_catalog_find_type(catalog, account->sku);
    struct fg_instance_name parts;
    fg_instance_name_parse(account->sku, &parts);
    line.service = FG_USAGE_EC2;
    line.item = account->sku;
    line.family = fg_arena_string(&lines->arena, parts.family);
    line.size = fg_instance_size(account->sku, type == NULL ? 0 : type->vcpu);
    return line;
}

static uint32_t find_line(struct fg_usage_lines *lines, uint32_t number, const char *region,
                          const struct fg_catalog *catalog)
{
    const struct fg_account *accounts = lines->ledger->accounts, *account = &accounts[number];
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct fg_account *first = &accounts[lines->first_account[i]];
        if (first->charge == account->charge && strcmp(first->sku, account->sku) == 0 &&
            first->list_unit_nano == account->list_unit_nano)
            return i;
    }
    lines->items = fg_grow(lines->items, &lines->capacity, lines->count + 1, sizeof *lines->items);
    lines->items[lines->count] = describe(lines, account, region, catalog);
    lines->first_account[lines->count] = number;
    return lines->count++;
}

static void find_zones(struct fg_usage_lines *lines)
{
    uint32_t meters = lines->zone_hours == NULL ? 0 : lines->zone_hours->count;
    lines->zones = fg_allocate((size_t)meters * lines->count, sizeof *lines->zones);
    for (uint32_t i = 0; i < lines->count; i++) {
        struct fg_usage_line *line = &lines->items[i];
        line->zones = &lines->zones[(size_t)i * meters];
        for (uint32_t m = 0; m < meters; m++)
            if (strcmp(lines->zone_hours->items[m].instance_type, line->item) == 0)
                line->zones[line->zone_count++].zone = lines->zone_hours->items[m].zone;
    }
}

void fg_usage_lines_open(struct fg_usage_lines *lines, const struct fg_ledger *ledger,
                         const char *region, const struct fg_catalog *catalog,
                         const struct fg_zone_hours *zone_hours)
{
    uint32_t accounts = ledger->account_count;
    *lines = (struct fg_usage_lines){
        .ledger = ledger,
        .account_count = accounts,
        .line_of = fg_allocate(accounts, sizeof *lines->line_of),
        .next_row = fg_allocate(accounts, sizeof *lines->next_row),
        .rows_end = fg_allocate(accounts, sizeof *lines->rows_end),
        .first_account = fg_allocate(accounts, sizeof *lines->first_account),
        .zone_hours = zone_hours,
    };
    for (uint32_t i = 0; i < accounts; i++)
        lines->line_of[i] =
            is_coverable(&ledger->accounts[i]) ? find_line(lines, i, region, catalog) : FG_NO_LINE;
    for (uint32_t i = ledger->row_count; i > 0; i--) {
        uint32_t account = ledger->rows[i - 1].account;
        if (lines->rows_end[account] == 0)
            lines->rows_end[account] = i;
        lines->next_row[account] = i - 1;
    }
    find_zones(lines);
}

const struct fg_ledger_row *fg_usage_lines_row(struct fg_usage_lines *lines, uint32_t account,
                                               int32_t hour)
{
    const struct fg_ledger_row *rows = lines->ledger->rows;
    uint32_t *next = &lines->next_row[account], end = lines->rows_end[account];
    while (*next < end && rows[*next].first_hour + (int64_t)rows[*next].hour_count <= hour)
        ++*next;
    return *next < end && rows[*next].first_hour <= hour ? &rows[*next] : NULL;
}

static void set_zones(struct fg_usage_lines *lines, struct fg_usage_line *line, int32_t hour)
{
    enum { MICRO = 1000000 };
    for (uint32_t z = 0; z < line->zone_count; z++) {
        line->zones[z].quantity = 0;
        for (uint32_t m = 0; m < lines->zone_hours->count; m++) {
            const struct fg_zone_meter *meter = &lines->zone_hours->items[m];
            if (strcmp(meter->instance_type, line->item) == 0 &&
                strcmp(meter->zone, line->zones[z].zone) == 0)
                line->zones[z].quantity += (__int128)fg_zone_meter_seconds(meter, hour) * MICRO;
        }
    }
}

void fg_usage_lines_sum(struct fg_usage_lines *lines, int32_t hour)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        struct fg_usage_line *line = &lines->items[i];
        line->quantity = 0;
        line->list_nano = line->contract_nano = 0;
        set_zones(lines, line, hour);
    }
    for (uint32_t i = 0; i < lines->account_count; i++) {
        if (lines->line_of[i] == FG_NO_LINE)
            continue;
        const struct fg_ledger_row *row = fg_usage_lines_row(lines, i, hour);
        if (row == NULL)
            continue;
        struct fg_usage_line *line = &lines->items[lines->line_of[i]];
        struct fg_row_cost cost =
            fg_ledger_cost(lines->ledger, (uint32_t)(row - lines->ledger->rows));
        line->quantity += row->quantity;
        line->list_nano += cost.list_nano;
        line->contract_nano += cost.contract_nano;
    }
}

void fg_usage_lines_release(struct fg_usage_lines *lines)
{
    free(lines->line_of);
    free(lines->next_row);
    free(lines->rows_end);
    free(lines->first_account);
    free(lines->items);
    free(lines->zones);
    fg_arena_release(&lines->arena);
}
