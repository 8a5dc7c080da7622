/* Sizes of instances on AWS's scale of normalisation factors (rules I5), in quarters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/instance_name.h"

/* The factor of nano is 0.25, of small 1, of large 4, of Nxlarge 8 N. */
static void sizes_have_their_factor(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t quarters;
    } rows[] = {
        {"t3.nano", 1},
        {"t3.micro", 2},
        {"t3.small", 4},
        {"t3.medium", 8},
        {"m5.large", 16},
        {"m5.xlarge", 32},
        {"m5.2xlarge", 2 * 32},
        {"m5.24xlarge", 24 * 32},
        {"m8i.96xlarge", 96 * 32},
        {"u7i-12tb.224xlarge", 224 * 32},
        {"m5.unknown", 0},
        {"m5", 0},
        {"m5.xxlarge", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(fg_instance_size(rows[i].name, 2), rows[i].quarters);
}

/* As the largest virtual size: 96 vCPU as 24xlarge; c5n's 72 as 18xlarge; i3 has no more than
 * 16xlarge for its 72; metal-24xl of c7i says it itself. */
static void bare_metal_has_the_size_of_the_largest_virtual_one(void **state)
{
    (void)state;
    assert_int_equal(fg_instance_size("m5.metal", 96), 24 * 32);
    assert_int_equal(fg_instance_size("c5n.metal", 72), 18 * 32);
    assert_int_equal(fg_instance_size("i3.metal", 72), 16 * 32);
    assert_int_equal(fg_instance_size("c7i.metal-24xl", 96), 24 * 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_have_their_factor),
        cmocka_unit_test(bare_metal_has_the_size_of_the_largest_virtual_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
