/* The sizes Fargate bills (rules F2, F4, B4, G2). */
#include "models/fargate_size.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/quantity.h"

#define MIB (1024LL * 1024)
#define GIB (1024 * MIB)

/* Every size there is: vCPU in milli, memory in MiB. */
static const struct fg_fargate_size table[] = {
    {250, 512},     {250, 1024},     {250, 2048},     {500, 1024},     {500, 2048},
    {500, 3072},    {500, 4096},     {1000, 2048},    {1000, 3072},    {1000, 4096},
    {1000, 5120},   {1000, 6144},    {1000, 7168},    {1000, 8192},    {2000, 4096},
    {2000, 5120},   {2000, 6144},    {2000, 7168},    {2000, 8192},    {2000, 9216},
    {2000, 10240},  {2000, 11264},   {2000, 12288},   {2000, 13312},   {2000, 14336},
    {2000, 15360},  {2000, 16384},   {4000, 8192},    {4000, 9216},    {4000, 10240},
    {4000, 11264},  {4000, 12288},   {4000, 13312},   {4000, 14336},   {4000, 15360},
    {4000, 16384},  {4000, 17408},   {4000, 18432},   {4000, 19456},   {4000, 20480},
    {4000, 21504},  {4000, 22528},   {4000, 23552},   {4000, 24576},   {4000, 25600},
    {4000, 26624},  {4000, 27648},   {4000, 28672},   {4000, 29696},   {4000, 30720},
    {8000, 16384},  {8000, 20480},   {8000, 24576},   {8000, 28672},   {8000, 32768},
    {8000, 36864},  {8000, 40960},   {8000, 45056},   {8000, 49152},   {8000, 53248},
    {8000, 57344},  {8000, 61440},   {16000, 32768},  {16000, 40960},  {16000, 49152},
    {16000, 57344}, {16000, 65536},  {16000, 73728},  {16000, 81920},  {16000, 90112},
    {16000, 98304}, {16000, 106496}, {16000, 114688}, {16000, 122880},
};
enum { SIZES = sizeof table / sizeof *table };

static void gives(int64_t cpu, int64_t memory_bytes, int64_t vcpu, int64_t mib)
{
    struct fg_fargate_size size = {-1, -1};
    if (!fg_fargate_size(cpu, memory_bytes, FG_DAY_UNKNOWN, &size))
        fail_msg("no size for %lldm, %lld bytes", (long long)cpu, (long long)memory_bytes);
    assert_int_equal(size.cpu_milli, vcpu);
    assert_int_equal(size.memory_mib, mib);
}

static void fits_nothing(int64_t cpu, int64_t memory_bytes)
{
    struct fg_fargate_size size = {-1, -1};
    assert_false(fg_fargate_size(cpu, memory_bytes, FG_DAY_UNKNOWN, &size));
    assert_int_equal(size.cpu_milli, -1);
}

static void lists_the_74_sizes(void **state)
{
    (void)state;
    struct fg_fargate_size size;
    assert_int_equal(SIZES, 74);
    for (uint32_t i = 0; i < SIZES; i++) {
        assert_true(fg_fargate_size_at(i, &size));
        assert_int_equal(size.cpu_milli, table[i].cpu_milli);
        assert_int_equal(size.memory_mib, table[i].memory_mib);
    }
    assert_false(fg_fargate_size_at(SIZES, &size));
    assert_false(fg_fargate_size_at(UINT32_MAX, &size));
}

/* What the rule says, over the table above. */
static const struct fg_fargate_size *first_that_fits(int64_t cpu, int64_t bytes)
{
    for (size_t i = 0; i < SIZES; i++)
        if (table[i].cpu_milli >= cpu && table[i].memory_mib * MIB >= bytes + 256 * MIB)
            return &table[i];
    return NULL;
}

static void takes_the_first_size_that_fits_on_each_side_of_every_boundary(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        int64_t exact = (table[i].memory_mib - 256) * MIB;
        gives(table[i].cpu_milli, exact, table[i].cpu_milli, table[i].memory_mib);
        for (int cpu = -1; cpu <= 1; cpu++) {
            for (int byte = -1; byte <= 1; byte++) {
                const struct fg_fargate_size *expected =
                    first_that_fits(table[i].cpu_milli + cpu, exact + byte);
                if (expected == NULL)
                    fits_nothing(table[i].cpu_milli + cpu, exact + byte);
                else
                    gives(table[i].cpu_milli + cpu, exact + byte, expected->cpu_milli,
                          expected->memory_mib);
            }
        }
    }
}

static int64_t bytes_of(const char *text)
{
    struct fg_error error = {0};
    int64_t value = -1;
    assert_int_equal(fg_quantity_parse_bytes(text, strlen(text), &value, &error), FG_OK);
    return value;
}

static int64_t milli_of(const char *text)
{
    struct fg_error error = {0};
    int64_t value = -1;
    assert_int_equal(fg_quantity_parse_cpu(text, strlen(text), &value, &error), FG_OK);
    return value;
}

static void gives_the_size_of_every_worked_example(void **state)
{
    (void)state;
    static const struct {
        const char *cpu, *memory;
        int64_t vcpu_milli, gib_halves;
    } rows[] = {
        {"0", "0", 250, 1},             /* 256Mi: nothing specified */
        {"100m", "256Mi", 250, 1},      /* 512Mi: exact fit */
        {"250m", "257Mi", 250, 2},      /* 513Mi: one MiB too many */
        {"250m", "1Gi", 250, 4},        /* 1.25Gi: no step of 1.25 or 1.5 */
        {"250m", "1792Mi", 250, 4},     /* 2Gi: exact fit */
        {"250m", "2Gi", 500, 6},        /* 2.25Gi: memory takes more vCPU */
        {"251m", "128Mi", 500, 2},      /* 384Mi */
        {"1", "512Mi", 1000, 4},        /* 768Mi */
        {"1", "8Gi", 2000, 18},         /* 8.25Gi */
        {"1", "8G", 1000, 16},          /* 7.70Gi: G is not Gi */
        {"1500m", "3Gi", 2000, 8},      /* 3.25Gi */
        {"4", "29.75Gi", 4000, 60},     /* 30Gi */
        {"4", "30Gi", 8000, 64},        /* 30.25Gi: steps of 4 */
        {"6", "20Gi", 8000, 48},        /* 20.25Gi */
        {"8", "16Gi", 8000, 40},        /* 16.25Gi */
        {"16", "119.75Gi", 16000, 240}, /* 120Gi: the largest pod */
        {"250m", "768Mi", 250, 2},      /* 1Gi: the price page's third example */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        gives(milli_of(rows[i].cpu), bytes_of(rows[i].memory), rows[i].vcpu_milli,
              rows[i].gib_halves * 512);
}

static void fits_no_pod_above_16_vcpu_or_120_gb(void **state)
{
    (void)state;
    fits_nothing(16000, 120 * GIB);             /* 120.25Gi */
    fits_nothing(16000, 120 * GIB - 255 * MIB); /* one MiB above */
    fits_nothing(1, 120 * GIB);
    fits_nothing(16001, 0);
    fits_nothing(32000, 60 * GIB);
    fits_nothing(1000000000, 1LL << 50);
}

/* 2022-09-16, when 8 and 16 vCPU came, is day 19251. */
static void offers_8_and_16_vcpu_from_2022_09_16_on(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_fargate_size size = {0};
    fg_day first;
    assert_int_equal(fg_calendar_parse_day("2022-09-16", &first, &error), FG_OK);
    assert_true(fg_fargate_size(4001, 0, first, &size));
    assert_int_equal(size.cpu_milli, 8000);
    assert_false(fg_fargate_size(4001, 0, first - 1, &size));
    assert_false(fg_fargate_size(4000, 30 * GIB, first - 1, &size));
    assert_true(fg_fargate_size(4000, 30 * GIB - 256 * MIB, first - 1, &size));
    assert_int_equal(size.memory_mib, 30720);
    size = fg_fargate_largest(first - 1);
    assert_int_equal(size.cpu_milli, 4000);
    assert_int_equal(size.memory_mib, 30 * 1024);
    size = fg_fargate_largest(first);
    assert_int_equal(size.cpu_milli, 16000);
    assert_int_equal(size.memory_mib, 120 * 1024);
    size = fg_fargate_largest(FG_DAY_UNKNOWN);
    assert_int_equal(size.cpu_milli, 16000);
}

/* R + 10 % + 5 GiB: 100 + 10 + 5 = 115; 175 + 17.5 + 5 = 197.5 -> 198; 10 + 1 + 5 = 16 -> 20;
 * 13 + 1.3 + 5 = 19.3 -> 20; 14 + 1.4 + 5 = 20.4 -> 21; 20 + 2 + 5 = 27 */
static void provisions_a_tenth_and_5_gib_more_storage(void **state)
{
    (void)state;
    assert_int_equal(fg_fargate_provisioned_storage_gib(100 * GIB), 115);
    assert_int_equal(fg_fargate_provisioned_storage_gib(175 * GIB), 198);
    assert_int_equal(fg_fargate_provisioned_storage_gib(0), 20);
    assert_int_equal(fg_fargate_provisioned_storage_gib(10 * GIB), 20);
    assert_int_equal(fg_fargate_provisioned_storage_gib(13 * GIB), 20);
    assert_int_equal(fg_fargate_provisioned_storage_gib(14 * GIB), 21);
    assert_int_equal(fg_fargate_provisioned_storage_gib(20 * GIB), 27);
    assert_int_equal(fg_fargate_provisioned_storage_gib(100 * GIB + 1), 116);
}

/* Billed is the request above the free 20 GiB: 100 - 20 = 80; 20 GiB + 1 byte -> 21 - 20 = 1;
 * 175 - 20 = 155 */
static void bills_the_storage_requested_above_20_gib(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes, gib;
    } rows[] = {
        {0, 0},        {1, 0},          {20 * GIB, 0},    {20 * GIB + 1, 1},
        {21 * GIB, 1}, {100 * GIB, 80}, {175 * GIB, 155}, {175 * GIB - 1, 155},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t gib = -1;
        assert_true(fg_fargate_billed_storage(rows[i].bytes, &gib));
        assert_int_equal(gib, rows[i].gib);
    }
}

static void refuses_more_than_175_gib_of_storage(void **state)
{
    (void)state;
    int64_t gib = -1;
    assert_false(fg_fargate_billed_storage(175 * GIB + 1, &gib));
    assert_false(fg_fargate_billed_storage(1LL << 50, &gib));
    assert_int_equal(gib, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_74_sizes),
        cmocka_unit_test(takes_the_first_size_that_fits_on_each_side_of_every_boundary),
        cmocka_unit_test(gives_the_size_of_every_worked_example),
        cmocka_unit_test(fits_no_pod_above_16_vcpu_or_120_gb),
        cmocka_unit_test(offers_8_and_16_vcpu_from_2022_09_16_on),
        cmocka_unit_test(provisions_a_tenth_and_5_gib_more_storage),
        cmocka_unit_test(bills_the_storage_requested_above_20_gib),
        cmocka_unit_test(refuses_more_than_175_gib_of_storage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
