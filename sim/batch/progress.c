#include "sim/batch/progress.h"

#include <inttypes.h>
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "models/calendar.h"

enum { CACHE_LINE = 64, TICK_MS = 200, BAR_WIDTH = 24 };

/* A cache line each, so that workers do not disturb one another. */
struct counter {
    _Alignas(CACHE_LINE) uint64_t pods;
    uint64_t task_pods;
};

struct fg_progress {
    bool draws;
    uint32_t task_count, worker_count;
    uint32_t done;      /* atomic */
    uint64_t done_pods; /* atomic */
    struct counter *counters;
    double started;
    pthread_t drawer;
    pthread_mutex_t lock;
    pthread_cond_t stop_changed;
    bool stop; /* under lock */
};

static void draw(struct fg_progress *progress)
{
    uint32_t done = __atomic_load_n(&progress->done, __ATOMIC_RELAXED);
    uint64_t pods = __atomic_load_n(&progress->done_pods, __ATOMIC_RELAXED);
    double share = done, elapsed = omp_get_wtime() - progress->started;
    for (uint32_t i = 0; i < progress->worker_count; i++) {
        uint64_t seen = __atomic_load_n(&progress->counters[i].pods, __ATOMIC_RELAXED);
        uint64_t all = __atomic_load_n(&progress->counters[i].task_pods, __ATOMIC_RELAXED);
        pods += seen;
        share += all > 0 ? (double)seen / (double)all : 0;
    }
    share /= progress->task_count;
    char bar[BAR_WIDTH + 1], left[32] = "?";
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < share * BAR_WIDTH ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    if (share > 0.01)
        fg_calendar_print_duration((uint64_t)(elapsed / share * (1 - share) + 1), left);
    fprintf(stderr, "\r[%s] %" PRIu32 "/%" PRIu32 " replays  %.1f M pods/s  %s left \033[K", bar,
            done, progress->task_count, (double)pods / elapsed / 1e6, left);
}

static void *draw_until_stopped(void *argument)
{
    struct fg_progress *progress = argument;
    pthread_mutex_lock(&progress->lock);
    while (!progress->stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&progress->stop_changed, &progress->lock, &until);
        if (!progress->stop)
            draw(progress);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

struct fg_progress *fg_progress_open(bool wanted, uint32_t task_count, uint32_t worker_count)
{
    struct fg_progress *progress = fg_allocate(1, sizeof *progress);
    progress->task_count = task_count;
    progress->worker_count = worker_count;
    progress->started = omp_get_wtime();
    progress->counters = aligned_alloc(CACHE_LINE, worker_count * sizeof *progress->counters);
    FG_ASSERT(progress->counters != NULL);
    for (uint32_t i = 0; i < worker_count; i++)
        progress->counters[i] = (struct counter){0};
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->stop_changed, NULL);
    progress->draws = wanted && task_count > 0 && isatty(STDERR_FILENO) &&
                      pthread_create(&progress->drawer, NULL, draw_until_stopped, progress) == 0;
    return progress;
}

uint64_t *fg_progress_counter(struct fg_progress *progress, uint32_t worker)
{
    return &progress->counters[worker].pods;
}

void fg_progress_begin(struct fg_progress *progress, uint32_t worker, uint64_t pods)
{
    __atomic_store_n(&progress->counters[worker].pods, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&progress->counters[worker].task_pods, pods, __ATOMIC_RELAXED);
}

void fg_progress_end(struct fg_progress *progress, uint32_t worker)
{
    uint64_t pods = __atomic_load_n(&progress->counters[worker].task_pods, __ATOMIC_RELAXED);
    fg_progress_begin(progress, worker, 0);
    __atomic_fetch_add(&progress->done_pods, pods, __ATOMIC_RELAXED);
    __atomic_fetch_add(&progress->done, 1, __ATOMIC_RELAXED);
}

void fg_progress_close(struct fg_progress *progress)
{
    if (progress->draws) {
        pthread_mutex_lock(&progress->lock);
        progress->stop = true;
        pthread_cond_signal(&progress->stop_changed);
        pthread_mutex_unlock(&progress->lock);
        pthread_join(progress->drawer, NULL);
        fprintf(stderr, "\r\033[K");
    }
    pthread_mutex_destroy(&progress->lock);
    pthread_cond_destroy(&progress->stop_changed);
    free(progress->counters);
    free(progress);
}
