/* How many nodes Karpenter may disrupt: rules R7 and G8. */
#include "sim/controllers/karpenter_budgets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static fg_unix_s at(const char *text)
{
    fg_unix_s out = 0;
    struct fg_error error = {0};
    assert_int_equal(fg_calendar_parse_instant(text, &out, &error), FG_OK);
    return out;
}

static struct fg_disruption_budget count(int64_t nodes)
{
    return (struct fg_disruption_budget){.nodes = nodes, .reasons = FG_DISRUPTION_ALL};
}

static struct fg_disruption_budget percent(int64_t nodes)
{
    return (struct fg_disruption_budget){
        .nodes = nodes, .percent = true, .reasons = FG_DISRUPTION_ALL};
}

static struct fg_disruption_budget scheduled(int64_t nodes, const char *schedule,
                                             uint32_t duration_s)
{
    struct fg_disruption_budget budget = count(nodes);
    struct fg_error error = {0};
    budget.has_schedule = true;
    budget.duration_s = duration_s;
    assert_int_equal(fg_cron_parse(schedule, &budget.schedule, &error), FG_OK);
    return budget;
}

static struct fg_node_pool pool_with(struct fg_disruption_budget *budgets, uint32_t budget_count)
{
    return (struct fg_node_pool){
        .name = "general", .budgets = budgets, .budget_count = budget_count};
}

static int64_t allowed(struct fg_disruption_budget budget, int64_t nodes, int64_t unavailable)
{
    struct fg_node_pool pool = pool_with(&budget, 1);
    struct fg_pool_tally tally = {nodes, unavailable};
    return fg_karpenter_disruptions_allowed(&pool, &tally, FG_DISRUPTION_EMPTY, 0);
}

static void budget_percentages_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(allowed(percent(20), 19, 0), 4); /* 3.8 */
    assert_int_equal(allowed(percent(5), 10, 0), 1);  /* 0.5 */
    assert_int_equal(allowed(percent(10), 10, 0), 1);
    assert_int_equal(allowed(percent(10), 11, 0), 2); /* 1.1 */
    assert_int_equal(allowed(percent(100), 7, 0), 7);
    assert_int_equal(allowed(percent(10), 0, 0), 0);
}

static void budget_of_zero_blocks(void **state)
{
    (void)state;
    assert_int_equal(allowed(count(0), 100, 0), 0);
    assert_int_equal(allowed(percent(0), 100, 0), 0);
}

static void budget_is_used_up_by_nodes_that_are_going_or_not_ready(void **state)
{
    (void)state;
    assert_int_equal(allowed(percent(20), 19, 1), 3); /* 4 - 1 */
    assert_int_equal(allowed(percent(20), 19, 4), 0);
    assert_int_equal(allowed(percent(20), 19, 9), 0); /* not -5 */
    assert_int_equal(allowed(count(2), 50, 1), 1);
}

static void budget_that_is_strictest_holds(void **state)
{
    (void)state;
    struct fg_disruption_budget budgets[] = {percent(20), count(5), percent(50)};
    struct fg_node_pool pool = pool_with(budgets, 3);
    /* 20 % of 19 = 4, 5, 50 % of 19 = 10; of 100 nodes 20, 5, 50 */
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 19, FG_DISRUPTION_DRIFTED, 0), 4);
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 100, FG_DISRUPTION_DRIFTED, 0), 5);
}

static void budget_holds_for_its_reasons_alone(void **state)
{
    (void)state;
    struct fg_disruption_budget budgets[] = {count(0), count(3)};
    budgets[0].reasons = FG_DISRUPTION_DRIFTED | FG_DISRUPTION_UNDERUTILIZED;
    budgets[1].reasons = FG_DISRUPTION_EMPTY;
    struct fg_node_pool pool = pool_with(budgets, 2);
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 9, FG_DISRUPTION_DRIFTED, 0), 0);
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 9, FG_DISRUPTION_UNDERUTILIZED, 0), 0);
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 9, FG_DISRUPTION_EMPTY, 0), 3);
    pool.budget_count = 1;
    assert_int_equal(fg_karpenter_budget_nodes(&pool, 9, FG_DISRUPTION_EMPTY, 0),
                     FG_DISRUPTIONS_UNBOUNDED);
}

/* Office hours, Monday to Friday from 9:00 for 8 hours; 2026-03-02 is a Monday. */
static void budget_with_a_schedule_is_active_from_its_time_for_its_duration(void **state)
{
    (void)state;
    static const struct {
        const char *now;
        bool active;
    } cases[] = {
        {"2026-03-02T08:59:59Z", false}, {"2026-03-02T09:00:00Z", true},
        {"2026-03-02T16:59:59Z", true},  {"2026-03-02T17:00:00Z", false},
        {"2026-03-06T12:00:00Z", true},  {"2026-03-07T12:00:00Z", false}, /* Saturday */
    };
    struct fg_disruption_budget budget = scheduled(0, "0 9 * * mon-fri", 8 * 3600);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (fg_karpenter_budget_active(&budget, at(cases[i].now)) != cases[i].active)
            fail_msg("at %s", cases[i].now);
}

static void budget_windows_that_overlap_are_one(void **state)
{
    (void)state;
    struct fg_disruption_budget budget = scheduled(0, "*/10 * * * *", 900);
    assert_true(fg_karpenter_budget_active(&budget, at("2026-03-02T00:14:59Z")));
    assert_true(fg_karpenter_budget_active(&budget, at("2026-03-02T00:15:00Z")));
}

static void budget_whose_schedule_never_comes_is_active(void **state)
{
    (void)state;
    struct fg_disruption_budget budget = scheduled(0, "0 0 30 2 *", 3600);
    assert_true(fg_karpenter_budget_active(&budget, at("2026-03-02T00:00:00Z")));
}

/* Between two changes that are told no second differs from the one before. */
static void budgets_change_only_when_they_say(void **state)
{
    (void)state;
    struct fg_disruption_budget budgets[] = {percent(10), scheduled(0, "0 9 * * mon-fri", 2 * 3600),
                                             scheduled(1, "*/7 3-4 * * *", 300)};
    struct fg_node_pool pool = pool_with(budgets, 3);
    fg_unix_s now = at("2026-03-02T00:00:00Z"), end = now + 2 * 86400, change = now;
    uint32_t changes = 0;
    bool before[2] = {false, false};
    for (; now < end; now++) {
        bool active[2] = {fg_karpenter_budget_active(&budgets[1], now),
                          fg_karpenter_budget_active(&budgets[2], now)};
        if (memcmp(active, before, sizeof active) != 0) {
            assert_int_equal(now, change);
            changes++;
        }
        memcpy(before, active, sizeof active);
        if (now == change)
            assert_true(fg_karpenter_budgets_change(&pool, now, &change));
        assert_true(change > now);
    }
    /* twice a day: 2 for the office hours; */
    /* 3:00 to 4:56 every 7 minutes for 5: 3:00 .. 3:56 (9 times), 4:00 .. 4:56 (9 times); the gap
     * of 3:56 + 5 to 4:00 is none, so 3:56 to 4:05 is one window: 17 windows, 34 changes. */
    assert_int_equal(changes, 2 * (2 + 34));
    pool.budget_count = 1;
    assert_false(fg_karpenter_budgets_change(&pool, now, &change));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budget_percentages_are_rounded_up),
        cmocka_unit_test(budget_of_zero_blocks),
        cmocka_unit_test(budget_is_used_up_by_nodes_that_are_going_or_not_ready),
        cmocka_unit_test(budget_that_is_strictest_holds),
        cmocka_unit_test(budget_holds_for_its_reasons_alone),
        cmocka_unit_test(budget_with_a_schedule_is_active_from_its_time_for_its_duration),
        cmocka_unit_test(budget_windows_that_overlap_are_one),
        cmocka_unit_test(budget_whose_schedule_never_comes_is_active),
        cmocka_unit_test(budgets_change_only_when_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
