/* Amazon's bill: numbers, times, tags and usage types in it, and lines that add up. */
#include "data/billing_export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "data/billing_export_values.h"

/* ---- values ---- */

static void decimals_are_exact_and_round_half_to_even(void **state)
{
    static const struct {
        const char *text;
        int64_t nano;
    } cases[] = {
        {"0.0416", 41600000},
        {"-1.50", -1500000000},
        {"1.0E-7", 100},
        {"1.2e+3", 1200000000000},
        {"", 0},
        {"null", 0},
        {"NULL", 0},
        {"0", 0},
        {"3.", 3000000000},
        {".5", 500000000},
        {"0.0000000005", 0},           /* half: to even */
        {"0.0000000015", 2},           /* half: to even */
        {"0.0000000025", 2},           /* half: to even */
        {"-0.0000000015", -2},         /* half: to even */
        {"0.00000000050000001", 1},    /* above half */
        {"0.00000000149999999999", 1}, /* below half */
        {"0.0000000025000000000000000000000000000000000000000001", 3},
        {"0.33333333333333333333333333333333333333333333333333333333", 333333333},
        {"00000000000000000000000000000000000000000000000000000000001", 1000000000},
        {"1e-400", 0},
        {"999999999999999999e-18", 1000000000},
        {"0e300", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        __int128 nano = -1;
        if (!fg_bill_parse_decimal(cases[i].text, &nano) || nano != cases[i].nano)
            fail_msg("'%s' is %lld", cases[i].text, (long long)nano);
    }
}

static void what_is_no_decimal_is_refused(void **state)
{
    static const char *const texts[] = {
        "-",   ".",   "1.2.3", "1,5",           "0x10", "1e",  "1e+",          "12 USD",
        "abc", "--1", "1e400", "1000000000000", "nan",  "inf", "1e99999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        __int128 nano;
        if (fg_bill_parse_decimal(texts[i], &nano))
            fail_msg("'%s' is taken", texts[i]);
    }
}

static void instants_are_read_in_all_spellings(void **state)
{
    static const char *const texts[] = {
        "2026-03-02T01:00:00Z",    "2026-03-02T01:00:00.000Z",    "2026-03-02 01:00:00.000",
        "2026-03-02 01:00:00 UTC", "2026-03-02 01:00:00.000 UTC", "2026-03-02T02:00:00+01:00",
    };
    fg_unix_s instant;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_true(fg_bill_parse_instant(texts[i], &instant));
        assert_int_equal(instant, 1772413200);
    }
    assert_false(fg_bill_parse_instant("", &instant));
    assert_false(fg_bill_parse_instant("March", &instant));
    assert_false(fg_bill_parse_instant("1969-12-31T23:59:59Z", &instant));
}

static void tags_are_the_same_in_all_spellings(void **state)
{
    (void)state;
    assert_true(fg_bill_is_same_tag("aws:eks:cluster-name", "aws_eks_cluster_name"));
    assert_true(fg_bill_is_same_tag("user:CostCenter", "user_cost_center"));
    assert_true(fg_bill_is_same_tag("CostCenter", "user:CostCenter"));
    assert_true(fg_bill_is_same_tag("CostCenter", "resourceTags/user:CostCenter"));
    assert_false(fg_bill_is_same_tag("team", "teams"));
    assert_false(fg_bill_is_same_tag("username", "name"));
    assert_false(fg_bill_is_same_tag("user:name", "aws:name"));
}

static bool has(const char *json, const char *key, const char *value, bool *out_good)
{
    const struct fg_pair tag = {key, value};
    return fg_bill_map_has(json, &tag, out_good);
}

static void tags_in_json_are_found(void **state)
{
    bool good;
    (void)state;
    assert_true(has("{\"a\": \"1\", \"user:team\": \"shop\"}", "team", "shop", &good));
    assert_true(good);
    assert_false(has("{\"team\": \"web\"}", "team", "shop", &good));
    assert_true(good);
    assert_false(has("{\"x\": {\"team\": \"shop\"}}", "team", "shop", &good));
    assert_true(good);
    assert_false(has("", "team", "shop", &good));
    assert_true(good);
    assert_false(has("null", "team", "shop", &good));
    assert_true(good);
    assert_false(has("{\"team\": \"shop\"", "team", "shop", &good));
    assert_false(good);
    assert_false(has("[\"team\"]", "team", "shop", &good));
    assert_false(good);
    assert_false(has("\"shop\"", "team", "shop", &good));
    assert_false(good);
}

/* ---- usage types ---- */

static void usage_types_are_charges_of_ours(void **state)
{
    static const struct {
        const char *usage_type, *unit;
        const char *charge, *sku, *our_unit;
        uint32_t factor;
    } cases[] = {
        {"BoxUsage:m5.large", "Hrs", "ec2-on-demand", "m5.large", "Hours", 1},
        {"USW2-BoxUsage:c6g.2xlarge", "Hrs", "ec2-on-demand", "c6g.2xlarge", "Hours", 1},
        {"EU-SpotUsage:c5.large", "Hrs", "ec2-spot", "c5.large", "Hours", 1},
        {"EBS:VolumeUsage.gp3", "GB-Mo", "ebs", "gp3", "GB-Months", 1},
        {"APN1-EBS:VolumeUsage.piops", "GB-Mo", "ebs", "io1", "GB-Months", 1},
        {"EBS:VolumeUsage", "GB-Mo", "ebs", "standard", "GB-Months", 1},
        {"EBS:VolumeP-IOPS.gp3", "IOPS-Mo", "ebs", "gp3", "IOPS-Months", 1},
        {"EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo", "ebs", "io2", "IOPS-Months", 1},
        {"EBS:VolumeP-Throughput.gp3", "GiBps-mo", "ebs", "gp3", "MiBps-Months", 1024},
        {"EBS:VolumeP-Throughput.gp3", "MiBps-Mo", "ebs", "gp3", "MiBps-Months", 1},
        {"USE1-AmazonEKS-Hours:perCluster", "Hours", "eks-control-plane", "", "Hours", 1},
        {"AmazonEKS-Hours:extendedSupport", "Hours", "eks-extended-support", "", "Hours", 1},
        {"APN1-EKS-Auto:m7i.large-management-hours", "Hours", "eks-auto-mode", "m7i.large", "Hours",
         1},
        {"USE1-EKS-Auto:r7g.large", "Hours", "eks-auto-mode", "r7g.large", "Hours", 1},
        {"USE1-Fargate-vCPU-Hours:perCPU", "hours", "fargate-vcpu", "linux/amd64", "vCPU-Hours", 1},
        {"USE1-Fargate-GB-Hours", "hours", "fargate-memory", "linux/amd64", "GB-Hours", 1},
        {"Fargate-ARM-GB-Hours", "hours", "fargate-memory", "linux/arm64", "GB-Hours", 1},
        {"EUC1-Fargate-EphemeralStorage-GB-Hours", "GB-Hours", "fargate-storage", "linux/amd64",
         "GB-Hours", 1},
        {"SpotUsage-Fargate-vCPU-Hours:perCPU", "hours", "fargate-vcpu", "linux/amd64/spot",
         "vCPU-Hours", 1},
        {"USE2-PublicIPv4:InUseAddress", "Hrs", "public-ipv4", "", "Hours", 1},
        {"PublicIPv4:IdleAddress", "Hrs", "", "", "", 1},
        {"NatGateway-Hours", "Hrs", "", "", "", 1},
        {"EBS:SnapshotUsage", "GB-Mo", "", "", "", 1},
        {"", "", "", "", "", 1},
    };
    const struct fg_billing_map none = {0};
    struct fg_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fg_mapped_usage found =
            fg_billing_map_find(&none, "AmazonEC2", cases[i].usage_type, cases[i].unit, &arena);
        assert_string_equal(found.charge, cases[i].charge);
        assert_string_equal(found.sku, cases[i].sku);
        assert_string_equal(found.unit, cases[i].our_unit);
        assert_int_equal(found.unit_factor, cases[i].factor);
    }
    fg_arena_release(&arena);
}

static void a_region_is_taken_off_a_usage_type_and_nothing_else(void **state)
{
    (void)state;
    assert_string_equal(fg_usage_type_plain("USE1-NatGateway-Hours"), "NatGateway-Hours");
    assert_string_equal(fg_usage_type_plain("EU-LoadBalancerUsage"), "LoadBalancerUsage");
    assert_string_equal(fg_usage_type_plain("EKS-Auto:m5.large"), "EKS-Auto:m5.large");
    assert_string_equal(fg_usage_type_plain("EBS:VolumeUsage.gp3"), "EBS:VolumeUsage.gp3");
    assert_string_equal(fg_usage_type_plain("S3-Egress-Bytes"), "S3-Egress-Bytes");
    assert_string_equal(fg_usage_type_plain("USE1-USW2-AWS-Out-Bytes"), "USW2-AWS-Out-Bytes");
}

static void instance_fees_of_other_products_are_not_ec2(void **state)
{
    const struct fg_billing_map none = {0};
    struct fg_arena arena = {0};
    (void)state;
    assert_string_equal(
        fg_billing_map_find(&none, "ElasticMapReduce", "BoxUsage:m5.xlarge", "Hrs", &arena).charge,
        "");
    assert_string_equal(fg_billing_map_find(&none, "Amazon Elastic Compute Cloud",
                                            "BoxUsage:m5.xlarge", "Hours", &arena)
                            .charge,
                        "ec2-on-demand");
    assert_string_equal(
        fg_billing_map_find(&none, "AmazonVPC", "PublicIPv4:InUseAddress", "Hrs", &arena).charge,
        "public-ipv4");
    fg_arena_release(&arena);
}

static void rules_of_the_planner_come_first(void **state)
{
    static const struct fg_billing_rule rules[] = {
        {"NatGateway-*", "other:nat"},
        {"BoxUsage:m5.*", "none"},
        {"DedicatedUsage:*", "ec2-on-demand"},
        {"EBS:VolumeP-IOPS.*", "ebs"},
    };
    const struct fg_billing_map map = {4, rules};
    struct fg_arena arena = {0};
    (void)state;
    assert_string_equal(fg_billing_map_find(&map, "", "EU-NatGateway-Bytes", "GB", &arena).charge,
                        "other:nat");
    assert_string_equal(fg_billing_map_find(&map, "", "BoxUsage:m5.large", "Hrs", &arena).charge,
                        "");
    assert_string_equal(fg_billing_map_find(&map, "", "BoxUsage:c5.large", "Hrs", &arena).charge,
                        "ec2-on-demand");
    assert_string_equal(fg_billing_map_find(&map, "", "DedicatedUsage:c5.large", "Hrs", &arena).sku,
                        "c5.large");
    assert_string_equal(fg_billing_map_find(&map, "", "NatGateway-Hours", "Hrs", &arena).unit,
                        "Hours");
    assert_string_equal(fg_billing_map_find(&map, "", "NatGateway-Bytes", "GB", &arena).unit, "GB");
    /* A rule that names the charge it would be anyhow keeps its unit. */
    assert_string_equal(
        fg_billing_map_find(&map, "", "EBS:VolumeP-IOPS.gp3", "IOPS-Mo", &arena).unit,
        "IOPS-Months");
    fg_arena_release(&arena);
    assert_true(fg_billing_map_knows("other:nat") && fg_billing_map_knows("none"));
    assert_false(fg_billing_map_knows("other:") || fg_billing_map_knows("nat"));
}

static void a_replays_sku_stands_beside_the_bills(void **state)
{
    struct fg_arena arena = {0};
    (void)state;
    assert_string_equal(fg_billing_sku("ec2-spot", "m5.large", &arena), "m5.large");
    assert_string_equal(fg_billing_sku("ebs", "gp3 m5.large spot", &arena), "gp3");
    assert_string_equal(fg_billing_sku("eks-control-plane", "1.35", &arena), "");
    assert_string_equal(fg_billing_sku("savings-plan", "compute", &arena), "");
    assert_string_equal(fg_billing_unit("savings-plan", "Hours"), "");
    assert_string_equal(fg_billing_unit("other:nat", "Hours"), "Hours");
    assert_string_equal(fg_billing_unit("other:agent", "Starts"), "");
    assert_string_equal(fg_billing_unit("ebs", "IOPS-Months"), "IOPS-Months");
    fg_arena_release(&arena);
}

/* ---- files ---- */

static char path[] = "/tmp/fargauge-bill-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

#define HEADER                                                                                     \
    "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,"    \
    "lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,lineItem/NetUnblendedCost\n"
#define HOUR "2026-03-02T00:00:00Z,2026-03-02T01:00:00Z,"

static fg_status read_text(const char *text, const struct fg_billing_options *options,
                           struct fg_billing *out, struct fg_error *error)
{
    gzFile file = gzopen(path, "wbT"); /* as it is */
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
    *out = (struct fg_billing){0};
    return fg_billing_read(path, options, out, error);
}

static const struct fg_billing_options everything = {.from = 0, .to = INT64_MAX / 2};

static void read_good(const char *text, const struct fg_billing_options *options,
                      struct fg_billing *out)
{
    struct fg_error error = {0};
    char words[1400];
    if (read_text(text, options, out, &error) != FG_OK)
        fail_msg("%s", fg_error_text(&error, words, sizeof words));
}

/* The sum of what a charge, or a usage type of no charge, comes to. */
static struct fg_billed_amount sum_of(const struct fg_billing *billing, const char *name)
{
    struct fg_billed_amount sum = {0};
    for (uint32_t i = 0; i < billing->cell_count; i++) {
        const struct fg_billed_thing *thing = &billing->things[billing->cells[i].thing];
        const struct fg_billed_amount *amount = &billing->cells[i].amount;
        if (strcmp(thing->charge, name) != 0 && strcmp(thing->usage_type, name) != 0)
            continue;
        fg_billed_amount_add(&sum, amount);
    }
    return sum;
}

/* Three lines of 0.0960000000 + 0.096 + 0.0480000001 -> 48000000 nanodollars (half to even of
 * 48000000.1): 0.24 USD; 1 + 1 + 0.5 = 2.5 hours. */
static void lines_of_one_thing_and_day_are_one_cell(void **state)
{
    struct fg_billing bill;
    (void)state;
    read_good(HEADER "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,1.0000000000,0.0960000000,\n"
                     "Usage," HOUR "AmazonEC2,USW2-BoxUsage:m5.large,1,0.096,\n"
                     "\n"
                     "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,0.5,0.0480000001,",
              &everything, &bill);
    assert_int_equal(bill.cell_count, 1);
    assert_int_equal(bill.lines.read, 3);
    assert_int_equal((int64_t)sum_of(&bill, "ec2-on-demand").quantity_nano, 2500000000);
    assert_int_equal(sum_of(&bill, "ec2-on-demand").nano[FG_BASIS_AMORTISED], 240000000);
    assert_int_equal(bill.lines.to - bill.lines.from, 3600);
    fg_billing_release(&bill);
}

/* A GiBps-month is 1024 of our MiBps-months: 0.0002688172 * 1024 = 0.2752688128. */
static void units_of_the_bill_become_ours(void **state)
{
    struct fg_billing bill;
    (void)state;
    read_good(HEADER "Usage," HOUR
                     "AmazonEC2,EBS:VolumeP-Throughput.gp3,0.0002688172,0.011010753,\n",
              &everything, &bill);
    /* 10^-9 of 0.0002688172 is 268817 (half to even of 268817.2), times 1024. */
    assert_int_equal((int64_t)sum_of(&bill, "ebs").quantity_nano, 268817 * 1024);
    fg_billing_release(&bill);
}

/* A line of 24 hours and 2.40 USD from 12:00 on: 12 hours lie in the period, 1.20 USD. One before
 * it does not count. A month's 74.40 USD are kept whole, and cut to a day of 31: 2.40. */
static void lines_beyond_the_period_count_by_their_time_in_it(void **state)
{
    struct fg_billing bill;
    struct fg_billing_options options = {.from = 1772409600, .to = 1772409600 + 86400};
    (void)state;
    read_good(HEADER
              "Usage,2026-03-02T12:00:00Z,2026-03-03T12:00:00Z,AmazonEKS,"
              "AmazonEKS-Hours:perCluster,24,2.40,\n"
              "Usage,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,AmazonEKS,"
              "AmazonEKS-Hours:perCluster,24,2.40,\n"
              "Usage,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,AmazonVPC,NatGateway-Hours,744,"
              "74.40,\n",
              &options, &bill);
    assert_int_equal(sum_of(&bill, "eks-control-plane").nano[FG_BASIS_BILLED], 1200000000);
    assert_int_equal((int64_t)sum_of(&bill, "eks-control-plane").quantity_nano, 12000000000);
    assert_int_equal(bill.lines.outside, 1);
    assert_int_equal(bill.lines.shared, 1);
    assert_int_equal(sum_of(&bill, "NatGateway-Hours").nano[FG_BASIS_BILLED], 74400000000);
    fg_billing_cut_spans(&bill, options.from, options.to);
    assert_int_equal(sum_of(&bill, "NatGateway-Hours").nano[FG_BASIS_BILLED], 2400000000);
    assert_int_equal(bill.lines.shared, 2);
    fg_billing_release(&bill);
}

/* Usage of 0.096 less a discount of 0.0048 on it, 0.0912 net; support is discounted too, which is
 * no charge of ours. */
static void discounts_go_to_their_charge_or_are_in_net_costs(void **state)
{
    static const char text[] = HEADER "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,1,0.096,0.0912\n"
                                      "EdpDiscount," HOUR "AmazonEC2,BoxUsage:m5.large,1,-0.0048,\n"
                                      "PrivateRateDiscount," HOUR "AWSSupport,Dollar,1,-0.5,\n";
    struct fg_billing_options net = everything;
    struct fg_billing bill;
    (void)state;
    read_good(text, &everything, &bill);
    assert_int_equal(sum_of(&bill, "ec2-on-demand").nano[FG_BASIS_BILLED], 91200000);
    assert_int_equal((int64_t)sum_of(&bill, "ec2-on-demand").quantity_nano, 1000000000);
    assert_int_equal(sum_of(&bill, "Dollar").nano[FG_BASIS_BILLED], -500000000);
    assert_true(bill.lines.has_net_costs);
    fg_billing_release(&bill);
    net.net = true;
    read_good(text, &net, &bill);
    assert_int_equal(sum_of(&bill, "ec2-on-demand").nano[FG_BASIS_BILLED], 91200000);
    assert_int_equal(sum_of(&bill, "Dollar").nano[FG_BASIS_BILLED], 0);
    assert_int_equal(bill.lines.left_out, 2);
    fg_billing_release(&bill);
}

/* Of a plan at 0.10 gross and 0.08 net an hour 0.03 are unused: 0.03 * 0.08 / 0.10 = 0.024. */
static void a_plans_unused_part_is_discounted_like_the_plan(void **state)
{
    static const char text[] =
        "line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,"
        "line_item_product_code,line_item_usage_type,line_item_usage_amount,"
        "line_item_unblended_cost,line_item_net_unblended_cost,"
        "savings_plan_total_commitment_to_date,savings_plan_used_commitment,"
        "savings_plan_recurring_commitment_for_billing_period,"
        "savings_plan_net_recurring_commitment_for_billing_period\n"
        "SavingsPlanRecurringFee," HOUR "ComputeSavingsPlans,ComputeSP:1yrNoUpfront,1,0.10,0.08,"
        "0.10,0.07,74.4,59.52\n";
    struct fg_billing_options net = everything;
    struct fg_billing bill;
    (void)state;
    read_good(text, &everything, &bill);
    assert_int_equal(sum_of(&bill, "savings-plan").nano[FG_BASIS_BILLED], 100000000);
    assert_int_equal(sum_of(&bill, "savings-plan").nano[FG_BASIS_AMORTISED], 30000000);
    fg_billing_release(&bill);
    net.net = true;
    read_good(text, &net, &bill);
    assert_int_equal(sum_of(&bill, "savings-plan").nano[FG_BASIS_BILLED], 80000000);
    assert_int_equal(sum_of(&bill, "savings-plan").nano[FG_BASIS_AMORTISED], 24000000);
    fg_billing_release(&bill);
}

static void commitments_of_other_services_are_not_modelled(void **state)
{
    struct fg_billing bill;
    (void)state;
    read_good("lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,"
              "lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,"
              "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod,"
              "reservation/UnusedRecurringFee,reservation/ReservationARN\n"
              "RIFee," HOUR "AmazonRDS,HeavyUsage:db.m5.large,1,0.5,0.1,0.2,\n"
              "RIFee," HOUR "AmazonEC2,HeavyUsage:m5.large,1,0.5,0.1,0.2,\n"
              "Fee," HOUR "AmazonEC2,HeavyUsage:m5.large,1,100,,,arn:aws:ec2:x\n"
              "Fee," HOUR "AWSSupport,Dollar,1,29,,,\n",
              &everything, &bill);
    assert_int_equal(sum_of(&bill, "reserved-instance").nano[FG_BASIS_BILLED], 100500000000);
    assert_int_equal(sum_of(&bill, "reserved-instance").nano[FG_BASIS_AMORTISED], 300000000);
    assert_int_equal(sum_of(&bill, "HeavyUsage:db.m5.large").nano[FG_BASIS_AMORTISED], 300000000);
    assert_int_equal(sum_of(&bill, "Dollar").nano[FG_BASIS_AMORTISED], 29000000000);
    fg_billing_release(&bill);
}

static void refuses(const char *text, const char *message, uint32_t line, uint32_t column)
{
    struct fg_error error = {0};
    struct fg_billing bill;
    assert_int_equal(read_text(text, &everything, &bill, &error), FG_BAD_INPUT);
    if (strstr(error.message, message) == NULL)
        fail_msg("said: %s", error.message);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
    fg_billing_release(&bill);
}

static void bad_files_are_refused_with_their_place(void **state)
{
    (void)state;
    refuses(HEADER "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,1,9223372037,\n",
            "is '9223372037'; expected less than 9223372036 dollars", 2, 7);
    refuses(HEADER "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,1,9223372035,\n",
            "expected a bill of less than two billion dollars in all", 2, 7);
    refuses(HEADER "Usage,2026-03-02T01:00:00Z,2026-03-02T00:00:00Z,AmazonEC2,X,1,1,\n",
            "expected an instant after the line's start", 2, 3);
    refuses(HEADER "Usage," HOUR "AmazonEC2,BoxUsage:m5.large,one,1,\n",
            "column 'lineItem/UsageAmount' is 'one'", 2, 6);
    refuses("lineItem/UsageType,lineItem/UsageTyp\n1,2\n", "unknown column 'lineItem/UsageTyp'", 1,
            2);
    refuses(HEADER "Usage,\"" HOUR "AmazonEC2,BoxUsage:m5.large,1,1,\n", "a quote not closed", 2,
            0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_exact_and_round_half_to_even),
        cmocka_unit_test(what_is_no_decimal_is_refused),
        cmocka_unit_test(instants_are_read_in_all_spellings),
        cmocka_unit_test(tags_are_the_same_in_all_spellings),
        cmocka_unit_test(tags_in_json_are_found),
        cmocka_unit_test(usage_types_are_charges_of_ours),
        cmocka_unit_test(a_region_is_taken_off_a_usage_type_and_nothing_else),
        cmocka_unit_test(instance_fees_of_other_products_are_not_ec2),
        cmocka_unit_test(rules_of_the_planner_come_first),
        cmocka_unit_test(a_replays_sku_stands_beside_the_bills),
        cmocka_unit_test_setup_teardown(lines_of_one_thing_and_day_are_one_cell, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(units_of_the_bill_become_ours, make_file, remove_file),
        cmocka_unit_test_setup_teardown(lines_beyond_the_period_count_by_their_time_in_it,
                                        make_file, remove_file),
        cmocka_unit_test_setup_teardown(discounts_go_to_their_charge_or_are_in_net_costs, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(a_plans_unused_part_is_discounted_like_the_plan, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(commitments_of_other_services_are_not_modelled, make_file,
                                        remove_file),
        cmocka_unit_test_setup_teardown(bad_files_are_refused_with_their_place, make_file,
                                        remove_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
