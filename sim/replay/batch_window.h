/* batch_window.h - Karpenter's batching window: opened by the first pod that finds no node, kept
 * open by each that comes after. */
#ifndef FARGAUGE_SIM_REPLAY_BATCH_WINDOW_H
#define FARGAUGE_SIM_REPLAY_BATCH_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* {0} is closed. */
struct fg_batch_window {
    bool is_open;
    uint32_t first_s, last_s; /* of the pods it waits with */
};

/* A pod has found no node, or one that had not may find a place now. */
static inline void fg_batch_window_extend(struct fg_batch_window *window, uint32_t now)
{
    if (!window->is_open)
        window->first_s = now;
    window->is_open = true;
    window->last_s = now;
}

#endif
