/* fargauge catalog update: prices of AWS's own price list files into a folder of price tables. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/price_list_update.h"
#include "reports/json_writer.h"
#include "reports/output.h"
#include "reports/text_table.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"into", 0, "DIR", "the folder of price tables; made where there is none"},
    {"regions", 0, "R,...", "prices of these regions; default all"},
    {"add-types", 0, NULL, "add instance types that the folder does not know"},
    {"format", 0, "text|json", "of the summary; default text"},
    {"catalog", 0, "DIR", "where tables that the folder lacks come from"},
    {0},
};

static const char *const outcome_names[FG_UPDATE_OUTCOME_COUNT] = {
    [FG_UPDATE_NEW] = "new",
    [FG_UPDATE_CHANGED] = "changed",
    [FG_UPDATE_CONFIRMED] = "confirmed",
    [FG_UPDATE_OLDER] = "skipped_older",
    [FG_UPDATE_NO_TYPE] = "skipped_unknown_type",
    [FG_UPDATE_UNCLEAR] = "skipped_unclear",
};

/* ---- reading ---- */

/* The names between commas; the arena owns them. */
static void split_regions(const char *text, struct fg_arena *arena, struct fg_price_list *list)
{
    uint32_t most = 1;
    for (const char *at = text; *at != '\0'; at++)
        most += *at == ',';
    const char **regions = fg_arena_allocate(arena, most, sizeof *regions);
    for (;;) {
        size_t length = strcspn(text, ",");
        regions[list->region_count++] = fg_arena_copy(arena, text, length);
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    list->regions = regions;
}

static fg_status read_lists(const struct fg_arguments *arguments, struct fg_price_list *list,
                            struct fg_error *error)
{
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < arguments->operand_count; i++) {
        const char *path = arguments->operands[i];
        status = fg_price_list_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, list, error);
    }
    return status;
}

/* A region that is asked for and not there is a slip. */
static fg_status check_regions(const struct fg_price_list *list, struct fg_error *error)
{
    for (uint32_t r = 0; r < list->region_count; r++) {
        bool found = false;
        for (uint32_t i = 0; !found && i < list->price_count; i++)
            found = strcmp(list->prices[i].region, list->regions[r]) == 0;
        if (!found)
            return fg_error_set(error, FG_BAD_INPUT,
                                "--regions has '%.64s', of which the files have no price that a "
                                "cluster's bill needs",
                                list->regions[r]);
    }
    return FG_OK;
}

static uint64_t used_count(const struct fg_price_list_update *update)
{
    uint64_t count = 0;
    for (int table = 0; table < FG_TABLE_COUNT; table++)
        for (int outcome = FG_UPDATE_NEW; outcome <= FG_UPDATE_OLDER; outcome++)
            count += update->counts[table][outcome];
    return count;
}

/* A list of which nothing can be used is the wrong list. */
static fg_status check_use(const struct fg_arguments *arguments, const struct fg_price_list *list,
                           const struct fg_price_list_update *update, struct fg_error *error)
{
    if (used_count(update) > 0)
        return FG_OK;
    if (list->bad_count > 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "nothing of %s%s can be used, of %" PRIu64 " bad rows the first: %s",
                            arguments->operands[0], arguments->operand_count > 1 ? " ..." : "",
                            list->bad_count, list->bad[0]);
    if (update->unknown_count > 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "nothing of %s can be used: the folder knows none of its %" PRIu32
                            " instance types, such as '%s'; --add-types adds them",
                            arguments->operands[0], update->unknown_count, update->unknown->name);
    return fg_error_set(error, FG_BAD_INPUT,
                        "nothing of %s can be used: it has no price that a cluster's bill needs",
                        arguments->operands[0]);
}

/* ---- writing ---- */

static fg_status make_folder(const char *directory, struct fg_error *error)
{
    if (mkdir(directory, 0777) == 0 || errno == EEXIST)
        return FG_OK;
    return fg_error_set(error, FG_FAILED, "cannot make the folder %s: %s", directory,
                        strerror(errno));
}

/* A table that is untouched goes into the folder as it is, if it is not there. */
static fg_status print_table(const struct fg_price_list_update *update, int number,
                             const char *directory, const char *fallback, FILE *out,
                             struct fg_error *error)
{
    struct fg_catalog_bytes bytes;
    if (update->is_changed[number]) {
        fg_catalog_table_print(&update->tables[number], out);
        return FG_OK;
    }
    fg_status status = fg_catalog_bytes_read(directory, fallback,
                                             (enum fg_catalog_table_number)number, &bytes, error);
    if (status == FG_OK) {
        fwrite(bytes.bytes, 1, bytes.length, out);
        fg_catalog_bytes_release(&bytes);
    }
    return status;
}

/* All tables are written beside the old ones before the first takes its place. */
static fg_status write_tables(const struct fg_price_list_update *update, const char *directory,
                              const char *fallback, struct fg_error *error)
{
    struct fg_output outputs[FG_TABLE_COUNT];
    struct fg_arena arena = {0};
    bool is_open[FG_TABLE_COUNT] = {false};
    fg_status status = make_folder(directory, error);
    for (int i = 0; status == FG_OK && i < FG_TABLE_COUNT; i++) {
        if (!update->is_changed[i] &&
            fg_catalog_table_exists(directory, (enum fg_catalog_table_number)i))
            continue;
        const char *path =
            fg_arena_format(&arena, "%s/%s", directory, fg_catalog_table_name((uint32_t)i));
        status = fg_output_open(path, &outputs[i], error);
        is_open[i] = status == FG_OK;
        if (status == FG_OK)
            status = print_table(update, i, directory, fallback, outputs[i].file, error);
    }
    for (int i = 0; i < FG_TABLE_COUNT; i++)
        if (is_open[i])
            status = fg_output_close(&outputs[i], status, error);
    fg_arena_release(&arena);
    return status;
}

/* ---- the summary ---- */

static void print_counts(const struct fg_price_list_update *update)
{
    static const struct fg_text_column columns[] = {
        {"", "table", true},
        {"", "new", false},
        {"", "changed", false},
        {"", "confirmed", false},
        {"skipped:", "older", false},
        {"skipped:", "unknown type", false},
        {"skipped:", "unclear", false},
    };
    enum { COLUMN_COUNT = sizeof columns / sizeof *columns };
    const char *cells[FG_TABLE_COUNT * COLUMN_COUNT];
    struct fg_arena arena = {0};
    uint32_t rows = 0;
    for (int i = 0; i < FG_TABLE_COUNT; i++) {
        uint64_t sum = 0;
        const char **row = &cells[rows * COLUMN_COUNT];
        *row++ = fg_catalog_table_name((uint32_t)i);
        for (int outcome = 0; outcome < FG_UPDATE_OUTCOME_COUNT; outcome++) {
            sum += update->counts[i][outcome];
            *row++ = fg_arena_format(&arena, "%" PRIu64, update->counts[i][outcome]);
        }
        rows += sum > 0;
    }
    struct fg_text_table table = {COLUMN_COUNT, rows, columns, cells};
    fg_text_table_print(&table, stdout);
    fg_arena_release(&arena);
}

static void print_text(const struct fg_price_list *list, const struct fg_price_list_update *update)
{
    enum { NAMES_MAX = 10 };
    printf("%" PRIu32 " prices are of use to a cluster, %" PRIu64
           " others were passed over, %" PRIu64 " rows are bad\n\n",
           list->price_count, list->passed_count, list->bad_count);
    print_counts(update);
    if (update->added_count > 0)
        printf("\n%" PRIu32 " instance types added. A price list does not say how many network "
               "interfaces they\nhave: fill in max_enis and ipv4_per_eni, or their nodes take "
               "%d pods.\n",
               update->added_count, 110);
    if (update->unknown_count > 0)
        printf("\n%" PRIu32 " instance types are unknown%s:", update->unknown_count,
               update->added_count > 0 ? " and not described enough to be added"
                                       : "; --add-types adds them");
    for (uint32_t i = 0; i < update->unknown_count && i < NAMES_MAX; i++)
        printf(" %s", update->unknown[i].name);
    if (update->unknown_count > 0)
        printf("%s\n", update->unknown_count > NAMES_MAX ? " ..." : "");
}

static void print_json(const struct fg_price_list *list, const struct fg_price_list_update *update)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_LINES};
    fg_json_open(&json, '{');
    fg_json_named_integer(&json, "prices_kept", list->price_count);
    fg_json_named_integer(&json, "prices_passed_over", (int64_t)list->passed_count);
    fg_json_named_integer(&json, "bad_rows", (int64_t)list->bad_count);
    fg_json_key(&json, "tables");
    fg_json_open(&json, '{');
    for (int i = 0; i < FG_TABLE_COUNT; i++) {
        if (!update->is_changed[i])
            continue;
        fg_json_key(&json, fg_catalog_table_name((uint32_t)i));
        fg_json_open(&json, '{');
        for (int outcome = 0; outcome < FG_UPDATE_OUTCOME_COUNT; outcome++)
            fg_json_named_integer(&json, outcome_names[outcome],
                                  (int64_t)update->counts[i][outcome]);
        fg_json_close(&json, '}');
    }
    fg_json_close(&json, '}');
    fg_json_named_integer(&json, "types_added", update->added_count);
    fg_json_key(&json, "unknown_types");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < update->unknown_count; i++)
        fg_json_put_text(&json, update->unknown[i].name);
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static void print_bad_rows(const struct fg_price_list *list)
{
    uint64_t shown = list->bad_count < FG_LISTED_BAD_ROWS ? list->bad_count : FG_LISTED_BAD_ROWS;
    for (uint64_t i = 0; i < shown; i++) {
        struct fg_error fault = {.status = FG_BAD_INPUT};
        snprintf(fault.message, sizeof fault.message, "%s", list->bad[i]);
        fg_command_print_fault(&fault);
    }
    if (list->bad_count > shown)
        fprintf(stderr, "fargauge: and %" PRIu64 " bad rows more\n", list->bad_count - shown);
}

/* ---- the command ---- */

static fg_status update_folder(const struct fg_arguments *arguments, struct fg_price_list *list,
                               bool json, struct fg_error *error)
{
    const char *directory = fg_argument(arguments, "into");
    const char *fallback = fg_argument(arguments, "catalog");
    struct fg_price_list_update update;
    fg_status status = fg_price_list_update_make(
        list, directory, fallback, fg_argument_is_on(arguments, "add-types"), &update, error);
    if (status != FG_OK)
        return status;
    status = check_use(arguments, list, &update, error);
    if (status == FG_OK)
        status = write_tables(&update, directory, fallback, error);
    if (status == FG_OK)
        print_bad_rows(list);
    if (status == FG_OK && json)
        print_json(list, &update);
    else if (status == FG_OK)
        print_text(list, &update);
    fg_price_list_update_release(&update);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *regions = fg_argument(arguments, "regions");
    struct fg_price_list list = {0};
    struct fg_arena arena = {0};
    bool json;
    if (fg_argument(arguments, "into") == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "--into DIR is missing");
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status != FG_OK)
        return status;
    if (regions != NULL)
        split_regions(regions, &arena, &list);
    status = read_lists(arguments, &list, error);
    if (status == FG_OK)
        status = check_regions(&list, error);
    if (status == FG_OK)
        status = update_folder(arguments, &list, json, error);
    fg_price_list_release(&list);
    fg_arena_release(&arena);
    return status;
}

const struct fg_command fg_command_catalog_update = {
    .name = "catalog update",
    .operands = "FILE...",
    .operand_min = 1,
    .operand_max = UINT32_MAX,
    .summary = "AWS's price list files into a folder of price tables",
    .options = options,
    .run = run,
};
