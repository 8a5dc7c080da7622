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

/* A provisioned control plane's, on top of the cluster's fee. */
static void bill_tier(const struct fg_control_plane *plane, const struct fg_price_book *prices,
                      fg_unix_s start, fg_unix_s cut, struct fg_bill *bill)
{
    const struct fg_account account = {.charge = FG_CHARGE_CONTROL_PLANE,
                                       .pool = "cluster",
                                       .sku = plane->tier,
                                       .namespace_name = "",
                                       .workload = "",
                                       .list_unit_nano = prices->tier_found.nano,
                                       .contract_unit_nano = prices->tier.nano};
    bill_span(bill, fg_bill_account(bill, account), prices->tier, start, cut);
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
    fg_unix_s start = scenario->start, cut = start + cut_s;
    struct fg_account account = {.charge = FG_CHARGE_CONTROL_PLANE,
                                 .pool = "cluster",
                                 .sku = plane->version,
                                 .namespace_name = "",
                                 .workload = "",
                                 .list_unit_nano = prices->control_plane_found.nano,
                                 .contract_unit_nano = prices->control_plane.nano};
    bill_span(bill, fg_bill_account(bill, account), prices->control_plane, start, cut);
    if (plane->tier != NULL)
        bill_tier(plane, prices, start, cut, bill);
    if (plane->upgrade_standard || version->standard_end == FG_DAY_UNKNOWN)
        return FG_OK;
    fg_unix_s from = fg_calendar_start_of_day(version->standard_end);
    fg_unix_s to = version->extended_end == FG_DAY_UNKNOWN
                       ? cut
                       : fg_calendar_start_of_day(version->extended_end);
    account.charge = FG_CHARGE_EXTENDED_SUPPORT;
    account.list_unit_nano = prices->extended_support_found.nano;
    account.contract_unit_nano = prices->extended_support.nano;
    from = from < start ? start : from;
    to = to > cut ? cut : to;
    if (from < to)
        bill_span(bill, fg_bill_account(bill, account), prices->extended_support, from, to);
    return FG_OK;
}
