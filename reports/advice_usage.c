#include "reports/advice_usage.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "reports/query.h"

enum { HOUR_S = 3600 };

static const char *text_or_null(sqlite3_stmt *query, int column, struct fg_arena *arena)
{
    const char *text = fg_query_text(query, column, arena);
    return text[0] != '\0' ? text : NULL;
}

static enum fg_usage_service service_of(sqlite3_stmt *query, int column)
{
    const char *name = (const char *)sqlite3_column_text(query, column);
    return name != NULL && strcmp(name, "ec2") == 0 ? FG_USAGE_EC2 : FG_USAGE_FARGATE;
}

static fg_status prepare(const struct fg_replay *replay, const char *sql, sqlite3_stmt **out,
                         struct fg_error *error)
{
    fg_status status = fg_query_prepare(replay->database, sql, out, error);
    if (status == FG_OK)
        sqlite3_bind_int64(*out, 1, replay->run_id);
    return status;
}

/* ---- lines ---- */

static fg_status read_lines(const struct fg_replay *replay, struct fg_advice_usage *out,
                            struct fg_error *error)
{
    struct fg_usage_line *lines = NULL;
    bool *is_other = NULL;
    uint32_t capacity = 0, other_capacity = 0, count = 0;
    sqlite3_stmt *query;
    fg_status status =
        prepare(replay,
                "SELECT is_other, service, item, family, region, list_unit_nano FROM usage_line"
                " WHERE run_id = ?1 ORDER BY line",
                &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        lines = fg_grow(lines, &capacity, count + 1, sizeof *lines);
        is_other = fg_grow(is_other, &other_capacity, count + 1, sizeof *is_other);
        is_other[count] = sqlite3_column_int(query, 0) != 0;
        lines[count++] = (struct fg_usage_line){
            .service = service_of(query, 1),
            .item = fg_query_text(query, 2, &out->arena),
            .family = text_or_null(query, 3, &out->arena),
            .region = fg_query_text(query, 4, &out->arena),
            .list_unit_nano = sqlite3_column_int64(query, 5),
        };
    }
    struct fg_usage_line *kept = fg_arena_allocate(&out->arena, count, sizeof *kept);
    bool *kept_other = fg_arena_allocate(&out->arena, count, sizeof *kept_other);
    if (count > 0) {
        memcpy(kept, lines, count * sizeof *kept);
        memcpy(kept_other, is_other, count * sizeof *kept_other);
    }
    free(lines);
    free(is_other);
    out->choice.line_count = count;
    out->choice.lines = kept;
    out->choice.is_other = kept_other;
    return fg_query_finish(query, status, error);
}

/* ---- commitments ---- */

static enum fg_commitment_kind kind_of(const char *name)
{
    for (int i = 0; i < FG_COMMITMENT_KIND_COUNT; i++)
        if (strcmp(fg_commitment_kind_name((enum fg_commitment_kind)i), name) == 0)
            return (enum fg_commitment_kind)i;
    return FG_COMMITMENT_KIND_COUNT;
}

static enum fg_payment payment_of(const char *name)
{
    enum fg_payment payment = FG_NO_UPFRONT;
    while (payment < FG_ALL_UPFRONT && strcmp(fg_payment_name(payment), name) != 0)
        payment++;
    return payment;
}

static fg_status read_commitments(const struct fg_replay *replay, struct fg_advice_usage *out,
                                  struct fg_error *error)
{
    uint32_t capacity = 0;
    sqlite3_stmt *query;
    fg_status status =
        prepare(replay,
                "SELECT name, kind, term_years, payment, region, family, instance_type, instances,"
                " hourly_nano, start_unix, end_unix FROM commitment WHERE run_id = ?1"
                " ORDER BY number",
                &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        out->commitments = fg_grow(out->commitments, &capacity, out->commitment_count + 1,
                                   sizeof *out->commitments);
        out->commitments[out->commitment_count++] = (struct fg_commitment){
            .name = fg_query_text(query, 0, &out->arena),
            .kind = kind_of(fg_query_text(query, 1, &out->arena)),
            .term_years = (uint32_t)sqlite3_column_int64(query, 2),
            .payment = payment_of(fg_query_text(query, 3, &out->arena)),
            .region = text_or_null(query, 4, &out->arena),
            .family = text_or_null(query, 5, &out->arena),
            .instance_type = text_or_null(query, 6, &out->arena),
            .count = sqlite3_column_int64(query, 7),
            .hourly_nano = sqlite3_column_int64(query, 8),
            .start = sqlite3_column_int64(query, 9),
            .end = sqlite3_column_int64(query, 10),
        };
    }
    return fg_query_finish(query, status, error);
}

static void append_rate(struct fg_commitment *plan, struct fg_arena *arena,
                        const struct fg_plan_rate *rate)
{
    struct fg_plan_rate *rates =
        fg_arena_allocate(arena, (size_t)plan->rate_count + 1, sizeof *rates);
    if (plan->rate_count > 0)
        memcpy(rates, plan->rates, plan->rate_count * sizeof *rates);
    rates[plan->rate_count++] = *rate;
    plan->rates = rates;
}

static fg_status read_rates(const struct fg_replay *replay, struct fg_advice_usage *out,
                            struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = prepare(replay,
                               "SELECT number, service, item, paid, of_list FROM plan_rate"
                               " WHERE run_id = ?1 ORDER BY number, position",
                               &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t number = sqlite3_column_int64(query, 0);
        const struct fg_plan_rate rate = {service_of(query, 1), text_or_null(query, 2, &out->arena),
                                          sqlite3_column_int64(query, 3),
                                          sqlite3_column_int64(query, 4)};
        if (number < out->commitment_count)
            append_rate(&out->commitments[number], &out->arena, &rate);
    }
    return fg_query_finish(query, status, error);
}

/* Plans alone: reservations have taken what is theirs. */
static void choose_plans(struct fg_advice_usage *out)
{
    struct fg_commitment *plans =
        fg_arena_allocate(&out->arena, out->commitment_count, sizeof *plans);
    for (uint32_t i = 0; i < out->commitment_count; i++)
        if (fg_commitment_is_plan(out->commitments[i].kind))
            plans[out->choice.plan_count++] = out->commitments[i];
    out->choice.plans = plans;
}

/* ---- hours ---- */

/* A row of usage_hour, or where there is none, one that never comes. */
struct span {
    uint32_t line;
    int64_t first_hour, end_hour;
    struct fg_choice_amount amount;
};
struct spans {
    uint32_t count, capacity;
    struct span *items; /* by (line, hour) */
};

static fg_status read_spans(const struct fg_replay *replay, struct spans *out,
                            struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status =
        prepare(replay,
                "SELECT line, first_hour, hour_count, quantity, list_nano, contract_nano"
                " FROM usage_hour WHERE run_id = ?1 ORDER BY line, first_hour",
                &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        out->items = fg_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
        struct span *span = &out->items[out->count++];
        span->line = (uint32_t)sqlite3_column_int64(query, 0);
        span->first_hour = sqlite3_column_int64(query, 1);
        span->end_hour = span->first_hour + sqlite3_column_int64(query, 2);
        span->amount = (struct fg_choice_amount){sqlite3_column_int64(query, 3),
                                                 sqlite3_column_int64(query, 4),
                                                 sqlite3_column_int64(query, 5)};
    }
    return fg_query_finish(query, status, error);
}

/* Hours that are alike, found by what they are. */
struct grouping {
    struct fg_advice_usage *usage;
    struct fg_index by_content;
    uint32_t *next; /* by line: the span that the hour is in, or before */
    struct fg_choice_amount *amounts;
};

static uint64_t hash_hour(const struct grouping *grouping, fg_unix_s start)
{
    const struct fg_choice_usage *choice = &grouping->usage->choice;
    uint64_t hash =
        fg_hash_bytes(grouping->amounts, choice->line_count * sizeof *grouping->amounts, 0);
    for (uint32_t i = 0; i < choice->plan_count; i++)
        hash = fg_hash_mix(hash, fg_commitment_is_in_force(&choice->plans[i], start));
    return hash;
}

static bool is_alike(const struct grouping *grouping, const struct fg_choice_hours *hours,
                     fg_unix_s start)
{
    const struct fg_choice_usage *choice = &grouping->usage->choice;
    for (uint32_t i = 0; i < choice->plan_count; i++)
        if (fg_commitment_is_in_force(&choice->plans[i], start) !=
            fg_commitment_is_in_force(&choice->plans[i], hours->start))
            return false;
    return choice->line_count == 0 || memcmp(hours->amounts, grouping->amounts,
                                             choice->line_count * sizeof *grouping->amounts) == 0;
}

static void add_hour(struct grouping *grouping, fg_unix_s start)
{
    struct fg_advice_usage *usage = grouping->usage;
    uint32_t lines = usage->choice.line_count, cursor = 0, i;
    uint64_t hash = hash_hour(grouping, start);
    while ((i = fg_index_next(&grouping->by_content, hash, &cursor)) != UINT32_MAX)
        if (is_alike(grouping, &usage->hours[i], start)) {
            usage->hours[i].count++;
            return;
        }
    struct fg_choice_amount *amounts = fg_arena_allocate(&usage->arena, lines, sizeof *amounts);
    if (lines > 0)
        memcpy(amounts, grouping->amounts, lines * sizeof *amounts);
    i = usage->choice.hours_count++;
    usage->hours = fg_grow(usage->hours, &usage->hours_capacity, i + 1, sizeof *usage->hours);
    usage->hours[i] = (struct fg_choice_hours){start, 1, amounts};
    fg_index_put(&grouping->by_content, hash, i);
}

static void group_hours(const struct fg_replay *replay, const struct spans *spans,
                        struct fg_advice_usage *out)
{
    uint32_t lines = out->choice.line_count;
    struct grouping grouping = {.usage = out,
                                .next = fg_allocate((size_t)lines + 1, sizeof *grouping.next),
                                .amounts =
                                    fg_allocate((size_t)lines + 1, sizeof *grouping.amounts)};
    for (uint32_t i = spans->count; i > 0; i--)
        if (spans->items[i - 1].line < lines)
            grouping.next[spans->items[i - 1].line] = i - 1;
    for (int64_t hour = replay->start / HOUR_S; hour * HOUR_S < replay->end; hour++) {
        for (uint32_t i = 0; i < lines; i++) {
            uint32_t *next = &grouping.next[i];
            while (*next < spans->count && spans->items[*next].line == i &&
                   spans->items[*next].end_hour <= hour)
                ++*next;
            bool is_in = *next < spans->count && spans->items[*next].line == i &&
                         spans->items[*next].first_hour <= hour;
            grouping.amounts[i] = is_in ? spans->items[*next].amount : (struct fg_choice_amount){0};
        }
        add_hour(&grouping, hour * HOUR_S);
    }
    out->choice.hours = out->hours;
    fg_index_release(&grouping.by_content);
    free(grouping.next);
    free(grouping.amounts);
}

fg_status fg_advice_usage_read(const struct fg_replay *replay, struct fg_advice_usage *out,
                               struct fg_error *error)
{
    struct spans spans = {0};
    *out = (struct fg_advice_usage){0};
    if (replay->step != FG_REPLAY_HOURS)
        return fg_error_set(error, FG_BAD_INPUT,
                            "the database has no usage by the hour; expected one that was run with "
                            "--ledger hour");
    fg_status status = read_lines(replay, out, error);
    if (status == FG_OK)
        status = read_commitments(replay, out, error);
    if (status == FG_OK)
        status = read_rates(replay, out, error);
    if (status == FG_OK)
        status = read_spans(replay, &spans, error);
    if (status == FG_OK) {
        choose_plans(out);
        group_hours(replay, &spans, out);
    }
    free(spans.items);
    return status;
}

void fg_advice_usage_release(struct fg_advice_usage *usage)
{
    free(usage->hours);
    free(usage->commitments);
    fg_arena_release(&usage->arena);
    *usage = (struct fg_advice_usage){0};
}

/* ---- rates that the study names ---- */

static bool has_rate(const struct fg_commitment *plan, const struct fg_plan_rate *rate)
{
    for (uint32_t i = 0; i < plan->rate_count; i++) {
        const struct fg_plan_rate *known = &plan->rates[i];
        bool is_same_item = known->item == NULL || rate->item == NULL
                                ? known->item == rate->item
                                : strcmp(known->item, rate->item) == 0;
        if (known->service == rate->service && is_same_item)
            return true;
    }
    return false;
}

fg_status fg_advice_study_rates(const struct fg_replay *replay, struct fg_arena *arena,
                                struct fg_commitment *plan, struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        replay->database,
        "SELECT p.service, p.item, p.paid, p.of_list FROM scenario s"
        " JOIN run r ON r.scenario_id = s.id AND r.replication = 0 AND r.done = 1"
        " JOIN commitment c ON c.run_id = r.id"
        " JOIN plan_rate p ON p.run_id = c.run_id AND p.number = c.number AND p.is_named = 1"
        " WHERE s.region = ?1 AND c.kind = ?2 AND c.term_years = ?3 AND c.payment = ?4"
        " AND c.family = ?5 ORDER BY s.name <> ?6, s.position, c.number, p.position",
        &query, error);
    if (status != FG_OK)
        return status;
    sqlite3_bind_text(query, 1, replay->region, -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 2, fg_commitment_kind_name(plan->kind), -1, SQLITE_STATIC);
    sqlite3_bind_int64(query, 3, plan->term_years);
    sqlite3_bind_text(query, 4, fg_payment_name(plan->payment), -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 5, plan->family != NULL ? plan->family : "", -1, SQLITE_STATIC);
    sqlite3_bind_text(query, 6, replay->scenario, -1, SQLITE_STATIC);
    while (fg_query_next(query)) {
        const struct fg_plan_rate rate = {service_of(query, 0), text_or_null(query, 1, arena),
                                          sqlite3_column_int64(query, 2),
                                          sqlite3_column_int64(query, 3)};
        if (!has_rate(plan, &rate))
            append_rate(plan, arena, &rate);
    }
    return fg_query_finish(query, status, error);
}
