/* fargauge catalog: what the price tables hold, in a few lines; the commands that list them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "reports/json_writer.h"
#include "sim/commands/catalog.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

fg_status fg_catalog_check_region(const struct fg_catalog *catalog, const char *region,
                                  struct fg_error *error)
{
    if (fg_catalog_has_region(catalog, region))
        return FG_OK;
    const char *nearest = fg_catalog_nearest_region(catalog, region);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT, "unknown region '%.64s'; did you mean '%s'?",
                            region, nearest);
    return fg_error_set(error, FG_BAD_INPUT,
                        "unknown region '%.64s'; expected one such as us-east-1", region);
}

fg_status fg_catalog_argument_day(const struct fg_arguments *arguments, fg_day *out,
                                  struct fg_error *error)
{
    const char *text = fg_argument(arguments, "as-of");
    struct fg_error ignored = {0};
    *out = FG_DAY_UNKNOWN;
    if (text != NULL && fg_calendar_parse_day(text, out, &ignored) != FG_OK)
        return fg_error_set(error, FG_BAD_INPUT,
                            "--as-of is '%.64s'; expected a day such as 2026-09-01", text);
    return FG_OK;
}

static fg_status unknown_subject(const char *name, struct fg_error *error)
{
    static const char *const names[] = {"types", "prices", "update"};
    const char *nearest = fg_nearest_name(name, names, 3);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT,
                            "unknown command 'catalog %.64s'; did you mean 'catalog %s'?", name,
                            nearest);
    return fg_error_set(error, FG_BAD_INPUT,
                        "unknown command 'catalog %.64s'; expected 'catalog types', 'catalog "
                        "prices' or 'catalog update'",
                        name);
}

struct overview {
    uint32_t region_count;
    fg_day oldest; /* of the prices' as_of */
};

static struct overview look_over(const struct fg_catalog *catalog)
{
    struct fg_strings regions = {0};
    struct overview overview = {.oldest = FG_DAY_UNKNOWN};
    for (uint32_t i = 0; i < catalog->price_count; i++) {
        const struct fg_price_row *row = &catalog->prices[i];
        if (strcmp(row->region, "all") != 0)
            fg_strings_intern(&regions, row->region, strlen(row->region));
        if (row->as_of != FG_DAY_UNKNOWN &&
            (overview.oldest == FG_DAY_UNKNOWN || row->as_of < overview.oldest))
            overview.oldest = row->as_of;
    }
    overview.region_count = regions.count;
    fg_strings_release(&regions);
    return overview;
}

static void print_text(const struct fg_catalog *catalog, const struct overview *overview)
{
    char oldest[16] = "-", newest[16] = "-";
    if (overview->oldest != FG_DAY_UNKNOWN) {
        fg_calendar_print_day(overview->oldest, oldest);
        fg_calendar_print_day(catalog->newest_day, newest);
    }
    printf("%" PRIu32 " instance types\n", catalog->type_count);
    printf("%" PRIu32 " prices in %" PRIu32 " regions, last seen between %s and %s\n",
           catalog->price_count, overview->region_count, oldest, newest);
    printf("%" PRIu32 " savings of Spot capacity\n", catalog->spot_count);
    printf("%" PRIu32 " rates of Savings Plans and Reserved Instances\n", catalog->rate_count);
    printf("%" PRIu32 " Kubernetes versions\n", catalog->version_count);
    printf("\n'fargauge catalog types' and 'fargauge catalog prices' list and search them,\n"
           "'fargauge catalog update' takes prices from AWS's price list files.\n");
}

static void put_day(struct fg_json_writer *json, const char *key, fg_day day)
{
    char text[16];
    fg_json_key(json, key);
    if (day != FG_DAY_UNKNOWN)
        fg_json_put_text(json, fg_calendar_print_day(day, text));
    else
        fg_json_put_null(json);
}

static void print_json(const struct fg_catalog *catalog, const struct overview *overview)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_named_integer(&json, "instance_types", catalog->type_count);
    fg_json_named_integer(&json, "prices", catalog->price_count);
    fg_json_named_integer(&json, "regions", overview->region_count);
    put_day(&json, "oldest_as_of", overview->oldest);
    put_day(&json, "newest_as_of", catalog->newest_day);
    fg_json_named_integer(&json, "spot_savings", catalog->spot_count);
    fg_json_named_integer(&json, "commitment_rates", catalog->rate_count);
    fg_json_named_integer(&json, "kubernetes_versions", catalog->version_count);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    struct fg_catalog catalog;
    bool json;
    if (arguments->operand_count > 0)
        return unknown_subject(arguments->operands[0], error);
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    struct overview overview = look_over(&catalog);
    if (json)
        print_json(&catalog, &overview);
    else
        print_text(&catalog, &overview);
    fg_catalog_release(&catalog);
    return FG_OK;
}

const struct fg_command fg_command_catalog = {
    .name = "catalog",
    .operands = "",
    .operand_max = 1, /* so that a misspelt one is named */
    .summary = "how many types and prices there are, and of what days",
    .options = options,
    .run = run,
};
