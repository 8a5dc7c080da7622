#include "sim/controllers/preemption.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/topology.h"

enum { MIN_CANDIDATES = 100, MIN_CANDIDATE_PERCENTAGE = 10 };

/* A node that would do, and what it would cost. */
struct candidate {
    uint32_t slot;
    uint32_t victim_count, violated_count;
    uint32_t *victims;
};

/* A host port that a pod of the node holds. The real scheduler keeps a set: of two pods that hold
 * the same (which it would not have placed so) the first that leaves takes it along. */
struct held_port {
    const struct fg_host_port *port;
    bool is_held;
};

struct search {
    struct fg_cluster_state *state;
    uint32_t class_number;
    const struct fg_running_pods *running;
    uint32_t *first, *next; /* pods by slot: first of each, then the next; UINT32_MAX ends */
    uint32_t *potential;    /* pods of lower priority on the node at work */
    uint32_t *violating, *others;
    int64_t *allowed; /* by budget */
    uint32_t held_count, held_capacity;
    struct held_port *held;   /* on the node at work, if they clash with those asked for */
    struct fg_counter *ports; /* NULL where none are asked for */
    struct candidate best;
};

static int32_t priority_of(const struct search *search, uint32_t pod)
{
    return search->state->classes[search->running->pods[pod].class_number].spec->priority;
}

/* ---- host ports ---- */

static const struct fg_pod_rules *rules_of(const struct search *search, uint32_t class_number)
{
    return search->state->classes[class_number].spec->rules;
}

static bool is_asked_for(const struct search *search, const struct fg_host_port *port)
{
    const struct fg_pod_rules *rules = rules_of(search, search->class_number);
    for (uint32_t i = 0; i < rules->port_count; i++)
        if (fg_host_port_clashes(&rules->ports[i], port))
            return true;
    return false;
}

static bool is_same(const struct fg_host_port *a, const struct fg_host_port *b)
{
    return a->port == b->port && strcmp(a->protocol, b->protocol) == 0 && strcmp(a->ip, b->ip) == 0;
}

static void hold_ports(struct search *search, const struct fg_pod_rules *rules)
{
    for (uint32_t i = 0; rules != NULL && i < rules->port_count; i++) {
        if (!is_asked_for(search, &rules->ports[i]))
            continue;
        search->held = fg_grow(search->held, &search->held_capacity, search->held_count + 1,
                               sizeof *search->held);
        search->held[search->held_count++] = (struct held_port){&rules->ports[i], true};
    }
}

/* Sees which ports are held on the node. */
static void look_at_ports(struct search *search, uint32_t slot)
{
    const struct fg_node_loads *loads = &search->state->loads[slot];
    search->held_count = 0;
    for (uint32_t i = 0; i < loads->count && search->ports != NULL; i++)
        hold_ports(search, rules_of(search, loads->items[i].scheduling_class));
}

static void change_ports(const struct search *search, const struct fg_pod_rules *rules, bool held)
{
    for (uint32_t i = 0; rules != NULL && i < rules->port_count; i++)
        for (uint32_t h = 0; h < search->held_count; h++)
            if (is_same(search->held[h].port, &rules->ports[i]))
                search->held[h].is_held = held;
}

/* Lets the filter see the set instead of the count. */
static void show_ports(const struct search *search, uint32_t slot)
{
    int32_t held = 0;
    for (uint32_t h = 0; h < search->held_count; h++)
        held += search->held[h].is_held;
    if (search->ports != NULL)
        search->ports->sums[slot] = held;
}

/* ---- victims on one node ---- */

static void book(const struct search *search, uint32_t pod, int64_t change)
{
    if (search->ports != NULL)
        change_ports(search, rules_of(search, search->running->pods[pod].class_number), change > 0);
    fg_state_count_pods(search->state, search->running->pods[pod].slot,
                        search->running->pods[pod].class_number, change);
}

static bool fits(const struct search *search, uint32_t slot)
{
    show_ports(search, slot);
    return fg_scheduler_refuses(search->state, search->class_number, slot) == FG_REFUSAL_NONE;
}

static bool is_more_important(const struct search *search, uint32_t pod, uint32_t than)
{
    int32_t left = priority_of(search, pod), right = priority_of(search, than);
    if (left != right)
        return left > right;
    return search->running->pods[pod].started < search->running->pods[than].started;
}

/* Stable: equals stay in the order in which they came to the node. */
static void sort_by_importance(const struct search *search, uint32_t *pods, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint32_t pod = pods[i], at = i;
        for (; at > 0 && is_more_important(search, pod, pods[at - 1]); at--)
            pods[at] = pods[at - 1];
        pods[at] = pod;
    }
}

/* Whether evicting the pod, after those asked about before it, breaks a budget. */
static bool breaks_budget(const struct search *search, uint32_t pod)
{
    const struct fg_running_pod *running = &search->running->pods[pod];
    bool breaks = false;
    for (uint32_t i = 0; i < running->budget_count; i++)
        breaks |= --search->allowed[running->budgets[i]] < 0;
    return breaks;
}

/* Puts pods back one by one while the new one still fits; returns how many stay victims, moved to
 * the front. */
static uint32_t reprieve(const struct search *search, uint32_t slot, uint32_t *pods, uint32_t count)
{
    uint32_t victims = 0;
    for (uint32_t i = 0; i < count; i++) {
        book(search, pods[i], 1);
        if (fits(search, slot))
            continue;
        book(search, pods[i], -1);
        pods[victims++] = pods[i];
    }
    return victims;
}

/* The victims among `count` potential ones, all off the node now; they are left off. */
static struct candidate choose_victims(const struct search *search, uint32_t slot, uint32_t count)
{
    uint32_t violating = 0, others = 0;
    sort_by_importance(search, search->potential, count);
    for (uint32_t i = 0; i < search->running->budget_count; i++)
        search->allowed[i] = search->running->disruptions_allowed[i];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t pod = search->potential[i];
        if (breaks_budget(search, pod))
            search->violating[violating++] = pod;
        else
            search->others[others++] = pod;
    }
    violating = reprieve(search, slot, search->violating, violating);
    others = reprieve(search, slot, search->others, others);
    struct candidate candidate = {
        .slot = slot,
        .victim_count = violating + others,
        .violated_count = violating,
        .victims = fg_allocate(violating + others, sizeof(uint32_t)),
    };
    memcpy(candidate.victims, search->violating, violating * sizeof(uint32_t));
    memcpy(candidate.victims + violating, search->others, others * sizeof(uint32_t));
    sort_by_importance(search, candidate.victims, candidate.victim_count);
    return candidate;
}

static uint32_t take_potential_off(const struct search *search, uint32_t slot)
{
    int32_t priority = search->state->classes[search->class_number].spec->priority;
    uint32_t count = 0;
    for (uint32_t pod = search->first[slot]; pod != UINT32_MAX; pod = search->next[pod]) {
        if (priority_of(search, pod) >= priority)
            continue;
        search->potential[count++] = pod;
        book(search, pod, -1);
    }
    return count;
}

/* Whether evicting pods of the node helps; if not, why. The state is as before in the end. */
static bool try_node(struct search *search, uint32_t slot, struct candidate *out,
                     struct fg_refusals *refusals)
{
    int32_t port_sum = search->ports != NULL ? search->ports->sums[slot] : 0;
    look_at_ports(search, slot);
    uint32_t count = take_potential_off(search, slot);
    bool helps = count > 0 && fits(search, slot);
    if (count == 0)
        fg_refusals_add(refusals, "No preemption victims found for incoming pod", 1);
    else if (!helps)
        fg_scheduler_add_refusals(search->state, search->class_number, slot, refusals);
    if (helps) {
        *out = choose_victims(search, slot, count);
        for (uint32_t i = 0; i < out->victim_count; i++)
            book(search, out->victims[i], 1);
    } else {
        for (uint32_t i = 0; i < count; i++)
            book(search, search->potential[i], 1);
    }
    if (search->ports != NULL)
        search->ports->sums[slot] = port_sum;
    return helps;
}

/* ---- the best node ---- */

static int64_t sum_of_priorities(const struct search *search, const struct candidate *candidate)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < candidate->victim_count; i++)
        sum += (int64_t)priority_of(search, candidate->victims[i]) + INT32_MAX + 1;
    return sum;
}

/* When the first of the victims with the highest priority started. */
static int64_t earliest_start(const struct search *search, const struct candidate *candidate)
{
    int32_t highest = priority_of(search, candidate->victims[0]);
    int64_t earliest = FG_NOT_STARTED;
    for (uint32_t i = 0; i < candidate->victim_count; i++) {
        int64_t started = search->running->pods[candidate->victims[i]].started;
        if (priority_of(search, candidate->victims[i]) == highest && started < earliest)
            earliest = started;
    }
    return earliest;
}

static bool is_better(const struct search *search, const struct candidate *a,
                      const struct candidate *b)
{
    if (a->violated_count != b->violated_count)
        return a->violated_count < b->violated_count;
    int32_t highest_a = priority_of(search, a->victims[0]);
    int32_t highest_b = priority_of(search, b->victims[0]);
    if (highest_a != highest_b)
        return highest_a < highest_b;
    int64_t sum_a = sum_of_priorities(search, a), sum_b = sum_of_priorities(search, b);
    if (sum_a != sum_b)
        return sum_a < sum_b;
    if (a->victim_count != b->victim_count)
        return a->victim_count < b->victim_count;
    return earliest_start(search, a) > earliest_start(search, b);
}

static void keep_better(struct search *search, struct candidate *candidate)
{
    if (search->best.victims == NULL || is_better(search, candidate, &search->best)) {
        free(search->best.victims);
        search->best = *candidate;
    } else {
        free(candidate->victims);
    }
}

/* ---- all nodes ---- */

static bool may_help(const struct fg_cluster_state *state, uint32_t class_number, uint32_t slot)
{
    enum fg_refusal refusal = fg_scheduler_refuses(state, class_number, slot);
    return refusal != FG_REFUSAL_NONE &&
           !fg_scheduler_is_hopeless(state, class_number, slot, refusal);
}

static uint32_t wanted_candidates(uint32_t nodes)
{
    uint32_t wanted = nodes * MIN_CANDIDATE_PERCENTAGE / 100;
    wanted = wanted < MIN_CANDIDATES ? MIN_CANDIDATES : wanted;
    return wanted < nodes ? wanted : nodes;
}

static void try_nodes(struct search *search, const uint32_t *nodes, uint32_t count,
                      struct fg_refusals *refusals)
{
    uint32_t wanted = wanted_candidates(count), found = 0, harmless = 0;
    for (uint32_t i = 0; i < count && (harmless == 0 || found < wanted); i++) {
        struct candidate candidate;
        if (!try_node(search, nodes[i], &candidate, refusals))
            continue;
        found++;
        harmless += candidate.violated_count == 0;
        keep_better(search, &candidate);
    }
}

static void open_search(struct search *search)
{
    struct fg_topology *topology = search->state->topology;
    uint32_t ports =
        topology != NULL ? topology->classes[search->class_number].ports : FG_NO_COUNTER;
    search->ports = ports != FG_NO_COUNTER ? &topology->counters[ports] : NULL;
    uint32_t pods = search->running->count, slots = search->state->slot_count;
    search->first = fg_allocate(slots, sizeof *search->first);
    search->next = fg_allocate(pods, sizeof *search->next);
    search->potential = fg_allocate(pods, sizeof *search->potential);
    search->violating = fg_allocate(pods, sizeof *search->violating);
    search->others = fg_allocate(pods, sizeof *search->others);
    search->allowed = fg_allocate(search->running->budget_count, sizeof *search->allowed);
    for (uint32_t slot = 0; slot < slots; slot++)
        search->first[slot] = UINT32_MAX;
    for (uint32_t i = pods; i-- > 0;) {
        uint32_t slot = search->running->pods[i].slot;
        search->next[i] = search->first[slot];
        search->first[slot] = i;
    }
}

static void close_search(struct search *search)
{
    free(search->first);
    free(search->next);
    free(search->potential);
    free(search->violating);
    free(search->others);
    free(search->allowed);
    free(search->held);
}

bool fg_preemption_find(struct fg_cluster_state *state, uint32_t class_number,
                        const struct fg_running_pods *running, struct fg_preemption_plan *out)
{
    const struct fg_pod_rules *rules = state->classes[class_number].spec->rules;
    *out = (struct fg_preemption_plan){.slot = FG_NO_SLOT};
    if (rules != NULL && rules->preemption == FG_PREEMPTION_NEVER) {
        out->is_forbidden = true;
        return false;
    }
    const uint32_t *order = fg_state_order(state);
    uint32_t *nodes = fg_allocate(state->order_count, sizeof *nodes), count = 0;
    for (uint32_t i = 0; i < state->order_count; i++)
        if (may_help(state, class_number, order[i]))
            nodes[count++] = order[i];
    out->refusals = fg_allocate(1, sizeof *out->refusals);
    out->refusals->node_count = state->order_count;
    if (state->order_count > count)
        fg_refusals_add(out->refusals, "Preemption is not helpful for scheduling",
                        state->order_count - count);
    struct search search = {.state = state, .class_number = class_number, .running = running};
    open_search(&search);
    try_nodes(&search, nodes, count, out->refusals);
    close_search(&search);
    free(nodes);
    if (search.best.victims == NULL)
        return false;
    free(out->refusals);
    out->refusals = NULL;
    out->slot = search.best.slot;
    out->victims = search.best.victims;
    out->victim_count = search.best.victim_count;
    out->violated_count = search.best.violated_count;
    return true;
}

void fg_preemption_release(struct fg_preemption_plan *plan)
{
    free(plan->victims);
    free(plan->refusals);
    memset(plan, 0, sizeof *plan);
}

const char *fg_preemption_print(struct fg_cluster_state *state, uint32_t class_number,
                                const struct fg_preemption_plan *plan, char *buffer,
                                uint32_t buffer_bytes)
{
    const uint32_t *order = fg_state_order(state);
    struct fg_refusals refusals = {.node_count = state->order_count};
    for (uint32_t i = 0; i < state->order_count; i++)
        fg_scheduler_add_refusals(state, class_number, order[i], &refusals);
    fg_refusals_print(&refusals, buffer, buffer_bytes);
    uint32_t length = (uint32_t)strlen(buffer);
    if (plan == NULL || state->order_count == 0 || length + 1 >= buffer_bytes)
        return buffer;
    if (plan->is_forbidden) {
        snprintf(buffer + length, buffer_bytes - length,
                 " preemption: not eligible due to preemptionPolicy=Never.");
    } else if (plan->refusals != NULL) {
        length += (uint32_t)snprintf(buffer + length, buffer_bytes - length, " preemption: ");
        if (length < buffer_bytes)
            fg_refusals_print(plan->refusals, buffer + length, buffer_bytes - length);
    }
    return buffer;
}
