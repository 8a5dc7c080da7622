/* What kube-scheduler would do now: a line of JSON for each pending pod, each of which sees those
 * before it bound. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/commands/decide_preemption.h"
#include "sim/controllers/scheduling.h"

/* One pod's cycle. */
struct cycle {
    struct fg_snapshot *snapshot;
    const struct fg_evictable *evictable;
    const struct fg_kube_pod *pod;
    uint32_t class_number;
    uint32_t first, looked_at; /* positions in the state's order */
    bool is_placed;
    struct fg_choice choice;
};

/* The nodes that the search passed; all of them where it came back to its beginning. */
static void choose(struct cycle *cycle)
{
    struct fg_cluster_state *state = &cycle->snapshot->state;
    fg_state_order(state);
    cycle->first = state->order_count > 0 ? state->search_start % state->order_count : 0;
    cycle->is_placed = fg_scheduler_choose(state, cycle->class_number, &cycle->choice);
    if (state->order_count == 0)
        return;
    uint32_t next = state->search_start % state->order_count;
    cycle->looked_at = (next + state->order_count - cycle->first) % state->order_count;
    if (cycle->looked_at == 0)
        cycle->looked_at = state->order_count;
}

/* ---- printing ---- */

static void put_feasible(struct fg_json_writer *json, const struct cycle *cycle)
{
    const struct fg_choice *choice = &cycle->choice;
    fg_json_key(json, "feasible");
    fg_json_open(json, '{');
    for (uint32_t i = 0; i < choice->candidate_count; i++)
        fg_json_named_integer(json, cycle->snapshot->state.name_of[choice->candidates[i].slot],
                              choice->candidates[i].total);
    fg_json_close(json, '}');
}

static void put_reasons(struct fg_json_writer *json, const struct cycle *cycle)
{
    struct fg_cluster_state *state = &cycle->snapshot->state;
    const uint32_t *order = fg_state_order(state);
    char words[2048];
    fg_json_key(json, "reasons");
    fg_json_open(json, '{');
    for (uint32_t i = 0; i < cycle->looked_at; i++) {
        uint32_t slot = order[(cycle->first + i) % state->order_count];
        fg_scheduler_words(state, cycle->class_number, slot, words, sizeof words);
        if (*words != '\0')
            fg_json_named_text(json, state->name_of[slot], words);
    }
    fg_json_close(json, '}');
}

/* The nodes that the scheduler draws lots between. */
static void put_ties(struct fg_json_writer *json, const struct cycle *cycle)
{
    const struct fg_choice *choice = &cycle->choice;
    int32_t best = 0;
    if (choice->tied_count < 2)
        return;
    for (uint32_t i = 0; i < choice->candidate_count; i++)
        if (choice->candidates[i].slot == choice->slot)
            best = choice->candidates[i].total;
    fg_json_key(json, "ties");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < choice->candidate_count; i++)
        if (choice->candidates[i].total == best)
            fg_json_put_text(json, cycle->snapshot->state.name_of[choice->candidates[i].slot]);
    fg_json_close(json, ']');
}

/* Whom the scheduler would evict for it, and the text of the event FailedScheduling. */
static void put_failure(struct fg_json_writer *json, const struct cycle *cycle)
{
    struct fg_cluster_state *state = &cycle->snapshot->state;
    struct fg_preemption_plan plan;
    char text[8192];
    bool helps = fg_preemption_find(state, cycle->class_number, &cycle->evictable->running, &plan);
    fg_json_named_text(json, "message",
                       fg_preemption_print(state, cycle->class_number, &plan, text, sizeof text));
    if (helps) {
        fg_json_named_text(json, "nominated", state->name_of[plan.slot]);
        fg_json_key(json, "victims");
        fg_json_open(json, '[');
        for (uint32_t i = 0; i < plan.victim_count; i++)
            fg_decide_put_pod(
                json, &cycle->snapshot->objects.pods[cycle->evictable->pod_of[plan.victims[i]]]);
        fg_json_close(json, ']');
    }
    fg_preemption_release(&plan);
}

static void print(const struct cycle *cycle)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    fg_json_key(&json, "pod");
    fg_decide_put_pod(&json, cycle->pod);
    fg_json_key(&json, "node");
    if (cycle->is_placed)
        fg_json_put_text(&json, cycle->snapshot->state.name_of[cycle->choice.slot]);
    else
        fg_json_put_null(&json);
    put_feasible(&json, cycle);
    put_reasons(&json, cycle);
    put_ties(&json, cycle);
    if (!cycle->is_placed)
        put_failure(&json, cycle);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

fg_status fg_decide_scheduler(struct fg_snapshot *snapshot, struct fg_error *error)
{
    uint32_t count;
    uint32_t *queue = fg_decide_queue(&snapshot->objects, &count);
    struct fg_evictable evictable = {0};
    (void)error;
    fg_evictable_fill(&evictable, snapshot);
    for (uint32_t i = 0; i < count; i++) {
        struct cycle cycle = {
            .snapshot = snapshot,
            .evictable = &evictable,
            .pod = &snapshot->objects.pods[queue[i]],
            .class_number = snapshot->class_of_pod[queue[i]],
        };
        choose(&cycle);
        print(&cycle);
        if (cycle.is_placed)
            fg_state_count_pods(&snapshot->state, cycle.choice.slot, cycle.class_number, 1);
    }
    fg_evictable_release(&evictable);
    free(queue);
    return FG_OK;
}
