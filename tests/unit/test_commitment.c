/* Commitments in one clock hour: the Savings Plans guide's example (rules G3), the EC2 guide's on
 * Reserved Instances (G4), order and edges (I5 to I7). */
#include "models/commitment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define USD(dollars) ((fg_nanodollars)((dollars) * (int64_t)FG_NANO_PER_DOLLAR))
#define CENTS(cents) ((fg_nanodollars)((cents) * (int64_t)(FG_NANO_PER_DOLLAR / 100)))
#define MILLS(mills) ((fg_nanodollars)((mills) * (int64_t)(FG_NANO_PER_DOLLAR / 1000)))
#define INSTANCE_HOURS(count) ((count) * (int64_t)3600000000)
enum { MILLION = 1000000, LEFT = 4 };

static int64_t without_percent(uint32_t percent)
{
    return MILLION - (int64_t)percent * 10000;
}

/* ---- an hour that is covered ---- */

struct hour {
    struct fg_commitment_left left[LEFT];
    struct fg_covers covers;
};

static void cover(struct hour *hour, const struct fg_commitment *commitments, uint32_t count,
                  struct fg_usage_line *lines, uint32_t line_count)
{
    *hour = (struct hour){0};
    fg_commitments_open(commitments, count, 0, hour->left);
    fg_commitments_cover(commitments, count, hour->left, lines, line_count, &hour->covers);
}

static fg_nanodollars paid_for(const struct hour *hour, uint32_t line)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < hour->covers.count; i++)
        sum += hour->covers.items[i].line == line ? hour->covers.items[i].paid_nano : 0;
    return sum;
}

static __int128 covered_of(const struct hour *hour, uint32_t line)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < hour->covers.count; i++)
        sum += hour->covers.items[i].line == line ? hour->covers.items[i].quantity : 0;
    return sum;
}

static fg_nanodollars paid_by(const struct hour *hour, uint32_t commitment)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < hour->covers.count; i++)
        sum += hour->covers.items[i].commitment == commitment ? hour->covers.items[i].paid_nano : 0;
    return sum;
}

static fg_nanodollars on_demand(const struct fg_usage_line *lines, uint32_t count)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += lines[i].contract_nano;
    return sum;
}

/* ---- the hour of rules G3 ---- */

enum { R5, FARGATE_VCPU, FARGATE_GB, M5, LAMBDA_GB_S, LAMBDA_REQUESTS, LINES };

static struct fg_usage_line ec2_line(const char *item, const char *family, int64_t size,
                                     int64_t instances_milli, fg_nanodollars unit_nano)
{
    fg_nanodollars nano = unit_nano * instances_milli / 1000;
    return (struct fg_usage_line){.service = FG_USAGE_EC2,
                                  .item = item,
                                  .family = family,
                                  .region = "us-east-1",
                                  .size = size,
                                  .list_unit_nano = unit_nano,
                                  .quantity = INSTANCE_HOURS(instances_milli) / 1000,
                                  .list_nano = nano,
                                  .contract_nano = nano};
}

static struct fg_usage_line fargate_line(const char *item, __int128 quantity,
                                         fg_nanodollars unit_nano, fg_nanodollars nano)
{
    return (struct fg_usage_line){.service = FG_USAGE_FARGATE,
                                  .item = item,
                                  .region = "us-east-1",
                                  .list_unit_nano = unit_nano,
                                  .quantity = quantity,
                                  .list_nano = nano,
                                  .contract_nano = nano};
}

/* Lambda stands in as two instance families of its own:
 *     4 r5.4xlarge at 1.00; 400 vCPU at 0.04 = 16; 1600 GB at 0.004 = 6.40; m5.24xlarge 10;
 *     1.5 million GB-s at 0.000015 = 22.50; a million requests 0.20; together 59.10 */
static void guide_hour(struct fg_usage_line lines[LINES])
{
    lines[R5] = ec2_line("r5.4xlarge", "r5", 128, 4000, USD(1));
    lines[FARGATE_VCPU] = fargate_line("fargate-vcpu", 400 * (int64_t)3600000, CENTS(4), USD(16));
    lines[FARGATE_GB] =
        fargate_line("fargate-memory", 1600 * (int64_t)3686400, MILLS(4), CENTS(640));
    lines[M5] = ec2_line("m5.24xlarge", "m5", 768, 1000, USD(10));
    lines[LAMBDA_GB_S] = ec2_line("gb-s.x", "gb-s", 0, 1500000000, 15000);
    lines[LAMBDA_REQUESTS] = ec2_line("requests.x", "requests", 0, 1000, CENTS(20));
}

static struct fg_plan_rate guide_compute[] = {
    {FG_USAGE_EC2, "r5", 700000, MILLION},     {FG_USAGE_EC2, "m5", 820000, MILLION},
    {FG_USAGE_FARGATE, NULL, 750000, MILLION}, {FG_USAGE_EC2, "gb-s", 850000, MILLION},
    {FG_USAGE_EC2, "requests", 1, 1},
};
/* r5.4xlarge 0.60 on 1.00, m5.24xlarge 7.80 on 10.00, as a price list has them */
static struct fg_plan_rate guide_instance[] = {
    {FG_USAGE_EC2, "r5.4xlarge", 600000000, 1000000000},
    {FG_USAGE_EC2, "m5.24xlarge", 7800000000, 10000000000},
};

static struct fg_commitment compute_plan(fg_nanodollars hourly)
{
    return (struct fg_commitment){.name = "c",
                                  .kind = FG_COMPUTE_PLAN,
                                  .hourly_nano = hourly,
                                  .rate_count = sizeof guide_compute / sizeof *guide_compute,
                                  .rates = guide_compute};
}

static struct fg_commitment instance_plan(const char *family, fg_nanodollars hourly)
{
    return (struct fg_commitment){.name = "i",
                                  .kind = FG_EC2_INSTANCE_PLAN,
                                  .hourly_nano = hourly,
                                  .family = family,
                                  .region = "us-east-1",
                                  .rate_count = sizeof guide_instance / sizeof *guide_instance,
                                  .rates = guide_instance};
}

static struct fg_commitment reservation(const char *type, const char *family, int64_t size,
                                        int64_t count, fg_nanodollars hourly)
{
    return (struct fg_commitment){.name = "r",
                                  .kind = FG_REGIONAL_RESERVATION,
                                  .hourly_nano = hourly,
                                  .instance_type = type,
                                  .family = family,
                                  .size = size,
                                  .count = count,
                                  .is_flexible = true};
}

/* 4 + 16 + 6.40 + 10 + 22.50 + 0.20 = 59.10 */
static void without_a_commitment_the_hour_costs_its_list_price(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct hour hour;
    guide_hour(lines);
    cover(&hour, NULL, 0, lines, LINES);
    assert_int_equal(on_demand(lines, LINES), CENTS(5910));
    assert_int_equal(hour.covers.count, 0);
}

/* 4 * 0.70 + 400 * 0.03 + 1600 * 0.003 + 8.20 + 1.5 million * 0.00001275 + 0.20
 *     = 2.80 + 12 + 4.80 + 8.20 + 19.125 + 0.20 = 47.125; 50 - 47.125 = 2.875 lost */
static void a_plan_above_all_usage_covers_it_and_loses_the_rest(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_commitment plan = compute_plan(USD(50));
    struct hour hour;
    guide_hour(lines);
    cover(&hour, &plan, 1, lines, LINES);
    assert_int_equal(paid_by(&hour, 0), MILLS(47125));
    assert_int_equal(hour.left[0].nano, MILLS(2875));
    assert_int_equal(on_demand(lines, LINES), 0);
    fg_covers_release(&hour.covers);
}

/* 2 / 0.70 = 2.857142857 of the four r5; 4 - 2.857142857 = 1.142857143 on demand, and
 * 1.142857143 + 16 + 6.40 + 10 + 22.50 + 0.20 = 56.242857143 */
static void a_small_plan_covers_a_part_of_the_line_with_the_highest_saving(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_commitment plan = compute_plan(USD(2));
    struct hour hour;
    guide_hour(lines);
    cover(&hour, &plan, 1, lines, LINES);
    assert_int_equal(paid_for(&hour, R5), USD(2));
    assert_int_equal(lines[R5].contract_nano, 1142857143);
    /* 4 instance-hours * 2.857142857 / 4 */
    assert_true(covered_of(&hour, R5) == 10285714285); /* of 14400000000 micro-instance-seconds */
    assert_true(lines[R5].quantity == INSTANCE_HOURS(4) - 10285714285);
    assert_int_equal(on_demand(lines, LINES), 56242857143);
    assert_int_equal(hour.left[0].nano, 0);
    fg_covers_release(&hour.covers);
}

/* r5 2.80 + Fargate GB 4.80 + Fargate vCPU 12 = 19.60; 10 + 22.50 + 0.20 = 32.70 on demand */
static void a_plan_is_spent_by_falling_saving_percentage(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_commitment plan = compute_plan(CENTS(1960));
    struct hour hour;
    guide_hour(lines);
    cover(&hour, &plan, 1, lines, LINES);
    assert_int_equal(paid_for(&hour, R5), CENTS(280));
    assert_int_equal(paid_for(&hour, FARGATE_GB), CENTS(480));
    assert_int_equal(paid_for(&hour, FARGATE_VCPU), USD(12));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(hour.left[0].nano, 0);
    fg_covers_release(&hour.covers);
}

/* Two r5.4xlarge are the reserved instances'; 2 * 0.70 + 4.80 + 12 = 18.20; 32.70 on demand */
static void reserved_instances_go_before_plans(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    const struct fg_commitment commitments[] = {
        compute_plan(CENTS(1820)), reservation("r5.4xlarge", "r5", 128, 2, CENTS(110))};
    struct hour hour;
    guide_hour(lines);
    cover(&hour, commitments, 2, lines, LINES);
    assert_true(covered_of(&hour, R5) == INSTANCE_HOURS(4));
    assert_int_equal(paid_by(&hour, 1), CENTS(110));
    assert_int_equal(paid_by(&hour, 0), CENTS(1820));
    assert_int_equal(paid_for(&hour, R5), CENTS(110) + CENTS(140));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(hour.left[0].nano + hour.left[1].nano, 0);
    fg_covers_release(&hour.covers);
}

/* r5 plan: 4 * 0.60 = 2.40, 0.60 lost; Compute plan: 4.80 + 12 = 16.80; 32.70 on demand */
static void ec2_instance_plans_are_spent_before_compute_plans(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    const struct fg_commitment plans[] = {compute_plan(CENTS(1680)), instance_plan("r5", USD(3))};
    struct hour hour;
    guide_hour(lines);
    cover(&hour, plans, 2, lines, LINES);
    assert_int_equal(paid_for(&hour, R5), CENTS(240));
    assert_int_equal(paid_for(&hour, FARGATE_GB), CENTS(480));
    assert_int_equal(paid_for(&hour, FARGATE_VCPU), USD(12));
    assert_int_equal(on_demand(lines, LINES), CENTS(3270));
    assert_int_equal(hour.left[0].nano, 0);
    assert_int_equal(hour.left[1].nano, CENTS(60));
    fg_covers_release(&hour.covers);
}

/* ---- Reserved Instances (rules G4) ---- */

/* 4 m4.xlarge for the hour, one reserved: 1 hour of it, 3 on demand at 0.20 = 0.60 */
static void one_reservation_covers_an_hour_of_one_instance(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("m4.xlarge", "m4", 32, 4000, CENTS(20));
    const struct fg_commitment reserved = reservation("m4.xlarge", "m4", 32, 1, CENTS(12));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_true(covered_of(&hour, 0) == INSTANCE_HOURS(1));
    assert_int_equal(paid_for(&hour, 0), CENTS(12));
    assert_int_equal(line.contract_nano, CENTS(60));
    fg_covers_release(&hour.covers);
}

/* 4 m4.xlarge for 900 s each = 3600 s: all of it reserved */
static void a_reservation_is_spread_over_instances_at_once(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("m4.xlarge", "m4", 32, 1000, CENTS(20));
    const struct fg_commitment reserved = reservation("m4.xlarge", "m4", 32, 1, CENTS(12));
    struct hour hour;
    line.quantity = 4 * (int64_t)900 * MILLION;
    cover(&hour, &reserved, 1, &line, 1);
    assert_int_equal(line.contract_nano, 0);
    assert_int_equal(hour.left[0].nano, 0);
    fg_covers_release(&hour.covers);
}

/* 4 reserved m4.large = 4 * 4 units; 2 m4.xlarge = 2 * 8: all covered */
static void small_reservations_cover_larger_instances_of_the_family(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("m4.xlarge", "m4", 32, 2000, CENTS(20));
    const struct fg_commitment reserved = reservation("m4.large", "m4", 16, 4, CENTS(24));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_int_equal(line.contract_nano, 0);
    assert_int_equal(paid_for(&hour, 0), CENTS(24));
    fg_covers_release(&hour.covers);
}

/* A reserved c4.large (4) and a c4.xlarge (8): half of it; a reserved t2.medium (2): half of a
 * t2.large (4) */
static void a_reservation_covers_a_part_of_a_larger_instance(void **state)
{
    (void)state;
    struct fg_usage_line xlarge = ec2_line("c4.xlarge", "c4", 32, 1000, CENTS(20));
    struct fg_usage_line large = ec2_line("t2.large", "t2", 16, 1000, CENTS(10));
    const struct fg_commitment c4 = reservation("c4.large", "c4", 16, 1, CENTS(6));
    const struct fg_commitment t2 = reservation("t2.medium", "t2", 8, 1, CENTS(3));
    struct hour hour;
    cover(&hour, &c4, 1, &xlarge, 1);
    assert_int_equal(xlarge.contract_nano, CENTS(10));
    fg_covers_release(&hour.covers);
    cover(&hour, &t2, 1, &large, 1);
    assert_int_equal(large.contract_nano, CENTS(5));
    fg_covers_release(&hour.covers);
}

/* A reserved m3.2xlarge (16), 2 m3.large (4 each), 2 m3.xlarge (8 each), the smallest first: 8 for
 * both large, 8 for one xlarge, the other on demand at 0.266 */
static void a_reservation_covers_the_smallest_sizes_first(void **state)
{
    (void)state;
    struct fg_usage_line lines[] = {ec2_line("m3.xlarge", "m3", 32, 2000, MILLS(266)),
                                    ec2_line("m3.large", "m3", 16, 2000, MILLS(133))};
    const struct fg_commitment reserved = reservation("m3.2xlarge", "m3", 64, 1, CENTS(38));
    struct hour hour;
    cover(&hour, &reserved, 1, lines, 2);
    assert_int_equal(lines[1].contract_nano, 0);
    assert_true(covered_of(&hour, 0) == INSTANCE_HOURS(1));
    assert_int_equal(lines[0].contract_nano, MILLS(266));
    assert_int_equal(paid_for(&hour, 0), CENTS(19));
    assert_int_equal(paid_for(&hour, 1), CENTS(19));
    fg_covers_release(&hour.covers);
}

/* A reserved t2.medium (2) covers two t2.small (1 each) */
static void a_reservation_covers_several_smaller_instances(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("t2.small", "t2", 4, 2000, MILLS(23));
    const struct fg_commitment reserved = reservation("t2.medium", "t2", 8, 1, CENTS(3));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_int_equal(line.contract_nano, 0);
    assert_int_equal(hour.left[0].nano, 0);
    fg_covers_release(&hour.covers);
}

/* 1 of 2 reserved for half an hour: 0.25 of 0.20 used = 0.05, 0.15 unused */
static void what_of_a_reservation_nobody_uses_is_left(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("m4.xlarge", "m4", 32, 500, CENTS(20));
    const struct fg_commitment reserved = reservation("m4.xlarge", "m4", 32, 2, CENTS(20));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_int_equal(paid_for(&hour, 0), CENTS(5));
    assert_int_equal(hour.left[0].nano, CENTS(15));
    assert_true(hour.left[0].units == (__int128)INSTANCE_HOURS(3) / 2 * 32);
    fg_covers_release(&hour.covers);
}

static void an_inflexible_or_zonal_reservation_covers_its_own_type_only(void **state)
{
    (void)state;
    struct fg_zone_usage zones[] = {{"us-east-1a", INSTANCE_HOURS(1)},
                                    {"us-east-1b", INSTANCE_HOURS(2)}};
    struct fg_usage_line lines[] = {ec2_line("g5.xlarge", "g5", 32, 3000, USD(1)),
                                    ec2_line("g5.2xlarge", "g5", 64, 1000, USD(2))};
    struct fg_commitment reserved = reservation("g5.xlarge", "g5", 32, 2, USD(1));
    struct hour hour;
    reserved.is_flexible = false;
    cover(&hour, &reserved, 1, lines, 2);
    assert_true(covered_of(&hour, 0) == INSTANCE_HOURS(2) && covered_of(&hour, 1) == 0);
    fg_covers_release(&hour.covers);

    lines[0] = ec2_line("g5.xlarge", "g5", 32, 3000, USD(1));
    lines[0].zones = zones;
    lines[0].zone_count = 2;
    reserved.kind = FG_ZONAL_RESERVATION;
    reserved.zone = "us-east-1a"; /* where one ran: the other reserved one is unused */
    cover(&hour, &reserved, 1, lines, 2);
    assert_true(covered_of(&hour, 0) == INSTANCE_HOURS(1));
    assert_int_equal(hour.left[0].nano, CENTS(50));
    fg_covers_release(&hour.covers);
}

static void some_families_are_inflexible_in_size(void **state)
{
    (void)state;
    static const char *const families[] = {"g4ad", "g4dn", "g5", "g5g", "inf1"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        assert_true(fg_family_is_size_inflexible(families[i]));
    assert_false(fg_family_is_size_inflexible("g6"));
    assert_false(fg_family_is_size_inflexible("inf2"));
}

/* A size that is not on the scale is not covered by other sizes' reservations. */
static void a_flexible_reservation_covers_sizes_of_the_scale_only(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("m4.strange", "m4", 0, 1000, CENTS(20));
    const struct fg_commitment reserved = reservation("m4.xlarge", "m4", 32, 1, CENTS(12));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_int_equal(hour.covers.count, 0);
    assert_int_equal(hour.left[0].nano, CENTS(12));
    fg_covers_release(&hour.covers);
}

/* One reserved xlarge (32 quarters) on 224xlarge (7168): 3600 * 10^6 * 32 / 7168 = 16071428.57, so
 * 16071428 of its micro-instance-seconds; 3600 * 10^6 * 32 - 16071428 * 7168 = 4096 are left. */
static void units_that_cover_no_whole_quantity_are_left(void **state)
{
    (void)state;
    struct fg_usage_line line = ec2_line("u.224xlarge", "u", 7168, 1000, USD(100));
    const struct fg_commitment reserved = reservation("u.xlarge", "u", 32, 1, CENTS(12));
    struct hour hour;
    cover(&hour, &reserved, 1, &line, 1);
    assert_true(covered_of(&hour, 0) == 16071428);
    assert_true(hour.left[0].units == 4096);
    fg_covers_release(&hour.covers);
}

/* Two are reserved in a, where two ran; one of them is another line's: 1 covered, 6 cents left. */
static void a_zonal_reservation_covers_no_more_than_the_line_has(void **state)
{
    (void)state;
    struct fg_zone_usage zones[] = {{"us-east-1a", INSTANCE_HOURS(2)}};
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 1000, CENTS(10));
    struct fg_commitment reserved = reservation("m5.large", "m5", 16, 2, CENTS(12));
    struct hour hour;
    reserved.kind = FG_ZONAL_RESERVATION;
    reserved.is_flexible = false;
    reserved.zone = "us-east-1a";
    line.zones = zones;
    line.zone_count = 1;
    cover(&hour, &reserved, 1, &line, 1);
    assert_true(covered_of(&hour, 0) == INSTANCE_HOURS(1) && line.quantity == 0);
    assert_int_equal(hour.left[0].nano, CENTS(6));
    fg_covers_release(&hour.covers);
}

/* One m5.large ran in a, one in b; reserved: one regional and one zonal of a. The zonal one takes
 * that of a, the regional one that of b: nothing is left, whichever stands first. */
static void zonal_reservations_go_before_regional_ones(void **state)
{
    (void)state;
    struct fg_zone_usage zones[] = {{"us-east-1a", INSTANCE_HOURS(1)},
                                    {"us-east-1b", INSTANCE_HOURS(1)}};
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 2000, CENTS(10));
    struct fg_commitment both[] = {reservation("m5.large", "m5", 16, 1, CENTS(6)),
                                   reservation("m5.large", "m5", 16, 1, CENTS(6))};
    struct hour hour;
    both[1].kind = FG_ZONAL_RESERVATION;
    both[1].is_flexible = false;
    both[1].zone = "us-east-1a";
    line.zones = zones;
    line.zone_count = 2;
    cover(&hour, both, 2, &line, 1);
    assert_int_equal(line.contract_nano, 0);
    assert_int_equal(hour.covers.items[0].commitment, 1);
    fg_covers_release(&hour.covers);
}

/* One of two instances of a type is reserved; elsewhere in the account one costs 0.05, one 0.10:
 * that at 0.05 is covered, whichever stands first. */
static void of_equal_instances_the_one_with_the_lowest_price_is_reserved(void **state)
{
    (void)state;
    const struct fg_commitment reserved = reservation("r5.large", "r5", 16, 1, CENTS(6));
    for (uint32_t cheap = 0; cheap < 2; cheap++) {
        struct fg_usage_line lines[2];
        struct hour hour;
        lines[cheap] = ec2_line("r5.large", "r5", 16, 1000, CENTS(5));
        lines[1 - cheap] = ec2_line("r5.large", "r5", 16, 1000, CENTS(10));
        cover(&hour, &reserved, 1, lines, 2);
        assert_int_equal(lines[cheap].contract_nano, 0);
        assert_int_equal(lines[1 - cheap].contract_nano, CENTS(10));
        fg_covers_release(&hour.covers);
    }
}

/* ---- order and scope ---- */

/* Both save 25 %; 4.80 + 1.20 = 6: all GB, then 1.20 / 0.75 = 1.60 of 16 for vCPU */
static void of_equal_savings_the_lowest_rate_comes_first(void **state)
{
    (void)state;
    struct fg_usage_line lines[LINES];
    struct fg_commitment plan = compute_plan(USD(6));
    struct hour hour;
    guide_hour(lines);
    cover(&hour, &plan, 1, &lines[FARGATE_VCPU], 2);
    assert_int_equal(paid_for(&hour, 1), CENTS(480));
    assert_int_equal(lines[FARGATE_GB].contract_nano, 0);
    assert_int_equal(paid_for(&hour, 0), CENTS(120));
    assert_int_equal(lines[FARGATE_VCPU].contract_nano, CENTS(1440));
    fg_covers_release(&hour.covers);
}

/* Of a plan of 25 % and one of 40 % on 10.00: 4.20 at 0.60 covers 7.00; 1.50 at 0.75 covers 2.00 */
static void among_plans_of_a_kind_the_one_that_saves_most_comes_first(void **state)
{
    (void)state;
    struct fg_plan_rate low = {FG_USAGE_EC2, NULL, without_percent(25), MILLION};
    struct fg_plan_rate high = {FG_USAGE_EC2, NULL, without_percent(40), MILLION};
    const struct fg_commitment plans[] = {
        {.kind = FG_COMPUTE_PLAN, .hourly_nano = CENTS(150), .rate_count = 1, .rates = &low},
        {.kind = FG_COMPUTE_PLAN, .hourly_nano = CENTS(420), .rate_count = 1, .rates = &high},
    };
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 10000, USD(1));
    struct hour hour;
    cover(&hour, plans, 2, &line, 1);
    assert_int_equal(paid_for(&hour, 0), CENTS(570));
    assert_int_equal(line.contract_nano, USD(1));
    assert_int_equal(hour.left[0].nano + hour.left[1].nano, 0);
    fg_covers_release(&hour.covers);
}

/* Agreed at 5 % off, 9.50 for 10.00: a plan's rate is a part of the public price, so 3.50 at 0.70
 * covers 5.00 of it, and the other half costs 4.75 */
static void a_plans_rate_is_a_part_of_the_public_price(void **state)
{
    (void)state;
    struct fg_plan_rate rate = {FG_USAGE_EC2, NULL, without_percent(30), MILLION};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = CENTS(350), .rate_count = 1, .rates = &rate};
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 10000, USD(1));
    struct hour hour;
    line.contract_nano = CENTS(950);
    cover(&hour, &plan, 1, &line, 1);
    assert_int_equal(line.list_nano, USD(5));
    assert_int_equal(line.contract_nano, CENTS(475));
    assert_int_equal(hour.covers.items[0].contract_nano, CENTS(475));
    fg_covers_release(&hour.covers);
}

static void an_ec2_instance_plan_covers_its_family_in_its_region_only(void **state)
{
    (void)state;
    static const struct {
        enum fg_usage_service service;
        const char *item, *family, *region;
        bool covered;
    } rows[] = {
        {FG_USAGE_EC2, "r5.4xlarge", "r5", "us-east-1", true},
        {FG_USAGE_EC2, "r5.4xlarge", "r5", "eu-west-1", false},
        {FG_USAGE_EC2, "r5.large", "r5", "us-east-1", false}, /* the plan has no rate of it */
        {FG_USAGE_EC2, "r5d.4xlarge", "r5d", "us-east-1", false},
        {FG_USAGE_EC2, "m5.24xlarge", "m5", "us-east-1", false},
        {FG_USAGE_FARGATE, "fargate-vcpu", NULL, "us-east-1", false},
    };
    struct fg_commitment plan = instance_plan("r5", USD(1));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_usage_line line = {.service = rows[i].service,
                                           .item = rows[i].item,
                                           .family = rows[i].family,
                                           .region = rows[i].region};
        assert_int_equal(fg_plan_rate_of(&plan, &line) != NULL, rows[i].covered);
    }
}

static void the_most_particular_rate_holds(void **state)
{
    (void)state;
    struct fg_plan_rate rates[] = {{FG_USAGE_EC2, "m5.large", 1, 10},
                                   {FG_USAGE_EC2, "m5", 2, 10},
                                   {FG_USAGE_EC2, NULL, 3, 10}};
    const struct fg_commitment plan = {.kind = FG_COMPUTE_PLAN, .rate_count = 3, .rates = rates};
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 1, 1);
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 1);
    line.item = "m5.xlarge";
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 2);
    line.family = "c5";
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 3);
    line.service = FG_USAGE_FARGATE;
    line.family = NULL;
    assert_null(fg_plan_rate_of(&plan, &line));
}

/* An EC2 Instance plan's own rates stand before the Reserved prices that stand in for them. */
static void of_equally_particular_rates_the_first_holds(void **state)
{
    (void)state;
    struct fg_plan_rate rates[] = {
        {FG_USAGE_EC2, "m5.large", 1, 10}, {FG_USAGE_EC2, "m5", 2, 10},
        {FG_USAGE_EC2, NULL, 3, 10},       {FG_USAGE_EC2, "m5.large", 4, 10},
        {FG_USAGE_EC2, "m5", 5, 10},       {FG_USAGE_EC2, NULL, 6, 10}};
    const struct fg_commitment plan = {.kind = FG_COMPUTE_PLAN, .rate_count = 6, .rates = rates};
    struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 1, 1);
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 1);
    line.item = "m5.xlarge";
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 2);
    line.family = "c5";
    assert_int_equal(fg_plan_rate_of(&plan, &line)->paid, 3);
}

/* 10 cents at half in two regions, 5 to spend: that of eu-west-1, wherever it stands. */
static void of_equal_usage_the_first_region_by_name_comes_first(void **state)
{
    (void)state;
    struct fg_plan_rate half = {FG_USAGE_EC2, NULL, 1, 2};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = CENTS(5), .rate_count = 1, .rates = &half};
    for (uint32_t first = 0; first < 2; first++) {
        struct fg_usage_line lines[] = {ec2_line("m5.large", "m5", 16, 1000, CENTS(10)),
                                        ec2_line("m5.large", "m5", 16, 1000, CENTS(10))};
        struct hour hour;
        lines[first].region = "eu-west-1";
        cover(&hour, &plan, 1, lines, 2);
        assert_int_equal(lines[first].contract_nano, 0);
        assert_int_equal(lines[1 - first].contract_nano, CENTS(10));
        fg_covers_release(&hour.covers);
    }
}

/* A commitment from 7200 to 14400 holds in the hours that begin at 7200 and 10800. */
static void a_commitment_holds_in_the_hours_that_begin_in_its_term(void **state)
{
    (void)state;
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = 5, .start = 7200, .end = 14400};
    struct fg_commitment_left left;
    static const struct {
        fg_unix_s hour;
        fg_nanodollars nano;
    } rows[] = {{3600, 0}, {7200, 5}, {10800, 5}, {14400, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fg_commitments_open(&plan, 1, rows[i].hour, &left);
        assert_int_equal(left.nano, rows[i].nano);
    }
}

/* A plan that takes all off covers what it can without spending anything, but not after its end. */
static void a_commitment_that_is_over_covers_nothing(void **state)
{
    (void)state;
    struct fg_plan_rate nothing = {FG_USAGE_EC2, NULL, 0, MILLION};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .end = 3600, .rate_count = 1, .rates = &nothing};
    const fg_nanodollars on_demand_nano[] = {0, CENTS(10)};
    for (uint32_t i = 0; i < 2; i++) {
        struct fg_usage_line line = ec2_line("m5.large", "m5", 16, 1000, CENTS(10));
        struct fg_commitment_left left;
        struct fg_covers covers = {0};
        fg_commitments_open(&plan, 1, (fg_unix_s)i * 3600, &left);
        fg_commitments_cover(&plan, 1, &left, &line, 1, &covers);
        assert_int_equal(line.contract_nano, on_demand_nano[i]);
        fg_covers_release(&covers);
    }
}

/* ---- edges ---- */

/* 3 nanodollars less half: 1.5 is rounded to 2; 5 less half: 2.5 is rounded to 2 */
static void a_covered_line_is_rounded_half_to_even_once(void **state)
{
    (void)state;
    struct fg_plan_rate half = {FG_USAGE_EC2, NULL, 1, 2};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = 100, .rate_count = 1, .rates = &half};
    struct fg_usage_line lines[] = {ec2_line("a.x", "a", 0, 1000, 3),
                                    ec2_line("b.x", "b", 0, 1000, 5)};
    struct hour hour;
    cover(&hour, &plan, 1, lines, 2);
    assert_int_equal(paid_for(&hour, 0), 2);
    assert_int_equal(paid_for(&hour, 1), 2);
    assert_int_equal(hour.left[0].nano, 96);
    fg_covers_release(&hour.covers);
}

static void usage_at_no_cost_leaves_the_commitment_as_it_is(void **state)
{
    (void)state;
    struct fg_plan_rate nothing = {FG_USAGE_EC2, NULL, 0, MILLION};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = 7, .rate_count = 1, .rates = &nothing};
    struct fg_usage_line lines[] = {ec2_line("a.x", "a", 0, 1000, 0),
                                    ec2_line("b.x", "b", 0, 1000, USD(1))};
    struct hour hour;
    cover(&hour, &plan, 1, lines, 2);
    assert_int_equal(paid_by(&hour, 0), 0);
    assert_int_equal(on_demand(lines, 2), 0);
    assert_int_equal(hour.left[0].nano, 7);
    fg_covers_release(&hour.covers);
}

/* 2 * 10^9 dollars an hour at 50 %: amounts near 63 bits do not overflow */
static void amounts_near_63_bits_are_exact(void **state)
{
    (void)state;
    struct fg_plan_rate half = {FG_USAGE_FARGATE, NULL, 1, 2};
    const struct fg_commitment plan = {
        .kind = FG_COMPUTE_PLAN, .hourly_nano = INT64_MAX / 4, .rate_count = 1, .rates = &half};
    struct fg_usage_line line = fargate_line("fargate-vcpu", INT64_MAX, 1, INT64_MAX);
    struct hour hour;
    cover(&hour, &plan, 1, &line, 1);
    assert_int_equal(hour.left[0].nano, 0);
    assert_int_equal(paid_for(&hour, 0), INT64_MAX / 4);
    assert_int_equal(line.contract_nano, INT64_MAX - INT64_MAX / 4 * 2);
    fg_covers_release(&hour.covers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_commitment_the_hour_costs_its_list_price),
        cmocka_unit_test(a_plan_above_all_usage_covers_it_and_loses_the_rest),
        cmocka_unit_test(a_small_plan_covers_a_part_of_the_line_with_the_highest_saving),
        cmocka_unit_test(a_plan_is_spent_by_falling_saving_percentage),
        cmocka_unit_test(reserved_instances_go_before_plans),
        cmocka_unit_test(ec2_instance_plans_are_spent_before_compute_plans),
        cmocka_unit_test(one_reservation_covers_an_hour_of_one_instance),
        cmocka_unit_test(a_reservation_is_spread_over_instances_at_once),
        cmocka_unit_test(small_reservations_cover_larger_instances_of_the_family),
        cmocka_unit_test(a_reservation_covers_a_part_of_a_larger_instance),
        cmocka_unit_test(a_reservation_covers_the_smallest_sizes_first),
        cmocka_unit_test(a_reservation_covers_several_smaller_instances),
        cmocka_unit_test(what_of_a_reservation_nobody_uses_is_left),
        cmocka_unit_test(an_inflexible_or_zonal_reservation_covers_its_own_type_only),
        cmocka_unit_test(some_families_are_inflexible_in_size),
        cmocka_unit_test(a_flexible_reservation_covers_sizes_of_the_scale_only),
        cmocka_unit_test(units_that_cover_no_whole_quantity_are_left),
        cmocka_unit_test(a_zonal_reservation_covers_no_more_than_the_line_has),
        cmocka_unit_test(zonal_reservations_go_before_regional_ones),
        cmocka_unit_test(of_equal_instances_the_one_with_the_lowest_price_is_reserved),
        cmocka_unit_test(of_equal_savings_the_lowest_rate_comes_first),
        cmocka_unit_test(among_plans_of_a_kind_the_one_that_saves_most_comes_first),
        cmocka_unit_test(a_plans_rate_is_a_part_of_the_public_price),
        cmocka_unit_test(an_ec2_instance_plan_covers_its_family_in_its_region_only),
        cmocka_unit_test(the_most_particular_rate_holds),
        cmocka_unit_test(of_equally_particular_rates_the_first_holds),
        cmocka_unit_test(of_equal_usage_the_first_region_by_name_comes_first),
        cmocka_unit_test(a_commitment_holds_in_the_hours_that_begin_in_its_term),
        cmocka_unit_test(a_commitment_that_is_over_covers_nothing),
        cmocka_unit_test(a_covered_line_is_rounded_half_to_even_once),
        cmocka_unit_test(usage_at_no_cost_leaves_the_commitment_as_it_is),
        cmocka_unit_test(amounts_near_63_bits_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
