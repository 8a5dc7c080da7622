/* batch.h - runs all scenarios and replications of a study that the store does not have yet. */
#ifndef FARGAUGE_SIM_BATCH_BATCH_H
#define FARGAUGE_SIM_BATCH_BATCH_H

#include "data/store.h"
#include "data/study.h"

struct fg_batch_options {
    const char *database;
    const char *program_version;
    enum fg_ledger_detail detail;
    bool with_pods;
    bool fresh;
    bool quiet;
    bool skip_bad_rows;
    int thread_count; /* 0 = all cores */
};
struct fg_batch_outcome {
    uint32_t run_count, already_done_count; /* replications */
    uint64_t pod_count;                     /* replayed in this run */
};

/* Replays on several threads, work shared dynamically; each result is stored as it is ready.
 * What one scenario's failure leaves is the results of the others. The rows do not depend on the
 * number of threads, nor on what an earlier run had done. */
fg_status fg_batch_run(const struct fg_study *study, const struct fg_catalog *catalog,
                       const struct fg_batch_options *options, struct fg_batch_outcome *out,
                       struct fg_error *error);

#endif
