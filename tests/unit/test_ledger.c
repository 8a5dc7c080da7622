/* Charges and the ledger's sums. */
#include "models/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A vCPU-hour is 1000 * 3600 milli-vCPU-seconds; a GB-hour 1024 * 3600 MiB-seconds; an instance
 * hour 3600 * 10^6 micro-instance-seconds. */
static void charges_have_the_names_and_units_of_the_bill(void **state)
{
    (void)state;
    static const struct {
        enum fg_charge charge;
        const char *name, *unit;
        int64_t base;
    } rows[] = {
        {FG_CHARGE_FARGATE_VCPU, "fargate-vcpu", "vCPU-Hours", 1000 * 3600},
        {FG_CHARGE_FARGATE_MEMORY, "fargate-memory", "GB-Hours", 1024 * 3600},
        {FG_CHARGE_FARGATE_STORAGE, "fargate-storage", "GB-Hours", 3600},
        {FG_CHARGE_EC2_ON_DEMAND, "ec2-on-demand", "Hours", 3600LL * 1000000},
        {FG_CHARGE_EC2_SPOT, "ec2-spot", "Hours", 3600LL * 1000000},
        {FG_CHARGE_EBS, "ebs", "GB-Months", 1000000000},
        {FG_CHARGE_EBS_IOPS, "ebs", "IOPS-Months", 1000000000},
        {FG_CHARGE_EBS_THROUGHPUT, "ebs", "MiBps-Months", 1000000000},
        {FG_CHARGE_AUTO_MODE, "eks-auto-mode", "Hours", 3600LL * 1000000},
        {FG_CHARGE_PUBLIC_IPV4, "public-ipv4", "Hours", 3600LL * 1000000},
        {FG_CHARGE_CONTROL_PLANE, "eks-control-plane", "Hours", 3600},
        {FG_CHARGE_EXTENDED_SUPPORT, "eks-extended-support", "Hours", 3600},
        {FG_CHARGE_SAVINGS_PLAN, "savings-plan", "Hours", 3600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(fg_charge_name(rows[i].charge), rows[i].name);
        assert_string_equal(fg_charge_unit(rows[i].charge), rows[i].unit);
        assert_int_equal(fg_charge_base_per_unit(rows[i].charge), rows[i].base);
    }
}

/* 24 * 100000000 + 1 * 7 - 5 = 2400000002 */
static void a_row_counts_once_for_each_of_its_hours(void **state)
{
    (void)state;
    struct fg_ledger ledger = {0};
    assert_int_equal(fg_ledger_total(&ledger), 0);
    ledger.rows = fg_grow(NULL, &ledger.row_capacity, 3, sizeof *ledger.rows);
    ledger.rows[ledger.row_count++] = (struct fg_ledger_row){0, 100, 24, 3600, 100000000};
    ledger.rows[ledger.row_count++] = (struct fg_ledger_row){0, 124, 1, 1, 7};
    ledger.rows[ledger.row_count++] = (struct fg_ledger_row){1, 100, 1, 1, -5};
    assert_int_equal(fg_ledger_total(&ledger), 2400000002);
    fg_ledger_release(&ledger);
    assert_int_equal(ledger.row_count, 0);
    assert_null(ledger.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charges_have_the_names_and_units_of_the_bill),
        cmocka_unit_test(a_row_counts_once_for_each_of_its_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
