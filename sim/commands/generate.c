/* fargauge generate: synthetic load from a model, by seed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "data/load_model.h"
#include "data/trace_reader.h"
#include "sim/commands/command.h"
#include "sim/commands/trace_out.h"

static const struct fg_option options[] = {
    {"output", 'o', "FILE", "the trace as our CSV; default standard output"},
    {"seed", 0, "N", "other luck; default: the model's"},
    {"quiet", 'q', NULL, "do not say how many pods there are"},
    {"catalog", 0, "DIR", "other price tables (not needed here)"},
    {0},
};

static void print_counts(const struct fg_load_model *model, const struct fg_trace *trace,
                         const uint32_t *counts)
{
    for (uint32_t i = 0; i < model->load_count; i++)
        fprintf(stderr, "%10" PRIu32 " %s\n", counts[i], model->loads[i].name);
    fprintf(stderr, "%10" PRIu32 " pods of %" PRIu32 " kinds, seed %" PRIu64 "\n", trace->pod_count,
            trace->spec_count, model->seed);
}

static fg_status generate(const struct fg_arguments *arguments, const struct fg_load_model *model,
                          struct fg_error *error)
{
    struct fg_trace trace;
    uint32_t *counts;
    fg_status status = fg_load_model_generate(model, &trace, &counts, error);
    if (status != FG_OK)
        return status;
    status = fg_trace_out(&trace, fg_argument(arguments, "output"), error);
    if (status == FG_OK && !fg_argument_is_on(arguments, "quiet"))
        print_counts(model, &trace, counts);
    free(counts);
    fg_trace_release(&trace);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    enum { SEED_MAX = 1000000000 };
    struct fg_arena arena = {0};
    struct fg_load_model model;
    long seed = 0;
    fg_status status = fg_argument_count(arguments, "seed", SEED_MAX, &seed, error);
    if (status == FG_OK)
        status = fg_load_model_read(arguments->operands[0], &arena, &model, error);
    if (status == FG_OK) {
        model.seed = seed > 0 ? (uint64_t)seed : model.seed;
        status = generate(arguments, &model, error);
    }
    fg_arena_release(&arena);
    return status;
}

const struct fg_command fg_command_generate = {
    .name = "generate",
    .operands = "MODEL",
    .operand_min = 1,
    .operand_max = 1,
    .summary = "synthetic load from a model, by seed",
    .options = options,
    .run = run,
};
