/* progress.h - a line on the terminal: replays done, pods a second, time left. */
#ifndef FARGAUGE_SIM_BATCH_PROGRESS_H
#define FARGAUGE_SIM_BATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct fg_progress;

/* Draws on standard error from a thread of its own, if `wanted` and it is a terminal. */
struct fg_progress *fg_progress_open(bool wanted, uint32_t task_count, uint32_t worker_count);
/* Where a worker counts the pods of the task it is at. */
uint64_t *fg_progress_counter(struct fg_progress *progress, uint32_t worker);
/* A worker begins a task of so many pods, and ends it. */
void fg_progress_begin(struct fg_progress *progress, uint32_t worker, uint64_t pods);
void fg_progress_end(struct fg_progress *progress, uint32_t worker);
void fg_progress_close(struct fg_progress *progress); /* clears the line */

#endif
