/* pricing.lines: what a cluster drags along, and what drives it. */
#include <string.h>

#include "data/study_parts.h"
#include "models/cost_line.h"

enum { LINE_COUNT_MAX = 1000, GB_MAX = 1000, USD_MAX = 10000, NODE_LINES_MAX = 8 };

struct line_file {
    struct fg_cost_line line;
    int driver; /* as drivers[] has them; -1 = a fault was noted */
    bool has_usd;
    const struct fg_value *gb;
};

static const char *const drivers[] = {"hour", "node-hour", "pod-hour", "pod-start", "GB", NULL};
enum { BY_GB = 4 };

/* ---- fields ---- */

static void decode_driver(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    *(int *)out = fg_decode_word(decoder, value, "per", drivers);
}

static void decode_usd(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct line_file *file = out;
    file->has_usd = true;
    if (fg_decode_nano(decoder, value, "usd", &file->line.nano) &&
        file->line.nano > (int64_t)USD_MAX * FG_NANO_PER_DOLLAR)
        fg_decode_fault(decoder, value, "usd is '%s'; expected at most %d for one unit",
                        value->text, USD_MAX);
}

static void decode_line_count(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_whole(decoder, value, "count", 1, LINE_COUNT_MAX, out);
}

static void decode_gb(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    (void)decoder;
    ((struct line_file *)out)->gb = value;
}

#define LINE(field) offsetof(struct line_file, line.field)
static const struct fg_field line_fields[] = {
    {"name", FG_FIELD_TEXT, LINE(name), NULL},
    {"per", FG_FIELD_FUNCTION, offsetof(struct line_file, driver), decode_driver},
    {"usd", FG_FIELD_FUNCTION, 0, decode_usd},
    {"item", FG_FIELD_TEXT, LINE(item), NULL},
    {"count", FG_FIELD_FUNCTION, LINE(count), decode_line_count},
    {"gb", FG_FIELD_FUNCTION, 0, decode_gb},
    {"namespace", FG_FIELD_TEXT, LINE(pods.namespace_pattern), NULL},
    {"workload", FG_FIELD_TEXT, LINE(pods.workload_pattern), NULL},
    {"kind", FG_FIELD_TEXT, LINE(pods.kind_pattern), NULL},
    {"pool", FG_FIELD_TEXT, LINE(pool_pattern), NULL},
    {0},
};

/* ---- how many GB ---- */

static void decode_quantity(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t *nano = out;
    if (fg_decode_nano(decoder, value, "gb", nano) && *nano > (int64_t)GB_MAX * 1000000000)
        fg_decode_fault(decoder, value, "gb is '%s'; expected at most %d", value->text, GB_MAX);
}

#define GB(driver) ((driver) * sizeof(int64_t))
static const struct fg_field gb_fields[] = {
    {"perHour", FG_FIELD_FUNCTION, GB(FG_LINE_HOUR), decode_quantity},
    {"perNodeHour", FG_FIELD_FUNCTION, GB(FG_LINE_NODE_HOUR), decode_quantity},
    {"perPodHour", FG_FIELD_FUNCTION, GB(FG_LINE_POD_HOUR), decode_quantity},
    {"perPodStart", FG_FIELD_FUNCTION, GB(FG_LINE_POD_START), decode_quantity},
    {0},
};

static void read_gb(struct fg_decoder *decoder, const struct fg_value *place,
                    struct line_file *file)
{
    int64_t *amount = file->line.amount;
    const struct fg_value *gb = file->gb;
    file->line.by_gb = true;
    if (gb != NULL && gb->kind == FG_VALUE_TEXT && strcmp(gb->text, "imagePull") == 0) {
        amount[FG_LINE_IMAGE_PULL] = 1;
        return;
    }
    if (gb != NULL && gb->kind == FG_VALUE_MAP && gb->count > 0) {
        fg_decode_map(decoder, gb, "gb", gb_fields, amount);
        return;
    }
    fg_decode_fault(decoder, gb != NULL ? gb : place,
                    "the line '%s' is per GB and has no quantity; expected gb: imagePull or "
                    "such as gb: {perPodHour: 0.5} with perHour, perNodeHour, perPodHour, "
                    "perPodStart",
                    file->line.name);
}

/* ---- the price ---- */

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* An ALB's lcu_hour and an endpoint's az_hour are hours of which `count` says how many. */
static void check_unit(struct fg_decoder *decoder, const struct fg_value *place,
                       const struct line_file *file)
{
    const struct fg_study_context *context = decoder->context;
    for (uint32_t i = 0; i < context->catalog->price_count; i++) {
        const struct fg_price_row *row = &context->catalog->prices[i];
        if (strcmp(row->item, file->line.item) != 0)
            continue;
        if (file->driver == BY_GB ? strcmp(row->unit, "gb") == 0
                                  : file->driver < FG_LINE_POD_START && ends_in(row->unit, "hour"))
            return;
        fg_decode_fault(decoder, place,
                        "the catalog has the price of '%s' per %s, and the line '%s' is per %s; "
                        "expected an item in the line's unit",
                        file->line.item, row->unit, file->line.name, drivers[file->driver]);
        return;
    }
}

static void check_item(struct fg_decoder *decoder, const struct fg_value *place,
                       const struct line_file *file)
{
    const struct fg_study_context *context = decoder->context;
    struct fg_found_price found;
    struct fg_error cause = {0};
    if (context->region == NULL || !fg_study_check_price_item(decoder, place, file->line.item))
        return;
    if (fg_catalog_price(context->catalog, file->line.item, context->region, "", context->price_day,
                         &found, &cause) != FG_OK)
        fg_decode_fault(decoder, fg_value_find(place, "item"), "%s", cause.message);
    else
        check_unit(decoder, fg_value_find(place, "item"), file);
}

static void check_price(struct fg_decoder *decoder, const struct fg_value *place,
                        const struct line_file *file)
{
    if (file->has_usd == (file->line.item != NULL))
        fg_decode_fault(decoder, place,
                        file->has_usd ? "the line '%s' has a price and an item; expected one of "
                                        "usd and item"
                                      : "the line '%s' has no price; expected usd, or item for the "
                                        "catalog's",
                        file->line.name);
    else if (file->line.item != NULL)
        check_item(decoder, place, file);
}

/* ---- a line ---- */

static bool is_plain(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    return strspn(name, allowed) == strlen(name) && strlen(name) <= 63;
}

static void check_name(struct fg_decoder *decoder, const struct fg_value *place,
                       const struct fg_cost_line *lines, uint32_t count, const char *name)
{
    const struct fg_value *value = fg_value_find(place, "name");
    if (!is_plain(name))
        fg_decode_fault(decoder, value,
                        "the line's name is '%s'; expected at most 63 letters, digits and - _ . /",
                        name);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(lines[i].name, name) == 0)
            fg_decode_fault(decoder, value, "two lines are named '%s'; expected each name once",
                            name);
}

/* What narrows a line must be able to. */
static void check_filters(struct fg_decoder *decoder, const struct fg_value *place,
                          const struct fg_cost_line *line)
{
    bool by_pods = line->amount[FG_LINE_POD_HOUR] > 0 || line->amount[FG_LINE_POD_START] > 0 ||
                   line->amount[FG_LINE_IMAGE_PULL] > 0;
    bool by_nodes = line->amount[FG_LINE_NODE_HOUR] > 0;
    if (fg_pod_filter_is_set(&line->pods) && !by_pods)
        fg_decode_fault(decoder, place,
                        "the line '%s' is narrowed to pods, and none drives it; expected no "
                        "namespace, workload or kind",
                        line->name);
    if (line->pool_pattern != NULL && !by_pods && !by_nodes)
        fg_decode_fault(decoder, place,
                        "the line '%s' is the cluster's; expected no pool, or a line per "
                        "node-hour, pod-hour or pod-start",
                        line->name);
}

static bool decode_line(struct fg_decoder *decoder, const struct fg_value *item,
                        struct fg_scenario *scenario)
{
    struct line_file file = {.driver = -1, .line.count = 1};
    if (!fg_decode_item(decoder, item, "a line", line_fields, &file) ||
        fg_decode_required(decoder, item, "name", "a line") == NULL)
        return false;
    if (fg_decode_required(decoder, item, "per", "a line") == NULL || file.driver < 0)
        return false;
    check_name(decoder, item, scenario->lines, scenario->line_count, file.line.name);
    if (file.driver == BY_GB)
        read_gb(decoder, item, &file);
    else
        file.line.amount[file.driver] = 1;
    if (file.gb != NULL && file.driver != BY_GB)
        fg_decode_fault(decoder, file.gb, "the line '%s' is per %s; expected gb only per GB",
                        file.line.name, drivers[file.driver]);
    check_price(decoder, item, &file);
    check_filters(decoder, item, &file.line);
    file.line.node_sku = fg_arena_format(decoder->arena, "%s node", file.line.name);
    scenario->lines[scenario->line_count++] = file.line;
    return true;
}

void fg_study_decode_lines(struct fg_decoder *decoder, const struct fg_value *list,
                           struct fg_scenario *out)
{
    uint32_t by_nodes = 0;
    if (!fg_decode_is_list(decoder, list, "lines"))
        return;
    out->lines = fg_arena_allocate(decoder->arena, list->count, sizeof *out->lines);
    for (uint32_t i = 0; i < list->count; i++)
        if (decode_line(decoder, list->items[i], out))
            by_nodes += out->lines[out->line_count - 1].amount[FG_LINE_NODE_HOUR] > 0;
    if (by_nodes > NODE_LINES_MAX)
        fg_decode_fault(decoder, list, "%u lines are driven by nodes; expected at most %d",
                        by_nodes, NODE_LINES_MAX);
}
