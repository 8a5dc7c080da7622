#include "sim/controllers/autoscaler_timing.h"

bool fg_scale_up_waits(const struct fg_autoscaler_settings *settings, uint32_t oldest_s,
                       uint32_t oldest_gpu_s)
{
    return oldest_s < settings->new_pod_buffer_s || oldest_gpu_s < settings->new_gpu_pod_buffer_s;
}

void fg_backoff_fail(struct fg_group_backoff *backoff,
                     const struct fg_autoscaler_settings *settings, uint32_t now)
{
    bool is_stale = (uint64_t)backoff->failed_s + settings->backoff_reset_s < now;
    uint32_t duration = backoff->duration_s;
    if (duration == 0 || is_stale)
        duration = settings->initial_backoff_s;
    else if (backoff->until_s < now)
        duration = duration < settings->max_backoff_s / 2 ? 2 * duration : settings->max_backoff_s;
    *backoff = (struct fg_group_backoff){
        .duration_s = duration, .until_s = (uint64_t)now + duration, .failed_s = now};
}

bool fg_backoff_holds(const struct fg_group_backoff *backoff, uint32_t now)
{
    return backoff->duration_s > 0 && now <= backoff->until_s;
}

bool fg_provision_failed(const struct fg_autoscaler_settings *settings, uint32_t requested_s,
                         uint32_t now)
{
    return (uint64_t)requested_s + settings->max_node_provision_time_s < now;
}

static uint64_t later(uint64_t until_s, uint32_t event_s, uint32_t delay_s)
{
    if (event_s == FG_NOT_YET)
        return until_s;
    uint64_t over_s = (uint64_t)event_s + delay_s;
    return over_s > until_s ? over_s : until_s;
}

uint64_t fg_scale_down_cool_s(const struct fg_autoscaler_settings *settings, uint32_t last_add_s,
                              uint32_t last_delete_s, uint32_t last_failure_s)
{
    uint64_t until_s = later(0, last_add_s, settings->scale_down_delay_after_add_s);
    until_s = later(until_s, last_delete_s, settings->scale_down_delay_after_delete_s);
    return later(until_s, last_failure_s, settings->scale_down_delay_after_failure_s);
}

uint64_t fg_scale_down_due_s(const struct fg_autoscaler_settings *settings, bool is_ready,
                             uint32_t unneeded_since_s)
{
    uint32_t time_s =
        is_ready ? settings->scale_down_unneeded_time_s : settings->scale_down_unready_time_s;
    return (uint64_t)unneeded_since_s + time_s + 1;
}

uint64_t fg_scale_down_recheck_s(const struct fg_autoscaler_settings *settings, uint32_t found_s)
{
    return (uint64_t)found_s + settings->unremovable_node_recheck_timeout_s;
}

/* Nodes of the groups in the order in which they first appear, while the budget lasts. */
static uint32_t crop(struct fg_due_node *nodes, uint32_t count, bool is_empty, uint32_t budget)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < count && taken < budget; i++) {
        if (nodes[i].is_empty != is_empty || nodes[i].goes)
            continue;
        for (uint32_t n = i; n < count && taken < budget; n++) {
            if (nodes[n].is_empty == is_empty && nodes[n].group == nodes[i].group) {
                nodes[n].goes = true;
                taken++;
            }
        }
    }
    return taken;
}

static uint32_t less(uint32_t all, uint32_t some)
{
    return all > some ? all - some : 0;
}

void fg_scale_down_crop(const struct fg_autoscaler_settings *settings, uint32_t empty_in_progress,
                        uint32_t drains_in_progress, struct fg_due_node *nodes, uint32_t count)
{
    uint32_t budget =
        less(settings->max_scale_down_parallelism, empty_in_progress + drains_in_progress);
    uint32_t drains = less(settings->max_drain_parallelism, drains_in_progress);
    for (uint32_t i = 0; i < count; i++)
        nodes[i].goes = false;
    budget -= crop(nodes, count, true, budget);
    crop(nodes, count, false, drains < budget ? drains : budget);
}
