#include "reports/focus_source.h"

#include <stdlib.h>
#include <string.h>

#include "reports/query.h"

enum stream_kind { LEDGER, COVERAGE, COMMITMENT_HOURS, STREAM_COUNT };

/* In column 0 the first hour, in column 1 how many there are. */
static const char *const stream_sql[STREAM_COUNT] = {
    [LEDGER] = "SELECT first_hour, hour_count, account, quantity, nano, coalesce(list_nano, nano),"
               " coalesce(billed_nano, nano) FROM ledger WHERE run_id = ?1"
               " ORDER BY first_hour, account",
    [COVERAGE] = "SELECT first_hour, hour_count, number, charge, sku, list_unit_nano, quantity,"
                 " paid_nano, list_nano FROM coverage WHERE run_id = ?1 ORDER BY first_hour",
    [COMMITMENT_HOURS] = "SELECT first_hour, hour_count, number, hourly_nano, used_nano,"
                         " other_nano, billed_nano FROM commitment_hour WHERE run_id = ?1"
                         " ORDER BY first_hour",
};

struct stream {
    sqlite3_stmt *query;
    bool has_row;
    int32_t first_hour;
};
struct fg_focus_streams {
    sqlite3 *database;
    int32_t busy_until; /* the end of the latest row that was read */
    struct stream items[STREAM_COUNT];
};

/* ---- accounts and commitments ---- */

static bool is_coverable(enum fg_charge charge)
{
    return charge == FG_CHARGE_FARGATE_VCPU || charge == FG_CHARGE_FARGATE_MEMORY ||
           charge == FG_CHARGE_EC2_ON_DEMAND;
}

static uint32_t find_line(const struct fg_focus_source *source, enum fg_charge charge,
                          const char *sku, fg_nanodollars list_unit_nano)
{
    for (uint32_t i = 0; i < source->line_count; i++)
        if (source->lines[i].charge == charge &&
            source->lines[i].list_unit_nano == list_unit_nano &&
            strcmp(source->lines[i].sku, sku) == 0)
            return i;
    return FG_FOCUS_NO_LINE;
}

static uint32_t line_of(struct fg_focus_source *source, const struct fg_account *account)
{
    if (!is_coverable(account->charge))
        return FG_FOCUS_NO_LINE;
    uint32_t line = find_line(source, account->charge, account->sku, account->list_unit_nano);
    if (line != FG_FOCUS_NO_LINE)
        return line;
    source->lines = fg_grow(source->lines, &source->line_capacity, source->line_count + 1,
                            sizeof *source->lines);
    source->lines[source->line_count] =
        (struct fg_focus_line){account->charge, account->sku, account->list_unit_nano};
    return source->line_count++;
}

static uint32_t commitment_of(const struct fg_focus_source *source,
                              const struct fg_account *account)
{
    bool is_commitment =
        account->charge == FG_CHARGE_SAVINGS_PLAN || account->charge == FG_CHARGE_RESERVED_INSTANCE;
    for (uint32_t i = 0; is_commitment && i < source->commitment_count; i++)
        if (strcmp(source->commitments[i].name, account->sku) == 0)
            return i;
    return FG_FOCUS_NO_LINE;
}

static bool has_same_origin(const struct fg_account *a, const struct fg_account *b)
{
    return a->charge == b->charge && strcmp(a->pool, b->pool) == 0 && strcmp(a->sku, b->sku) == 0;
}

static void add_account(struct fg_focus_source *source, sqlite3_stmt *query)
{
    uint32_t number = source->account_count++;
    source->accounts =
        fg_grow(source->accounts, &source->account_capacity, number + 1, sizeof *source->accounts);
    struct fg_focus_account *own = &source->accounts[number];
    struct fg_account *account = &own->account;
    *account = (struct fg_account){
        .charge = (enum fg_charge)sqlite3_column_int(query, 0),
        .pool = fg_query_text(query, 2, &source->arena),
        .sku = fg_query_text(query, 3, &source->arena),
        .namespace_name = fg_query_text(query, 4, &source->arena),
        .workload = fg_query_text(query, 5, &source->arena),
        .group = fg_query_text(query, 6, &source->arena),
        .list_unit_nano = sqlite3_column_int64(query, 7),
        .contract_unit_nano = sqlite3_column_int64(query, 8),
    };
    own->charge_name = fg_query_text(query, 1, &source->arena);
    own->line = line_of(source, account);
    own->commitment = commitment_of(source, account);
    if (number > 0 && !has_same_origin(&source->accounts[number - 1].account, account))
        source->origin_count++;
    own->origin = source->origin_count;
}

static fg_status read_accounts(sqlite3 *database, int64_t run_id, struct fg_focus_source *source,
                               struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT charge, charge_name, pool, sku, namespace, workload, allocation_group,"
        " list_unit_nano, contract_unit_nano FROM account WHERE run_id = ? ORDER BY account",
        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(query, 1, run_id);
    while (fg_query_next(query))
        add_account(source, query);
    source->origin_count++;
    return fg_query_finish(query, FG_OK, error);
}

static int number_of(const char *word, const char *(*name)(int number), int count)
{
    int number = 0;
    while (number < count - 1 && strcmp(name(number), word) != 0)
        number++;
    return number;
}
static const char *kind_name(int number)
{
    return fg_commitment_kind_name((enum fg_commitment_kind)number);
}
static const char *payment_name(int number)
{
    return fg_payment_name((enum fg_payment)number);
}

static void add_commitment(struct fg_focus_source *source, sqlite3_stmt *query)
{
    source->commitments = fg_grow(source->commitments, &source->commitment_capacity,
                                  source->commitment_count + 1, sizeof *source->commitments);
    source->commitments[source->commitment_count++] = (struct fg_commitment){
        .name = fg_query_text(query, 0, &source->arena),
        .kind = (enum fg_commitment_kind)number_of(fg_query_text(query, 1, &source->arena),
                                                   kind_name, FG_COMMITMENT_KIND_COUNT),
        .term_years = (uint32_t)sqlite3_column_int64(query, 2),
        .payment = (enum fg_payment)number_of(fg_query_text(query, 3, &source->arena), payment_name,
                                              FG_ALL_UPFRONT + 1),
        .region = fg_query_text(query, 4, &source->arena),
        .family = fg_query_text(query, 5, &source->arena),
        .instance_type = fg_query_text(query, 6, &source->arena),
        .zone = fg_query_text(query, 7, &source->arena),
        .count = sqlite3_column_int64(query, 8),
        .hourly_nano = sqlite3_column_int64(query, 9),
        .recurring_nano = sqlite3_column_int64(query, 10),
        .upfront_nano = sqlite3_column_int64(query, 11),
        .start = sqlite3_column_int64(query, 12),
        .end = sqlite3_column_int64(query, 13),
    };
}

static fg_status read_commitments(sqlite3 *database, int64_t run_id, struct fg_focus_source *source,
                                  struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT name, kind, term_years, payment, region, family, instance_type, zone, instances,"
        " hourly_nano, recurring_nano, upfront_nano, start_unix, end_unix FROM commitment"
        " WHERE run_id = ? ORDER BY number",
        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_int64(query, 1, run_id);
    while (fg_query_next(query))
        add_commitment(source, query);
    return fg_query_finish(query, FG_OK, error);
}

/* ---- hours ---- */

static fg_status damaged(const struct fg_focus_source *source, struct fg_error *error)
{
    const char *path = sqlite3_db_filename(source->streams->database, "main");
    return fg_error_set(error, FG_FAILED,
                        "database %s is damaged: a row of hour %d names what is not there",
                        path != NULL ? path : "", source->hour);
}

static void advance(struct stream *stream)
{
    stream->has_row = fg_query_next(stream->query);
    if (stream->has_row)
        stream->first_hour = sqlite3_column_int(stream->query, 0);
}

static bool take_ledger_row(struct fg_focus_source *source, sqlite3_stmt *query, int32_t end_hour)
{
    int64_t account = sqlite3_column_int64(query, 2);
    if (account < 0 || account >= source->account_count)
        return false;
    source->amounts[account] = (struct fg_focus_amounts){
        .end_hour = end_hour,
        .quantity = sqlite3_column_int64(query, 3),
        .nano = sqlite3_column_int64(query, 4),
        .list_nano = sqlite3_column_int64(query, 5),
        .billed_nano = sqlite3_column_int64(query, 6),
    };
    return true;
}

static bool take_cover(struct fg_focus_source *source, sqlite3_stmt *query, int32_t end_hour)
{
    struct fg_focus_cover cover = {
        .end_hour = end_hour,
        .commitment = (uint32_t)sqlite3_column_int64(query, 2),
        .line =
            find_line(source, (enum fg_charge)sqlite3_column_int(query, 3),
                      (const char *)sqlite3_column_text(query, 4), sqlite3_column_int64(query, 5)),
        .quantity = sqlite3_column_int64(query, 6),
        .paid_nano = sqlite3_column_int64(query, 7),
        .list_nano = sqlite3_column_int64(query, 8),
    };
    source->covers = fg_grow(source->covers, &source->cover_capacity, source->cover_count + 1,
                             sizeof *source->covers);
    source->covers[source->cover_count++] = cover;
    return cover.line != FG_FOCUS_NO_LINE && cover.commitment < source->commitment_count;
}

static bool take_commitment_hour(struct fg_focus_source *source, sqlite3_stmt *query,
                                 int32_t end_hour)
{
    int64_t number = sqlite3_column_int64(query, 2);
    if (number < 0 || number >= source->commitment_count)
        return false;
    source->commitment_hours[number] = (struct fg_focus_commitment_hour){
        .end_hour = end_hour,
        .hourly_nano = sqlite3_column_int64(query, 3),
        .used_nano = sqlite3_column_int64(query, 4),
        .other_nano = sqlite3_column_int64(query, 5),
        .billed_nano = sqlite3_column_int64(query, 6),
    };
    return true;
}

static int compare_covers(const void *a, const void *b)
{
    const struct fg_focus_cover *left = a, *right = b;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->commitment < right->commitment ? -1 : left->commitment > right->commitment;
}

static void drop_old_covers(struct fg_focus_source *source)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < source->cover_count; i++)
        if (source->covers[i].end_hour > source->hour)
            source->covers[kept++] = source->covers[i];
    source->cover_count = kept;
}

/* The rows that begin in the hour take the places of those before them. */
static bool take_rows(struct fg_focus_source *source, enum stream_kind kind)
{
    static bool (*const take[STREAM_COUNT])(struct fg_focus_source *, sqlite3_stmt *, int32_t) = {
        [LEDGER] = take_ledger_row,
        [COVERAGE] = take_cover,
        [COMMITMENT_HOURS] = take_commitment_hour,
    };
    struct stream *stream = &source->streams->items[kind];
    bool good = true;
    for (; good && stream->has_row && stream->first_hour == source->hour; advance(stream)) {
        int32_t end_hour = source->hour + sqlite3_column_int(stream->query, 1);
        if (end_hour > source->streams->busy_until)
            source->streams->busy_until = end_hour;
        good = take[kind](source, stream->query, end_hour);
    }
    return good;
}

static bool find_next_hour(struct fg_focus_source *source)
{
    const struct fg_focus_streams *streams = source->streams;
    bool found = streams->busy_until > source->hour + (int64_t)1;
    int32_t next = found ? source->hour + 1 : INT32_MAX;
    for (int i = 0; i < STREAM_COUNT; i++)
        if (streams->items[i].has_row && streams->items[i].first_hour < next) {
            found = true;
            next = streams->items[i].first_hour;
        }
    source->hour = next;
    return found;
}

/* ---- open, next, close ---- */

static fg_status open_streams(sqlite3 *database, int64_t run_id, struct fg_focus_source *out,
                              struct fg_error *error)
{
    fg_status status = FG_OK;
    out->streams = fg_allocate(1, sizeof *out->streams);
    out->streams->database = database;
    out->streams->busy_until = INT32_MIN;
    for (int i = 0; status == FG_OK && i < STREAM_COUNT; i++) {
        struct stream *stream = &out->streams->items[i];
        status = fg_query_prepare(database, stream_sql[i], &stream->query, error);
        if (status != FG_OK)
            break;
        sqlite3_bind_int64(stream->query, 1, run_id);
        advance(stream);
    }
    return status;
}

fg_status fg_focus_source_open(sqlite3 *database, int64_t run_id, struct fg_focus_source *out,
                               struct fg_error *error)
{
    *out = (struct fg_focus_source){.hour = INT32_MIN};
    fg_status status = read_commitments(database, run_id, out, error);
    if (status == FG_OK)
        status = read_accounts(database, run_id, out, error);
    if (status == FG_OK)
        status = open_streams(database, run_id, out, error);
    out->amounts = fg_allocate(out->account_count, sizeof *out->amounts);
    for (uint32_t i = 0; i < out->account_count; i++)
        out->amounts[i].end_hour = INT32_MIN;
    out->commitment_hours = fg_allocate(out->commitment_count, sizeof *out->commitment_hours);
    for (uint32_t i = 0; i < out->commitment_count; i++)
        out->commitment_hours[i].end_hour = INT32_MIN;
    return status;
}

fg_status fg_focus_source_next(struct fg_focus_source *source, bool *out_more,
                               struct fg_error *error)
{
    struct fg_focus_streams *streams = source->streams;
    fg_status status = FG_OK;
    *out_more = find_next_hour(source);
    if (*out_more) {
        drop_old_covers(source);
        for (int i = 0; i < STREAM_COUNT; i++)
            if (!take_rows(source, (enum stream_kind)i))
                return damaged(source, error);
        if (source->cover_count > 0)
            qsort(source->covers, source->cover_count, sizeof *source->covers, compare_covers);
        return FG_OK;
    }
    for (int i = 0; i < STREAM_COUNT; i++) {
        status = fg_query_finish(streams->items[i].query, status, error);
        streams->items[i].query = NULL;
    }
    return status;
}

void fg_focus_source_close(struct fg_focus_source *source)
{
    for (int i = 0; source->streams != NULL && i < STREAM_COUNT; i++)
        sqlite3_finalize(source->streams->items[i].query);
    free(source->streams);
    free(source->accounts);
    free(source->amounts);
    free(source->lines);
    free(source->commitments);
    free(source->commitment_hours);
    free(source->covers);
    fg_arena_release(&source->arena);
    *source = (struct fg_focus_source){0};
}
