/* Prices of the planner's own and percentages off a service. */
#include "models/price_terms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_charge_is_of_a_service(void **state)
{
    (void)state;
    static const char *const names[FG_CHARGE_COUNT] = {
        [FG_CHARGE_FARGATE_VCPU] = "fargate",
        [FG_CHARGE_FARGATE_MEMORY] = "fargate",
        [FG_CHARGE_FARGATE_STORAGE] = "fargate",
        [FG_CHARGE_EC2_ON_DEMAND] = "ec2",
        [FG_CHARGE_EC2_SPOT] = "ec2",
        [FG_CHARGE_EBS] = "ebs",
        [FG_CHARGE_EBS_IOPS] = "ebs",
        [FG_CHARGE_EBS_THROUGHPUT] = "ebs",
        [FG_CHARGE_AUTO_MODE] = "eks",
        [FG_CHARGE_PUBLIC_IPV4] = "vpc",
        [FG_CHARGE_CONTROL_PLANE] = "eks",
        [FG_CHARGE_EXTENDED_SUPPORT] = "eks",
        [FG_CHARGE_OTHER_HOURS] = "lines",
        [FG_CHARGE_OTHER_STARTS] = "lines",
        [FG_CHARGE_OTHER_GB] = "lines",
    };
    for (int charge = 0; charge < FG_CHARGE_COUNT; charge++) {
        enum fg_price_service service = fg_charge_price_service((enum fg_charge)charge);
        if (names[charge] == NULL)
            assert_int_equal(service, FG_PRICES_SERVICE_COUNT);
        else
            assert_string_equal(fg_price_service_name(service), names[charge]);
    }
}

/* 10 % off 25 is 22.5, rounded to 22; off 35 is 31.5, rounded to 32. */
static void a_percentage_is_rounded_half_to_even(void **state)
{
    (void)state;
    const struct fg_price_terms terms = {.discount_millionths = {[FG_PRICES_EC2] = 100000}};
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EC2_ON_DEMAND, "x", "here", 25), 22);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EC2_SPOT, "x", "here", 35), 32);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EBS, "x", "here", 25), 25);
}

/* Auto Mode's fee goes by the type's name too, and is a price of its own. */
static void an_instances_price_is_not_that_of_its_auto_mode_fee(void **state)
{
    (void)state;
    struct fg_price_override overrides[] = {{.item = "m5.large", .nano = 80},
                                            {.item = "auto_mode_m5.large", .nano = 9}};
    struct fg_price_terms terms = {.override_count = 1, .overrides = overrides};
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EC2_ON_DEMAND, "m5.large", "here", 96),
                     80);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_AUTO_MODE, "m5.large", "here", 12), 12);
    terms.override_count = 2;
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_AUTO_MODE, "m5.large", "here", 12), 9);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EC2_ON_DEMAND, "m5.large", "here", 96),
                     80);
}

static void the_first_price_that_fits_holds(void **state)
{
    (void)state;
    struct fg_price_override overrides[] = {{.item = "ebs_gp3", .region = "there", .nano = 1},
                                            {.item = "ebs_gp3", .nano = 2},
                                            {.item = "ebs_gp3", .region = "here", .nano = 3}};
    const struct fg_price_terms terms = {.override_count = 3, .overrides = overrides};
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EBS, "ebs_gp3", "here", 80), 2);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EBS, "ebs_gp3", "there", 80), 1);
    assert_int_equal(fg_price_terms_apply(&terms, FG_CHARGE_EBS, "ebs_gp2", "here", 100), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_charge_is_of_a_service),
        cmocka_unit_test(a_percentage_is_rounded_half_to_even),
        cmocka_unit_test(an_instances_price_is_not_that_of_its_auto_mode_fee),
        cmocka_unit_test(the_first_price_that_fits_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
