/* replay_input.h - what a replay is of, and who looks on. */
#ifndef FARGAUGE_SIM_REPLAY_REPLAY_INPUT_H
#define FARGAUGE_SIM_REPLAY_REPLAY_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/catalog.h"
#include "models/result.h"
#include "models/scenario.h"
#include "models/trace.h"

/* Follows one pod: called with what happens to it, in order. */
struct fg_watch {
    uint32_t pod;
    void (*say)(struct fg_watch *watch, uint32_t second, const char *text);
    void *context;
};

struct fg_replay_input {
    const struct fg_scenario *scenario;
    const struct fg_catalog *catalog;
    const struct fg_trace *trace;
    uint32_t replication;   /* whose luck it is */
    bool with_pods;         /* fill result->pod_rows */
    bool checked;           /* recount what must hold at every second; slow */
    struct fg_watch *watch; /* NULL = nobody */
    uint64_t *pods_seen;    /* follows the arrivals, for a progress bar; NULL = nobody */
};

#endif
