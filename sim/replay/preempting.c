#include "sim/replay/preempting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/controllers/preemption.h"
#include "sim/replay/node_pods.h"

struct victims {
    uint32_t count, capacity, pod_capacity;
    struct fg_running_pod *items;
    uint32_t *pods; /* their numbers in the trace */
};

static int32_t priority_of(const struct fg_world *world, uint32_t class_number)
{
    return world->classes.scheduling[class_number].priority;
}

static bool any_below(const struct fg_world *world, uint32_t class_number)
{
    for (uint32_t c = 0; c < world->state.class_count; c++)
        if (world->bound_of_class[c] > 0 &&
            priority_of(world, c) < priority_of(world, class_number))
            return true;
    return false;
}

static void add(const struct fg_world *world, struct victims *victims, uint32_t slot, uint32_t pod,
                uint32_t class_number)
{
    const struct fg_pod_state *state = &world->pods[pod];
    victims->items =
        fg_grow(victims->items, &victims->capacity, victims->count + 1, sizeof *victims->items);
    victims->pods =
        fg_grow(victims->pods, &victims->pod_capacity, victims->count + 1, sizeof *victims->pods);
    victims->items[victims->count] = (struct fg_running_pod){
        .slot = slot,
        .class_number = class_number,
        .started = state->status == FG_POD_ON_NODE ? (int64_t)state->start_s : FG_NOT_STARTED,
    };
    victims->pods[victims->count++] = pod;
}

/* Those of lower priority, on each node in the order in which they came: its list has the newest
 * first. */
static void collect(const struct fg_world *world, uint32_t class_number, struct victims *victims)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        if (world->state.kind_of[slot] == UINT32_MAX || !world->state.is_open[slot])
            continue;
        uint32_t pod = world->nodes.items[slot].first_pod, last = FG_NO_POD;
        for (; pod != FG_NO_POD; pod = world->links[pod].next)
            last = pod;
        for (pod = last; pod != FG_NO_POD; pod = world->links[pod].previous) {
            uint32_t class = fg_world_class(world, pod)->scheduling_class;
            if (priority_of(world, class) < priority_of(world, class_number))
                add(world, victims, slot, pod, class);
        }
    }
}

/* Whom it preempts: the first few by name. */
static void say_victims(struct fg_world *world, uint32_t pod, const struct fg_preemption_plan *plan,
                        const struct victims *victims)
{
    enum { NAMED = 5 };
    char names[2048] = "", name[256];
    size_t end = 0;
    for (uint32_t i = 0; i < plan->victim_count && i < NAMED; i++) {
        uint32_t victim = victims->pods[plan->victims[i]];
        const struct fg_pod_spec *spec = &world->trace->specs[fg_trace_spec(world->trace, victim)];
        fg_trace_pod_name(world->trace, victim, name, sizeof name);
        int bytes = snprintf(names + end, sizeof names - end, "%s%.120s/%s", i > 0 ? ", " : "",
                             spec->namespace_name, name);
        end += (size_t)bytes;
    }
    fg_world_say(
        world, pod, "preempts %" PRIu32 " pod%s of lower priority on node %" PRIu32 ": %s%s",
        plan->victim_count, plan->victim_count > 1 ? "s" : "", world->state.number_of[plan->slot],
        names, plan->victim_count > NAMED ? ", ..." : "");
}

/* Evicts what the plan says; the node it is for. */
static uint32_t carry_out(struct fg_world *world, uint32_t pod,
                          const struct fg_preemption_plan *plan, const struct victims *victims)
{
    if (FG_WATCHED(world, pod))
        say_victims(world, pod, plan, victims);
    for (uint32_t i = 0; i < plan->victim_count; i++)
        fg_node_pods_evict(world, victims->pods[plan->victims[i]],
                           "a pod of higher priority takes its place");
    world->result->summary.preempted_pods += plan->victim_count;
    return plan->slot;
}

uint32_t fg_preempt_for(struct fg_world *world, uint32_t pod)
{
    uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
    struct fg_pending_class *pending = &world->pending[class_number];
    struct victims victims = {0};
    if (pending->preemption_failed_at == (uint64_t)world->state.last_change + 1)
        return FG_NO_NODE; /* as before: nothing has changed */
    if (any_below(world, class_number))
        collect(world, class_number, &victims);
    if (victims.count == 0)
        return FG_NO_NODE;
    struct fg_preemption_plan plan;
    const struct fg_running_pods running = {.count = victims.count, .pods = victims.items};
    bool helps = fg_preemption_find(&world->state, class_number, &running, &plan);
    uint32_t slot = helps ? carry_out(world, pod, &plan, &victims) : FG_NO_NODE;
    fg_preemption_release(&plan);
    if (!helps)
        pending->preemption_failed_at = (uint64_t)world->state.last_change + 1;
    free(victims.items);
    free(victims.pods);
    return slot;
}
