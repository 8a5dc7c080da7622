/* The catalog: its tables, prices by date, and what a reader of others says (rules B3, E1, G7). */
#include "models/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/catalog_reader.h"
#include "models/instance_name.h"

static struct fg_catalog catalog;

static int read_catalog(void **state)
{
    (void)state;
    struct fg_error error = {0};
    if (fg_catalog_read(NULL, &catalog, &error) == FG_OK)
        return 0;
    fprintf(stderr, "%s\n", error.message);
    return -1;
}

static int release_catalog(void **state)
{
    (void)state;
    fg_catalog_release(&catalog);
    return 0;
}

static fg_day day(const char *text)
{
    struct fg_error error = {0};
    fg_day out = 0;
    assert_int_equal(fg_calendar_parse_day(text, &out, &error), FG_OK);
    return out;
}

static struct fg_found_price price_on(const char *item, const char *region, const char *variant,
                                      fg_day when)
{
    struct fg_error error = {0};
    struct fg_found_price found = {0};
    if (fg_catalog_price(&catalog, item, region, variant, when, &found, &error) != FG_OK)
        fail_msg("%s", error.message);
    return found;
}

static struct fg_found_price price(const char *item, const char *region)
{
    return price_on(item, region, strncmp(item, "fargate", 7) == 0 ? FG_VARIANT_EKS : "",
                    FG_DAY_UNKNOWN);
}

static void price_is_refused(const char *item, const char *region, const char *expected)
{
    struct fg_error error = {0};
    struct fg_found_price found;
    assert_int_equal(fg_catalog_price(&catalog, item, region, "", FG_DAY_UNKNOWN, &found, &error),
                     FG_BAD_INPUT);
    if (strstr(error.message, expected) == NULL)
        fail_msg("'%s' does not say '%s'", error.message, expected);
}

/* ---- the tables in the program ---- */

static void holds_every_type_and_price(void **state)
{
    (void)state;
    uint32_t ec2 = 0;
    for (uint32_t i = 0; i < catalog.price_count; i++)
        ec2 += fg_catalog_find_type(&catalog, catalog.prices[i].item) != NULL;
    assert_int_equal(catalog.type_count, 1391);
    assert_int_equal(ec2, 21988);
    assert_int_equal(catalog.version_count, 18);
}

static void every_price_has_a_source_and_nearly_all_a_day(void **state)
{
    (void)state;
    uint32_t undated = 0;
    for (uint32_t i = 0; i < catalog.price_count; i++) {
        const struct fg_price_row *row = &catalog.prices[i];
        assert_string_not_equal(row->source, "");
        assert_true(row->nano >= 0);
        undated += row->as_of == FG_DAY_UNKNOWN;
        if (row->as_of != FG_DAY_UNKNOWN && row->effective_from != FG_DAY_UNKNOWN)
            assert_true(row->as_of >= row->effective_from);
        assert_true(row->as_of <= catalog.newest_day);
        if (strcmp(row->variant, FG_VARIANT_EKS) == 0)
            assert_int_not_equal(row->as_of, FG_DAY_UNKNOWN);
    }
    /* three Fargate rows of ARM, two or three prices each, and eight other prices */
    assert_in_range(undated, 1, 20);
    assert_int_equal(catalog.newest_day, day("2026-10-06"));
}

static void describes_instance_types(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum fg_arch arch;
        uint32_t vcpu;
        int64_t memory_mib;
        uint32_t enis, addresses, gpus;
        bool nitro;
    } rows[] = {
        {"m5.large", FG_ARCH_AMD64, 2, 8192, 3, 10, 0, true},
        {"t3.medium", FG_ARCH_AMD64, 2, 4096, 3, 6, 0, true},
        {"m6g.large", FG_ARCH_ARM64, 2, 8192, 3, 10, 0, true},
        {"m4.large", FG_ARCH_AMD64, 2, 8192, 2, 10, 0, false},
        {"g5.12xlarge", FG_ARCH_AMD64, 48, 196608, 15, 50, 4, true},
        {"m5.metal", FG_ARCH_AMD64, 96, 393216, 15, 50, 0, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_instance_type *type = fg_catalog_find_type(&catalog, rows[i].name);
        assert_non_null(type);
        assert_int_equal(type->arch, rows[i].arch);
        assert_int_equal(type->vcpu, rows[i].vcpu);
        assert_int_equal(type->memory_mib, rows[i].memory_mib);
        assert_int_equal(type->max_enis, rows[i].enis);
        assert_int_equal(type->ipv4_per_eni, rows[i].addresses);
        assert_int_equal(type->gpu_count, rows[i].gpus);
        assert_int_equal(type->nitro, rows[i].nitro);
    }
}

static void an_unknown_type_comes_with_the_nearest_name(void **state)
{
    (void)state;
    struct fg_error error = {0}, other = {0};
    const struct fg_instance_type *type = (const void *)"";
    assert_int_equal(fg_catalog_type(&catalog, "m5.lagre", &type, &error), FG_BAD_INPUT);
    assert_null(type);
    assert_non_null(strstr(error.message, "'m5.lagre'; did you mean 'm5.large'?"));
    assert_int_equal(fg_catalog_type(&catalog, "nothing-like-it-at-all", &type, &other),
                     FG_BAD_INPUT);
    assert_null(strstr(other.message, "did you mean"));
    assert_null(fg_catalog_find_type(&catalog, ""));
}

/* ---- prices ---- */

static void hourly_list_prices_of_us_east_1(void **state)
{
    (void)state;
    assert_int_equal(price(FG_ITEM_FARGATE_VCPU, "us-east-1").nano, 40480000);
    assert_int_equal(price(FG_ITEM_FARGATE_MEMORY, "us-east-1").nano, 4445000);
    assert_int_equal(price(FG_ITEM_FARGATE_STORAGE, "us-east-1").nano, 111000);
    assert_int_equal(price(FG_ITEM_CONTROL_PLANE, "us-east-1").nano, 100000000);
    assert_int_equal(price(FG_ITEM_EXTENDED_SUPPORT, "us-east-1").nano, 500000000);
    assert_int_equal(price("m5.large", "us-east-1").nano, 96000000);
    assert_int_equal(price("ebs_gp3", "us-east-1").nano, 80000000);
}

/* Figures others publish for a month of 730 h: 730 * 0.10 = 73.00; 730 * 0.04048 = 29.5504;
 * 730 * 0.004445 = 3.24485; 730 * 0.0416 = 30.368 */
static void months_of_730_hours_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *item, *usd;
    } rows[] = {
        {FG_ITEM_CONTROL_PLANE, "73.00"},
        {FG_ITEM_FARGATE_VCPU, "29.55"},
        {FG_ITEM_FARGATE_MEMORY, "3.24"},
        {"t3.medium", "30.37"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buffer[48];
        const struct fg_price hourly = {price(rows[i].item, "us-east-1").nano, 1};
        assert_string_equal(fg_money_print(fg_money_amount_half_even(730, hourly), 2, buffer),
                            rows[i].usd);
    }
}

static void a_price_of_all_regions_holds_in_each(void **state)
{
    (void)state;
    assert_int_equal(price(FG_ITEM_CONTROL_PLANE, "eu-central-1").nano, 100000000);
    assert_int_equal(price(FG_ITEM_CONTROL_PLANE, "ap-southeast-2").nano, 100000000);
}

static void the_cluster_cost_20_cents_before_2020_01_21(void **state)
{
    (void)state;
    static const struct {
        const char *when;
        fg_nanodollars nano;
        bool before_first;
    } rows[] = {
        {"2020-01-20", 200000000, false}, {"2020-01-21", 100000000, false},
        {"2019-12-10", 200000000, false}, {"2018-06-05", 200000000, false},
        {"2018-06-04", 200000000, true},  {"2026-09-01", 100000000, false},
        {"2099-01-01", 100000000, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_found_price found =
            price_on(FG_ITEM_CONTROL_PLANE, "us-east-1", "", day(rows[i].when));
        assert_int_equal(found.nano, rows[i].nano);
        assert_int_equal(found.before_first, rows[i].before_first);
    }
}

static void a_day_before_the_oldest_row_gets_the_oldest_price_marked(void **state)
{
    (void)state;
    struct fg_found_price found =
        price_on(FG_ITEM_FARGATE_VCPU, "us-east-1", FG_VARIANT_EKS, day("2018-03-01"));
    assert_int_equal(found.nano, 40480000);
    assert_true(found.before_first);
    assert_int_equal(found.effective_from, day("2019-01-07"));
    found = price_on(FG_ITEM_FARGATE_VCPU, "us-east-1", FG_VARIANT_EKS, day("2019-01-07"));
    assert_false(found.before_first);
}

static void a_price_without_a_first_day_holds_from_the_beginning(void **state)
{
    (void)state;
    struct fg_found_price found = price_on("m5.large", "us-east-1", "", day("2017-01-01"));
    assert_int_equal(found.nano, 96000000);
    assert_false(found.before_first);
    assert_int_equal(found.effective_from, FG_DAY_UNKNOWN);
}

static void fargate_prices_of_ecs_are_not_those_of_eks(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_found_price found;
    assert_int_equal(
        price_on(FG_ITEM_FARGATE_VCPU, "us-east-1", "arm64/linux/ecs", FG_DAY_UNKNOWN).nano,
        32380000);
    assert_int_equal(fg_catalog_price(&catalog, FG_ITEM_FARGATE_VCPU, "us-east-1", "arm64/linux",
                                      FG_DAY_UNKNOWN, &found, &error),
                     FG_BAD_INPUT);
}

static void a_price_that_is_not_known_is_an_error_not_zero(void **state)
{
    (void)state;
    price_is_refused("m5.large", "us-est-1",
                     "unknown region 'us-est-1'; did you mean 'us-east-1'?");
    price_is_refused("m5.large", "all", "unknown region 'all'");
    price_is_refused("m5.large", "", "unknown region ''");
    price_is_refused("no-such-thing", "us-east-1",
                     "no price of 'no-such-thing' is known in any region");
    price_is_refused("nlb", "eu-central-1",
                     "no price of 'nlb' is known in region eu-central-1 (it is in us-east-1)");
}

static void the_nearest_region_is_a_region(void **state)
{
    (void)state;
    assert_string_equal(fg_catalog_nearest_region(&catalog, "eu-centrl-1"), "eu-central-1");
    assert_null(fg_catalog_nearest_region(&catalog, "all"));
    assert_null(fg_catalog_nearest_region(&catalog, "atlantis"));
    assert_true(fg_catalog_has_region(&catalog, "us-gov-west-1"));
    assert_false(fg_catalog_has_region(&catalog, "all"));
    assert_false(fg_catalog_has_region(&catalog, "us-east"));
}

static void versions_have_their_ends_of_support(void **state)
{
    (void)state;
    const struct fg_kubernetes_version *version = fg_catalog_version(&catalog, "1.31");
    assert_int_equal(version->released, day("2024-09-26"));
    assert_int_equal(version->standard_end, day("2025-11-26"));
    assert_int_equal(version->extended_end, day("2026-11-26"));
    version = fg_catalog_version(&catalog, "1.18");
    assert_int_equal(version->extended_end, FG_DAY_UNKNOWN);
    assert_null(fg_catalog_version(&catalog, "1.3"));
    assert_null(fg_catalog_version(&catalog, "1.36"));
}

static void nearest_names_are_at_most_a_third_away(void **state)
{
    (void)state;
    static const char *const names[] = {"arrival_s", "duration_s", "cpu", "memory"};
    assert_string_equal(fg_nearest_name("arival_s", names, 4), "arrival_s");
    assert_string_equal(fg_nearest_name("memroy", names, 4), "memory");
    assert_string_equal(fg_nearest_name("cpus", names, 4), "cpu");
    static const char *const short_names[] = {"abc"};
    assert_null(fg_nearest_name("abcxyz", short_names, 1));
    assert_string_equal(fg_nearest_name("abcx", short_names, 1), "abc");
    assert_null(fg_nearest_name("x", names, 4));
    assert_null(fg_nearest_name("", names, 4));
    assert_null(fg_nearest_name("zone", names, 0));
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_null(fg_nearest_name(longer, names, 4));
}

/* ---- attributes that Karpenter's labels come from ---- */

static void describes_what_karpenter_labels_say(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum fg_cpu_manufacturer cpu;
        enum fg_hypervisor hypervisor;
        bool bare_metal, current;
        uint32_t mhz, network_mbps, ebs_mbps, nvme_gb;
    } rows[] = {
        {"m5.large", FG_CPU_INTEL, FG_HYPERVISOR_NITRO, false, false, 3100, 750, 4750, 0},
        {"m6a.large", FG_CPU_AMD, FG_HYPERVISOR_NITRO, false, true, 3600, 781, 10000, 0},
        {"g5.xlarge", FG_CPU_AMD, FG_HYPERVISOR_NITRO, false, false, 3300, 2500, 3500, 250},
        {"m7gd.large", FG_CPU_AWS, FG_HYPERVISOR_NITRO, false, true, 2600, 937, 10000, 118},
        {"m4.large", FG_CPU_INTEL, FG_HYPERVISOR_XEN, false, false, 2400, 0, 450, 0},
        {"m5.metal", FG_CPU_INTEL, FG_HYPERVISOR_NONE, true, false, 3100, 25000, 19000, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_instance_type *type = fg_catalog_find_type(&catalog, rows[i].name);
        assert_non_null(type);
        assert_int_equal(type->cpu_manufacturer, rows[i].cpu);
        assert_int_equal(type->hypervisor, rows[i].hypervisor);
        assert_int_equal(type->bare_metal, rows[i].bare_metal);
        assert_int_equal(type->current_generation, rows[i].current);
        assert_int_equal(type->cpu_mhz, rows[i].mhz);
        assert_int_equal(type->network_mbps, rows[i].network_mbps);
        assert_int_equal(type->ebs_mbps, rows[i].ebs_mbps);
        assert_int_equal(type->local_nvme_gb, rows[i].nvme_gb);
    }
}

static void describes_gpus_their_slices_and_other_accelerators(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t gpus, per_mille;
        int64_t gpu_memory_mib;
        const char *gpu, *gpu_maker;
        uint32_t accelerators;
        const char *accelerator, *accelerator_maker;
    } rows[] = {
        {"g5.12xlarge", 4, 1000, 22888, "A10G", "nvidia", 0, "", ""},
        {"g4ad.xlarge", 1, 1000, 8192, "Radeon Pro V520", "amd", 0, "", ""},
        {"g6f.large", 1, 125, 2861, "L4", "nvidia", 0, "", ""},
        {"dl1.24xlarge", 8, 1000, 0, "Gaudi HL-205", "habana", 0, "", ""},
        {"inf2.48xlarge", 0, 0, 0, "", "", 12, "Inferentia2", "aws"},
        {"dl2q.24xlarge", 0, 0, 0, "", "", 8, "Qualcomm AI100", "qualcomm"},
        {"vt1.3xlarge", 0, 0, 0, "", "", 1, "U30", "xilinx"},
        {"m5.large", 0, 0, 0, "", "", 0, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_instance_type *type = fg_catalog_find_type(&catalog, rows[i].name);
        assert_non_null(type);
        assert_int_equal(type->gpu_count, rows[i].gpus);
        assert_int_equal(type->gpu_per_mille, rows[i].per_mille);
        assert_int_equal(type->gpu_memory_mib, rows[i].gpu_memory_mib);
        assert_string_equal(type->gpu_model, rows[i].gpu);
        assert_string_equal(fg_gpu_manufacturer(type->gpu_model), rows[i].gpu_maker);
        assert_int_equal(type->accelerator_count, rows[i].accelerators);
        assert_string_equal(type->accelerator_model, rows[i].accelerator);
        assert_string_equal(fg_accelerator_manufacturer(type->accelerator_model),
                            rows[i].accelerator_maker);
    }
}

static void names_are_cut_as_karpenter_cuts_them(void **state)
{
    (void)state;
    static const struct {
        const char *name, *category, *family, *size;
        uint32_t generation;
        bool flex;
    } rows[] = {
        {"m6i.2xlarge", "m", "m6i", "2xlarge", 6, false},
        {"c7i-flex.large", "c", "c7i-flex", "large", 7, true},
        {"u-6tb1.metal", "u", "u-6tb1", "metal", 1, false},
        {"u7i-12tb.224xlarge", "u", "u7i-12tb", "224xlarge", 7, false},
        {"p6-b200.48xlarge", "p", "p6-b200", "48xlarge", 6, false},
        {"is4gen.large", "is", "is4gen", "large", 4, false},
        {"hpc7g.16xlarge", "hpc", "hpc7g", "16xlarge", 7, false},
        {"m7i.metal-24xl", "m", "m7i", "metal-24xl", 7, false},
        {"x16.large", "x", "x16", "large", 16, false},
        {"u-tb1.metal", "", "u-tb1", "metal", 0, false},
        {"mac.metal", "", "mac", "metal", 0, false},
        {"5m.large", "", "5m", "large", 0, false},
        {"m5.a.b", "m", "", "", 5, false},
        {"m5", "", "", "", 0, false},
        {"", "", "", "", 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_instance_name name;
        fg_instance_name_parse(rows[i].name, &name);
        assert_string_equal(name.category, rows[i].category);
        assert_string_equal(name.family, rows[i].family);
        assert_string_equal(name.size, rows[i].size);
        assert_int_equal(name.generation, rows[i].generation);
        assert_int_equal(name.flex, rows[i].flex);
    }
}

static void every_type_has_the_parts_of_its_name(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < catalog.type_count; i++) {
        const struct fg_instance_type *type = &catalog.types[i];
        char name[128];
        snprintf(name, sizeof name, "%s.%s", type->family, type->size);
        assert_string_equal(name, type->name);
        assert_string_not_equal(type->category, "");
        assert_true(type->generation > 0);
        assert_int_equal(type->gpu_count > 0, type->gpu_per_mille > 0);
        assert_int_equal(type->arch == FG_ARCH_ARM64, type->cpu_manufacturer == FG_CPU_AWS);
    }
}

/* ---- Spot ---- */

static fg_nanodollars spot(const char *type, const char *region)
{
    struct fg_error error = {0};
    struct fg_found_price found = {0};
    if (fg_catalog_spot_price(&catalog, type, region, FG_DAY_UNKNOWN, &found, &error) != FG_OK)
        fail_msg("%s", error.message);
    assert_int_equal(found.as_of, day("2026-05"));
    return found.nano;
}

/* m6i.large 0.096 less 61 %; c6i.2xlarge 0.34 less 56 % */
static void spot_costs_the_on_demand_price_less_the_saving(void **state)
{
    (void)state;
    assert_int_equal(spot("m6i.large", "us-east-1"), 37440000);
    assert_int_equal(spot("c6i.2xlarge", "us-east-1"), 149600000);
}

/* 96000000 * (1 - 0.666667) = 31999968 */
static void a_saving_of_ones_own_takes_the_catalogs_place(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_found_price found = {0};
    assert_int_equal(fg_catalog_spot_price_at(&catalog, "m6i.large", "us-east-1", FG_DAY_UNKNOWN,
                                              666667, &found, &error),
                     FG_OK);
    assert_int_equal(found.nano, 31999968);
    assert_int_equal(fg_catalog_spot_price_at(&catalog, "m6i.large", "us-east-1", FG_DAY_UNKNOWN,
                                              1000000, &found, &error),
                     FG_OK);
    assert_int_equal(found.nano, 0);
}

static void a_saving_that_is_not_known_is_an_error(void **state)
{
    (void)state;
    struct fg_error error = {0}, other = {0};
    struct fg_found_price found;
    assert_int_equal(fg_catalog_spot_price(&catalog, "u7i-12tb.224xlarge", "us-east-1",
                                           FG_DAY_UNKNOWN, &found, &error),
                     FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'u7i-12tb.224xlarge' saves in region us-east-1 is not "
                                          "known; expected 'pricing.spot.discount'"));
    assert_int_equal(
        fg_catalog_spot_price(&catalog, "m5.large", "us-eats-1", FG_DAY_UNKNOWN, &found, &other),
        FG_BAD_INPUT);
    assert_non_null(strstr(other.message, "unknown region 'us-eats-1'"));
}

/* m5.large is in the band from 15 to 20 %, whose rounded upper end AWS gives as 22. */
static void interruptions_are_the_upper_end_of_the_band(void **state)
{
    (void)state;
    struct fg_error error = {0};
    uint32_t millionths = 0;
    fg_day as_of = 0;
    assert_int_equal(fg_catalog_spot_interruptions(&catalog, "m5.large", "us-east-1", &millionths,
                                                   &as_of, &error),
                     FG_OK);
    assert_int_equal(millionths, 220000);
    assert_int_equal(as_of, day("2025-06"));
    assert_int_equal(fg_catalog_spot_interruptions(&catalog, "m8i.large", "us-east-1", &millionths,
                                                   &as_of, &error),
                     FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "'m8i.large' is interrupted in region us-east-1 is not "
                                          "known; expected 'pricing.spot.interruptionsPerMonth'"));
}

static void every_spot_row_is_of_a_known_type_with_a_price(void **state)
{
    (void)state;
    uint32_t banded = 0;
    assert_int_equal(catalog.spot_count, 19944);
    for (uint32_t i = 0; i < catalog.spot_count; i++) {
        const struct fg_spot_row *row = &catalog.spots[i];
        struct fg_found_price found;
        struct fg_error error = {0};
        assert_non_null(fg_catalog_find_type(&catalog, row->instance_type));
        assert_int_equal(fg_catalog_spot_price(&catalog, row->instance_type, row->region,
                                               FG_DAY_UNKNOWN, &found, &error),
                         FG_OK);
        assert_true(found.nano > 0);
        assert_int_not_equal(row->savings_as_of, FG_DAY_UNKNOWN);
        assert_string_not_equal(row->source, "");
        assert_int_equal(row->interruption_max_percent < 0,
                         row->interruption_as_of == FG_DAY_UNKNOWN);
        banded += row->interruption_max_percent >= 0;
    }
    assert_int_equal(banded, 14962);
}

/* ---- Auto Mode and addresses ---- */

/* m7i.large as published; m6i.large 12 % of 0.096; g5.xlarge 7.8 % of 1.006 */
static void auto_mode_costs_what_is_published_or_a_share_of_the_price(void **state)
{
    (void)state;
    static const struct {
        const char *type, *region;
        fg_nanodollars nano;
        bool assumed;
    } rows[] = {
        {"m7i.large", "us-east-1", 12100000, false},
        {"g5.xlarge", "ap-northeast-2", 96490000, false},
        {"m6i.large", "us-east-1", 11520000, true},
        {"g5.xlarge", "us-east-1", 78468000, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_error error = {0};
        struct fg_auto_mode_fee fee = {0};
        assert_int_equal(fg_catalog_auto_mode_fee(&catalog,
                                                  fg_catalog_find_type(&catalog, rows[i].type),
                                                  rows[i].region, FG_DAY_UNKNOWN, &fee, &error),
                         FG_OK);
        assert_int_equal(fee.price.nano, rows[i].nano);
        assert_int_equal(fee.assumed, rows[i].assumed);
    }
}

static void a_fee_of_a_type_without_a_price_is_an_error(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_auto_mode_fee fee;
    const struct fg_instance_type unknown = {.name = "m99.large"};
    assert_int_equal(
        fg_catalog_auto_mode_fee(&catalog, &unknown, "us-east-1", FG_DAY_UNKNOWN, &fee, &error),
        FG_BAD_INPUT);
    assert_non_null(strstr(error.message, "no price of 'm99.large'"));
}

static void public_addresses_cost_half_a_cent_since_2024_02_01(void **state)
{
    (void)state;
    assert_int_equal(price(FG_ITEM_PUBLIC_IPV4, "us-west-2").nano, 5000000);
    assert_int_equal(price_on(FG_ITEM_PUBLIC_IPV4, "us-east-1", "", day("2024-02-01")).nano,
                     5000000);
    assert_int_equal(price_on(FG_ITEM_PUBLIC_IPV4, "us-east-1", "", day("2024-01-31")).nano, 0);
}

/* ---- commitments ---- */

static const struct fg_commitment_rate_row *rate(enum fg_rate_plan plan, const char *region,
                                                 const char *item, uint32_t years,
                                                 enum fg_rate_payment payment)
{
    return fg_catalog_commitment_rate(&catalog, plan, region, item, years, payment);
}

static void a_type_has_its_own_rate_before_its_familys(void **state)
{
    (void)state;
    const struct fg_commitment_rate_row *row =
        rate(FG_RATE_RESERVED_STANDARD, "us-east-1", "x2iedn.32xlarge", 1, FG_RATE_ALL_UPFRONT);
    assert_non_null(row);
    assert_string_equal(row->item, "x2iedn.32xlarge");
    assert_int_equal(row->kind, FG_RATE_LISTED);
    assert_true(row->nano_per_hour > 0);
    row = rate(FG_RATE_RESERVED_STANDARD, "af-south-1", "c5.2xlarge", 3, FG_RATE_ALL_UPFRONT);
    assert_non_null(row);
    assert_string_equal(row->item, "c5");
    assert_int_equal(row->kind, FG_RATE_FAMILY_MEDIAN);
    assert_int_equal(row->nano_per_hour, -1);
    assert_int_equal(row->discount_millionths, 624000); /* 62.4 % */
    assert_int_equal(row->as_of, day("2026-05"));
}

static void fargates_rates_are_those_of_its_price_list(void **state)
{
    (void)state;
    static const struct {
        const char *item;
        uint32_t years;
        enum fg_rate_payment payment;
        fg_nanodollars nano;
        int32_t millionths;
    } rows[] = {
        /* 20 % off 0.04048, 45 % off 0.004445; what stands there of ARM */
        {FG_ITEM_FARGATE_VCPU, 1, FG_RATE_NO_UPFRONT, 32384000, 200000},
        {FG_ITEM_FARGATE_MEMORY, 3, FG_RATE_NO_UPFRONT, 2444750, 450000},
        {FG_ITEM_FARGATE_VCPU "/arm64", 3, FG_RATE_ALL_UPFRONT, 15870000, 509900},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct fg_commitment_rate_row *row =
            rate(FG_RATE_COMPUTE, "us-east-1", rows[i].item, rows[i].years, rows[i].payment);
        assert_non_null(row);
        assert_int_equal(row->nano_per_hour, rows[i].nano);
        assert_int_equal(row->discount_millionths, rows[i].millionths);
    }
}

static void a_rate_that_is_not_known_is_none(void **state)
{
    (void)state;
    assert_null(
        rate(FG_RATE_COMPUTE, "us-east-1", FG_ITEM_FARGATE_VCPU, 1, FG_RATE_PARTIAL_UPFRONT));
    assert_null(rate(FG_RATE_COMPUTE, "atlantis", FG_ITEM_FARGATE_VCPU, 1, FG_RATE_NO_UPFRONT));
    assert_null(rate(FG_RATE_EC2_INSTANCE, "us-east-1", "m5.large", 1, FG_RATE_NO_UPFRONT));
    assert_null(rate(FG_RATE_EC2_INSTANCE, "us-east-1", "", 1, FG_RATE_NO_UPFRONT));
}

static void every_rate_is_of_a_known_thing_in_a_known_region(void **state)
{
    (void)state;
    assert_int_equal(catalog.rate_count, 4407);
    for (uint32_t i = 0; i < catalog.rate_count; i++) {
        const struct fg_commitment_rate_row *row = &catalog.rates[i];
        bool known = strncmp(row->item, "fargate-", 8) == 0;
        for (uint32_t t = 0; !known && t < catalog.type_count; t++)
            known = strcmp(catalog.types[t].name, row->item) == 0 ||
                    strcmp(catalog.types[t].family, row->item) == 0;
        assert_true(known);
        assert_true(fg_catalog_has_region(&catalog, row->region));
        assert_in_range(row->discount_millionths, 1, 999999);
        assert_int_equal(row->nano_per_hour < 0, row->kind == FG_RATE_FAMILY_MEDIAN);
        if (i > 0)
            assert_true(fg_commitment_rate_compare(row - 1, row) < 0);
    }
}

/* ---- other tables, from a folder ---- */

struct table {
    const char *name, *header, *row;
};
static const struct table small[] = {
    {"instance_types.csv",
     "instance_type,arch,cpu_manufacturer,cpu_mhz,vcpu,memory_mib,max_enis,ipv4_per_eni,gpu_count,"
     "gpu_model,gpu_memory_mib,gpu_per_mille,accelerator_count,accelerator_model,hypervisor,"
     "bare_metal,current_generation,network_mbps,ebs_mbps,local_nvme_gb,encryption_in_transit,"
     "source",
     "m5.large,amd64,intel,3100,2,8192,3,10,0,,,,0,,nitro,false,true,750,4750,0,false,here"},
    {"ec2_prices.csv", "instance_type,region,usd_per_hour,effective_from,as_of,source",
     "m5.large,us-east-1,0.096,,2026-05,here"},
    {"fargate_prices.csv",
     "region,arch,os,usd_per_vcpu_hour,usd_per_gb_hour,usd_per_storage_gb_hour,usable_by_eks_pods,"
     "effective_from,as_of,source",
     "us-east-1,amd64,linux,0.04,0.004,,true,,2026-05-01,here"},
    {"eks_prices.csv", "item,region,usd_per_hour,effective_from,as_of,source",
     "control_plane_standard,all,0.1,2020-01-21,2026-05-01,here"},
    {"eks_versions.csv", "version,released,standard_support_end,extended_support_end,source",
     "1.35,2026-01-28,2027-03-27,2028-03-27,here"},
    {"other_prices.csv", "item,region,unit,usd,effective_from,as_of,source",
     "ebs_gp3,us-east-1,GB-month,0.08,,2026-05-01,here"},
    {"spot.csv",
     "instance_type,region,savings_percent,savings_as_of,interruption_max_percent,"
     "interruption_as_of,source",
     "m5.large,us-east-1,60,2026-05,22,2025-06,here"},
    {"commitment_rates.csv",
     "plan,region,item,term,payment,usd_per_hour,discount_percent,kind,as_of,source",
     "compute,us-east-1,m5.large,1y,noUpfront,0.07,27.08,rate,2026-05-01,here"},
};
enum { TABLES = sizeof small / sizeof *small };

static char folder[] = "/tmp/fargauge-catalog-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    for (int i = 0; i < TABLES; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, small[i].name);
        unlink(path);
    }
    return rmdir(folder);
}

/* Writes the tables; `content` replaces the one of that name, NULL leaves it out. */
static void write_tables(const char *changed, const char *content)
{
    for (int i = 0; i < TABLES; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, small[i].name);
        unlink(path);
        bool is_changed = changed != NULL && strcmp(changed, small[i].name) == 0;
        if (is_changed && content == NULL)
            continue;
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        if (is_changed)
            fputs(content, file);
        else
            fprintf(file, "%s\n%s\n", small[i].header, small[i].row);
        fclose(file);
    }
}

/* The header of a table and the rows given. */
static const char *rows_of(int table, const char *rows)
{
    static char text[4096];
    snprintf(text, sizeof text, "%s\n%s", small[table].header, rows);
    return text;
}

static void folder_is_refused(fg_status expected_status, const char *expected)
{
    struct fg_error error = {0};
    struct fg_catalog other;
    char text[1400];
    assert_int_equal(fg_catalog_read(folder, &other, &error), expected_status);
    fg_error_text(&error, text, sizeof text);
    if (strstr(text, expected) == NULL)
        fail_msg("'%s' does not say '%s'", text, expected);
    assert_int_equal(other.price_count, 0);
    assert_null(other.types);
}

static void reads_the_tables_of_a_folder(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_catalog other;
    write_tables(NULL, NULL);
    assert_int_equal(fg_catalog_read(folder, &other, &error), FG_OK);
    assert_int_equal(other.type_count, 1);
    assert_int_equal(other.price_count, 5); /* EC2, vCPU, GB, cluster, gp3; no storage */
    assert_int_equal(other.newest_day, day("2026-05-01"));
    assert_memory_not_equal(other.digest, catalog.digest, sizeof other.digest);
    fg_catalog_release(&other);
}

static void reads_quoted_cells_crlf_and_columns_in_any_order(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_catalog other;
    write_tables("eks_prices.csv", "source,usd_per_hour,item,region,as_of,effective_from\r\n"
                                   "\"he said \"\"here\"\", twice\",0.1,\"control_plane_standard\","
                                   "all,,\r\n");
    assert_int_equal(fg_catalog_read(folder, &other, &error), FG_OK);
    for (uint32_t i = 0; i < other.price_count; i++)
        if (strcmp(other.prices[i].item, FG_ITEM_CONTROL_PLANE) == 0)
            assert_string_equal(other.prices[i].source, "he said \"here\", twice");
    fg_catalog_release(&other);
}

static void a_missing_table_is_a_fault_of_the_machine(void **state)
{
    (void)state;
    write_tables("other_prices.csv", NULL);
    folder_is_refused(FG_FAILED, "other_prices.csv cannot be read");
}

static void a_bad_cell_is_named_with_file_line_and_column(void **state)
{
    (void)state;
    write_tables("ec2_prices.csv", rows_of(1, "m5.large,us-east-1,0.096,,2026-05,here\n"
                                              "m5.xlarge,us-east-1,0.19x,,2026-05,here\n"));
    folder_is_refused(FG_BAD_INPUT, "ec2_prices.csv:3:3: '0.19x' is not a price in dollars");
    write_tables("ec2_prices.csv", rows_of(1, "m5.large,us-east-1,,,2026-05,here\n"));
    folder_is_refused(FG_BAD_INPUT, "ec2_prices.csv:2:3: '' is not a price");
    write_tables("ec2_prices.csv", rows_of(1, "m5.large,us-east-1,0.096,May,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "ec2_prices.csv:2:4: 'May' is not a date");
    write_tables("eks_versions.csv", rows_of(4, "1.35,2026-01-28,2027-13-27,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "eks_versions.csv:2:3: '2027-13-27' is not a date");
}

static void shares_of_spot_are_percentages(void **state)
{
    (void)state;
    write_tables("spot.csv", rows_of(6, "m5.large,us-east-1,101,2026-05,22,2025-06,here\n"));
    folder_is_refused(FG_BAD_INPUT, "spot.csv:2:3: '101' is not a percentage up to 100");
    write_tables("spot.csv", rows_of(6, "m5.large,us-east-1,60,2026-05,>20%,2025-06,here\n"));
    folder_is_refused(FG_BAD_INPUT, "spot.csv:2:5: '>20%' is not a whole number");
}

static void lines_are_counted_with_blank_ones_and_breaks_in_quotes(void **state)
{
    (void)state;
    write_tables("ec2_prices.csv", rows_of(1, "m5.large,us-east-1,0.096,,2026-05,\"two\nlines\"\n"
                                              "\n"
                                              "\"m5.xlarge\",us-east-1,oops,,2026-05,here\n"));
    folder_is_refused(FG_BAD_INPUT, "ec2_prices.csv:5:3: 'oops'");
}

#define ROW(kinds, numbers, flags)                                                                 \
    "x," kinds ",3100," numbers ",10,0,,,,0,," flags ",750,4750,0,false,here\n"

static void numbers_of_types_are_whole_and_present(void **state)
{
    (void)state;
    static const struct {
        const char *row, *expected;
    } rows[] = {
        {ROW("amd64,intel", "2.5,8192,3", "nitro,false,true"), ":2:5: '2.5' is not a whole number"},
        {ROW("amd64,intel", ",8192,3", "nitro,false,true"),
         ":2:5: '' is not a whole number above 0"},
        {ROW("amd64,intel", "0,8192,3", "nitro,false,true"),
         ":2:5: '0' is not a whole number above"},
        {ROW("amd64,intel", "2,8Gi,3", "nitro,false,true"), ":2:6: '8Gi' is not a whole number"},
        {ROW("amd64,intel", "2,99999999999999999999,3", "nitro,false,true"), ":2:6: '9999999999"},
        {ROW("amd64,intel", "2,8192,-3", "nitro,false,true"), ":2:7: '-3' is not a whole number"},
        {ROW("sparc,intel", "2,8192,3", "nitro,false,true"),
         ":2:2: 'sparc' is not an architecture"},
        {ROW("amd64,vax", "2,8192,3", "nitro,false,true"), ":2:3: 'vax' is not intel, amd or aws"},
        {ROW("amd64,intel", "2,8192,3", "kvm,false,true"), ":2:15: 'kvm' is not nitro, xen or"},
        {ROW("amd64,intel", "2,8192,3", "nitro,yes,true"), ":2:16: 'yes' is not true or false"},
        {ROW("amd64,intel", "2,8192,3", "nitro,false,"), ":2:17: '' is not true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_tables("instance_types.csv", rows_of(0, rows[i].row));
        folder_is_refused(FG_BAD_INPUT, rows[i].expected);
    }
    write_tables("fargate_prices.csv",
                 rows_of(2, "us-east-1,amd64,linux,0.04,0.004,,TRUE,,2026-05-01,here\n"));
    folder_is_refused(FG_BAD_INPUT, "fargate_prices.csv:2:7: 'TRUE' is not true or false");
}

static void columns_stand_once_each_and_no_others(void **state)
{
    (void)state;
    write_tables("eks_prices.csv", "item,region,usd,effective_from,as_of,source\n");
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:1:3: unknown column 'usd'");
    write_tables("eks_prices.csv", "item,region,effective_from,as_of,source\n");
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:1: column 'usd_per_hour' is missing");
    write_tables("eks_prices.csv", "item,region,usd_per_hour,effective_from,as_of,source,item\n");
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:1:7: column 'item' stands twice");
    char many[1024] = "item";
    for (int i = 0; i < 80; i++)
        strcat(many, ",item");
    write_tables("eks_prices.csv", strcat(many, "\n"));
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:1: the header has 81 columns");
}

static void rows_have_as_many_cells_as_the_header(void **state)
{
    (void)state;
    write_tables("eks_prices.csv", rows_of(3, "control_plane_standard,all,0.1,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:2: the row has 5 cells; expected 6");
    write_tables("eks_prices.csv", "");
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:1: the table is empty");
    write_tables("eks_prices.csv", rows_of(3, "control_plane_standard,\"all,0.1,,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "eks_prices.csv:2: the quoting is broken");
}

static void nothing_stands_twice(void **state)
{
    (void)state;
    write_tables("ec2_prices.csv", rows_of(1, "m5.large,us-east-1,0.096,,2026-05,here\n"
                                              "m5.large,us-east-1,0.097,,2026-06,there\n"));
    folder_is_refused(FG_BAD_INPUT, "two prices of 'm5.large' in us-east-1 from the same day");
    write_tables("instance_types.csv", rows_of(0, ROW("amd64,intel", "2,8192,3", "nitro,false,true")
                                                      ROW("amd64,amd", "4,8192,3", ",true,false")));
    folder_is_refused(FG_BAD_INPUT, "instance type 'x' twice");
    write_tables("eks_versions.csv", rows_of(4, "1.35,,,,here\n1.34,,,,here\n1.35,,,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "Kubernetes version '1.35' twice");
    write_tables("spot.csv", rows_of(6, "m5.large,us-east-1,60,2026-05,22,2025-06,here\n"
                                        "m5.large,us-east-1,50,2026-06,,,here\n"));
    folder_is_refused(FG_BAD_INPUT, "Spot capacity of 'm5.large' in us-east-1 twice");
}

static void a_folder_without_rates_has_none(void **state)
{
    (void)state;
    struct fg_error error = {0};
    struct fg_catalog other;
    write_tables("commitment_rates.csv", NULL);
    assert_int_equal(fg_catalog_read(folder, &other, &error), FG_OK);
    assert_int_equal(other.rate_count, 0);
    assert_null(fg_catalog_commitment_rate(&other, FG_RATE_COMPUTE, "us-east-1", "m5.large", 1,
                                           FG_RATE_NO_UPFRONT));
    fg_catalog_release(&other);
}

static void a_rate_has_a_plan_a_term_a_payment_and_a_figure(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"spot,us-east-1,m5,1y,noUpfront,0.07,,rate,,h\n", "rates.csv:2:1: 'spot' is not compute"},
        {"compute,us-east-1,m5,2y,noUpfront,0.07,,rate,,h\n",
         "rates.csv:2:4: '2y' is not 1y or 3y"},
        {"compute,us-east-1,m5,1y,upfront,0.07,,rate,,h\n", "rates.csv:2:5: 'upfront' is not all"},
        {"compute,us-east-1,m5,1y,noUpfront,,,rate,,h\n", "rates.csv:2:6: '' is not a price"},
        {"compute,us-east-1,m5,1y,noUpfront,x,,rate,,h\n", "rates.csv:2:6: 'x' is not a price"},
        {"compute,us-east-1,m5,1y,noUpfront,,101,rate,,h\n", "rates.csv:2:7: '101' is not a perce"},
        {"compute,us-east-1,m5,1y,noUpfront,,1.00005,rate,,h\n", "rates.csv:2:7: '1.00005' is no"},
        {"compute,us-east-1,m5,1y,noUpfront,,20,guess,,h\n", "rates.csv:2:8: 'guess' is not rate"},
        {"compute,us-east-1,m5,1y,noUpfront,,20,rate,,h\ncompute,us-east-1,m5,1y,noUpfront,,30,"
         "rate,"
         ",h\n",
         "two compute rates of 'm5' in us-east-1 for 1 years, noUpfront"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_tables("commitment_rates.csv", rows_of(7, rows[i][0]));
        folder_is_refused(FG_BAD_INPUT, rows[i][1]);
    }
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_every_type_and_price),
        cmocka_unit_test(every_price_has_a_source_and_nearly_all_a_day),
        cmocka_unit_test(describes_instance_types),
        cmocka_unit_test(an_unknown_type_comes_with_the_nearest_name),
        cmocka_unit_test(hourly_list_prices_of_us_east_1),
        cmocka_unit_test(months_of_730_hours_as_published),
        cmocka_unit_test(a_price_of_all_regions_holds_in_each),
        cmocka_unit_test(the_cluster_cost_20_cents_before_2020_01_21),
        cmocka_unit_test(a_day_before_the_oldest_row_gets_the_oldest_price_marked),
        cmocka_unit_test(a_price_without_a_first_day_holds_from_the_beginning),
        cmocka_unit_test(fargate_prices_of_ecs_are_not_those_of_eks),
        cmocka_unit_test(a_price_that_is_not_known_is_an_error_not_zero),
        cmocka_unit_test(the_nearest_region_is_a_region),
        cmocka_unit_test(versions_have_their_ends_of_support),
        cmocka_unit_test(nearest_names_are_at_most_a_third_away),
        cmocka_unit_test(describes_what_karpenter_labels_say),
        cmocka_unit_test(describes_gpus_their_slices_and_other_accelerators),
        cmocka_unit_test(names_are_cut_as_karpenter_cuts_them),
        cmocka_unit_test(every_type_has_the_parts_of_its_name),
        cmocka_unit_test(spot_costs_the_on_demand_price_less_the_saving),
        cmocka_unit_test(a_saving_of_ones_own_takes_the_catalogs_place),
        cmocka_unit_test(a_saving_that_is_not_known_is_an_error),
        cmocka_unit_test(interruptions_are_the_upper_end_of_the_band),
        cmocka_unit_test(every_spot_row_is_of_a_known_type_with_a_price),
        cmocka_unit_test(auto_mode_costs_what_is_published_or_a_share_of_the_price),
        cmocka_unit_test(a_fee_of_a_type_without_a_price_is_an_error),
        cmocka_unit_test(public_addresses_cost_half_a_cent_since_2024_02_01),
        cmocka_unit_test(a_type_has_its_own_rate_before_its_familys),
        cmocka_unit_test(fargates_rates_are_those_of_its_price_list),
        cmocka_unit_test(a_rate_that_is_not_known_is_none),
        cmocka_unit_test(every_rate_is_of_a_known_thing_in_a_known_region),
        WITH_FOLDER(a_folder_without_rates_has_none),
        WITH_FOLDER(a_rate_has_a_plan_a_term_a_payment_and_a_figure),
        WITH_FOLDER(reads_the_tables_of_a_folder),
        WITH_FOLDER(reads_quoted_cells_crlf_and_columns_in_any_order),
        WITH_FOLDER(a_missing_table_is_a_fault_of_the_machine),
        WITH_FOLDER(a_bad_cell_is_named_with_file_line_and_column),
        WITH_FOLDER(shares_of_spot_are_percentages),
        WITH_FOLDER(lines_are_counted_with_blank_ones_and_breaks_in_quotes),
        WITH_FOLDER(numbers_of_types_are_whole_and_present),
        WITH_FOLDER(columns_stand_once_each_and_no_others),
        WITH_FOLDER(rows_have_as_many_cells_as_the_header),
        WITH_FOLDER(nothing_stands_twice),
    };
    return cmocka_run_group_tests(tests, read_catalog, release_catalog);
}
