#include "reports/calibration_replay.h"

#include <stdlib.h>
#include <string.h>

#include "data/store.h"
#include "models/billing_map.h"
#include "models/catalog.h"
#include "reports/query.h"

enum { HOUR_S = 3600, DAY_S = 86400, DAY_HOURS = 24 };

/* ---- which replication ---- */

static fg_status read_study(struct fg_replay *out, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status =
        fg_query_prepare(out->database, "SELECT name, detail FROM study", &query, error);
    out->study = "";
    if (status == FG_OK && fg_query_next(query)) {
        int detail = sqlite3_column_int(query, 1);
        out->study = fg_query_text(query, 0, &out->arena);
        out->step = detail == FG_LEDGER_DAY     ? FG_REPLAY_DAYS
                    : detail == FG_LEDGER_TOTAL ? FG_REPLAY_TOTAL
                                                : FG_REPLAY_HOURS;
    }
    return fg_query_finish(query, status, error);
}

/* All scenarios' names; free the list. */
static fg_status read_names(struct fg_replay *out, const char ***out_names, uint32_t *out_count,
                            struct fg_error *error)
{
    uint32_t capacity = 0;
    sqlite3_stmt *query;
    *out_names = NULL;
    *out_count = 0;
    fg_status status = fg_query_prepare(
        out->database, "SELECT name FROM scenario ORDER BY position", &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        *out_names = fg_grow(*out_names, &capacity, *out_count + 1, sizeof **out_names);
        (*out_names)[(*out_count)++] = fg_query_text(query, 0, &out->arena);
    }
    return fg_query_finish(query, status, error);
}

static fg_status choose(const char *wanted, const char *const *names, uint32_t count,
                        struct fg_replay *out, struct fg_error *error)
{
    for (uint32_t i = 0; i < count; i++)
        if (wanted == NULL ? count == 1 : strcmp(wanted, names[i]) == 0)
            out->scenario = names[i];
    if (out->scenario != NULL)
        return FG_OK;
    if (wanted == NULL)
        return fg_error_set(error, FG_BAD_INPUT,
                            "the study has %u scenarios; expected --scenario NAME, such as '%.64s'",
                            count, count > 0 ? names[0] : "");
    const char *nearest = fg_nearest_name(wanted, names, count);
    return fg_error_set(error, FG_BAD_INPUT, "unknown scenario '%.64s'%s%.64s%s", wanted,
                        nearest != NULL ? "; did you mean '"
                                        : "; expected one of those that 'fargauge report' shows",
                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static fg_status find_scenario(const char *wanted, struct fg_replay *out, struct fg_error *error)
{
    const char **names;
    uint32_t count;
    fg_status status = read_names(out, &names, &count, error);
    if (status == FG_OK)
        status = choose(wanted, names, count, out, error);
    free(names);
    return status;
}

static fg_status find_run(struct fg_replay *out, struct fg_error *error)
{
    bool found = false;
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        out->database,
        "SELECT r.id, s.region, s.start_unix, r.cut_s, s.replications FROM scenario s"
        " JOIN run r ON r.scenario_id = s.id AND r.replication = ?2 AND r.done = 1"
        " WHERE s.name = ?1",
        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_text(query, 1, out->scenario, -1, SQLITE_STATIC);
    sqlite3_bind_int64(query, 2, out->replication);
    if (fg_query_next(query)) {
        found = true;
        out->run_id = sqlite3_column_int64(query, 0);
        out->region = fg_query_text(query, 1, &out->arena);
        out->start = sqlite3_column_int64(query, 2);
        out->end = out->start + sqlite3_column_int64(query, 3);
        out->replication_count = (uint32_t)sqlite3_column_int64(query, 4);
    }
    status = fg_query_finish(query, status, error);
    if (status == FG_OK && !found)
        status = fg_error_set(error, FG_BAD_INPUT,
                              "scenario '%.64s' has no finished replication %u; expected one that "
                              "has been run",
                              out->scenario, out->replication);
    return status;
}

static fg_unix_s floor_to(fg_unix_s instant, int64_t step)
{
    fg_unix_s rest = instant % step;
    return instant - (rest < 0 ? rest + step : rest);
}

static fg_unix_s ceil_to(fg_unix_s instant, int64_t step)
{
    return floor_to(instant + step - 1, step);
}

void fg_replay_whole_steps(const struct fg_replay *replay, fg_unix_s *from, fg_unix_s *to)
{
    int64_t step = replay->step == FG_REPLAY_DAYS ? DAY_S : HOUR_S;
    *from = ceil_to(*from, step);
    *to = floor_to(*to, step);
}

fg_status fg_replay_open(const char *path, const char *scenario, uint32_t replication,
                         struct fg_replay *out, struct fg_error *error)
{
    *out = (struct fg_replay){.replication = replication};
    fg_status status = fg_store_open_for_reading(path, &out->database, error);
    if (status != FG_OK)
        return status;
    sqlite3_exec(out->database, "BEGIN", NULL, NULL, NULL); /* all queries see it as it is now */
    status = read_study(out, error);
    if (status == FG_OK)
        status = find_scenario(scenario, out, error);
    if (status == FG_OK)
        status = find_run(out, error);
    if (status != FG_OK)
        return status;
    out->from = out->start;
    out->to = out->end;
    if (out->step == FG_REPLAY_TOTAL) {
        out->from = floor_to(out->start, HOUR_S);
        out->to = ceil_to(out->end, HOUR_S);
    } else {
        fg_replay_whole_steps(out, &out->from, &out->to);
    }
    return FG_OK;
}

void fg_replay_close(struct fg_replay *replay)
{
    sqlite3_close(replay->database);
    fg_arena_release(&replay->arena);
    *replay = (struct fg_replay){0};
}

/* ---- its ledger ---- */

/* What the run's accounts are beside the bill, by their number. */
struct accounts {
    uint32_t count, capacity;
    struct account {
        uint32_t thing;
        int64_t base_per_unit;
    } * items;
};

static fg_status read_accounts(const struct fg_replay *replay, struct fg_billing *billing,
                               struct accounts *out, struct fg_error *error)
{
    struct fg_arena arena = {0};
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        replay->database,
        "SELECT a.account, a.charge_name, c.unit, c.base_per_unit, a.sku FROM account a"
        " JOIN charge c ON c.code = a.charge WHERE a.run_id = ?",
        &query, error);
    if (status == FG_OK)
        sqlite3_bind_int64(query, 1, replay->run_id);
    while (status == FG_OK && fg_query_next(query)) {
        uint32_t number = (uint32_t)sqlite3_column_int64(query, 0);
        const char *charge = fg_query_text(query, 1, &arena);
        const char *unit = fg_query_text(query, 2, &arena);
        const struct fg_billed_thing thing = {
            .kind = FG_BILLED_CHARGE,
            .charge = charge,
            .unit = fg_billing_unit(charge, unit),
            .sku = fg_billing_sku(charge, fg_query_text(query, 4, &arena), &arena),
            .product = "",
            .usage_type = "",
        };
        out->items = fg_grow(out->items, &out->capacity, number + 1, sizeof *out->items);
        while (out->count <= number)
            out->items[out->count++] = (struct account){UINT32_MAX, 1};
        out->items[number] =
            (struct account){fg_billing_thing(billing, &thing), sqlite3_column_int64(query, 3)};
        fg_arena_reset(&arena);
    }
    fg_arena_release(&arena);
    return fg_query_finish(query, status, error);
}

/* One row of the ledger, an equal amount in each of its hours. */
struct ledger_row {
    const struct account *account;
    int64_t first_hour, hour_count, quantity;
    fg_nanodollars nano[FG_BASIS_COUNT];
};

/* Adds the row's hours of [from, to), day by day; quantities stay in base units until all is
 * read. */
static bool add_row(const struct fg_replay *replay, const struct ledger_row *row, fg_unix_s from,
                    fg_unix_s to, struct fg_billing *billing)
{
    int64_t first = row->first_hour, last = row->first_hour + row->hour_count;
    bool total = replay->step == FG_REPLAY_TOTAL, fits = true;
    first = !total && first < from / HOUR_S ? from / HOUR_S : first;
    last = !total && last > to / HOUR_S ? to / HOUR_S : last;
    for (int64_t hour = first, next; fits && hour < last; hour = next) {
        fg_day day = fg_calendar_day_of(hour * HOUR_S);
        next = ((int64_t)day + 1) * DAY_HOURS < last ? ((int64_t)day + 1) * DAY_HOURS : last;
        struct fg_billed_amount amount = {.quantity_nano = (__int128)row->quantity * (next - hour)};
        for (int basis = 0; fits && basis < FG_BASIS_COUNT; basis++)
            fits = !__builtin_mul_overflow(row->nano[basis], next - hour, &amount.nano[basis]);
        fits = fits && fg_billing_add(billing, row->account->thing, total ? FG_BILLED_NO_DAY : day,
                                      &amount);
    }
    return fits;
}

static fg_status read_rows(const struct fg_replay *replay, const struct accounts *accounts,
                           fg_unix_s from, fg_unix_s to, struct fg_billing *billing,
                           struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        replay->database,
        "SELECT account, first_hour, hour_count, quantity, nano, coalesce(billed_nano, nano),"
        " coalesce(list_nano, nano) FROM ledger WHERE run_id = ?",
        &query, error);
    if (status == FG_OK)
        sqlite3_bind_int64(query, 1, replay->run_id);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t number = sqlite3_column_int64(query, 0);
        const struct ledger_row row = {
            .account = number >= 0 && number < accounts->count ? &accounts->items[number] : NULL,
            .first_hour = sqlite3_column_int64(query, 1),
            .hour_count = sqlite3_column_int64(query, 2),
            .quantity = sqlite3_column_int64(query, 3),
            .nano = {[FG_BASIS_AMORTISED] = sqlite3_column_int64(query, 4),
                     [FG_BASIS_BILLED] = sqlite3_column_int64(query, 5),
                     [FG_BASIS_LIST] = sqlite3_column_int64(query, 6)},
        };
        if (row.account == NULL || row.account->thing == UINT32_MAX)
            status = fg_error_set(error, FG_FAILED, "the database has rows of no account");
        else if (!add_row(replay, &row, from, to, billing))
            status =
                fg_error_set(error, FG_FAILED, "the replay costs more than two billion dollars");
    }
    return fg_query_finish(query, status, error);
}

/* From base units to 10^-9 of the unit. */
static void convert_quantities(const struct accounts *accounts, struct fg_billing *billing)
{
    int64_t *base = fg_allocate(billing->thing_count + 1, sizeof *base);
    for (uint32_t i = 0; i < accounts->count; i++)
        if (accounts->items[i].thing != UINT32_MAX)
            base[accounts->items[i].thing] = accounts->items[i].base_per_unit;
    for (uint32_t i = 0; i < billing->cell_count; i++) {
        struct fg_billed_cell *cell = &billing->cells[i];
        cell->amount.quantity_nano = fg_money_divide_half_even(
            cell->amount.quantity_nano * FG_NANO_PER_DOLLAR, base[cell->thing]);
    }
    free(base);
}

fg_status fg_replay_read(const struct fg_replay *replay, fg_unix_s from, fg_unix_s to,
                         struct fg_billing *out, struct fg_error *error)
{
    struct accounts accounts = {0};
    *out = (struct fg_billing){0};
    fg_status status = read_accounts(replay, out, &accounts, error);
    if (status == FG_OK)
        status = read_rows(replay, &accounts, from, to, out, error);
    if (status == FG_OK)
        convert_quantities(&accounts, out);
    free(accounts.items);
    return status;
}
