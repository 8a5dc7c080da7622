/* The groups that AWS counts vCPU by: every family falls into the one of its letters. */
#include "models/quota.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_type_counts_in_the_group_of_its_letters(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum fg_quota_family family;
    } cases[] = {
        {"a1.large", FG_QUOTA_STANDARD},
        {"m6i.large", FG_QUOTA_STANDARD},
        {"c7gn.xlarge", FG_QUOTA_STANDARD},
        {"im4gn.large", FG_QUOTA_STANDARD},
        {"is4gen.large", FG_QUOTA_STANDARD},
        {"t3.micro", FG_QUOTA_STANDARD},
        {"z1d.large", FG_QUOTA_STANDARD},
        {"h1.2xlarge", FG_QUOTA_STANDARD},
        {"d3en.xlarge", FG_QUOTA_STANDARD},
        {"dl1.24xlarge", FG_QUOTA_DL},
        {"f2.6xlarge", FG_QUOTA_F},
        {"g5.48xlarge", FG_QUOTA_G},
        {"gr6.4xlarge", FG_QUOTA_G},
        {"vt1.3xlarge", FG_QUOTA_G},
        {"u-6tb1.metal", FG_QUOTA_HIGH_MEMORY},
        {"hpc7a.96xlarge", FG_QUOTA_HPC},
        {"inf2.xlarge", FG_QUOTA_INF},
        {"p4d.24xlarge", FG_QUOTA_P},
        {"trn1.2xlarge", FG_QUOTA_TRN},
        {"x2idn.16xlarge", FG_QUOTA_X},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(fg_quota_family_of(cases[i].type), cases[i].family);
}

static void every_group_has_a_name_that_is_read_again(void **state)
{
    (void)state;
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++) {
        enum fg_quota_family family = FG_QUOTA_X;
        assert_true(fg_quota_family_parse(fg_quota_family_name((enum fg_quota_family)i), &family));
        assert_int_equal(family, i);
    }
    enum fg_quota_family family = FG_QUOTA_P;
    assert_false(fg_quota_family_parse("Standard", &family));
    assert_int_equal(family, FG_QUOTA_P);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_type_counts_in_the_group_of_its_letters),
        cmocka_unit_test(every_group_has_a_name_that_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
