#include "sim/replay/control_plane.h"

#include "sim/replay/clock.h"

/* The hour an instant lies in, also before 1970. */
static int32_t hour_of(fg_unix_s instant)
{
    fg_unix_s hour = instant / FG_HOUR_S;
    return (int32_t)(instant % FG_HOUR_S < 0 ? hour - 1 : hour);
}

/* Books [from, to) at one rate: a part of an hour, whole hours, a part of an hour. */
static void bill_span(struct fg_bill *bill, uint32_t account, struct fg_price price, fg_unix_s from,
                      fg_unix_s to)
{
    while (from < to) {
        int32_t hour = hour_of(from);
        fg_unix_s hour_end = ((fg_unix_s)hour + 1) * FG_HOUR_S;
        uint32_t count = 1;
        int64_t seconds = (hour_end < to ? hour_end : to) - from;
        if (seconds == FG_HOUR_S)
            count = (uint32_t)((to - from) / FG_HOUR_S);
        fg_bill_add(bill, account, hour, count, seconds, fg_money_amount_half_even(seconds, price));
        from += seconds * count;
    }
}

struct fee {
    enum fg_charge charge;
    const char *sku;
    struct fg_price price;
    fg_nanodollars list_nano;
};

static void bill_fee(struct fg_bill *bill, const struct fee *fee, fg_unix_s from, fg_unix_s to)
{
    const struct fg_account account = {.charge = fee->charge,
                                       .pool = "cluster",
                                       .sku = fee->sku,
                                       .namespace_name = "",
                                       .workload = "",
                                       .list_unit_nano = fee->list_nano,
                                       .contract_unit_nano = fee->price.nano};
    if (from < to)
        bill_span(bill, fg_bill_account(bill, account), fee->price, from, to);
}

/* The fees of [from, to) at one day's prices. */
static void bill_fees(const struct fg_control_plane *plane,
                      const struct fg_kubernetes_version *version,
                      const struct fg_price_book *prices, fg_unix_s from, fg_unix_s to,
                      struct fg_bill *bill)
{
    const struct fee standard = {FG_CHARGE_CONTROL_PLANE, plane->version, prices->control_plane,
                                 prices->control_plane_found.nano};
    const struct fee tier = {FG_CHARGE_CONTROL_PLANE, plane->tier, prices->tier,
                             prices->tier_found.nano};
    const struct fee extended = {FG_CHARGE_EXTENDED_SUPPORT, plane->version,
                                 prices->extended_support, prices->extended_support_found.nano};
    bill_fee(bill, &standard, from, to);
    if (plane->tier != NULL) /* a provisioned control plane's, on top of the cluster's fee */
        bill_fee(bill, &tier, from, to);
    if (plane->upgrade_standard || version->standard_end == FG_DAY_UNKNOWN)
        return;
    fg_unix_s begin = fg_calendar_start_of_day(version->standard_end);
    fg_unix_s end = version->extended_end == FG_DAY_UNKNOWN
                        ? to
                        : fg_calendar_start_of_day(version->extended_end);
    bill_fee(bill, &extended, begin > from ? begin : from, end < to ? end : to);
}

fg_status fg_control_plane_bill(const struct fg_scenario *scenario,
                                const struct fg_catalog *catalog,
                                const struct fg_price_book *prices, uint32_t cut_s,
                                struct fg_bill *bill, struct fg_error *error)
{
    const struct fg_control_plane *plane = &scenario->cluster.control_plane;
    if (scenario->cluster.orchestrator == FG_ORCHESTRATOR_ECS)
        return FG_OK; /* an ECS cluster has no fee */
    const struct fg_kubernetes_version *version = fg_catalog_version(catalog, plane->version);
    if (version == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "unknown Kubernetes version '%s'", plane->version);
    struct fg_price_book now = *prices;
    struct fg_scenario priced = *scenario;
    fg_unix_s from = scenario->start, cut = scenario->start + cut_s;
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < scenario->price_change_count; i++) {
        fg_unix_s at = fg_full_hour_from(scenario->start + scenario->price_changes[i].at_s);
        at = at < cut ? at : cut;
        bill_fees(plane, version, &now, from, at, bill);
        from = at;
        priced.price_day = scenario->price_changes[i].price_day;
        status = fg_price_book_read_fees(&priced, catalog, &now, error);
    }
    if (status == FG_OK)
        bill_fees(plane, version, &now, from, cut, bill);
    return status;
}
