#include "sim/replay/commitments.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/clock.h"
#include "sim/replay/pod_bills.h"

enum { NO_LINE = -1 };

/* What an hour's line is made of, beside the line itself. */
struct line_state {
    int64_t base_per_unit;
    __int128 quantity;
    fg_nanodollars rest; /* not yet shared out */
    uint32_t rest_row;   /* that takes it */
};

/* What is being rewritten. */
struct covering {
    const struct fg_scenario *scenario;
    struct fg_ledger *ledger;
    uint32_t account_count;        /* without those of plans */
    int32_t first_hour, end_hour;  /* that the study touches */
    struct fg_savings_plan *plans; /* as they are this hour */
    fg_nanodollars *unused;        /* by plan */
    uint32_t *plan_account;        /* by plan */
    int32_t *line_of;              /* by account; NO_LINE = not for plans */
    uint32_t *next_row, *rows_end; /* by account */
    uint32_t line_count, line_capacity;
    struct fg_usage_line *lines;
    struct line_state *line_states;
    bool *changes; /* by hour from the first to the end: whether usage or plans change there */
    uint32_t row_count, row_capacity, list_capacity;
    struct fg_ledger_row *rows; /* the new ones, by time */
    fg_nanodollars *list_nano;
};

static int32_t hour_of(fg_unix_s instant)
{
    fg_unix_s hour = instant / FG_HOUR_S;
    return (int32_t)(instant % FG_HOUR_S < 0 ? hour - 1 : hour);
}

static int32_t hour_at_or_after(fg_unix_s instant)
{
    return hour_of(instant + FG_HOUR_S - 1);
}

/* ---- lines ---- */

static bool is_for_plans(enum fg_charge charge)
{
    return charge == FG_CHARGE_FARGATE_VCPU || charge == FG_CHARGE_FARGATE_MEMORY ||
           charge == FG_CHARGE_EC2_ON_DEMAND;
}

static const char *family_of(const char *instance_type, struct fg_arena *arena)
{
    return fg_arena_copy(arena, instance_type, strcspn(instance_type, "."));
}

/* Accounts of one charge and sku are one line; `line_account[i]` is the first of line i. */
static int32_t find_line(struct covering *covering, uint32_t account, uint32_t *line_account,
                         struct fg_arena *arena)
{
    const struct fg_account *accounts = covering->ledger->accounts;
    const struct fg_account *wanted = &accounts[account];
    for (uint32_t i = 0; i < covering->line_count; i++)
        if (accounts[line_account[i]].charge == wanted->charge &&
            strcmp(accounts[line_account[i]].sku, wanted->sku) == 0)
            return (int32_t)i;
    bool is_ec2 = wanted->charge == FG_CHARGE_EC2_ON_DEMAND;
    line_account[covering->line_count] = account;
    covering->lines = fg_grow(covering->lines, &covering->line_capacity, covering->line_count + 1,
                              sizeof *covering->lines);
    covering->lines[covering->line_count] = (struct fg_usage_line){
        .service = is_ec2 ? FG_SERVICE_EC2 : FG_SERVICE_FARGATE,
        .family = is_ec2 ? family_of(wanted->sku, arena) : NULL,
        .region = covering->scenario->region,
    };
    return (int32_t)covering->line_count++;
}

static void find_lines(struct covering *covering, struct fg_arena *arena)
{
    const struct fg_ledger *ledger = covering->ledger;
    uint32_t *line_account = fg_allocate(ledger->account_count, sizeof *line_account);
    covering->line_of = fg_allocate(ledger->account_count, sizeof *covering->line_of);
    covering->next_row = fg_allocate(ledger->account_count, sizeof *covering->next_row);
    covering->rows_end = fg_allocate(ledger->account_count, sizeof *covering->rows_end);
    for (uint32_t i = 0; i < ledger->account_count; i++)
        covering->line_of[i] = is_for_plans(ledger->accounts[i].charge)
                                   ? find_line(covering, i, line_account, arena)
                                   : NO_LINE;
    for (uint32_t i = ledger->row_count; i > 0; i--) {
        uint32_t account = ledger->rows[i - 1].account;
        if (covering->rows_end[account] == 0)
            covering->rows_end[account] = i;
        covering->next_row[account] = i - 1;
    }
    covering->line_states = fg_allocate(covering->line_count, sizeof *covering->line_states);
    for (uint32_t i = 0; i < covering->line_count; i++)
        covering->line_states[i].base_per_unit =
            fg_charge_base_per_unit(ledger->accounts[line_account[i]].charge);
    free(line_account);
}

/* ---- hours at which anything changes ---- */

static void mark_hour(struct covering *covering, int64_t hour)
{
    if (hour >= covering->first_hour && hour <= covering->end_hour)
        covering->changes[hour - covering->first_hour] = true;
}

static void find_changes(struct covering *covering)
{
    const struct fg_ledger *ledger = covering->ledger;
    size_t hours = (size_t)(covering->end_hour - covering->first_hour);
    covering->changes = fg_allocate(hours + 1, sizeof *covering->changes);
    mark_hour(covering, covering->end_hour);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        if (covering->line_of[row->account] == NO_LINE)
            continue;
        mark_hour(covering, row->first_hour);
        mark_hour(covering, row->first_hour + (int64_t)row->hour_count);
    }
    for (uint32_t i = 0; i < covering->scenario->savings_plan_count; i++) {
        mark_hour(covering, hour_at_or_after(covering->scenario->savings_plans[i].start));
        mark_hour(covering, hour_at_or_after(covering->scenario->savings_plans[i].end));
    }
}

/* ---- new rows ---- */

static uint32_t add_row(struct covering *covering, struct fg_ledger_row row,
                        fg_nanodollars list_nano)
{
    uint32_t number = covering->row_count++;
    covering->rows = fg_grow(covering->rows, &covering->row_capacity, covering->row_count,
                             sizeof *covering->rows);
    covering->list_nano = fg_grow(covering->list_nano, &covering->list_capacity,
                                  covering->row_count, sizeof *covering->list_nano);
    covering->rows[number] = row;
    covering->list_nano[number] = list_nano;
    return number;
}

/* The account's row of `hour`, or NULL. */
static const struct fg_ledger_row *row_of_hour(struct covering *covering, uint32_t account,
                                               int32_t hour)
{
    const struct fg_ledger_row *rows = covering->ledger->rows;
    uint32_t *next = &covering->next_row[account], end = covering->rows_end[account];
    while (*next < end && rows[*next].first_hour + (int64_t)rows[*next].hour_count <= hour)
        ++*next;
    return *next < end && rows[*next].first_hour <= hour ? &rows[*next] : NULL;
}

/* ---- one hour, or several equal ones ---- */

static void sum_lines(struct covering *covering, int32_t hour)
{
    for (uint32_t i = 0; i < covering->line_count; i++) {
        covering->lines[i].list_nano = 0;
        covering->line_states[i].quantity = 0;
        covering->line_states[i].rest_row = UINT32_MAX;
    }
    for (uint32_t i = 0; i < covering->account_count; i++) {
        const struct fg_ledger_row *row =
            covering->line_of[i] == NO_LINE ? NULL : row_of_hour(covering, i, hour);
        if (row == NULL)
            continue;
        covering->lines[covering->line_of[i]].list_nano += row->nano;
        covering->line_states[covering->line_of[i]].quantity += row->quantity;
    }
    for (uint32_t i = 0; i < covering->line_count; i++) {
        struct fg_usage_line *line = &covering->lines[i];
        const struct line_state *state = &covering->line_states[i];
        line->unit_nano = 0;
        if (state->quantity > 0)
            line->unit_nano = (fg_nanodollars)fg_money_divide_half_even(
                (__int128)line->list_nano * state->base_per_unit, state->quantity);
    }
}

static void choose_plans(struct covering *covering, int32_t hour)
{
    fg_unix_s begin = (fg_unix_s)hour * FG_HOUR_S;
    for (uint32_t i = 0; i < covering->scenario->savings_plan_count; i++) {
        const struct fg_savings_plan *plan = &covering->scenario->savings_plans[i];
        bool in_force =
            (plan->start == 0 || plan->start <= begin) && (plan->end == 0 || begin < plan->end);
        covering->plans[i] = *plan;
        if (!in_force) {
            covering->plans[i].commitment_per_hour = 0;
            covering->plans[i].discount_count = 0;
        }
    }
}

static bool is_idle(const struct covering *covering, uint32_t new_row)
{
    uint32_t account = covering->rows[new_row].account;
    return strcmp(covering->ledger->accounts[account].workload, FG_WORKLOAD_IDLE) == 0;
}

/* The share of a row in what its line comes to, rounded down. */
static void share_out(struct covering *covering, uint32_t account, int32_t hour, int32_t end)
{
    const struct fg_ledger_row *row = row_of_hour(covering, account, hour);
    if (row == NULL)
        return;
    const struct fg_usage_line *line = &covering->lines[covering->line_of[account]];
    struct line_state *state = &covering->line_states[covering->line_of[account]];
    __int128 usd = line->covered_nano + line->on_demand_nano;
    struct fg_ledger_row share = *row;
    share.first_hour = hour;
    share.hour_count = (uint32_t)(end - hour);
    if (line->list_nano > 0)
        share.nano = (fg_nanodollars)(usd * row->nano / line->list_nano);
    state->rest -= share.nano;
    uint32_t added = add_row(covering, share, row->nano);
    if (state->rest_row == UINT32_MAX || !is_idle(covering, state->rest_row))
        state->rest_row = added;
}

/* What the plans of one account leave is one row. */
static void add_unused(struct covering *covering, int32_t hour, int32_t end)
{
    uint32_t plan_count = covering->scenario->savings_plan_count;
    for (uint32_t i = 0; i < plan_count; i++) {
        struct fg_ledger_row row = {.account = covering->plan_account[i],
                                    .first_hour = hour,
                                    .hour_count = (uint32_t)(end - hour)};
        for (uint32_t j = i; j < plan_count; j++) {
            if (covering->plan_account[j] != row.account || covering->unused[j] == 0)
                continue;
            row.nano += covering->unused[j];
            row.quantity += FG_HOUR_S;
            covering->unused[j] = 0;
        }
        if (row.nano > 0)
            add_row(covering, row, 0);
    }
}

static void cover_hours(struct covering *covering, int32_t hour, int32_t end)
{
    sum_lines(covering, hour);
    choose_plans(covering, hour);
    fg_savings_plans_apply(covering->plans, covering->scenario->savings_plan_count, covering->lines,
                           covering->line_count, covering->unused);
    for (uint32_t i = 0; i < covering->line_count; i++)
        covering->line_states[i].rest =
            covering->lines[i].covered_nano + covering->lines[i].on_demand_nano;
    for (uint32_t i = 0; i < covering->account_count; i++)
        if (covering->line_of[i] != NO_LINE)
            share_out(covering, i, hour, end);
    for (uint32_t i = 0; i < covering->line_count; i++)
        if (covering->line_states[i].rest_row != UINT32_MAX)
            covering->rows[covering->line_states[i].rest_row].nano += covering->line_states[i].rest;
    add_unused(covering, hour, end);
}

/* Usage that a sixty-second minimum carries past the last hour of the study, and all that is not
 * for plans. */
static void copy_others(struct covering *covering)
{
    for (uint32_t i = 0; i < covering->ledger->row_count; i++) {
        struct fg_ledger_row row = covering->ledger->rows[i];
        int64_t end = row.first_hour + (int64_t)row.hour_count;
        if (covering->line_of[row.account] != NO_LINE) {
            if (end <= covering->end_hour)
                continue;
            if (row.first_hour < covering->end_hour)
                row.first_hour = covering->end_hour;
            row.hour_count = (uint32_t)(end - row.first_hour);
        }
        add_row(covering, row, row.nano);
    }
}

/* ---- the new ledger ---- */

static int compare_skus(const void *a, const void *b)
{
    return strcmp(((const struct fg_account *)a)->sku, ((const struct fg_account *)b)->sku);
}

/* Plans of one kind and family share an account. They sort last, as their charge does. */
static void add_accounts(struct covering *covering, struct fg_arena *arena)
{
    struct fg_ledger *ledger = covering->ledger;
    uint32_t plan_count = covering->scenario->savings_plan_count, count = 0;
    struct fg_account *added = fg_allocate(plan_count, sizeof *added);
    for (uint32_t i = 0; i < plan_count; i++) {
        const struct fg_savings_plan *plan = &covering->scenario->savings_plans[i];
        const char *kind = fg_plan_kind_name(plan->kind);
        added[i] = (struct fg_account){FG_CHARGE_SAVINGS_PLAN, "cluster", kind, "", ""};
        if (plan->family != NULL)
            added[i].sku = fg_arena_format(arena, "%s/%s", kind, plan->family);
    }
    struct fg_account *sorted = fg_allocate(plan_count, sizeof *sorted);
    memcpy(sorted, added, plan_count * sizeof *sorted);
    qsort(sorted, plan_count, sizeof *sorted, compare_skus);
    for (uint32_t i = 0; i < plan_count; i++)
        if (count == 0 || compare_skus(&sorted[count - 1], &sorted[i]) != 0)
            sorted[count++] = sorted[i];
    ledger->accounts = fg_grow(ledger->accounts, &ledger->account_capacity,
                               ledger->account_count + count, sizeof *ledger->accounts);
    memcpy(&ledger->accounts[ledger->account_count], sorted, count * sizeof *sorted);
    ledger->account_count += count;
    for (uint32_t i = 0; i < plan_count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (compare_skus(&added[i], &sorted[j]) == 0)
                covering->plan_account[i] = covering->account_count + j;
    free(sorted);
    free(added);
}

/* Appends a row to the sorted ones; equal neighbours become one. */
static void append(struct fg_ledger *ledger, const struct fg_ledger_row *row,
                   fg_nanodollars list_nano)
{
    uint32_t last = ledger->row_count - 1;
    struct fg_ledger_row *before = ledger->row_count > 0 ? &ledger->rows[last] : NULL;
    if (before != NULL && before->account == row->account &&
        before->first_hour + (int64_t)before->hour_count == row->first_hour &&
        before->quantity == row->quantity && before->nano == row->nano &&
        ledger->list_nano[last] == list_nano) {
        before->hour_count += row->hour_count;
        return;
    }
    ledger->list_nano[ledger->row_count] = list_nano;
    ledger->rows[ledger->row_count++] = *row;
}

/* Counting sort: the rows of an account stand by time already. */
static void sort_rows(struct covering *covering)
{
    struct fg_ledger *ledger = covering->ledger;
    uint32_t *place = fg_allocate((size_t)ledger->account_count + 1, sizeof *place);
    uint32_t *order = fg_allocate(covering->row_count, sizeof *order);
    for (uint32_t i = 0; i < covering->row_count; i++)
        place[covering->rows[i].account + 1]++;
    for (uint32_t i = 0; i < ledger->account_count; i++)
        place[i + 1] += place[i];
    for (uint32_t i = 0; i < covering->row_count; i++)
        order[place[covering->rows[i].account]++] = i;
    free(ledger->rows);
    ledger->rows = fg_allocate(covering->row_count, sizeof *ledger->rows);
    ledger->list_nano = fg_allocate(covering->row_count, sizeof *ledger->list_nano);
    ledger->row_capacity = covering->row_count;
    ledger->row_count = 0;
    for (uint32_t i = 0; i < covering->row_count; i++)
        append(ledger, &covering->rows[order[i]], covering->list_nano[order[i]]);
    free(order);
    free(place);
}

static void release(struct covering *covering)
{
    free(covering->plans);
    free(covering->unused);
    free(covering->plan_account);
    free(covering->line_of);
    free(covering->next_row);
    free(covering->rows_end);
    free(covering->lines);
    free(covering->line_states);
    free(covering->changes);
    free(covering->rows);
    free(covering->list_nano);
}

/* What the charges from `first` to `last` come to, paid and at list price. */
static void sum_charges(const struct fg_ledger *ledger, enum fg_charge first, enum fg_charge last,
                        __int128 *out_paid, __int128 *out_list)
{
    *out_paid = 0;
    *out_list = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        enum fg_charge charge = ledger->accounts[ledger->rows[i].account].charge;
        if (charge < first || charge > last)
            continue;
        *out_paid += (__int128)ledger->rows[i].nano * ledger->rows[i].hour_count;
        *out_list += (__int128)ledger->list_nano[i] * ledger->rows[i].hour_count;
    }
}

static fg_nanodollars part_of(fg_nanodollars amount, __int128 paid, __int128 list)
{
    return list == 0 ? amount : (fg_nanodollars)fg_money_divide_half_even(amount * paid, list);
}

static void add_node_row(struct fg_summary *summary, const struct fg_ledger *ledger,
                         const struct fg_ledger_row *row)
{
    const struct fg_account *account = &ledger->accounts[row->account];
    fg_nanodollars nano = row->nano * row->hour_count;
    if (account->charge < FG_CHARGE_EC2_ON_DEMAND || account->charge > FG_CHARGE_PUBLIC_IPV4)
        return;
    summary->node_nano += nano;
    if (strcmp(account->workload, FG_WORKLOAD_IDLE) == 0)
        summary->node_idle_nano += nano;
}

static void lower_summary(struct fg_result *result)
{
    struct fg_summary *summary = &result->summary;
    __int128 paid, list;
    sum_charges(&result->ledger, FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_STORAGE, &paid, &list);
    summary->fargate_waste_nano = part_of(summary->fargate_waste_nano, paid, list);
    summary->node_nano = summary->node_idle_nano = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++)
        add_node_row(summary, &result->ledger, &result->ledger.rows[i]);
}

void fg_commitments_apply(const struct fg_scenario *scenario, uint32_t cut_s,
                          struct fg_arena *arena, struct fg_result *result)
{
    uint32_t plan_count = scenario->savings_plan_count;
    if (plan_count == 0)
        return;
    struct covering covering = {
        .scenario = scenario,
        .ledger = &result->ledger,
        .account_count = result->ledger.account_count,
        .first_hour = hour_of(scenario->start),
        .end_hour = hour_at_or_after(scenario->start + cut_s),
        .plans = fg_allocate(plan_count, sizeof *covering.plans),
        .unused = fg_allocate(plan_count, sizeof *covering.unused),
        .plan_account = fg_allocate(plan_count, sizeof *covering.plan_account),
    };
    struct fg_arena families = {0};
    find_lines(&covering, &families);
    find_changes(&covering);
    add_accounts(&covering, arena);
    for (int32_t hour = covering.first_hour, next; hour < covering.end_hour; hour = next) {
        for (next = hour + 1; !covering.changes[next - covering.first_hour]; next++)
            ;
        cover_hours(&covering, hour, next);
    }
    copy_others(&covering);
    sort_rows(&covering);
    lower_summary(result);
    fg_pod_bills_amortise(scenario->start, cut_s, result);
    release(&covering);
    fg_arena_release(&families);
}
