/* Billing exports: the first byte chooses the options, the rest is the file, packed or not. What
 * was read adds up, beside nothing and beside itself. */
#include "data/billing_export.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reports/calibration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory that is written anew for each input. Returns its path. */
static const char *file_of(const void *bytes, size_t size)
{
    static int file;
    static char path[64];
    if (file == 0) {
        file = memfd_create("bill", 0);
        FG_ASSERT(file > 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    FG_ASSERT(ftruncate(file, 0) == 0);
    FG_ASSERT(pwrite(file, bytes, size, 0) == (ssize_t)size);
    return path;
}

static struct fg_billing_options choose_options(uint8_t bits)
{
    static struct fg_pair tags[] = {{"aws:eks:cluster-name", "shop"}, {"team", "web"}};
    static const struct fg_billing_rule rules[] = {{"NatGateway-*", "other:nat"},
                                                   {"*Usage:*", "ec2-spot"}};
    struct fg_billing_options options = {.from = 0, .to = INT64_MAX / 2};
    if ((bits & 1) != 0)
        options.tags = (struct fg_pairs){2, tags};
    options.account = (bits & 2) != 0 ? "111122223333" : NULL;
    options.region = (bits & 4) != 0 ? "us-east-1" : NULL;
    options.net = (bits & 8) != 0;
    options.list = (bits & 64) != 0;
    if ((bits & 16) != 0)
        options.map = (struct fg_billing_map){2, rules};
    if ((bits & 32) != 0) {
        options.from = 1772413200;
        options.to = options.from + 5400;
    }
    return options;
}

static void check_sums(const struct fg_billing *bill, const struct fg_billing *replay)
{
    struct fg_calibration calibration = {.to = INT64_C(86400) * 5000000, .with_days = true};
    fg_nanodollars parts = 0, days = 0;
    fg_calibration_compare(bill, replay, &calibration);
    for (uint32_t i = 0; i < calibration.sku_count; i++) {
        const struct fg_effects *effects = &calibration.skus[i].effects;
        parts += effects->price + effects->quantity + effects->unsplit;
    }
    for (uint32_t i = 0; i < calibration.day_count; i++)
        days += calibration.days[i].difference;
    FG_ASSERT(parts == calibration.kinds[FG_BILLED_CHARGE].difference && days == parts);
    for (int kind = FG_BILLED_CHARGE + 1; kind < FG_BILLED_KIND_COUNT; kind++)
        parts += calibration.kinds[kind].difference;
    FG_ASSERT(parts == calibration.all.difference);
    FG_ASSERT(bill != replay || calibration.kinds[FG_BILLED_CHARGE].difference == 0);
    fg_calibration_release(&calibration);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fg_billing bill = {0}, nothing = {0};
    struct fg_error error = {0};
    if (size == 0)
        return 0;
    const struct fg_billing_options options = choose_options(data[0]);
    fg_status status = fg_billing_read(file_of(data + 1, size - 1), &options, &bill, &error);
    FG_ASSERT(status == error.status);
    FG_ASSERT((status == FG_OK) == (error.message[0] == '\0'));
    const struct fg_billed_lines *lines = &bill.lines;
    if (status == FG_OK) {
        FG_ASSERT(lines->read == lines->counted + lines->filtered + lines->outside + lines->split +
                                     lines->left_out);
        fg_billing_cut_spans(&bill, 1772413200, 1772413200 + 86400);
        check_sums(&bill, &nothing);
        check_sums(&bill, &bill);
    }
    fg_billing_release(&bill);
    return 0;
}
