#include "sim/batch/batch.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/trace_transform.h"
#include "sim/batch/assumptions.h"
#include "sim/batch/progress.h"
#include "sim/batch/trace_pool.h"
#include "sim/replay/replay.h"

struct task {
    uint32_t scenario, replication;
};

struct batch {
    const struct fg_study *study;
    const struct fg_catalog *catalog;
    const struct fg_batch_options *options;
    struct fg_trace_pool traces;
    struct fg_store *store;
    struct fg_progress *progress;
    uint32_t task_count;
    struct task *tasks;
    struct fg_error *errors; /* by task */
    bool failed;             /* atomic: no task is begun any more */
    uint64_t pod_count;      /* atomic */
};

/* All that decides a scenario's rows. */
static void digest_scenario(const struct batch *batch, uint32_t number, uint8_t out[16])
{
    const struct fg_scenario *scenario = &batch->study->scenarios[number];
    const struct fg_pooled_trace *trace = &batch->traces.items[batch->traces.of_scenario[number]];
    const char switches[] = {(char)batch->options->detail, batch->options->with_pods,
                             batch->options->skip_bad_rows};
    struct fg_digester *digester = fg_digester_open();
    fg_digester_add(digester, scenario->digest, sizeof scenario->digest);
    fg_digester_add(digester, &scenario->seed, sizeof scenario->seed);
    fg_digester_add(digester, trace->digest.bytes, sizeof trace->digest.bytes);
    fg_digester_add(digester, batch->catalog->digest, sizeof batch->catalog->digest);
    fg_digester_add(digester, batch->options->program_version,
                    strlen(batch->options->program_version));
    fg_digester_add(digester, switches, sizeof switches);
    struct fg_digest digest = fg_digester_close(digester);
    memcpy(out, digest.bytes, sizeof digest.bytes);
}

static fg_status open_store(struct batch *batch, struct fg_error *error)
{
    const struct fg_study *study = batch->study;
    struct fg_store_scenario *scenarios = fg_allocate(study->scenario_count, sizeof *scenarios);
    for (uint32_t i = 0; i < study->scenario_count; i++) {
        scenarios[i] = (struct fg_store_scenario){
            .name = study->scenarios[i].name,
            .region = study->scenarios[i].region,
            .start = study->scenarios[i].start,
            .replication_count = study->scenarios[i].replication_count,
            .allocation = study->scenarios[i].allocation,
        };
        digest_scenario(batch, i, scenarios[i].digest);
    }
    const struct fg_store_study described = {
        .name = study->name,
        .program_version = batch->options->program_version,
        .detail = batch->options->detail,
        .with_pods = batch->options->with_pods,
        .scenario_count = study->scenario_count,
        .scenarios = scenarios,
    };
    fg_status status = fg_store_open(batch->options->database, &described, batch->options->fresh,
                                     &batch->store, error);
    free(scenarios);
    return status;
}

/* Lists what is missing and reads the traces it needs. */
static fg_status find_tasks(struct batch *batch, struct fg_batch_outcome *out,
                            struct fg_error *error)
{
    const struct fg_study *study = batch->study;
    const struct fg_trace_options options = {
        .want_names = batch->options->with_pods,
        .skip_bad_rows = batch->options->skip_bad_rows,
        .thread_count = batch->options->thread_count,
        .skipped = batch->options->quiet ? NULL : stderr,
    };
    uint32_t capacity = 0;
    for (uint32_t s = 0; s < study->scenario_count; s++) {
        for (uint32_t r = 0; r < study->scenarios[s].replication_count; r++) {
            if (fg_store_is_done(batch->store, s, r)) {
                out->already_done_count++;
                continue;
            }
            batch->tasks =
                fg_grow(batch->tasks, &capacity, batch->task_count + 1, sizeof *batch->tasks);
            batch->tasks[batch->task_count++] = (struct task){s, r};
            fg_status status =
                fg_trace_pool_load(&batch->traces, batch->traces.of_scenario[s], &options, error);
            if (status != FG_OK)
                return status;
        }
    }
    batch->errors = fg_allocate(batch->task_count, sizeof *batch->errors);
    return FG_OK;
}

static fg_status replay_and_store(struct batch *batch, const struct task *task,
                                  const struct fg_trace *trace, uint32_t worker,
                                  struct fg_error *error)
{
    const struct fg_replay_input input = {
        .scenario = &batch->study->scenarios[task->scenario],
        .catalog = batch->catalog,
        .trace = trace,
        .replication = task->replication,
        .with_pods = batch->options->with_pods,
        .pods_seen = fg_progress_counter(batch->progress, worker),
    };
    struct fg_result result = {0};
    fg_progress_begin(batch->progress, worker, trace->pod_count);
    fg_status status = fg_replay(&input, &result, error);
    if (status == FG_OK) {
#pragma omp critical(store)
        status = fg_store_write(batch->store, task->scenario, task->replication, &result, error);
        fg_result_release(&result);
    }
    __atomic_fetch_add(&batch->pod_count, trace->pod_count, __ATOMIC_RELAXED);
    fg_progress_end(batch->progress, worker);
    return status;
}

static void run_task(struct batch *batch, uint32_t number, uint32_t worker)
{
    const struct task *task = &batch->tasks[number];
    const struct fg_scenario *scenario = &batch->study->scenarios[task->scenario];
    const struct fg_trace *trace =
        &batch->traces.items[batch->traces.of_scenario[task->scenario]].trace;
    struct fg_trace derived = {0};
    struct fg_error *error = &batch->errors[number];
    fg_status status = FG_OK;
    if (fg_trace_transform_needed(&scenario->trace)) {
        status = fg_trace_transform(trace, &scenario->trace, scenario->seed, task->replication,
                                    &derived, error);
        trace = &derived;
    }
    if (status == FG_OK)
        status = replay_and_store(batch, task, trace, worker, error);
    if (status != FG_OK)
        __atomic_store_n(&batch->failed, true, __ATOMIC_RELAXED);
    fg_trace_release(&derived);
}

static int threads_for(const struct batch *batch)
{
    int threads =
        batch->options->thread_count > 0 ? batch->options->thread_count : omp_get_max_threads();
    if ((uint32_t)threads > batch->task_count)
        threads = (int)batch->task_count;
    return threads < 1 ? 1 : threads;
}

/* The error of the first task that failed, in the order of the study. */
static fg_status run_tasks(struct batch *batch, struct fg_error *error)
{
    int threads = threads_for(batch);
    batch->progress =
        fg_progress_open(!batch->options->quiet, batch->task_count, (uint32_t)threads);
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) default(none) shared(batch)
    for (uint32_t i = 0; i < batch->task_count; i++)
        if (!__atomic_load_n(&batch->failed, __ATOMIC_RELAXED))
            run_task(batch, i, (uint32_t)omp_get_thread_num());
    fg_progress_close(batch->progress);
    for (uint32_t i = 0; i < batch->task_count; i++) {
        if (batch->errors[i].status != FG_OK) {
            *error = batch->errors[i];
            return fg_error_name_file(error, batch->study->path);
        }
    }
    return FG_OK;
}

/* They come from the study and the prices alone, so they are the same however often the study is
 * interrupted. */
static fg_status write_assumptions(struct batch *batch, struct fg_error *error)
{
    struct fg_assumptions assumptions = {0};
    fg_status status = fg_assumptions_collect(batch->study, batch->catalog, &assumptions, error);
    if (status == FG_OK)
        status =
            fg_store_write_notes(batch->store, assumptions.notes, assumptions.note_count, error);
    fg_assumptions_release(&assumptions);
    return status;
}

fg_status fg_batch_run(const struct fg_study *study, const struct fg_catalog *catalog,
                       const struct fg_batch_options *options, struct fg_batch_outcome *out,
                       struct fg_error *error)
{
    struct batch batch = {.study = study, .catalog = catalog, .options = options};
    *out = (struct fg_batch_outcome){0};
    fg_status status = fg_trace_pool_open(study, &batch.traces, error);
    if (status == FG_OK)
        status = open_store(&batch, error);
    if (status == FG_OK) {
        status = write_assumptions(&batch, error);
        if (status == FG_OK)
            status = find_tasks(&batch, out, error);
        if (status == FG_OK)
            status = run_tasks(&batch, error);
        if (status != FG_OK)
            fg_store_give_up(batch.store);
        struct fg_error close_error = {0};
        fg_status closed = fg_store_close(batch.store, &close_error);
        if (status == FG_OK && closed != FG_OK) {
            *error = close_error;
            status = closed;
        }
    }
    out->run_count = batch.task_count;
    out->pod_count = batch.pod_count;
    free(batch.tasks);
    free(batch.errors);
    fg_trace_pool_release(&batch.traces);
    return status;
}
