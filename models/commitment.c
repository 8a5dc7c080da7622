#include "models/commitment.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

enum { MILLION = 1000000 };

const char *fg_plan_kind_name(enum fg_plan_kind kind)
{
    return kind == FG_PLAN_COMPUTE ? "compute" : "ec2Instance";
}

static bool is_in_scope(const struct fg_savings_plan *plan, const struct fg_usage_line *line)
{
    if (plan->kind == FG_PLAN_COMPUTE)
        return true;
    return line->service == FG_SERVICE_EC2 && plan->family != NULL && line->family != NULL &&
           strcmp(plan->family, line->family) == 0 &&
           (plan->region == NULL || strcmp(plan->region, line->region) == 0);
}

bool fg_savings_plan_discount(const struct fg_savings_plan *plan, const struct fg_usage_line *line,
                              uint32_t *out_millionths)
{
    bool found = false;
    if (!is_in_scope(plan, line))
        return false;
    for (uint32_t i = 0; i < plan->discount_count; i++) {
        const struct fg_plan_discount *discount = &plan->discounts[i];
        bool is_own = discount->family != NULL && line->family != NULL &&
                      strcmp(discount->family, line->family) == 0;
        if (discount->service != line->service || (discount->family != NULL && !is_own))
            continue;
        *out_millionths = discount->millionths;
        found = true;
        if (is_own)
            break;
    }
    return found;
}

/* A plan that covers a line. */
struct pair {
    uint32_t plan, line, millionths;
    enum fg_plan_kind kind;
    fg_nanodollars unit_nano;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (left->millionths != right->millionths)
        return left->millionths > right->millionths ? -1 : 1;
    if (left->unit_nano != right->unit_nano)
        return left->unit_nano < right->unit_nano ? -1 : 1;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->plan < right->plan ? -1 : left->plan > right->plan;
}

static uint32_t find_pairs(const struct fg_savings_plan *plans, uint32_t plan_count,
                           const struct fg_usage_line *lines, uint32_t line_count,
                           struct pair *pairs)
{
    uint32_t count = 0;
    for (uint32_t line = 0; line < line_count; line++)
        for (uint32_t plan = 0; plan < plan_count; plan++) {
            struct pair pair = {.plan = plan,
                                .line = line,
                                .kind = plans[plan].kind,
                                .unit_nano = lines[line].unit_nano};
            if (fg_savings_plan_discount(&plans[plan], &lines[line], &pair.millionths))
                pairs[count++] = pair;
        }
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    return count;
}

/* Covers of the line what `left` reaches. */
static void spend(struct fg_usage_line *line, uint32_t millionths, fg_nanodollars *left)
{
    __int128 rate = MILLION - (int64_t)millionths;
    fg_nanodollars whole =
        (fg_nanodollars)fg_money_divide_half_even(line->on_demand_nano * rate, MILLION);
    if (whole <= *left) {
        line->covered_nano += whole;
        line->on_demand_nano = 0;
        *left -= whole;
        return;
    }
    fg_nanodollars part =
        (fg_nanodollars)fg_money_divide_half_even((__int128)*left * MILLION, rate);
    line->covered_nano += *left;
    line->on_demand_nano -= part < line->on_demand_nano ? part : line->on_demand_nano;
    *left = 0;
}

void fg_savings_plans_apply(const struct fg_savings_plan *plans, uint32_t plan_count,
                            struct fg_usage_line *lines, uint32_t line_count,
                            fg_nanodollars *unused)
{
    struct pair *pairs = fg_allocate((size_t)plan_count * line_count, sizeof *pairs);
    uint32_t pair_count = find_pairs(plans, plan_count, lines, line_count, pairs);
    for (uint32_t i = 0; i < plan_count; i++)
        unused[i] = plans[i].commitment_per_hour;
    for (uint32_t i = 0; i < line_count; i++) {
        lines[i].covered_nano = 0;
        lines[i].on_demand_nano = lines[i].list_nano;
    }
    for (uint32_t i = 0; i < pair_count; i++)
        spend(&lines[pairs[i].line], pairs[i].millionths, &unused[pairs[i].plan]);
    free(pairs);
}
