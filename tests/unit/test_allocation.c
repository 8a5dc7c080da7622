/* Who bears the cost: the rules of sharing, labels of accounts, and lists of names. */
#include "models/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/ledger.h"
#include "reports/allocation.h"

static struct fg_arena arena;
static struct fg_allocation list;

static int tear_down(void **state)
{
    (void)state;
    fg_allocation_release(&list);
    fg_arena_release(&arena);
    return 0;
}

/* ---- shares ---- */

/* 100 by 1 : 1 : 1 is 33 1/3 each: 33 + 33 + 33 = 99, and the rest of 1 goes to the first. */
static void equal_shares_leave_the_rest_to_the_first_ones(void **state)
{
    (void)state;
    fg_nanodollars shares[3], weights[3] = {7, 7, 7};
    fg_allocation_share(100, FG_SHARE_EVEN, weights, 3, shares);
    assert_int_equal(shares[0], 34);
    assert_int_equal(shares[1], 33);
    assert_int_equal(shares[2], 33);
    fg_allocation_share(100, FG_SHARE_BY_SHARE, weights, 3, shares);
    assert_int_equal(shares[0], 34);
    assert_int_equal(shares[1], 33);
    assert_int_equal(shares[2], 33);
}

/* 11 by 1 : 2 : 4: 11/7 = 1.571, 22/7 = 3.143, 44/7 = 6.286. Down: 1 + 3 + 6 = 10; the rest of 1
 * goes to .571, the largest remainder: 2 + 3 + 6 = 11. */
static void the_largest_remainder_takes_the_rest(void **state)
{
    (void)state;
    fg_nanodollars shares[3];
    fg_allocation_share(11, FG_SHARE_BY_SHARE, (const fg_nanodollars[]){1, 2, 4}, 3, shares);
    assert_int_equal(shares[0], 2);
    assert_int_equal(shares[1], 3);
    assert_int_equal(shares[2], 6);
    /* Who has no direct cost bears nothing by share, and as much as the others evenly. */
    fg_allocation_share(10, FG_SHARE_BY_SHARE, (const fg_nanodollars[]){0, 5}, 2, shares);
    assert_int_equal(shares[0], 0);
    assert_int_equal(shares[1], 10);
    fg_allocation_share(10, FG_SHARE_EVEN, (const fg_nanodollars[]){0, 5}, 2, shares);
    assert_int_equal(shares[0], 5);
    assert_int_equal(shares[1], 5);
}

/* Without any direct cost by share is evenly: 5 = 3 + 2. Products of 2^62 * 2^62 do not overflow.
 */
static void shares_hold_without_weights_and_with_huge_ones(void **state)
{
    (void)state;
    fg_nanodollars shares[2];
    fg_allocation_share(5, FG_SHARE_BY_SHARE, (const fg_nanodollars[]){0, 0}, 2, shares);
    assert_int_equal(shares[0], 3);
    assert_int_equal(shares[1], 2);
    fg_nanodollars huge = INT64_C(1) << 62;
    fg_allocation_share(huge, FG_SHARE_BY_SHARE, (const fg_nanodollars[]){huge, huge}, 2, shares);
    assert_int_equal(shares[0], huge / 2);
    assert_int_equal(shares[1], huge / 2);
}

static void rules_are_read_in_the_words_of_the_study_and_of_the_command_line(void **state)
{
    (void)state;
    enum fg_share_rule rule = FG_SHARE_EVEN;
    assert_true(fg_share_rule_parse("apart", &rule));
    assert_int_equal(rule, FG_SHARE_APART);
    assert_true(fg_share_rule_parse("by share", &rule));
    assert_int_equal(rule, FG_SHARE_BY_SHARE);
    assert_true(fg_share_rule_parse("even", &rule));
    assert_true(fg_share_rule_parse("share", &rule));
    assert_int_equal(rule, FG_SHARE_BY_SHARE);
    assert_false(fg_share_rule_parse("evenly", &rule));
    assert_true(fg_dimension_is_known("label:app.kubernetes.io/name"));
    assert_false(fg_dimension_is_known("label:"));
    assert_false(fg_dimension_is_known("label:a;b"));
    assert_false(fg_dimension_is_known("team"));
}

/* ---- labels ---- */

static void a_group_names_each_label_and_gives_it_back(void **state)
{
    (void)state;
    const char *dimensions[] = {"namespace", "label:team", "label:tier"};
    const struct fg_allocation_settings settings = {.dimension_count = 3, .dimensions = dimensions};
    struct fg_pair items[] = {{"app", "web"}, {"team", "shop"}};
    const struct fg_pairs labels = {2, items};
    const char *group = fg_allocation_group(&settings, &labels, &arena);
    assert_string_equal(group, "team=shop;tier=");
    assert_string_equal(fg_allocation_group_value(group, "team", &arena), "shop");
    assert_string_equal(fg_allocation_group_value(group, "tier", &arena), "");
    assert_string_equal(fg_allocation_group_value(group, "te", &arena), "");
    assert_string_equal(fg_allocation_group_value("", "team", &arena), "");
}

static void a_value_of_separators_comes_back_whole(void **state)
{
    (void)state;
    const char *dimensions[] = {"label:a", "label:b"};
    const struct fg_allocation_settings settings = {.dimension_count = 2, .dimensions = dimensions};
    struct fg_pair items[] = {{"a", "x;b=1\\"}, {"b", "=;\\;"}};
    const struct fg_pairs labels = {2, items};
    const char *group = fg_allocation_group(&settings, &labels, &arena);
    assert_string_equal(group, "a=x\\;b=1\\\\;b==\\;\\\\\\;");
    assert_string_equal(fg_allocation_group_value(group, "a", &arena), "x;b=1\\");
    assert_string_equal(fg_allocation_group_value(group, "b", &arena), "=;\\;");
}

/* ---- lists ---- */

/* An hour of a small cluster, in nanodollars. Direct: shop 600 of nodes and 100 of Fargate, data
 * 200 of nodes, kube-system 40 of nodes. Shared: idle 101, DaemonSets 50, cluster 300, a plan's
 * unused part 33, NAT 7. In all 600 + 100 + 200 + 40 + 101 + 50 + 300 + 33 + 7 = 1431. */
static struct fg_cost_cell bill[] = {
    {"shop", "web", "team=front", "ec2-on-demand", FG_COST_EC2, 600},
    {"shop", "api", "team=back", "fargate-vcpu", FG_COST_FARGATE, 100},
    {"data", "etl", "team=", "ec2-on-demand", FG_COST_EC2, 200},
    {"kube-system", "dns", "team=", "ec2-on-demand", FG_COST_EC2, 40},
    {"", "(idle)", "", "ec2-on-demand", FG_COST_EC2, 101},
    {"", "(system)", "", "ec2-on-demand", FG_COST_EC2, 50},
    {"", "", "", "eks-control-plane", FG_COST_CONTROL_PLANE, 300},
    {"", "", "", "savings-plan", FG_COST_OTHER, 33},
    {"", "", "", "other:nat", FG_COST_OTHER, 7},
};

static void allocate(struct fg_allocation_settings settings, const char *dimension)
{
    const struct fg_cost_cells cells = {
        .count = sizeof bill / sizeof *bill, .items = bill, .divisor = 1, .total = 1431};
    fg_allocation_release(&list);
    fg_allocation_make(&cells, &settings, dimension, &list);
    fg_nanodollars total = 0;
    for (uint32_t i = 0; i < list.count; i++)
        total += fg_allocated_total(&list.items[i]);
    assert_int_equal(total, 1431);
}

static void assert_row(uint32_t number, const char *name, fg_nanodollars direct,
                       fg_nanodollars shared)
{
    assert_true(number < list.count);
    assert_string_equal(list.items[number].name, name);
    assert_int_equal(list.items[number].direct, direct);
    assert_int_equal(list.items[number].shared, shared);
}

static void shared_cost_that_stands_apart_is_listed_by_its_kind(void **state)
{
    (void)state;
    allocate((struct fg_allocation_settings){0}, "namespace");
    assert_int_equal(list.count, 8);
    assert_row(0, "shop", 700, 0);
    assert_row(1, "(cluster)", 0, 300);
    assert_row(2, "data", 200, 0);
    assert_row(3, "(idle)", 0, 101);
    assert_row(4, "(system)", 0, 50);
    assert_row(5, "kube-system", 40, 0);
    assert_row(6, "(commitments)", 0, 33);
    assert_row(7, "(other:nat)", 0, 7);
}

/* Of 3 names. (idle) 101 = 34 + 34 + 33 and (system) 50 = 17 + 17 + 16, to data, kube-system, shop
 * in this order, all of which ran on nodes; cluster 300 = 100 each; commitments 33 = 11 each; NAT
 * 7 = 3 + 2 + 2. data: 34 + 17 + 100 + 11 + 3 = 165; kube-system: 34 + 17 + 100 + 11 + 2 = 164;
 * shop: 33 + 16 + 100 + 11 + 2 = 162. 165 + 164 + 162 = 491 = 101 + 50 + 300 + 33 + 7. */
static void shared_cost_is_spread_evenly(void **state)
{
    (void)state;
    allocate((struct fg_allocation_settings){.shared = FG_SHARE_EVEN, .idle = FG_SHARE_EVEN},
             "namespace");
    assert_int_equal(list.count, 3);
    assert_row(0, "shop", 700, 162);
    assert_row(1, "data", 200, 165);
    assert_row(2, "kube-system", 40, 164);
}

/* By what nodes cost, 200 : 40 : 600 of 840 for data, kube-system, shop: DaemonSets
 * 50 = 11.905 : 2.381 : 35.714, down 11 + 2 + 35 = 48, the rest to .905 and .714: 12 + 2 + 36.
 * By direct cost, 200 : 40 : 700 of 940: cluster 300 = 63.830 : 12.766 : 223.404, down
 * 63 + 12 + 223 = 298, the rest to .830 and .766: 64 + 13 + 223. Commitments
 * 33 = 7.021 : 1.404 : 24.574: 7 + 1 + 25. NAT 7 = 1.489 : .298 : 5.213: 2 + 0 + 5.
 * data: 12 + 64 + 7 + 2 = 85; kube-system: 2 + 13 + 1 + 0 = 16; shop: 36 + 223 + 25 + 5 = 289.
 * 85 + 16 + 289 = 390 = 50 + 300 + 33 + 7; (idle) 101 stays. */
static void shared_cost_is_spread_by_share_with_idle_apart(void **state)
{
    (void)state;
    allocate((struct fg_allocation_settings){.shared = FG_SHARE_BY_SHARE}, "namespace");
    assert_int_equal(list.count, 4);
    assert_row(0, "shop", 700, 289);
    assert_row(1, "data", 200, 85);
    assert_row(2, "(idle)", 0, 101);
    assert_row(3, "kube-system", 40, 16);
}

/* By workload: api ran on Fargate and bears nothing of (idle) and (system), which go by share of
 * 200 : 600 : 40 (etl, web, dns). 101 = 24.048 : 72.143 : 4.810, down 24 + 72 + 4 = 100, the rest
 * to .810: 24 + 72 + 5. 50 = 11.905 : 35.714 : 2.381: 12 + 36 + 2. All else goes by share of 200 :
 * 40 : 100 : 600 (etl, dns, api, web). 300 = 63.830 : 12.766 : 31.915 : 191.489, down 63 + 12 + 31
 * + 191 = 297, the rest to .915, .830, .766: 64 + 13 + 32 + 191. 33 = 7.021 : 1.404 : 3.511
 * : 21.064, down 32, the rest to .511: 7 + 1 + 4 + 21. 7 = 1.489 : .298 : .745 : 4.468, down 5, the
 * rest to .745 and .489: 2 + 0 + 1 + 4. */
static void cost_of_nodes_is_borne_by_those_who_ran_on_nodes(void **state)
{
    (void)state;
    allocate(
        (struct fg_allocation_settings){.shared = FG_SHARE_BY_SHARE, .idle = FG_SHARE_BY_SHARE},
        "workload");
    assert_int_equal(list.count, 4);
    assert_row(0, "shop/web", 600, 72 + 36 + 191 + 21 + 4);
    assert_row(1, "data/etl", 200, 24 + 12 + 64 + 7 + 2);
    assert_row(2, "shop/api", 100, 32 + 4 + 1);
    assert_row(3, "kube-system/dns", 40, 5 + 2 + 13 + 1 + 0);
}

/* kube-system's 40 are shared now. Evenly over back (100), front (600), (none) (200), of which back
 * had nothing on nodes: idle 101 = 51 front + 50 (none); DaemonSets 50 = 25 + 25; kube-system 40,
 * cluster 300, commitments 33 and NAT 7, each in thirds to (none), back, front in the order of
 * bytes: 40 = 14 + 13 + 13; 300 = 100 each; 33 = 11 each; 7 = 3 + 2 + 2. The order of bytes for
 * idle is (none), front: 51 + 50. (none): 51 + 25 + 14 + 100 + 11 + 3 = 204; back: 13 + 100 + 11 +
 * 2 = 126; front: 50 + 25 + 13 + 100 + 11 + 2 = 201. 204 + 126 + 201 = 531 = 491 + 40. */
static void a_shared_namespace_is_spread_over_labels(void **state)
{
    (void)state;
    const char *names[] = {"kube-*"};
    allocate((struct fg_allocation_settings){.shared = FG_SHARE_EVEN,
                                             .idle = FG_SHARE_EVEN,
                                             .namespace_count = 1,
                                             .namespaces = names},
             "label:team");
    assert_int_equal(list.count, 3);
    assert_row(0, "front", 600, 201);
    assert_row(1, "(none)", 200, 204);
    assert_row(2, "back", 100, 126);
}

/* Nobody bears it: the fee of 73 stays apart. */
static void shared_cost_without_bearers_stays_apart(void **state)
{
    (void)state;
    struct fg_cost_cell fee = {"", "", "", "eks-control-plane", FG_COST_CONTROL_PLANE, 73};
    const struct fg_cost_cells cells = {.count = 1, .items = &fee, .divisor = 1, .total = 73};
    const struct fg_allocation_settings settings = {.shared = FG_SHARE_EVEN, .idle = FG_SHARE_EVEN};
    fg_allocation_make(&cells, &settings, "namespace", &list);
    assert_int_equal(list.count, 1);
    assert_row(0, "(cluster)", 0, 73);
}

/* Two replications cost 7 and 8 of a, 3 and 2 of b: 15 and 5. Means, down: 7 and 2; the report's
 * mean is 20 / 2 = 10, and the rest of 1 goes to the dearest: 8 + 2. */
static void a_mean_gives_its_rest_to_the_dearest(void **state)
{
    (void)state;
    struct fg_cost_cell two[] = {{"a", "w", "", "ec2-on-demand", FG_COST_EC2, 7},
                                 {"a", "w", "", "ec2-on-demand", FG_COST_EC2, 8},
                                 {"b", "w", "", "ec2-on-demand", FG_COST_EC2, 3},
                                 {"b", "w", "", "ec2-on-demand", FG_COST_EC2, 2}};
    const struct fg_cost_cells cells = {.count = 4, .items = two, .divisor = 2, .total = 10};
    const struct fg_allocation_settings settings = {0};
    fg_allocation_make(&cells, &settings, "namespace", &list);
    assert_row(0, "a", 8, 0);
    assert_row(1, "b", 2, 0);
}

/* Over two replications a has no direct cost and bears 5 and 5 of two charges, in the mean 10 / 2
 * = 5. The report rounds 5 / 2 of each half to even, 2 + 2 = 4: one is too much, and shared cost
 * gives it. */
static void a_mean_takes_what_is_too_much_from_shared_cost_where_there_is_no_other(void **state)
{
    (void)state;
    struct fg_cost_cell two[] = {{"a", "w", "", "fargate-vcpu", FG_COST_FARGATE, 0},
                                 {"", "", "", "eks-control-plane", FG_COST_CONTROL_PLANE, 5},
                                 {"", "", "", "eks-extended-support", FG_COST_CONTROL_PLANE, 5}};
    const struct fg_cost_cells cells = {.count = 3, .items = two, .divisor = 2, .total = 4};
    const struct fg_allocation_settings settings = {.shared = FG_SHARE_EVEN};
    fg_allocation_make(&cells, &settings, "namespace", &list);
    assert_int_equal(list.count, 1);
    assert_row(0, "a", 0, 4);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(equal_shares_leave_the_rest_to_the_first_ones),
        TEST(the_largest_remainder_takes_the_rest),
        TEST(shares_hold_without_weights_and_with_huge_ones),
        TEST(rules_are_read_in_the_words_of_the_study_and_of_the_command_line),
        TEST(a_group_names_each_label_and_gives_it_back),
        TEST(a_value_of_separators_comes_back_whole),
        TEST(shared_cost_that_stands_apart_is_listed_by_its_kind),
        TEST(shared_cost_is_spread_evenly),
        TEST(shared_cost_is_spread_by_share_with_idle_apart),
        TEST(cost_of_nodes_is_borne_by_those_who_ran_on_nodes),
        TEST(a_shared_namespace_is_spread_over_labels),
        TEST(shared_cost_without_bearers_stays_apart),
        TEST(a_mean_gives_its_rest_to_the_dearest),
        TEST(a_mean_takes_what_is_too_much_from_shared_cost_where_there_is_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
