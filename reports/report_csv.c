/* The views as CSV files: columns in the views' order, rows by all key columns.
 *
 * The views are not read themselves but their tables, one replication at a time: so amounts stay
 * integers until they are printed, and nothing is sorted that does not fit into memory. */
#include "reports/formats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reports/allocation_csv.h"
#include "reports/figures.h"
#include "reports/output.h"
#include "reports/query.h"

/* ---- cells ---- */

struct sheet {
    FILE *out;
    bool started; /* a cell stands before on this line */
};

/* A spreadsheet takes a text that starts so for a formula. */
static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void start_cell(struct sheet *sheet)
{
    if (sheet->started)
        fputc(',', sheet->out);
    sheet->started = true;
}

/* Quoted as RFC 4180 has it, where needed. */
static void put_text(struct sheet *sheet, const char *text)
{
    start_cell(sheet);
    const char *before = is_formula(text) ? "'" : "";
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fprintf(sheet->out, "%s%s", before, text);
        return;
    }
    fprintf(sheet->out, "\"%s", before);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', sheet->out);
        fputc(*text, sheet->out);
    }
    fputc('"', sheet->out);
}

static void put_number(struct sheet *sheet, __int128 numerator, __int128 denominator)
{
    char text[FG_DECIMAL_BYTES];
    start_cell(sheet);
    fputs(fg_figure_decimal(numerator, denominator, text), sheet->out);
}

static void end_line(struct sheet *sheet)
{
    fputc('\n', sheet->out);
    sheet->started = false;
}

/* ---- files ---- */

/* What stands in a cell; numbers name the query's column they come from. */
enum cell_kind {
    SCENARIO,
    REPLICATION,
    HOUR,    /* hours since 1970 */
    TEXT,    /* "" for NULL */
    INTEGER, /* empty for NULL */
    USD,     /* nanodollars */
    RATIO,   /* value / (divisor * the value of column `over`) */
};

struct cell {
    const char *name;
    enum cell_kind kind;
    int column;
    int over; /* RATIO: the query's column to divide by */
    int divisor;
};

struct file {
    const char *name;
    bool only_with_pods;
    const char *sql; /* one parameter: the run; rows in order */
    struct cell cells[14];
};

#define KEYS                                                                                       \
    {"scenario", SCENARIO, 0, 0, 0},                                                               \
    {                                                                                              \
        "replication", REPLICATION, 0, 0, 0                                                        \
    }

static const struct file files[] = {
    {"scenario_cost.csv",
     false,
     "SELECT a.charge_name, a.pool, sum(t.nano), sum(t.list_nano) FROM"
     " (SELECT run_id, account, sum(nano * hour_count) AS nano,"
     "   sum(coalesce(list_nano, nano) * hour_count) AS list_nano"
     "  FROM ledger WHERE run_id = ? AND (nano <> 0 OR quantity <> 0)"
     "  GROUP BY run_id, account) t"
     " CROSS JOIN account a ON a.run_id = t.run_id AND a.account = t.account"
     " GROUP BY a.charge_name, a.pool ORDER BY a.charge_name, a.pool",
     {KEYS,
      {"charge", TEXT, 0, 0, 0},
      {"pool", TEXT, 1, 0, 0},
      {"usd", USD, 2, 0, 0},
      {"list_usd", USD, 3, 0, 0},
      {"nano_usd", INTEGER, 2, 0, 0}}},
    {"scenario_prices.csv",
     false,
     "SELECT a.charge_name, a.pool, sum(t.nano), sum(t.billed_nano), sum(t.contract_nano),"
     "  sum(t.list_nano) FROM"
     " (SELECT run_id, account, sum(nano * hour_count) AS nano,"
     "   sum(coalesce(billed_nano, nano) * hour_count) AS billed_nano,"
     "   sum(coalesce(contract_nano, nano) * hour_count) AS contract_nano,"
     "   sum(coalesce(list_nano, nano) * hour_count) AS list_nano"
     "  FROM ledger WHERE run_id = ? GROUP BY run_id, account) t"
     " CROSS JOIN account a ON a.run_id = t.run_id AND a.account = t.account"
     " GROUP BY a.charge_name, a.pool ORDER BY a.charge_name, a.pool",
     {KEYS,
      {"charge", TEXT, 0, 0, 0},
      {"pool", TEXT, 1, 0, 0},
      {"usd", USD, 2, 0, 0},
      {"billed_usd", USD, 3, 0, 0},
      {"before_commitments_usd", USD, 4, 0, 0},
      {"list_usd", USD, 5, 0, 0}}},
    {"hourly_cost.csv",
     false,
     "SELECT h.hour, a.charge_name, a.pool, a.namespace, a.workload, sum(l.quantity), c.unit,"
     "  sum(l.nano), sum(coalesce(l.list_nano, l.nano)), c.base_per_unit"
     " FROM account a CROSS JOIN charge c ON c.code = a.charge"
     "  CROSS JOIN ledger l ON l.run_id = a.run_id AND l.account = a.account"
     "  CROSS JOIN hours h ON h.hour >= l.first_hour AND h.hour < l.first_hour + l.hour_count"
     " WHERE a.run_id = ? AND (l.nano <> 0 OR l.quantity <> 0) "
     " GROUP BY h.hour, a.charge_name, a.pool, a.namespace, a.workload, c.unit"
     " ORDER BY h.hour, a.charge_name, a.pool, a.namespace, a.workload, c.unit",
     {KEYS,
      {"hour", HOUR, 0, 0, 0},
      {"charge", TEXT, 1, 0, 0},
      {"pool", TEXT, 2, 0, 0},
      {"namespace", TEXT, 3, 0, 0},
      {"workload", TEXT, 4, 0, 0},
      {"quantity", RATIO, 5, 9, 1},
      {"unit", TEXT, 6, 0, 0},
      {"usd", USD, 7, 0, 0},
      {"list_usd", USD, 8, 0, 0},
      {"nano_usd", INTEGER, 7, 0, 0}}},
    {"hourly_capacity.csv",
     false,
     "SELECT h.hour, k.pool, k.seconds, k.node_seconds, k.nodes_max, k.cpu_capacity_milli_s,"
     "  k.cpu_requested_milli_s, k.memory_capacity_mib_s, k.memory_requested_mib_s,"
     "  k.pod_seconds, k.pods_pending_max, k.addresses_max"
     " FROM capacity k CROSS JOIN hours h ON h.hour >= k.first_hour"
     "  AND h.hour < k.first_hour + k.hour_count"
     " WHERE k.run_id = ? ORDER BY h.hour, k.pool",
     {KEYS,
      {"hour", HOUR, 0, 0, 0},
      {"pool", TEXT, 1, 0, 0},
      {"nodes_avg", RATIO, 3, 2, 1},
      {"nodes_max", INTEGER, 4, 0, 0},
      {"cpu_capacity_avg", RATIO, 5, 2, 1000},
      {"cpu_requested_avg", RATIO, 6, 2, 1000},
      {"memory_gib_capacity_avg", RATIO, 7, 2, 1024},
      {"memory_gib_requested_avg", RATIO, 8, 2, 1024},
      {"pods_running_avg", RATIO, 9, 2, 1},
      {"pods_pending_max", INTEGER, 10, 0, 0},
      {"addresses_max", INTEGER, 11, 0, 0}}},
    {"pod_outcome.csv",
     false,
     "SELECT namespace, workload, placed_on, outcome, reason, pods, wait_p50_s, wait_p95_s,"
     "  wait_max_s FROM outcome WHERE run_id = ?"
     " ORDER BY namespace, workload, placed_on, outcome, reason",
     {KEYS,
      {"namespace", TEXT, 0, 0, 0},
      {"workload", TEXT, 1, 0, 0},
      {"placed_on", TEXT, 2, 0, 0},
      {"outcome", TEXT, 3, 0, 0},
      {"reason", TEXT, 4, 0, 0},
      {"pods", INTEGER, 5, 0, 0},
      {"wait_p50_s", INTEGER, 6, 0, 0},
      {"wait_p95_s", INTEGER, 7, 0, 0},
      {"wait_max_s", INTEGER, 8, 0, 0}}},
    {"pod_detail.csv",
     true,
     "SELECT pod, namespace, workload, placed_on, outcome, reason, arrival_s, start_s, end_s,"
     "  nano FROM pod WHERE run_id = ?"
     " ORDER BY pod, namespace, workload, placed_on, outcome, reason, number",
     {KEYS,
      {"pod", TEXT, 0, 0, 0},
      {"namespace", TEXT, 1, 0, 0},
      {"workload", TEXT, 2, 0, 0},
      {"placed_on", TEXT, 3, 0, 0},
      {"outcome", TEXT, 4, 0, 0},
      {"reason", TEXT, 5, 0, 0},
      {"arrival_s", INTEGER, 6, 0, 0},
      {"start_s", INTEGER, 7, 0, 0},
      {"end_s", INTEGER, 8, 0, 0},
      {"usd", USD, 9, 0, 0}}},
};

static void put_hour(struct sheet *sheet, int64_t hour)
{
    char text[32];
    put_text(sheet, fg_calendar_print_instant(hour * 3600, text));
}

static void put_cell(struct sheet *sheet, const struct cell *cell, sqlite3_stmt *query,
                     const char *scenario, uint32_t replication)
{
    int64_t value = cell->kind > REPLICATION ? sqlite3_column_int64(query, cell->column) : 0;
    switch (cell->kind) {
    case SCENARIO:
        put_text(sheet, scenario);
        break;
    case REPLICATION:
        put_number(sheet, replication, 1);
        break;
    case HOUR:
        put_hour(sheet, value);
        break;
    case TEXT: {
        const char *text = (const char *)sqlite3_column_text(query, cell->column);
        put_text(sheet, text != NULL ? text : "");
        break;
    }
    case INTEGER:
        if (sqlite3_column_type(query, cell->column) == SQLITE_NULL)
            start_cell(sheet);
        else
            put_number(sheet, value, 1);
        break;
    case USD:
        put_number(sheet, value, FG_NANO_PER_DOLLAR);
        break;
    case RATIO:
        put_number(sheet, value, (__int128)sqlite3_column_int64(query, cell->over) * cell->divisor);
        break;
    }
}

static int compare_names(const void *a, const void *b)
{
    const struct fg_compared_scenario *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

/* Free the list, not what it points to. */
static const struct fg_compared_scenario **sorted_by_name(const struct fg_comparison *comparison)
{
    const struct fg_compared_scenario **sorted =
        fg_allocate(comparison->scenario_count + 1, sizeof *sorted);
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        sorted[i] = &comparison->scenarios[i];
    qsort(sorted, comparison->scenario_count, sizeof *sorted, compare_names);
    return sorted;
}

static fg_status write_rows(sqlite3_stmt *query, const struct file *file,
                            const struct fg_compared_scenario *scenario, struct sheet *sheet)
{
    for (uint32_t r = 0; r < scenario->replication_count; r++) {
        if (!scenario->replications[r].done)
            continue;
        sqlite3_bind_int64(query, 1, scenario->replications[r].run_id);
        while (fg_query_next(query)) {
            for (const struct cell *cell = file->cells; cell->name != NULL; cell++)
                put_cell(sheet, cell, query, scenario->name, r);
            end_line(sheet);
        }
        if (sqlite3_reset(query) != SQLITE_OK)
            return FG_FAILED;
    }
    return FG_OK;
}

static fg_status write_file(sqlite3 *database, const struct fg_comparison *comparison,
                            const struct file *file, FILE *out, struct fg_error *error)
{
    struct sheet sheet = {.out = out};
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(database, file->sql, &query, error);
    if (status != FG_OK)
        return status;
    for (const struct cell *cell = file->cells; cell->name != NULL; cell++)
        put_text(&sheet, cell->name);
    end_line(&sheet);
    const struct fg_compared_scenario **sorted = sorted_by_name(comparison);
    for (uint32_t i = 0; status == FG_OK && i < comparison->scenario_count; i++) {
        status = write_rows(query, file, sorted[i], &sheet);
        if (status != FG_OK)
            fg_query_failed(database, error);
    }
    free(sorted);
    return fg_query_finish(query, status, error);
}

/* ---- the folder ---- */

static fg_status make_folder(const char *folder, struct fg_error *error)
{
    struct stat info;
    if (mkdir(folder, 0777) == 0)
        return FG_OK;
    int code = errno;
    if (code != EEXIST)
        return fg_error_set(error, FG_FAILED, "cannot make the folder %s: %s", folder,
                            strerror(code));
    if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode))
        return fg_error_set(error, FG_BAD_INPUT, "-o '%s' is a file; expected a folder", folder);
    return FG_OK;
}

/* `file` NULL: the allocation. */
static fg_status put_file(sqlite3 *database, const struct fg_comparison *comparison,
                          const char *folder, const struct file *file, struct fg_error *error)
{
    struct fg_arena arena = {0};
    struct fg_output output;
    const char *name = file == NULL ? "allocation.csv" : file->name;
    fg_status status =
        fg_output_open(fg_arena_format(&arena, "%s/%s", folder, name), &output, error);
    if (status == FG_OK) {
        status = file == NULL ? fg_allocation_csv(database, comparison, output.file, error)
                              : write_file(database, comparison, file, output.file, error);
        status = fg_output_close(&output, status, error);
    }
    fg_arena_release(&arena);
    return status;
}

fg_status fg_report_csv(sqlite3 *database, const struct fg_comparison *comparison,
                        const char *folder, struct fg_error *error)
{
    fg_status status = make_folder(folder, error);
    for (size_t i = 0; status == FG_OK && i < sizeof files / sizeof *files; i++)
        if (!files[i].only_with_pods || comparison->with_pods)
            status = put_file(database, comparison, folder, &files[i], error);
    return status == FG_OK ? put_file(database, comparison, folder, NULL, error) : status;
}
