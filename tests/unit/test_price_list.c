/* AWS's price list files: the same prices from each format, what is bad is said, memory stays. */
#include "data/price_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "data/catalog_reader.h"
#include "tests/support/price_list_sample.h"

static char folder[] = "/tmp/fargauge-price-list-XXXXXX";
static char path[64];
static const char *const regions[] = {"us-east-1", "eu-central-1"};
static char names[400][32];
static const char *types[400];

static struct fg_price_list_sample sample_of(uint32_t type_count)
{
    return (struct fg_price_list_sample){.types = types,
                                         .type_count = type_count,
                                         .regions = regions,
                                         .region_count = 2,
                                         .effective = "2026-09-01",
                                         .published = "2026-09-25T17:45:21Z"};
}

static int make_folder(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        snprintf(names[i], sizeof names[i], "m%d.%dxlarge", i / 20 + 1, i % 20 + 1);
        types[i] = names[i];
    }
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/list", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

typedef void writer(const struct fg_price_list_sample *sample, FILE *out);

static void write_list(writer *write, const struct fg_price_list_sample *sample)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    write(sample, out);
    assert_int_equal(fclose(out), 0);
}

static void write_text(const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void read_list(struct fg_price_list *list)
{
    struct fg_error error = {0};
    *list = (struct fg_price_list){0};
    if (fg_price_list_read(path, list, &error) != FG_OK)
        fail_msg("%s", error.message);
}

static void write_and_read(writer *write, const struct fg_price_list_sample *sample,
                           struct fg_price_list *list)
{
    write_list(write, sample);
    read_list(list);
}

static fg_day day(const char *text)
{
    struct fg_error error = {0};
    fg_day result = 0;
    assert_int_equal(fg_calendar_parse_day(text, &result, &error), FG_OK);
    return result;
}

/* The sum of the prices of one kind, which no order changes. */
static fg_nanodollars sum_of(const struct fg_price_list *list, int table, int column)
{
    fg_nanodollars sum = 0;
    for (uint32_t i = 0; i < list->price_count; i++)
        if (list->prices[i].table == table && list->prices[i].column == column)
            sum += list->prices[i].nano;
    return sum;
}

/* ---- tests ---- */

/* 400 types in 2 regions: of 400 x 2 x 7 products one in 7 is of use, with 21 prices each:
 *     800 x 21 = 16,800 kept, 4,800 x 21 = 100,800 passed over; of a bulk file in JSON the 4,800
 *     products count, once on demand and once Reserved.
 * On demand: 2 regions x (1 + ... + 400) tenths of a cent = 2 x 80,200 x 0.001 = 160.40
 * By the hour, reserved: 60 % + 30 % + 0 %, 4 times: 3.6 x 160.40 = 577.44
 * Upfront: (30 % + 60 %) x 8,760 x (1 + 3) years x 2 classes = 63,072 x 160.40 = 10,116,748.80 */
static void every_format_gives_the_same_prices(void **state)
{
    (void)state;
    writer *const writers[] = {fg_price_list_sample_json, fg_price_list_sample_csv,
                               fg_price_list_sample_products};
    struct fg_price_list_sample sample = sample_of(400);
    for (int i = 0; i < 3; i++) {
        struct fg_price_list list;
        write_and_read(writers[i], &sample, &list);
        assert_int_equal(list.bad_count, 0);
        assert_int_equal(list.price_count, 800 * FG_SAMPLE_PRICES_PER_TYPE);
        assert_int_equal(list.passed_count, i == 0 ? 9600 : 100800);
        assert_int_equal(sum_of(&list, FG_TABLE_EC2, 0), 160400000000);
        assert_int_equal(sum_of(&list, FG_TABLE_RATES, 0), 577440000000);
        assert_int_equal(sum_of(&list, FG_TABLE_RATES, 1), 10116748800000000);
        assert_int_equal(list.type_count, 400);
        fg_price_list_release(&list);
    }
}

static void a_price_has_its_days_and_its_source(void **state)
{
    (void)state;
    struct fg_price_list_sample sample = sample_of(1);
    struct fg_price_list list;
    write_and_read(fg_price_list_sample_csv, &sample, &list);
    for (uint32_t i = 0; i < list.price_count; i++) {
        const struct fg_listed_price *price = &list.prices[i];
        assert_string_equal(price->item, "m1.1xlarge");
        assert_int_equal(price->effective_from, day("2026-09-01"));
        assert_int_equal(price->as_of, day("2026-09-25"));
        assert_string_equal(price->source, "AmazonEC2@20260925174521");
    }
    fg_price_list_release(&list);
}

static void a_type_is_described_once(void **state)
{
    (void)state;
    struct fg_price_list_sample sample = sample_of(2);
    struct fg_price_list list;
    write_and_read(fg_price_list_sample_products, &sample, &list);
    assert_int_equal(list.type_count, 2);
    assert_string_equal(list.types[1].name, "m1.2xlarge");
    assert_int_equal(list.types[1].vcpu, 4);
    assert_int_equal(list.types[1].memory_mib, 15616); /* 15.25 x 1024 */
    assert_int_equal(list.types[1].cpu_mhz, 3500);
    assert_int_equal(list.types[1].gpu_count, 0);
    assert_true(list.types[1].current_generation);
    fg_price_list_release(&list);
}

static void other_regions_are_passed_over_when_some_are_asked_for(void **state)
{
    (void)state;
    struct fg_price_list_sample sample = sample_of(3);
    struct fg_price_list list = {.regions = &regions[1], .region_count = 1};
    struct fg_error error = {0};
    write_list(fg_price_list_sample_csv, &sample);
    assert_int_equal(fg_price_list_read(path, &list, &error), FG_OK);
    assert_int_equal(list.price_count, 3 * FG_SAMPLE_PRICES_PER_TYPE);
    for (uint32_t i = 0; i < list.price_count; i++)
        assert_string_equal(list.prices[i].region, "eu-central-1");
    fg_price_list_release(&list);
}

static void bad_rows_of_csv_are_listed_and_the_rest_counts(void **state)
{
    (void)state;
    struct fg_price_list_sample sample = sample_of(5);
    struct fg_price_list list;
    char expected[4][200];
    sample.malformed = true;
    write_and_read(fg_price_list_sample_csv, &sample, &list);
    assert_int_equal(list.bad_count, FG_SAMPLE_BAD_CSV_ROWS);
    assert_int_equal(list.price_count, 10 * FG_SAMPLE_PRICES_PER_TYPE);
    /* 6 lines before the rows, and 21 rows of the product on Windows: the bad ones from 28 on. */
    snprintf(expected[0], 200, "%s:28: the row has 3 cells; expected 46 as in the header", path);
    snprintf(expected[1], 200, "%s:29: the quoting is broken; expected CSV as in RFC 4180", path);
    snprintf(expected[2], 200, "%s:30: the price 'a lot' is not a plain decimal", path);
    snprintf(expected[3], 200, "%s:31: the effective date 'soon' is not a date such as 2026-09-01",
             path);
    for (int i = 0; i < 4; i++)
        assert_string_equal(list.bad[i], expected[i]);
    fg_price_list_release(&list);
}

static void bad_parts_of_json_are_listed_and_the_rest_counts(void **state)
{
    (void)state;
    writer *const writers[] = {fg_price_list_sample_json, fg_price_list_sample_products};
    struct fg_price_list_sample sample = sample_of(5);
    sample.malformed = true;
    for (int i = 0; i < 2; i++) {
        struct fg_price_list list;
        write_and_read(writers[i], &sample, &list);
        assert_int_equal(list.bad_count, FG_SAMPLE_BAD_JSON_ROWS);
        assert_int_equal(list.price_count, 10 * FG_SAMPLE_PRICES_PER_TYPE - 2);
        assert_non_null(strstr(list.bad[0], ": the product has no region"));
        assert_non_null(strstr(list.bad[1], ": the effective date 'soon"));
        assert_non_null(strstr(list.bad[2], ": the price 'a lot' is not a plain decimal"));
        fg_price_list_release(&list);
    }
}

static void a_fault_in_json_names_its_line(void **state)
{
    (void)state;
    struct fg_price_list list;
    char expected[160];
    write_text("{\"products\": {\"A\": {\"sku\": \"A\",\n\"attributes\":\n{\"usagetype\":\n"
               "\"NatGateway-Hours\"}}}}");
    read_list(&list);
    snprintf(expected, sizeof expected, "%s:1: the product has no region", path);
    assert_int_equal(list.bad_count, 1);
    assert_string_equal(list.bad[0], expected);
    fg_price_list_release(&list);
}

static void a_file_that_is_cut_off_counts_as_far_as_it_goes(void **state)
{
    (void)state;
    writer *const writers[] = {fg_price_list_sample_json, fg_price_list_sample_csv,
                               fg_price_list_sample_products};
    struct fg_price_list_sample sample = sample_of(20);
    for (int i = 0; i < 3; i++) {
        struct fg_price_list list;
        write_list(writers[i], &sample);
        FILE *file = fopen(path, "r");
        fseek(file, 0, SEEK_END);
        long length = ftell(file);
        fclose(file);
        assert_int_equal(truncate(path, length - length / 8), 0);
        read_list(&list);
        assert_int_equal(list.bad_count, 1);
        assert_in_range(list.price_count, 1, 40 * FG_SAMPLE_PRICES_PER_TYPE - 1);
        fg_price_list_release(&list);
    }
}

static void gzip_is_read_as_it_is_and_a_cut_off_one_as_far_as_it_goes(void **state)
{
    (void)state;
    struct fg_price_list_sample sample = sample_of(20);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fg_price_list_sample_csv(&sample, out);
    fclose(out);
    gzFile packed = gzopen(path, "wb1");
    assert_int_equal(gzwrite(packed, text, (unsigned)length), length);
    assert_int_equal(gzclose(packed), Z_OK);
    free(text);
    struct fg_price_list list;
    read_list(&list);
    assert_int_equal(list.bad_count, 0);
    assert_int_equal(list.price_count, 40 * FG_SAMPLE_PRICES_PER_TYPE);
    fg_price_list_release(&list);
    FILE *file = fopen(path, "r");
    fseek(file, 0, SEEK_END);
    assert_int_equal(truncate(path, ftell(file) / 2), 0);
    fclose(file);
    read_list(&list);
    assert_true(list.bad_count >= 1);
    assert_in_range(list.price_count, 1, 40 * FG_SAMPLE_PRICES_PER_TYPE - 1);
    assert_non_null(strstr(list.bad[list.bad_count - 1], "the gzip data is cut off or damaged"));
    fg_price_list_release(&list);
}

/* One product with one price, as `jq` would cut it out of an answer. */
static void read_one(const char *attributes, const char *unit, const char *begin, const char *usd,
                     struct fg_price_list *list)
{
    char text[1024];
    snprintf(text, sizeof text,
             "{\"terms\": {\"OnDemand\": {\"A.T\": {\"effectiveDate\": \"2026-09-01T00:00:00Z\","
             "\"priceDimensions\": {\"A.T.R\": {\"unit\": \"%s\", \"beginRange\": \"%s\","
             "\"pricePerUnit\": {%s}}}}}}, \"product\": {\"sku\": \"A\", \"attributes\": {%s}},"
             "\"serviceCode\": \"AmazonEC2\", \"version\": \"1\"}",
             unit, begin, usd, attributes);
    write_text(text);
    read_list(list);
}

static void usage_types_become_the_catalogs_items(void **state)
{
    (void)state;
    static const struct {
        const char *usage, *operation, *unit, *begin, *usd, *item;
        int table, column;
        fg_nanodollars nano;
    } rows[] = {
        {"EBS:VolumeUsage.gp3", "", "GB-Mo", "0", "0.0800000000", "ebs_gp3", FG_TABLE_OTHER, 0,
         80000000},
        {"USW2-EBS:VolumeUsage.piops", "", "GB-Mo", "0", "0.125", "ebs_io1", FG_TABLE_OTHER, 0,
         125000000},
        /* 40.96 a GiB/s is 40.96 / 1024 = 0.04 a MiB/s */
        {"EUC1-EBS:VolumeP-Throughput.gp3", "", "GiBps-mo", "0", "40.96",
         "ebs_gp3_throughput_above_125", FG_TABLE_OTHER, 0, 40000000},
        {"EBS:VolumeP-IOPS.gp3", "", "IOPS-Mo", "0", "0.005", "ebs_gp3_iops_above_3000",
         FG_TABLE_OTHER, 0, 5000000},
        {"USE1-PublicIPv4:InUseAddress", "", "Hrs", "0", "5E-3", "public_ipv4_in_use",
         FG_TABLE_OTHER, 0, 5000000},
        {"NatGateway-Bytes", "NatGateway", "GB", "0", "0.0450000000", "nat_gateway_data",
         FG_TABLE_OTHER, 0, 45000000},
        {"USE1-VpcEndpoint-Bytes", "VpcEndpoint", "GB", "5242880", "0.004",
         "interface_vpc_endpoint_data_over_5pb", FG_TABLE_OTHER, 0, 4000000},
        {"LoadBalancerUsage", "LoadBalancing:Network", "Hrs", "0", "0.0225", "nlb", FG_TABLE_OTHER,
         0, 22500000},
        {"APN1-Fargate-vCPU-Hours:perCPU", "", "hours", "0", "0.05056", "fargate", FG_TABLE_FARGATE,
         0, 50560000},
        {"USE1-Fargate-Windows-GB-Hours", "", "hours", "0", "0.00511175", "fargate",
         FG_TABLE_FARGATE, 1, 5111750},
        {"USE1-Fargate-EphemeralStorage-GB-Hours", "", "GB-Hours", "0", "0.000111", "fargate",
         FG_TABLE_FARGATE, 2, 111000},
        {"USE1-Fargate-Windows-OS-Hours:perCPU", "", "hours", "0", "0.046", "fargate_windows_os",
         FG_TABLE_OTHER, 0, 46000000},
        {"USE1-AmazonEKS-Hours:perCluster", "", "Hours", "0", "0.1", "control_plane_standard",
         FG_TABLE_EKS, 0, 100000000},
        {"USE1-AmazonEKS-Hours:extendedSupport", "", "Hours", "0", "0.5",
         "control_plane_extended_surcharge", FG_TABLE_EKS, 0, 500000000},
        {"AmazonEKS-Hours:2XL-ProvisionedTier", "", "Hours", "0", "3.4",
         "control_plane_provisioned_2xl_surcharge", FG_TABLE_EKS, 0, 3400000000},
        {"APS7-EKS-Auto:m7i.large-management-hours", "", "hours", "0", "0.01285",
         "auto_mode_m7i.large", FG_TABLE_EKS, 0, 12850000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_price_list list;
        char attributes[256], usd[64];
        snprintf(attributes, sizeof attributes,
                 "\"usagetype\": \"%s\", \"operation\": \"%s\", \"regionCode\": \"us-west-2\"",
                 rows[i].usage, rows[i].operation);
        snprintf(usd, sizeof usd, "\"USD\": \"%s\"", rows[i].usd);
        read_one(attributes, rows[i].unit, rows[i].begin, usd, &list);
        assert_int_equal(list.price_count, 1);
        assert_string_equal(list.prices[0].item, rows[i].item);
        assert_string_equal(list.prices[0].region, "us-west-2");
        assert_int_equal(list.prices[0].table, rows[i].table);
        assert_int_equal(list.prices[0].column, rows[i].column);
        assert_int_equal(list.prices[0].nano, rows[i].nano);
        fg_price_list_release(&list);
    }
}

static void what_is_not_of_use_is_passed_over(void **state)
{
    (void)state;
    static const struct {
        const char *attributes, *begin, *usd;
    } rows[] = {
        {"\"usagetype\": \"EBS:VolumeIOUsage\", \"regionCode\": \"us-east-1\"", "0",
         "\"USD\": \"1\""},
        {"\"usagetype\": \"USE1-TS-LoadBalancerUsage\", \"regionCode\": \"us-east-1\"", "0",
         "\"USD\": \"1\""},
        {"\"usagetype\": \"NatGateway-Hours\", \"regionCode\": \"us-east-1\"", "1000",
         "\"USD\": \"1\""},
        {"\"usagetype\": \"NatGateway-Hours\", \"regionCode\": \"cn-north-1\"", "0",
         "\"CNY\": \"1\""},
        {"\"usagetype\": \"NatGateway-Hours\", \"regionCode\": \"us-east-1-bos-1\","
         "\"locationType\": \"AWS Local Zone\"",
         "0", "\"USD\": \"1\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_price_list list;
        read_one(rows[i].attributes, "Hrs", rows[i].begin, rows[i].usd, &list);
        assert_int_equal(list.price_count, 0);
        assert_int_equal(list.passed_count, 1);
        assert_int_equal(list.bad_count, 0);
        fg_price_list_release(&list);
    }
}

static void lists_without_region_codes_go_by_the_place(void **state)
{
    (void)state;
    struct fg_price_list list;
    read_one("\"usagetype\": \"EU-NatGateway-Hours\", \"location\": \"EU (Ireland)\"", "Hrs", "0",
             "\"USD\": \"0.048\"", &list);
    assert_int_equal(list.price_count, 1);
    assert_string_equal(list.prices[0].region, "eu-west-1");
    fg_price_list_release(&list);
}

/* 0.00000000055 is 0.55 of a billionth: one; 0.0000000005 is half of one: none, being even. */
static void prices_are_rounded_half_to_even_to_billionths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        fg_nanodollars nano;
    } rows[] = {{"0.00000000055", 1}, {"0.0000000005", 0}, {"0.0000000015", 2},
                {"0E-10", 0},         {"12", 12000000000}, {"1.5e1", 15000000000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_price_list list;
        char usd[64];
        snprintf(usd, sizeof usd, "\"USD\": \"%s\"", rows[i].text);
        read_one("\"usagetype\": \"NatGateway-Hours\", \"regionCode\": \"us-east-1\"", "Hrs", "0",
                 usd, &list);
        assert_int_equal(list.price_count, 1);
        assert_int_equal(list.prices[0].nano, rows[i].nano);
        fg_price_list_release(&list);
    }
}

static void a_price_that_is_no_number_is_bad(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "-1", "1,5", "0x1", "1e99", "nan", "1.2.3", "1e"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fg_price_list list;
        char usd[64];
        snprintf(usd, sizeof usd, "\"USD\": \"%s\"", texts[i]);
        read_one("\"usagetype\": \"NatGateway-Hours\", \"regionCode\": \"us-east-1\"", "Hrs", "0",
                 usd, &list);
        assert_int_equal(list.price_count, 0);
        assert_int_equal(list.bad_count, 1);
        fg_price_list_release(&list);
    }
}

/* Texts in texts, and numbers where items are expected, lead nowhere. */
static void json_that_is_no_price_list_has_no_prices(void **state)
{
    (void)state;
    static const char *const texts[] = {"[1, 2]", "{}", "[]", "{\"PriceList\": [\"1\", 2, null]}",
                                        "[\"{\\\"PriceList\\\": [\\\"{}\\\"]}\"]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fg_price_list list;
        write_text(texts[i]);
        read_list(&list);
        assert_int_equal(list.price_count, 0);
        assert_int_equal(list.bad_count, 0);
        fg_price_list_release(&list);
    }
}

static void what_is_no_price_list_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "the file is empty; expected a price list"},
        {"a,b\n1,2\n", "this is no AWS price list"},
        {"\"FormatVersion\",\"v1.0\"\n\"OfferCode\",\"AmazonEC2\"\n",
         "the row of columns is missing"},
        {"SKU,TermType,EffectiveDate,Unit,PricePerUnit\n", "column 'usageType' is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fg_price_list list = {0};
        struct fg_error error = {0};
        write_text(rows[i].text);
        assert_int_equal(fg_price_list_read(path, &list, &error), FG_BAD_INPUT);
        assert_non_null(strstr(error.message, rows[i].says));
        fg_price_list_release(&list);
    }
    struct fg_price_list list = {0};
    struct fg_error error = {0};
    assert_int_equal(fg_price_list_read("/nowhere/at/all", &list, &error), FG_FAILED);
    assert_int_equal(fg_price_list_read("/tmp", &list, &(struct fg_error){0}), FG_FAILED);
    fg_price_list_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_gives_the_same_prices),
        cmocka_unit_test(a_price_has_its_days_and_its_source),
        cmocka_unit_test(a_type_is_described_once),
        cmocka_unit_test(other_regions_are_passed_over_when_some_are_asked_for),
        cmocka_unit_test(bad_rows_of_csv_are_listed_and_the_rest_counts),
        cmocka_unit_test(bad_parts_of_json_are_listed_and_the_rest_counts),
        cmocka_unit_test(a_fault_in_json_names_its_line),
        cmocka_unit_test(a_file_that_is_cut_off_counts_as_far_as_it_goes),
        cmocka_unit_test(gzip_is_read_as_it_is_and_a_cut_off_one_as_far_as_it_goes),
        cmocka_unit_test(usage_types_become_the_catalogs_items),
        cmocka_unit_test(what_is_not_of_use_is_passed_over),
        cmocka_unit_test(lists_without_region_codes_go_by_the_place),
        cmocka_unit_test(prices_are_rounded_half_to_even_to_billionths),
        cmocka_unit_test(a_price_that_is_no_number_is_bad),
        cmocka_unit_test(json_that_is_no_price_list_has_no_prices),
        cmocka_unit_test(what_is_no_price_list_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
