#include "sim/replay/commitments.h"

#include <stdlib.h>
#include <string.h>

#include "models/instance_name.h"
#include "models/other_usage.h"
#include "models/share_out.h"
#include "sim/replay/clock.h"
#include "sim/replay/commitment_records.h"
#include "sim/replay/pod_bills.h"
#include "sim/replay/usage_lines.h"

/* A row that is made, with what stands beside it. */
struct new_row {
    struct fg_ledger_row row;
    struct fg_row_cost cost;
};

/* A line of the hour while it is shared out. */
struct line_share {
    __int128 quantity; /* before anything was covered */
    uint32_t first_cover, cover_count;
    fg_nanodollars *rest; /* by cover, then on demand: not yet shared out */
    struct fg_rest_taker taker;
};

/* What is being rewritten. */
struct applying {
    const struct fg_scenario *scenario;
    struct fg_result *result;
    uint32_t cut_s;
    int32_t first_hour, end_hour; /* that the study touches */
    struct fg_usage_lines lines;
    struct fg_commitment_left *left; /* by commitment */
    fg_nanodollars *other_nano;      /* by commitment: used by the account's other usage */
    uint32_t *account_of;            /* by commitment */
    struct fg_covers covers;         /* of the hour, sorted by line */
    struct line_share *shares;       /* by line */
    uint32_t rest_capacity;
    fg_nanodollars *rests;
    uint32_t next_other; /* row of the other usage */
    bool *changes;       /* by hour from the first to the end: whether anything changes there */
    uint32_t row_count, row_capacity;
    struct new_row *rows;
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

/* ---- hours at which anything changes ---- */

static void mark_hour(struct applying *applying, int64_t hour)
{
    if (hour >= applying->first_hour && hour <= applying->end_hour)
        applying->changes[hour - applying->first_hour] = true;
}

static void mark_zones(struct applying *applying, const struct fg_zone_hours *zone_hours)
{
    for (uint32_t i = 0; zone_hours != NULL && i < zone_hours->count; i++)
        for (uint32_t r = 0; r < zone_hours->items[i].row_count; r++) {
            const struct fg_zone_row *row = &zone_hours->items[i].rows[r];
            mark_hour(applying, row->first_hour);
            mark_hour(applying, row->first_hour + (int64_t)row->hour_count);
        }
}

static void find_changes(struct applying *applying, const struct fg_zone_hours *zone_hours)
{
    const struct fg_ledger *ledger = &applying->result->ledger;
    const struct fg_scenario *scenario = applying->scenario;
    const struct fg_other_usage *other = scenario->other_usage;
    size_t hours = (size_t)(applying->end_hour - applying->first_hour);
    applying->changes = fg_allocate(hours + 1, sizeof *applying->changes);
    mark_hour(applying, applying->end_hour);
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        if (applying->lines.line_of[ledger->rows[i].account] == FG_NO_LINE)
            continue;
        mark_hour(applying, ledger->rows[i].first_hour);
        mark_hour(applying, ledger->rows[i].first_hour + (int64_t)ledger->rows[i].hour_count);
    }
    for (uint32_t i = 0; i < scenario->commitment_count; i++) {
        int32_t start = hour_at_or_after(scenario->commitments[i].start);
        mark_hour(applying, start);
        mark_hour(applying, start + 1); /* what is paid upfront stands in one hour */
        mark_hour(applying, hour_at_or_after(scenario->commitments[i].end));
    }
    for (uint32_t i = 0; other != NULL && i < other->count; i++) {
        mark_hour(applying, other->rows[i].hour);
        mark_hour(applying, other->rows[i].hour + 1);
    }
    mark_zones(applying, zone_hours);
}

/* ---- covering an hour ---- */

/* The account's other usage takes its part of what the commitments have. */
static void cover_others(struct applying *applying, int32_t hour)
{
    const struct fg_scenario *scenario = applying->scenario;
    const struct fg_other_usage *other = scenario->other_usage;
    uint32_t count = 0;
    if (other == NULL)
        return;
    while (applying->next_other < other->count && other->rows[applying->next_other].hour < hour)
        applying->next_other++;
    while (applying->next_other + count < other->count &&
           other->rows[applying->next_other + count].hour == hour)
        count++;
    struct fg_usage_line *lines = fg_allocate((size_t)count + 1, sizeof *lines);
    struct fg_zone_usage *zones = fg_allocate((size_t)count + 1, sizeof *zones);
    struct fg_covers covers = {0};
    for (uint32_t i = 0; i < count; i++)
        lines[i] = fg_other_usage_line(&other->rows[applying->next_other + i], &zones[i]);
    fg_commitments_cover(scenario->commitments, scenario->commitment_count, applying->left, lines,
                         count, &covers);
    for (uint32_t i = 0; i < covers.count; i++)
        applying->other_nano[covers.items[i].commitment] += covers.items[i].paid_nano;
    fg_covers_release(&covers);
    free(zones);
    free(lines);
}

static int compare_covers(const void *a, const void *b)
{
    const struct fg_cover *left = a, *right = b;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->commitment < right->commitment ? -1 : left->commitment > right->commitment;
}

static void cover_hour(struct applying *applying, int32_t hour)
{
    const struct fg_scenario *scenario = applying->scenario;
    struct fg_usage_lines *lines = &applying->lines;
    fg_usage_lines_sum(lines, hour);
    for (uint32_t i = 0; i < lines->count; i++)
        applying->shares[i] = (struct line_share){.quantity = lines->items[i].quantity};
    memset(applying->other_nano, 0, scenario->commitment_count * sizeof *applying->other_nano);
    fg_commitments_open(scenario->commitments, scenario->commitment_count,
                        (fg_unix_s)hour * FG_HOUR_S, applying->left);
    cover_others(applying, hour);
    applying->covers.count = 0;
    fg_commitments_cover(scenario->commitments, scenario->commitment_count, applying->left,
                         lines->items, lines->count, &applying->covers);
    if (applying->covers.count > 0)
        qsort(applying->covers.items, applying->covers.count, sizeof *applying->covers.items,
              compare_covers);
}

/* ---- sharing a line out over its rows ---- */

static void open_shares(struct applying *applying)
{
    struct fg_usage_lines *lines = &applying->lines;
    const struct fg_covers *covers = &applying->covers;
    uint32_t needed = covers->count + lines->count, next = 0, cover = 0;
    applying->rests =
        fg_grow(applying->rests, &applying->rest_capacity, needed + 1, sizeof *applying->rests);
    for (uint32_t i = 0; i < lines->count; i++) {
        struct line_share *share = &applying->shares[i];
        share->first_cover = cover;
        share->rest = &applying->rests[next];
        share->taker = fg_rest_taker_open();
        for (; cover < covers->count && covers->items[cover].line == i; cover++)
            share->rest[share->cover_count++] = covers->items[cover].paid_nano;
        share->rest[share->cover_count] = lines->items[i].contract_nano;
        next += share->cover_count + 1;
    }
}

static uint32_t add_row(struct applying *applying, struct new_row row)
{
    uint32_t number = applying->row_count++;
    applying->rows = fg_grow(applying->rows, &applying->row_capacity, applying->row_count,
                             sizeof *applying->rows);
    applying->rows[number] = row;
    return number;
}

static fg_nanodollars take_share(fg_nanodollars amount, int64_t quantity, __int128 all,
                                 fg_nanodollars *rest)
{
    fg_nanodollars share = (fg_nanodollars)fg_share_of(amount, quantity, all);
    *rest -= share;
    return share;
}

/* The account's share of its line, for the hours up to `end`. */
static void share_out(struct applying *applying, uint32_t account, int32_t hour, int32_t end)
{
    const struct fg_ledger_row *row = fg_usage_lines_row(&applying->lines, account, hour);
    if (row == NULL)
        return;
    uint32_t line = applying->lines.line_of[account];
    struct line_share *share = &applying->shares[line];
    struct new_row new = {.row = *row};
    new.cost =
        fg_ledger_cost(&applying->result->ledger, (uint32_t)(row - applying->result->ledger.rows));
    new.row.first_hour = hour;
    new.row.hour_count = (uint32_t)(end - hour);
    new.cost.billed_nano = take_share(applying->lines.items[line].contract_nano, row->quantity,
                                      share->quantity, &share->rest[share->cover_count]);
    new.row.nano = new.cost.billed_nano;
    for (uint32_t i = 0; i < share->cover_count; i++)
        new.row.nano += take_share(applying->covers.items[share->first_cover + i].paid_nano,
                                   row->quantity, share->quantity, &share->rest[i]);
    fg_rest_taker_offer(&share->taker, add_row(applying, new),
                        applying->result->ledger.accounts[account].workload);
}

static void give_rests(struct applying *applying)
{
    for (uint32_t i = 0; i < applying->lines.count; i++) {
        const struct line_share *share = &applying->shares[i];
        if (share->taker.row == UINT32_MAX)
            continue;
        struct new_row *row = &applying->rows[share->taker.row];
        for (uint32_t c = 0; c <= share->cover_count; c++)
            row->row.nano += share->rest[c];
        row->cost.billed_nano += share->rest[share->cover_count];
    }
}

/* ---- the commitments' own rows ---- */

static fg_nanodollars fee_of(const struct fg_commitment *commitment, int32_t hour)
{
    fg_nanodollars fee = commitment->recurring_nano;
    if (commitment->start != 0 && hour_at_or_after(commitment->start) == hour)
        fee += commitment->upfront_nano;
    return fee;
}

/* Base units of what was not used: seconds of a plan, micro-instance-seconds of a reservation. */
static int64_t unused_quantity(const struct fg_commitment *commitment,
                               const struct fg_commitment_left *left)
{
    if (fg_commitment_is_plan(commitment->kind))
        return left->nano > 0 ? FG_HOUR_S : 0;
    return (int64_t)(left->units / commitment->size);
}

static void record_hour(struct applying *applying, uint32_t number, int32_t hour, int32_t end)
{
    struct fg_commitment_records *records = &applying->result->commitments;
    const struct fg_commitment *commitment = &applying->scenario->commitments[number];
    const struct fg_commitment_left *left = &applying->left[number];
    uint32_t count = (uint32_t)(end - hour);
    fg_nanodollars fee = fee_of(commitment, hour);
    if (!left->is_in_force)
        return;
    fg_commitment_records_add_hour(
        records, &(struct fg_commitment_hour){number, hour, count, commitment->hourly_nano,
                                              commitment->hourly_nano - left->nano -
                                                  applying->other_nano[number],
                                              applying->other_nano[number], fee});
    add_row(applying, (struct new_row){
                          .row = {applying->account_of[number], hour, count,
                                  unused_quantity(commitment, left), left->nano},
                          .cost = {.billed_nano = fee},
                      });
}

static void record_cover(struct applying *applying, const struct fg_cover *cover, int32_t hour,
                         int32_t end)
{
    const struct fg_account *account =
        &applying->lines.ledger->accounts[applying->lines.first_account[cover->line]];
    struct fg_coverage_row row = {
        .commitment = cover->commitment,
        .charge = account->charge,
        .sku = account->sku,
        .list_unit_nano = account->list_unit_nano,
        .first_hour = hour,
        .hour_count = (uint32_t)(end - hour),
        .quantity = (int64_t)cover->quantity,
        .paid_nano = cover->paid_nano,
        .list_nano = cover->list_nano,
        .contract_nano = cover->contract_nano,
    };
    fg_commitment_records_add_cover(&applying->result->commitments, &row);
}

static void apply_to_hours(struct applying *applying, int32_t hour, int32_t end)
{
    cover_hour(applying, hour);
    open_shares(applying);
    for (uint32_t i = 0; i < applying->lines.account_count; i++)
        if (applying->lines.line_of[i] != FG_NO_LINE)
            share_out(applying, i, hour, end);
    give_rests(applying);
    for (uint32_t i = 0; i < applying->scenario->commitment_count; i++)
        record_hour(applying, i, hour, end);
    for (uint32_t i = 0; i < applying->covers.count; i++)
        record_cover(applying, &applying->covers.items[i], hour, end);
}

/* Usage that a sixty-second minimum carries past the last hour of the study, and all that is not
 * for commitments. */
static void copy_others(struct applying *applying)
{
    const struct fg_ledger *ledger = &applying->result->ledger;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        struct new_row new = {ledger->rows[i], fg_ledger_cost(ledger, i)};
        int64_t end = new.row.first_hour + (int64_t) new.row.hour_count;
        if (applying->lines.line_of[new.row.account] != FG_NO_LINE) {
            if (end <= applying->end_hour)
                continue;
            if (new.row.first_hour < applying->end_hour)
                new.row.first_hour = applying->end_hour;
            new.row.hour_count = (uint32_t)(end - new.row.first_hour);
        }
        add_row(applying, new);
    }
}

/* ---- the new ledger ---- */

static const char *copy(struct fg_result *result, const char *text)
{
    return text == NULL ? NULL : fg_arena_string(&result->arena, text);
}

/* A plan has a rate for all that the catalog knows: only those named or met are kept. */
static void copy_rates(struct fg_result *result, const struct fg_commitment *from,
                       struct fg_commitment *own)
{
    const struct fg_usage_records *usage = &result->usage;
    bool *kept = fg_allocate((size_t)from->rate_count + 1, sizeof *kept);
    for (uint32_t i = 0; i < from->named_rate_count; i++)
        kept[i] = true;
    for (uint32_t i = 0; i < usage->line_count; i++) {
        const struct fg_plan_rate *met = fg_plan_rate_of(from, &usage->lines[i].line);
        if (met != NULL)
            kept[met - from->rates] = true;
    }
    own->rate_count = 0;
    own->rates = fg_arena_allocate(&result->arena, from->named_rate_count + usage->line_count,
                                   sizeof *own->rates);
    for (uint32_t i = 0; i < from->rate_count; i++) {
        struct fg_plan_rate rate = from->rates[i];
        rate.item = copy(result, rate.item);
        if (kept[i])
            own->rates[own->rate_count++] = rate;
    }
    free(kept);
}

static void describe_all(struct applying *applying)
{
    struct fg_result *result = applying->result;
    struct fg_commitment_records *records = &result->commitments;
    records->count = applying->scenario->commitment_count;
    records->items = fg_arena_allocate(&result->arena, records->count, sizeof *records->items);
    for (uint32_t i = 0; i < records->count; i++) {
        struct fg_commitment *own = &records->items[i];
        *own = applying->scenario->commitments[i];
        own->name = copy(result, own->name);
        own->region = copy(result, own->region);
        own->family = copy(result, own->family);
        own->instance_type = copy(result, own->instance_type);
        own->zone = copy(result, own->zone);
        copy_rates(result, &applying->scenario->commitments[i], own);
    }
}

/* An account a commitment. They sort last, as their charges do; names are unique. */
static void add_accounts(struct applying *applying)
{
    struct fg_ledger *ledger = &applying->result->ledger;
    uint32_t count = applying->scenario->commitment_count, first = ledger->account_count;
    ledger->accounts = fg_grow(ledger->accounts, &ledger->account_capacity, first + count,
                               sizeof *ledger->accounts);
    for (uint32_t i = 0; i < count; i++) {
        const struct fg_commitment *commitment = &applying->scenario->commitments[i];
        struct fg_account account = {
            .charge = fg_commitment_is_plan(commitment->kind) ? FG_CHARGE_SAVINGS_PLAN
                                                              : FG_CHARGE_RESERVED_INSTANCE,
            .pool = "cluster",
            .sku = fg_arena_string(&applying->result->arena, commitment->name),
            .namespace_name = "",
            .workload = ""};
        uint32_t place = ledger->account_count++;
        for (; place > first && fg_account_compare(&account, &ledger->accounts[place - 1]) < 0;
             place--)
            ledger->accounts[place] = ledger->accounts[place - 1];
        ledger->accounts[place] = account;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t a = first; a < ledger->account_count; a++)
            if (strcmp(ledger->accounts[a].sku, applying->scenario->commitments[i].name) == 0)
                applying->account_of[i] = a;
}

static bool equals(const struct new_row *a, const struct fg_ledger_row *b,
                   const struct fg_row_cost *cost)
{
    return a->row.account == b->account && a->row.quantity == b->quantity &&
           a->row.nano == b->nano && a->cost.list_nano == cost->list_nano &&
           a->cost.contract_nano == cost->contract_nano && a->cost.billed_nano == cost->billed_nano;
}

/* Appends a row to the sorted ones; equal neighbours become one, and one of nothing is left out. */
static void append(struct fg_ledger *ledger, const struct new_row *row)
{
    uint32_t last = ledger->row_count - 1;
    if (row->row.nano == 0 && row->row.quantity == 0 && row->cost.billed_nano == 0 &&
        row->cost.list_nano == 0)
        return;
    if (ledger->row_count > 0 && equals(row, &ledger->rows[last], &ledger->costs[last]) &&
        ledger->rows[last].first_hour + (int64_t)ledger->rows[last].hour_count ==
            row->row.first_hour) {
        ledger->rows[last].hour_count += row->row.hour_count;
        return;
    }
    ledger->costs[ledger->row_count] = row->cost;
    ledger->rows[ledger->row_count++] = row->row;
}

/* Counting sort: the rows of an account stand by time already. */
static void write_ledger(struct applying *applying)
{
    struct fg_ledger *ledger = &applying->result->ledger;
    uint32_t *place = fg_allocate((size_t)ledger->account_count + 1, sizeof *place);
    uint32_t *order = fg_allocate(applying->row_count, sizeof *order);
    for (uint32_t i = 0; i < applying->row_count; i++)
        place[applying->rows[i].row.account + 1]++;
    for (uint32_t i = 0; i < ledger->account_count; i++)
        place[i + 1] += place[i];
    for (uint32_t i = 0; i < applying->row_count; i++)
        order[place[applying->rows[i].row.account]++] = i;
    free(ledger->rows);
    free(ledger->costs);
    ledger->rows = fg_allocate(applying->row_count, sizeof *ledger->rows);
    ledger->costs = fg_allocate(applying->row_count, sizeof *ledger->costs);
    ledger->row_capacity = applying->row_count;
    ledger->row_count = 0;
    for (uint32_t i = 0; i < applying->row_count; i++)
        append(ledger, &applying->rows[order[i]]);
    free(order);
    free(place);
}

/* ---- the summary ---- */

/* What the charges from `first` to `last` come to, paid and without commitments. */
static void sum_charges(const struct fg_ledger *ledger, enum fg_charge first, enum fg_charge last,
                        __int128 *out_paid, __int128 *out_contract)
{
    *out_paid = 0;
    *out_contract = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        enum fg_charge charge = ledger->accounts[ledger->rows[i].account].charge;
        if (charge < first || charge > last)
            continue;
        *out_paid += (__int128)ledger->rows[i].nano * ledger->rows[i].hour_count;
        *out_contract += (__int128)ledger->costs[i].contract_nano * ledger->rows[i].hour_count;
    }
}

static fg_nanodollars part_of(fg_nanodollars amount, __int128 paid, __int128 contract)
{
    return contract == 0 ? amount
                         : (fg_nanodollars)fg_money_divide_half_even(amount * paid, contract);
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
    __int128 paid, contract;
    sum_charges(&result->ledger, FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_STORAGE, &paid,
                &contract);
    summary->fargate_waste_nano = part_of(summary->fargate_waste_nano, paid, contract);
    summary->node_nano = summary->node_idle_nano = 0;
    for (uint32_t i = 0; i < result->ledger.row_count; i++)
        add_node_row(summary, &result->ledger, &result->ledger.rows[i]);
}

static void release(struct applying *applying)
{
    fg_usage_lines_release(&applying->lines);
    fg_covers_release(&applying->covers);
    free(applying->left);
    free(applying->other_nano);
    free(applying->account_of);
    free(applying->shares);
    free(applying->rests);
    free(applying->changes);
    free(applying->rows);
}

static void apply_to_all(struct applying *applying, const struct fg_zone_hours *zone_hours)
{
    applying->shares = fg_allocate(applying->lines.count, sizeof *applying->shares);
    find_changes(applying, zone_hours);
    describe_all(applying);
    add_accounts(applying);
    for (int32_t hour = applying->first_hour, next; hour < applying->end_hour; hour = next) {
        for (next = hour + 1; !applying->changes[next - applying->first_hour]; next++)
            ;
        apply_to_hours(applying, hour, next);
    }
    copy_others(applying);
    write_ledger(applying);
    fg_commitment_records_close(&applying->result->commitments);
    lower_summary(applying->result);
    fg_pod_bills_amortise(applying->scenario->start, applying->cut_s, applying->result);
}

/* ---- rates ---- */

static fg_status check_line(const struct fg_scenario *scenario, const struct fg_usage_line *line,
                            struct fg_error *error)
{
    for (uint32_t i = 0; i < scenario->commitment_count; i++) {
        const struct fg_commitment *plan = &scenario->commitments[i];
        if (fg_plan_lacks_rate(plan, line))
            return fg_error_set(
                error, FG_BAD_INPUT,
                "scenario '%s': the rate of %s in %s under the Savings Plan '%s' is "
                "not known; expected it in the plan's discounts, such as {%s: 20%%}",
                scenario->name, line->item, line->region, plan->name,
                line->service == FG_USAGE_EC2 ? line->family : "fargate");
    }
    return FG_OK;
}

static fg_status check_group(const struct fg_scenario *scenario, const struct fg_node_group *group,
                             struct fg_error *error)
{
    struct fg_instance_name parts;
    if (group->spot)
        return FG_OK;
    fg_instance_name_parse(group->instance_type, &parts);
    const struct fg_usage_line line = {.service = FG_USAGE_EC2,
                                       .item = group->instance_type,
                                       .family = parts.family,
                                       .region = scenario->region};
    return check_line(scenario, &line, error);
}

static bool is_seen(const struct fg_other_usage_row *const *seen, uint32_t count,
                    const struct fg_other_usage_row *row)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(seen[i]->item, row->item) == 0 && strcmp(seen[i]->region, row->region) == 0)
            return true;
    return false;
}

/* The account's other usage: hours on hours of a few items. */
static fg_status check_others(const struct fg_scenario *scenario, struct fg_error *error)
{
    const struct fg_other_usage *other = scenario->other_usage;
    if (other == NULL)
        return FG_OK;
    const struct fg_other_usage_row **seen = fg_allocate(other->count, sizeof *seen);
    uint32_t seen_count = 0;
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < other->count; i++) {
        struct fg_zone_usage zone;
        if (is_seen(seen, seen_count, &other->rows[i]))
            continue;
        seen[seen_count++] = &other->rows[i];
        const struct fg_usage_line line = fg_other_usage_line(&other->rows[i], &zone);
        status = check_line(scenario, &line, error);
    }
    free(seen);
    return status;
}

fg_status fg_commitments_check(const struct fg_scenario *scenario, struct fg_error *error)
{
    static const char *const items[] = {"fargate-vcpu", "fargate-memory"};
    const struct fg_cluster *cluster = &scenario->cluster;
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < cluster->node_group_count; i++)
        status = check_group(scenario, &cluster->node_groups[i], error);
    for (int i = 0; status == FG_OK && cluster->profile_count > 0 && i < 2; i++) {
        const struct fg_usage_line line = {
            .service = FG_USAGE_FARGATE, .item = items[i], .region = scenario->region};
        status = check_line(scenario, &line, error);
    }
    return status == FG_OK ? check_others(scenario, error) : status;
}

fg_status fg_commitments_apply(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                               const struct fg_zone_hours *zone_hours, uint32_t cut_s,
                               struct fg_result *result, struct fg_error *error)
{
    uint32_t count = scenario->commitment_count;
    if (count == 0)
        return FG_OK;
    struct applying applying = {
        .scenario = scenario,
        .result = result,
        .cut_s = cut_s,
        .first_hour = hour_of(scenario->start),
        .end_hour = hour_at_or_after(scenario->start + cut_s),
        .left = fg_allocate(count, sizeof *applying.left),
        .other_nano = fg_allocate(count, sizeof *applying.other_nano),
        .account_of = fg_allocate(count, sizeof *applying.account_of),
    };
    fg_status status = FG_OK;
    fg_usage_lines_open(&applying.lines, &result->ledger, scenario->region, catalog, zone_hours);
    for (uint32_t i = 0; status == FG_OK && i < applying.lines.count; i++)
        status = check_line(scenario, &applying.lines.items[i], error);
    if (status == FG_OK)
        apply_to_all(&applying, zone_hours);
    release(&applying);
    return status;
}
