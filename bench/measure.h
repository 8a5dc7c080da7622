/* measure.h - what every bench needs: the peak of memory, and answers that are checked. */
#ifndef FARGAUGE_BENCH_MEASURE_H
#define FARGAUGE_BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/status.h"

enum { FG_MILLION = 1000000 };

/* Ends the program if an answer is wrong or a call fails. */
void fg_bench_check(bool good, const char *what);
void fg_bench_require(fg_status status, const struct fg_error *error);

/* Runs `work` in a process of its own, so that its memory is its own; ends the program if it
 * fails. Seconds and the process's peak memory in bytes. */
struct fg_bench_cost {
    double seconds;
    int64_t peak_bytes;
};
struct fg_bench_cost fg_bench_apart(void (*work)(void *context), void *context);

/* One line of the table: name, figure, ratio, aim. */
void fg_bench_line(const char *name, const char *aim, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A folder for this run's files, removed at the end with all in it. */
const char *fg_bench_folder(void);

/* Writes the CSV trace of a shop: `pods` pods over `seconds`, half of them for Fargate
 * (namespace "jobs"), the others for nodes ("shop"). Returns its path, which lasts. */
const char *fg_bench_trace(uint32_t pods, uint32_t seconds, const char *name);
/* Writes a text file into the folder; returns its path. */
const char *fg_bench_file(const char *name, const char *text);

#endif
