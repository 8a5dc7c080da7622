#include "models/load.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "models/base/memory.h"
#include "models/base/random.h"

enum { DAY_S = 86400, HOUR_S = 3600, NANO = 1000000000 };

/* ---- luck ---- */

/* What a random number is for, besides the thing that it belongs to. */
enum draw {
    DRAW_SIZE,
    DRAW_DURATION,
    DRAW_GAP,
    DRAW_KEEP,
    DRAW_PLACE,
    DRAW_NOISE,
    DRAW_PRESENCE,
    DRAW_OVERNIGHT,
    DRAW_BURST,
};

struct making {
    const struct fg_load_model *model;
    const struct fg_load *load;
    struct fg_load_pods *pods;
    struct fg_error *error;
    uint64_t luck; /* the load's own */
    uint64_t total_weight;
};

static uint64_t draw_u64(const struct making *making, uint64_t thing, enum draw draw)
{
    return fg_random_u64(making->luck, thing, FG_RANDOM_GENERATE, (uint64_t)draw);
}

/* From 0 to count - 1. */
static uint64_t draw_below(const struct making *making, uint64_t thing, enum draw draw,
                           uint64_t count)
{
    return (uint64_t)((unsigned __int128)draw_u64(making, thing, draw) * count >> 64);
}

/* 52 bits and a half, so that neither 0 nor 1 comes out. */
static double draw_uniform(const struct making *making, uint64_t thing, enum draw draw)
{
    return ((double)(draw_u64(making, thing, draw) >> 12) + 0.5) * 0x1p-52;
}

static bool draw_chance(const struct making *making, uint64_t thing, enum draw draw,
                        int64_t share_nano)
{
    return (int64_t)draw_below(making, thing, draw, NANO) < share_nano;
}

static uint32_t draw_seconds(const struct making *making, uint64_t thing,
                             const struct fg_distribution *distribution)
{
    return fg_distribution_quantile_s(distribution, draw_uniform(making, thing, DRAW_DURATION));
}

/* A gap of a Poisson process in nanoseconds, so that sums are exact. */
static int64_t draw_gap_ns(const struct making *making, uint64_t thing, double mean_s)
{
    double gap = gsl_cdf_exponential_Pinv(draw_uniform(making, thing, DRAW_GAP), mean_s) * NANO;
    return gap < 1e18 ? llround(gap) : (int64_t)1e18;
}

static uint32_t draw_size(const struct making *making, uint64_t thing)
{
    const struct fg_load *load = making->load;
    if (load->size_count == 0)
        return 0;
    uint64_t at = draw_below(making, thing, DRAW_SIZE, making->total_weight);
    uint32_t size = 0;
    while (at >= (uint64_t)load->sizes[size].weight_nano)
        at -= (uint64_t)load->sizes[size++].weight_nano;
    return size;
}

/* ---- pods ---- */

/* Asked before so many more pods are pushed. */
static fg_status check_room(struct making *making, uint64_t more)
{
    const struct fg_load *load = making->load;
    if (making->pods->count + more <= FG_LOAD_PODS_MAX)
        return FG_OK;
    return fg_error_at(making->error, load->file, load->line, load->column,
                       "load '%s' makes more than %d pods; expected fewer", load->name,
                       FG_LOAD_PODS_MAX);
}

/* `thing` decides the pod's size. */
static fg_status push(struct making *making, uint64_t thing, struct fg_load_pod pod)
{
    struct fg_load_pods *pods = making->pods;
    fg_status status = check_room(making, 1);
    if (status != FG_OK)
        return status;
    pod.size = draw_size(making, thing);
    pods->items = fg_grow(pods->items, &pods->capacity, pods->count + 1, sizeof *pods->items);
    pods->items[pods->count++] = pod;
    return FG_OK;
}

static fg_status push_job(struct making *making, uint64_t thing, uint32_t arrival_s,
                          const struct fg_distribution *duration)
{
    return push(making, thing,
                (struct fg_load_pod){.arrival_s = arrival_s,
                                     .span = FG_SPAN_DURATION,
                                     .span_s = draw_seconds(making, thing, duration)});
}

static fg_status push_until(struct making *making, uint64_t thing, uint32_t arrival_s,
                            int64_t end_s)
{
    struct fg_load_pod pod = {.arrival_s = arrival_s, .span = FG_SPAN_FOREVER};
    if (end_s < making->model->duration_s) {
        pod.span = FG_SPAN_END;
        pod.span_s = (uint32_t)end_s;
    }
    return push(making, thing, pod);
}

/* ---- day and night ---- */

static fg_unix_s local_time(const struct making *making, int64_t second)
{
    return making->model->start + second + making->load->utc_offset_s;
}

static bool is_weekend(fg_day day)
{
    int64_t since_monday = ((int64_t)day % 7 + 10) % 7; /* 1970 began on a Thursday */
    return since_monday >= 5;
}

/* How far above low, from 0 to 1 (more on weekends with a factor above 1), rounded to 10^-9. */
static int64_t height_nano(const struct fg_day_curve *curve, fg_unix_s local)
{
    fg_day day = fg_calendar_day_of(local);
    double turn = (double)(local - fg_calendar_start_of_day(day) - curve->peak_at_s) / DAY_S;
    int64_t height = llround((1 + cos(turn * 2 * M_PI)) / 2 * NANO);
    return is_weekend(day) ? (int64_t)((__int128)height * curve->weekend_nano / NANO) : height;
}

/* ---- services ---- */

static int64_t wanted_nano(const struct fg_service *service, fg_unix_s local)
{
    return service->low * NANO + (service->peak - service->low) * height_nano(&service->day, local);
}

static int64_t within(const struct fg_service *service, int64_t nano)
{
    int64_t factor = service->day.weekend_nano > NANO ? service->day.weekend_nano : NANO;
    int64_t most = service->low +
                   (int64_t)(((__int128)(service->peak - service->low) * factor + NANO - 1) / NANO);
    int64_t replicas = (nano + NANO / 2) / NANO;
    return replicas < service->low ? service->low : (replicas > most ? most : replicas);
}

int64_t fg_service_replicas(const struct fg_service *service, fg_unix_s local)
{
    return within(service, wanted_nano(service, local));
}

static int64_t noisy_replicas(const struct making *making, int64_t second)
{
    const struct fg_service *service = &making->load->service;
    int64_t nano = wanted_nano(service, local_time(making, second));
    if (service->noise_nano > 0) {
        uint64_t step = (uint64_t)second / service->step_s;
        double luck = gsl_cdf_ugaussian_Pinv(draw_uniform(making, step, DRAW_NOISE));
        int64_t factor = NANO + llround(luck * (double)service->noise_nano);
        nano = factor > 0 ? (int64_t)((__int128)nano * factor / NANO) : 0;
    }
    return within(service, nano);
}

/* The replicas that live: numbers of the pods whose end is open, oldest first. */
struct living {
    uint32_t count, capacity;
    uint32_t *pods;
};

static fg_status scale_to(struct making *making, struct living *living, int64_t wanted,
                          uint32_t second)
{
    FG_ASSERT(wanted >= 0);
    while (living->count > wanted) {
        struct fg_load_pod *pod = &making->pods->items[living->pods[--living->count]];
        pod->span = FG_SPAN_END;
        pod->span_s = second;
    }
    while (living->count < wanted) {
        uint32_t number = making->pods->count;
        fg_status status = push_until(making, number, second, INT64_MAX);
        if (status != FG_OK)
            return status;
        living->pods =
            fg_grow(living->pods, &living->capacity, living->count + 1, sizeof *living->pods);
        living->pods[living->count++] = number;
    }
    return FG_OK;
}

/* The highest of the numbers wanted in the steps of the window up to this one. */
static int64_t highest(const int64_t *wanted, uint32_t steps, uint32_t at)
{
    int64_t result = wanted[at];
    for (uint32_t back = 1; back <= steps && back <= at; back++)
        if (wanted[at - back] > result)
            result = wanted[at - back];
    return result;
}

/* Every service has its own moment within a step, so that not all scale at the same second. */
static fg_status make_service(struct making *making)
{
    const struct fg_service *service = &making->load->service;
    uint32_t duration_s = making->model->duration_s, step_s = service->step_s;
    uint32_t steps = (duration_s - 1) / step_s + 1;
    uint32_t moment_s = (uint32_t)draw_below(making, 0, DRAW_PLACE, step_s);
    int64_t *wanted = fg_allocate(steps, sizeof *wanted);
    struct living living = {0};
    fg_status status = FG_OK;
    for (uint32_t step = 0; step < steps && status == FG_OK; step++) {
        int64_t second = (int64_t)step * step_s;
        wanted[step] = noisy_replicas(making, second);
        second += step > 0 ? moment_s : 0;
        if (second < duration_s)
            status =
                scale_to(making, &living, highest(wanted, service->stabilization_s / step_s, step),
                         (uint32_t)second);
    }
    free(living.pods);
    free(wanted);
    return status;
}

/* ---- cron ---- */

static fg_status make_cron(struct making *making)
{
    const struct fg_cron_load *cron = &making->load->cron;
    fg_unix_s start = making->model->start;
    fg_unix_s at = cron->schedule.every_s > 0 ? start : start - 1;
    fg_status status = FG_OK;
    while (status == FG_OK && fg_cron_next(&cron->schedule, at, making->load->utc_offset_s, &at) &&
           at - start < making->model->duration_s) {
        status = check_room(making, (uint64_t)cron->parallelism);
        for (int64_t i = 0; i < cron->parallelism && status == FG_OK; i++)
            status = push_job(making, making->pods->count, (uint32_t)(at - start), &cron->duration);
    }
    return status;
}

/* ---- batch ---- */

static int64_t rate_nano(const struct making *making, int64_t second)
{
    const struct fg_batch *batch = &making->load->batch;
    if (batch->arrivals != FG_ARRIVALS_DIURNAL)
        return NANO;
    int64_t height = height_nano(&batch->day, local_time(making, second));
    return batch->low_nano + (int64_t)((__int128)(NANO - batch->low_nano) * height / NANO);
}

/* Candidates come at the highest rate there is; each stays with the odds of its moment. */
static fg_status make_stream(struct making *making)
{
    const struct fg_batch *batch = &making->load->batch;
    int64_t end_ns = (int64_t)making->model->duration_s * NANO, now_ns = 0;
    int64_t highest_nano = NANO;
    if (batch->arrivals == FG_ARRIVALS_DIURNAL && batch->day.weekend_nano > NANO)
        highest_nano = batch->day.weekend_nano;
    double mean_s = HOUR_S / ((double)batch->per_hour_nano * 1e-9) / ((double)highest_nano * 1e-9);
    fg_status status = FG_OK;
    for (uint64_t thing = 0; status == FG_OK; thing++) {
        now_ns += draw_gap_ns(making, thing, mean_s);
        if (now_ns >= end_ns)
            break;
        uint32_t second = (uint32_t)(now_ns / NANO);
        uint64_t lot = draw_below(making, thing, DRAW_KEEP, (uint64_t)highest_nano);
        if ((int64_t)lot < rate_nano(making, second))
            status = push_job(making, thing, second, &batch->duration);
    }
    return status;
}

static fg_status make_bursts(struct making *making)
{
    enum { THINGS_A_BURST_BITS = 32 };
    const struct fg_batch *batch = &making->load->batch;
    uint32_t duration_s = making->model->duration_s;
    int64_t end_ns = (int64_t)duration_s * NANO, now_ns = 0;
    fg_status status = FG_OK;
    for (uint64_t burst = 0; status == FG_OK; burst++) {
        uint64_t thing = burst << THINGS_A_BURST_BITS;
        now_ns += draw_gap_ns(making, thing, batch->every_s);
        if (now_ns >= end_ns)
            break;
        uint64_t count =
            (uint64_t)batch->least +
            draw_below(making, thing, DRAW_BURST, (uint64_t)(batch->most - batch->least) + 1);
        for (uint64_t i = 0; i < count && status == FG_OK; i++) {
            uint64_t second = (uint64_t)(now_ns / NANO) +
                              draw_below(making, thing + i, DRAW_PLACE, batch->spread_s + 1ULL);
            if (second < duration_s)
                status = push_job(making, thing + i, (uint32_t)second, &batch->duration);
        }
    }
    return status;
}

/* ---- office hours ---- */

/* One person's pods of a day whose opening is at second `open` (may lie before the start). */
static fg_status make_persons_day(struct making *making, uint64_t person_day, int64_t open,
                                  int64_t next_open)
{
    const struct fg_office *office = &making->load->office;
    uint32_t hours_s = office->close_s - office->open_s;
    uint32_t starting_s = hours_s - office->lifetime.at_least_s;
    if (!draw_chance(making, person_day, DRAW_PRESENCE, office->presence_nano))
        return FG_OK;
    fg_status status = FG_OK;
    for (int64_t i = 0; i < office->pods_each && status == FG_OK; i++) {
        uint64_t thing = person_day * (uint64_t)office->pods_each + (uint64_t)i;
        int64_t arrival = open + (int64_t)draw_below(making, thing, DRAW_PLACE, starting_s);
        int64_t end = arrival + draw_seconds(making, thing, &office->lifetime);
        if (end > open + hours_s)
            end = open + hours_s;
        if (draw_chance(making, thing, DRAW_OVERNIGHT, office->overnight_nano))
            end = next_open;
        if (arrival >= 0 && arrival < making->model->duration_s)
            status = push_until(making, thing, (uint32_t)arrival, end);
    }
    return status;
}

static fg_day next_workday(fg_day day)
{
    do
        day++;
    while (is_weekend(day));
    return day;
}

static int64_t opening(const struct making *making, fg_day day)
{
    return fg_calendar_start_of_day(day) - local_time(making, 0) + making->load->office.open_s;
}

static fg_status make_office(struct making *making)
{
    const struct fg_office *office = &making->load->office;
    fg_day first = fg_calendar_day_of(local_time(making, 0));
    fg_day day = is_weekend(first) ? next_workday(first) : first;
    fg_status status = FG_OK;
    for (; status == FG_OK && opening(making, day) < making->model->duration_s;
         day = next_workday(day)) {
        uint64_t before = (uint64_t)(day - first) * (uint64_t)office->people;
        int64_t next_open = opening(making, next_workday(day));
        for (int64_t person = 0; person < office->people && status == FG_OK; person++)
            status = make_persons_day(making, before + (uint64_t)person, opening(making, day),
                                      next_open);
    }
    return status;
}

/* ---- all of them ---- */

static fg_status make_batch(struct making *making)
{
    return making->load->batch.arrivals == FG_ARRIVALS_BURSTS ? make_bursts(making)
                                                              : make_stream(making);
}

fg_status fg_load_generate(const struct fg_load_model *model, const struct fg_load *load,
                           struct fg_load_pods *out, struct fg_error *error)
{
    static fg_status (*const makers[])(struct making *) = {
        [FG_LOAD_SERVICE] = make_service,
        [FG_LOAD_CRON] = make_cron,
        [FG_LOAD_BATCH] = make_batch,
        [FG_LOAD_OFFICE] = make_office,
    };
    uint64_t name = fg_hash_bytes(load->name, strlen(load->name), 0);
    struct making making = {
        .model = model,
        .load = load,
        .pods = out,
        .error = error,
        .luck = fg_random_u64(model->seed, 0, FG_RANDOM_GENERATE, name),
    };
    FG_ASSERT(load->shape != FG_LOAD_NONE);
    for (uint32_t i = 0; i < load->size_count; i++)
        making.total_weight += (uint64_t)load->sizes[i].weight_nano;
    return makers[load->shape](&making);
}
