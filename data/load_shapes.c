#include "data/load_shapes.h"

#include <stddef.h>
#include <string.h>

#include "data/load_values.h"

enum {
    DAY_S = 86400,
    NANO = 1000000000,
    COUNT_MAX = 1000000, /* replicas, people, pods of a person */
    STEP_MIN_S = 15,
    WINDOW_STEPS_MAX = 100,
};

/* ---- the fields that several shapes have ---- */

static void read_noise(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_fraction(decoder, value, "noise", NANO, out);
}
static void read_low(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_fraction(decoder, value, "low", NANO, out);
}
static void read_presence(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_fraction(decoder, value, "presence", NANO, out);
}
static void read_overnight(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_fraction(decoder, value, "overnight", NANO, out);
}
static void read_weekend(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_fraction(decoder, value, "weekend", 10 * (int64_t)NANO, out);
}

static void read_peak_at(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_clock(decoder, value, "peakAt", out);
}
static void read_open(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_clock(decoder, value, "open", out);
}
static void read_close(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_load_read_clock(decoder, value, "close", out);
}

/* ---- services ---- */

#define AT(member) offsetof(struct fg_service, member)
static const struct fg_field service_fields[] = {
    {"replicas", FG_FIELD_COUNT, AT(low), NULL},
    {"low", FG_FIELD_COUNT, AT(low), NULL},
    {"peak", FG_FIELD_COUNT, AT(peak), NULL},
    {"peakAt", FG_FIELD_FUNCTION, AT(day.peak_at_s), read_peak_at},
    {"weekend", FG_FIELD_FUNCTION, AT(day.weekend_nano), read_weekend},
    {"step", FG_FIELD_SECONDS, AT(step_s), NULL},
    {"noise", FG_FIELD_FUNCTION, AT(noise_nano), read_noise},
    {"stabilization", FG_FIELD_SECONDS, AT(stabilization_s), NULL},
    {0},
};
#undef AT

static void check_service(struct fg_decoder *decoder, const struct fg_value *value,
                          struct fg_service *service)
{
    bool fixed = fg_load_is_named(value, "replicas");
    if (fixed && (fg_load_is_named(value, "low") || fg_load_is_named(value, "peak")))
        fg_decode_fault(decoder, fg_load_place_of(value, "replicas"),
                        "replicas stands beside low and peak; expected either");
    if (!fixed)
        fg_load_require(decoder, value, "low", "a service");
    if (!fixed)
        fg_load_require(decoder, value, "peak", "a service");
    if (fixed)
        service->peak = service->low;
    if (service->peak < service->low || service->peak > COUNT_MAX)
        fg_decode_fault(decoder, fg_load_place_of(value, fixed ? "replicas" : "peak"),
                        "%s is %lld; expected %lld to %d", fixed ? "replicas" : "peak",
                        (long long)service->peak, (long long)service->low, COUNT_MAX);
    if (service->step_s < STEP_MIN_S || service->step_s > DAY_S)
        fg_decode_fault(decoder, fg_load_place_of(value, "step"),
                        "step is %u s; expected %ds to 1d", service->step_s, STEP_MIN_S);
    else if (service->stabilization_s / service->step_s > WINDOW_STEPS_MAX)
        fg_decode_fault(decoder, fg_load_place_of(value, "stabilization"),
                        "stabilization is %u s; expected at most %d steps of %u s",
                        service->stabilization_s, WINDOW_STEPS_MAX, service->step_s);
}

void fg_load_read_service(struct fg_decoder *decoder, const struct fg_value *value,
                          struct fg_load *out)
{
    struct fg_service *service = &out->service;
    out->shape = FG_LOAD_SERVICE;
    *service =
        (struct fg_service){.day = {.peak_at_s = 14 * 3600, .weekend_nano = NANO}, .step_s = 900};
    fg_decode_map(decoder, value, "service", service_fields, service);
    if (fg_decode_is_good(decoder))
        check_service(decoder, value, service);
}

/* ---- cron ---- */

static void read_schedule(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (fg_decode_text(decoder, value, "schedule", &text) &&
        fg_cron_parse(text, out, &cause) != FG_OK)
        fg_decode_fault_of(decoder, value, "schedule", &cause);
}

static const struct fg_field cron_fields[] = {
    {"schedule", FG_FIELD_FUNCTION, offsetof(struct fg_cron_load, schedule), read_schedule},
    {"parallelism", FG_FIELD_COUNT, offsetof(struct fg_cron_load, parallelism), NULL},
    {"duration", FG_FIELD_FUNCTION, offsetof(struct fg_cron_load, duration),
     fg_load_read_distribution},
    {0},
};

void fg_load_read_cron(struct fg_decoder *decoder, const struct fg_value *value,
                       struct fg_load *out)
{
    struct fg_cron_load *cron = &out->cron;
    out->shape = FG_LOAD_CRON;
    *cron = (struct fg_cron_load){.parallelism = 1};
    fg_decode_map(decoder, value, "cron", cron_fields, cron);
    fg_load_require(decoder, value, "schedule", "cron");
    fg_load_require(decoder, value, "duration", "cron");
    if (cron->parallelism == 0)
        fg_decode_fault(decoder, fg_load_place_of(value, "parallelism"),
                        "parallelism is 0; expected at least 1");
}

/* ---- batch ---- */

static void start_arrivals(struct fg_decoder *decoder, const struct fg_value *value,
                           struct fg_batch *batch, enum fg_arrivals arrivals)
{
    if (batch->arrivals != FG_ARRIVALS_NONE)
        fg_decode_fault(decoder, value,
                        "arrivals are named twice; expected one of poisson, diurnal and bursts");
    batch->arrivals = arrivals;
}

#define AT(member) offsetof(struct fg_batch, member)
static const struct fg_field poisson_fields[] = {
    {"perHour", FG_FIELD_NANO, AT(per_hour_nano), NULL},
    {0},
};
static const struct fg_field diurnal_fields[] = {
    {"perHour", FG_FIELD_NANO, AT(per_hour_nano), NULL},
    {"low", FG_FIELD_FUNCTION, AT(low_nano), read_low},
    {"peakAt", FG_FIELD_FUNCTION, AT(day.peak_at_s), read_peak_at},
    {"weekend", FG_FIELD_FUNCTION, AT(day.weekend_nano), read_weekend},
    {0},
};
static const struct fg_field bursts_fields[] = {
    {"every", FG_FIELD_SECONDS, AT(every_s), NULL},
    {"least", FG_FIELD_COUNT, AT(least), NULL},
    {"most", FG_FIELD_COUNT, AT(most), NULL},
    {"spread", FG_FIELD_SECONDS, AT(spread_s), NULL},
    {0},
};

static void check_rate(struct fg_decoder *decoder, const struct fg_value *value,
                       const struct fg_batch *batch, const char *what)
{
    fg_load_require(decoder, value, "perHour", what);
    if (fg_load_is_named(value, "perHour") && batch->per_hour_nano == 0 &&
        fg_decode_is_good(decoder))
        fg_decode_fault(decoder, fg_load_place_of(value, "perHour"),
                        "perHour is 0; expected a rate above 0");
}

static void read_poisson(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_batch *batch = out;
    start_arrivals(decoder, value, batch, FG_ARRIVALS_POISSON);
    fg_decode_map(decoder, value, "poisson", poisson_fields, batch);
    check_rate(decoder, value, batch, "poisson");
}

static void read_diurnal(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_batch *batch = out;
    start_arrivals(decoder, value, batch, FG_ARRIVALS_DIURNAL);
    fg_decode_map(decoder, value, "diurnal", diurnal_fields, batch);
    check_rate(decoder, value, batch, "diurnal");
}

static void read_bursts(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_batch *batch = out;
    start_arrivals(decoder, value, batch, FG_ARRIVALS_BURSTS);
    fg_decode_map(decoder, value, "bursts", bursts_fields, batch);
    fg_load_require(decoder, value, "every", "bursts");
    fg_load_require(decoder, value, "most", "bursts");
    if (!fg_load_is_named(value, "least"))
        batch->least = batch->most;
    if (!fg_decode_is_good(decoder))
        return;
    if (batch->every_s == 0)
        fg_decode_fault(decoder, fg_load_place_of(value, "every"),
                        "every is 0; expected at least 1s");
    if (batch->least == 0)
        fg_decode_fault(decoder, fg_load_place_of(value, "least"),
                        "a burst of 0 pods; expected least "
                        "to be at least 1");
    if (batch->most < batch->least)
        fg_decode_fault(decoder, fg_load_place_of(value, "most"),
                        "most is %lld, below least, which is %lld; expected least to most",
                        (long long)batch->most, (long long)batch->least);
}

static const struct fg_field batch_fields[] = {
    {"poisson", FG_FIELD_FUNCTION, 0, read_poisson},
    {"diurnal", FG_FIELD_FUNCTION, 0, read_diurnal},
    {"bursts", FG_FIELD_FUNCTION, 0, read_bursts},
    {"duration", FG_FIELD_FUNCTION, AT(duration), fg_load_read_distribution},
    {0},
};
#undef AT

void fg_load_read_batch(struct fg_decoder *decoder, const struct fg_value *value,
                        struct fg_load *out)
{
    struct fg_batch *batch = &out->batch;
    out->shape = FG_LOAD_BATCH;
    *batch = (struct fg_batch){.day = {.peak_at_s = 14 * 3600, .weekend_nano = NANO}};
    fg_decode_map(decoder, value, "batch", batch_fields, batch);
    fg_load_require(decoder, value, "duration", "batch");
    if (batch->arrivals == FG_ARRIVALS_NONE && fg_decode_is_good(decoder))
        fg_decode_fault(decoder, value,
                        "batch names no arrivals; expected poisson, diurnal or bursts");
}

/* ---- office hours ---- */

#define AT(member) offsetof(struct fg_office, member)
static const struct fg_field office_fields[] = {
    {"people", FG_FIELD_COUNT, AT(people), NULL},
    {"podsEach", FG_FIELD_COUNT, AT(pods_each), NULL},
    {"open", FG_FIELD_FUNCTION, AT(open_s), read_open},
    {"close", FG_FIELD_FUNCTION, AT(close_s), read_close},
    {"presence", FG_FIELD_FUNCTION, AT(presence_nano), read_presence},
    {"overnight", FG_FIELD_FUNCTION, AT(overnight_nano), read_overnight},
    {"lifetime", FG_FIELD_FUNCTION, AT(lifetime), fg_load_read_distribution},
    {0},
};
#undef AT

void fg_load_read_office(struct fg_decoder *decoder, const struct fg_value *value,
                         struct fg_load *out)
{
    struct fg_office *office = &out->office;
    out->shape = FG_LOAD_OFFICE;
    *office = (struct fg_office){
        .pods_each = 1, .open_s = 9 * 3600, .close_s = 18 * 3600, .presence_nano = NANO};
    fg_decode_map(decoder, value, "office", office_fields, office);
    fg_load_require(decoder, value, "people", "office");
    fg_load_require(decoder, value, "lifetime", "office");
    if (!fg_decode_is_good(decoder))
        return;
    if (office->people == 0 || office->people > COUNT_MAX)
        fg_decode_fault(decoder, fg_load_place_of(value, "people"),
                        "people is %lld; expected 1 to %d", (long long)office->people, COUNT_MAX);
    if (office->pods_each == 0 || office->pods_each > COUNT_MAX)
        fg_decode_fault(decoder, fg_load_place_of(value, "podsEach"),
                        "podsEach is %lld; expected 1 to %d", (long long)office->pods_each,
                        COUNT_MAX);
    if (office->close_s <= office->open_s)
        fg_decode_fault(decoder, fg_load_place_of(value, "close"),
                        "the office closes at or before it opens; expected a later close");
    else if (office->lifetime.at_least_s >= office->close_s - office->open_s)
        fg_decode_fault(decoder, fg_load_place_of(value, "lifetime"),
                        "a lifetime of at least %u s does not fit between open and close; expected "
                        "less",
                        office->lifetime.at_least_s);
}
