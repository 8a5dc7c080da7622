#include "reports/allocation_page.h"

#include "reports/allocation.h"

/* What stands apart bears nothing: its shared cost is what is booked under its name. */
static void put_row(struct fg_json_writer *json, const struct fg_allocated_row *row)
{
    fg_json_open(json, '[');
    fg_json_put_text(json, row->name);
    fg_json_put_usd(json, fg_allocated_total(row));
    for (int group = 0; group < FG_COST_GROUP_COUNT; group++)
        fg_json_put_usd(json, row->groups[group]);
    fg_json_put_usd(json, row->is_apart ? 0 : row->shared);
    fg_json_close(json, ']');
}

static void add_to_rest(struct fg_allocated_row *rest, const struct fg_allocated_row *row)
{
    *(row->is_apart ? &rest->direct : &rest->shared) += row->shared;
    rest->direct += row->direct;
    for (int group = 0; group < FG_COST_GROUP_COUNT; group++)
        rest->groups[group] += row->groups[group];
}

static void put_list(struct fg_json_writer *json, const struct fg_allocation *list,
                     uint32_t most_rows)
{
    struct fg_allocated_row rest = {.name = ""};
    uint32_t shown = list->count <= most_rows ? list->count : most_rows;
    const char *label = fg_dimension_label(list->dimension);
    for (uint32_t i = shown; i < list->count; i++)
        add_to_rest(&rest, &list->items[i]);
    fg_json_open(json, '{');
    fg_json_named_text(json, "by", label != NULL ? label : list->dimension);
    fg_json_key(json, "is_label");
    fg_json_put_boolean(json, label != NULL);
    fg_json_key(json, "rows");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < shown; i++)
        put_row(json, &list->items[i]);
    fg_json_close(json, ']');
    fg_json_named_integer(json, "rest_count", list->count - shown);
    fg_json_key(json, "rest");
    put_row(json, &rest);
    fg_json_close(json, '}');
}

fg_status fg_allocation_page(sqlite3 *database, const struct fg_comparison *comparison,
                             const struct fg_compared_scenario *scenario, uint32_t replication,
                             uint32_t most_rows, struct fg_json_writer *json,
                             struct fg_error *error)
{
    const struct fg_allocation_settings *settings = scenario->allocation;
    struct fg_cost_cells cells;
    struct fg_arena arena = {0};
    fg_status status =
        fg_cost_cells_read(database, comparison, scenario, replication, &cells, error);
    fg_json_key(json, "allocation");
    fg_json_open(json, '{');
    fg_json_named_text(json, "words", fg_allocation_words(settings, &arena));
    fg_json_key(json, "dimensions");
    fg_json_open(json, '[');
    for (uint32_t i = 0; status == FG_OK && i < settings->dimension_count; i++) {
        struct fg_allocation list;
        fg_allocation_make(&cells, settings, settings->dimensions[i], &list);
        put_list(json, &list, most_rows);
        fg_allocation_release(&list);
    }
    fg_json_close(json, ']');
    fg_json_close(json, '}');
    fg_cost_cells_release(&cells);
    fg_arena_release(&arena);
    return status;
}
