#include "reports/allocation_json.h"

#include "reports/allocation.h"

static void put_row(struct fg_json_writer *json, const struct fg_allocated_row *row)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "name", row->name);
    fg_json_named_usd(json, "direct_usd", row->direct);
    fg_json_named_usd(json, "shared_usd", row->shared);
    fg_json_named_usd(json, "usd", fg_allocated_total(row));
    fg_json_close(json, '}');
}

static void put_dimension(struct fg_json_writer *json, const struct fg_allocation *list)
{
    fg_json_key(json, list->dimension);
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < list->count; i++)
        put_row(json, &list->items[i]);
    fg_json_close(json, ']');
}

fg_status fg_allocation_json(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario,
                             struct fg_json_writer *json, struct fg_error *error)
{
    const struct fg_allocation_settings *settings = scenario->allocation;
    struct fg_cost_cells cells;
    fg_status status =
        fg_cost_cells_read(database, comparison, scenario, FG_ALL_REPLICATIONS, &cells, error);
    fg_json_key(json, "allocation");
    fg_json_open(json, '{');
    fg_json_named_text(json, "shared", fg_share_rule_name(settings->shared));
    fg_json_named_text(json, "idle", fg_share_rule_name(settings->idle));
    fg_json_key(json, "by");
    fg_json_open(json, '{');
    for (uint32_t i = 0; status == FG_OK && i < settings->dimension_count; i++) {
        struct fg_allocation list;
        fg_allocation_make(&cells, settings, settings->dimensions[i], &list);
        put_dimension(json, &list);
        fg_allocation_release(&list);
    }
    fg_json_close(json, '}');
    fg_json_close(json, '}');
    fg_cost_cells_release(&cells);
    return status;
}
