#include "sim/controllers/scheduling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/scoring.h"
#include "sim/controllers/topology.h"

enum { EBS_VOLUMES = 0 };

/* ---- filters by class and kind ---- */

/* The node that a term of node affinity names, or NULL. */
static const char *named_by(const struct fg_node_term *term)
{
    for (uint32_t i = 0; i < term->fields.count; i++)
        if (term->fields.items[i].operator_ == FG_OPERATOR_IN &&
            term->fields.items[i].value_count == 1)
            return term->fields.items[i].values[0];
    return NULL;
}

/* Only the nodes that the terms name are looked at, if every term names one. */
static bool is_among_named(const struct fg_pod_spec *spec, const struct fg_state_kind *kind)
{
    if (spec->rules == NULL || spec->rules->required_nodes.count == 0)
        return true;
    const struct fg_node_terms *terms = &spec->rules->required_nodes;
    for (uint32_t i = 0; i < terms->count; i++) {
        const char *name = named_by(&terms->items[i]);
        if (name == NULL || (kind->node_name != NULL && strcmp(kind->node_name, name) == 0))
            return true;
    }
    return false;
}

static enum fg_refusal refusal_by_kind(const struct fg_pod_spec *spec,
                                       const struct fg_state_kind *kind)
{
    if (!is_among_named(spec, kind))
        return FG_REFUSAL_NODE_LIST;
    if (!fg_state_admits_cordoned(spec, kind))
        return FG_REFUSAL_UNSCHEDULABLE;
    if (!fg_state_is_named(spec, kind))
        return FG_REFUSAL_NODE_NAME;
    if (fg_taints_find_untolerated(&kind->taints, &spec->tolerations) != NULL)
        return FG_REFUSAL_TAINT;
    return FG_REFUSAL_NODE_AFFINITY;
}

/* ---- filters by what the node holds ---- */

static bool has_free_ports(const struct fg_cluster_state *state,
                           const struct fg_class_topology *class, uint32_t slot)
{
    return class->ports == FG_NO_COUNTER || state->topology->counters[class->ports].sums[slot] == 0;
}

static bool has_extended(const struct fg_cluster_state *state,
                         const struct fg_class_extended *wanted, uint32_t slot)
{
    const struct fg_state_extended *resource = &state->extended[wanted->resource];
    return wanted->amount <= resource->allocatable[state->kind_of[slot]] - resource->used[slot];
}

static bool fits_extended(const struct fg_cluster_state *state, const struct fg_state_class *class,
                          uint32_t slot)
{
    for (uint32_t i = 0; i < class->extended_count; i++)
        if (class->extended[i].resource != EBS_VOLUMES &&
            !has_extended(state, &class->extended[i], slot))
            return false;
    return true;
}

static bool fits_volumes(const struct fg_cluster_state *state, const struct fg_state_class *class,
                         uint32_t slot)
{
    return class->extended_count == 0 || class->extended[0].resource != EBS_VOLUMES ||
           has_extended(state, &class->extended[0], slot);
}

static uint32_t domain_of(const struct fg_topology *topology, uint32_t key, uint32_t slot)
{
    return topology->keys[key].domain_of_slot[slot];
}

/* Pods counted in the node's domain; -1 where it has none. */
static int64_t count_at(const struct fg_topology *topology, uint32_t counter, uint32_t slot)
{
    uint32_t domain = domain_of(topology, topology->counters[counter].key, slot);
    return domain == FG_NO_DOMAIN ? -1 : topology->counters[counter].sums[domain];
}

/* The most pods that a domain may hold and still take one more (rules S4):
 * count + self - least <= max skew. */
static int64_t most_by_spread(struct fg_topology *topology, const struct fg_spread *spread)
{
    int64_t least = fg_counter_least(topology, spread->counter);
    if (topology->counters[spread->counter].domains_with_nodes < spread->min_domains)
        least = 0;
    return spread->max_skew + least - spread->self;
}

static enum fg_refusal refusal_by_spread(struct fg_topology *topology,
                                         const struct fg_class_topology *class, uint32_t slot)
{
    for (uint32_t i = 0; i < class->hard_count; i++) {
        const struct fg_spread *spread = &class->hard[i];
        int64_t count = count_at(topology, spread->counter, slot);
        if (count < 0)
            return FG_REFUSAL_SPREAD_LABEL;
        if (count > most_by_spread(topology, spread))
            return FG_REFUSAL_SPREAD;
    }
    return FG_REFUSAL_NONE;
}

/* A pod that would be the first of those it wants to be with may go anywhere with the labels. */
static bool is_first_of_group(const struct fg_topology *topology,
                              const struct fg_class_topology *class)
{
    for (uint32_t i = 0; i < class->affinity_count; i++)
        if (topology->counters[class->affinity[i]].total != 0)
            return false;
    return class->matches_itself;
}

static bool has_affinity(const struct fg_topology *topology, const struct fg_class_topology *class,
                         uint32_t slot)
{
    bool all = true;
    for (uint32_t i = 0; i < class->affinity_count; i++) {
        int64_t count = count_at(topology, class->affinity[i], slot);
        if (count < 0)
            return false;
        all &= count > 0;
    }
    return all || is_first_of_group(topology, class);
}

static bool any_there(const struct fg_topology *topology, const uint32_t *counters, uint32_t count,
                      uint32_t slot)
{
    for (uint32_t i = 0; i < count; i++)
        if (count_at(topology, counters[i], slot) > 0)
            return true;
    return false;
}

static enum fg_refusal refusal_by_pods(struct fg_topology *topology,
                                       const struct fg_class_topology *class, uint32_t slot)
{
    enum fg_refusal refusal = refusal_by_spread(topology, class, slot);
    if (refusal != FG_REFUSAL_NONE)
        return refusal;
    if (class->affinity_count > 0 && !has_affinity(topology, class, slot))
        return FG_REFUSAL_AFFINITY;
    if (any_there(topology, class->anti, class->anti_count, slot))
        return FG_REFUSAL_ANTI_AFFINITY;
    if (any_there(topology, class->existing, class->existing_count, slot))
        return FG_REFUSAL_EXISTING_ANTI_AFFINITY;
    return FG_REFUSAL_NONE;
}

enum fg_refusal fg_scheduler_refuses(const struct fg_cluster_state *state, uint32_t class_number,
                                     uint32_t slot)
{
    const struct fg_state_class *class = &state->classes[class_number];
    const struct fg_state_kind *kind = &state->kinds[state->kind_of[slot]];
    const struct fg_class_topology *looks =
        state->topology != NULL ? &state->topology->classes[class_number] : NULL;
    bool eligible = fg_state_eligible(state, class_number, state->kind_of[slot]);
    if (!eligible) {
        enum fg_refusal refusal = refusal_by_kind(class->spec, kind);
        if (refusal != FG_REFUSAL_NODE_AFFINITY || fg_state_selects(class->spec, kind) == false)
            return refusal;
    }
    if (looks != NULL && !has_free_ports(state, looks, slot))
        return FG_REFUSAL_PORTS;
    if (!fg_scheduler_fits(&kind->allocatable, &state->use[slot], &class->request) ||
        !fits_extended(state, class, slot))
        return FG_REFUSAL_RESOURCES;
    if (!fits_volumes(state, class, slot))
        return FG_REFUSAL_VOLUME_LIMIT;
    if (!eligible)
        return FG_REFUSAL_VOLUME_ZONE;
    return looks != NULL ? refusal_by_pods(state->topology, looks, slot) : FG_REFUSAL_NONE;
}

/* ---- words ---- */

/* Some resource asked for is more than the whole node has. */
static bool is_too_big(const struct fg_cluster_state *state, const struct fg_state_class *class,
                       uint32_t slot)
{
    const struct fg_node_capacity *all = fg_state_allocatable(state, slot);
    const struct fg_request *request = &class->request;
    if (request->cpu_milli > all->cpu_milli || request->memory_bytes > all->memory_bytes ||
        request->ephemeral_bytes > all->ephemeral_bytes || request->gpu_milli > all->gpu_milli)
        return true;
    for (uint32_t i = 0; i < class->extended_count; i++)
        if (class->extended[i].resource != EBS_VOLUMES &&
            class->extended[i].amount >
                state->extended[class->extended[i].resource].allocatable[state->kind_of[slot]])
            return true;
    return false;
}

bool fg_scheduler_is_hopeless(const struct fg_cluster_state *state, uint32_t class_number,
                              uint32_t slot, enum fg_refusal refusal)
{
    switch (refusal) {
    case FG_REFUSAL_NONE:
    case FG_REFUSAL_PORTS:
    case FG_REFUSAL_VOLUME_LIMIT:
    case FG_REFUSAL_SPREAD:
    case FG_REFUSAL_ANTI_AFFINITY:
    case FG_REFUSAL_EXISTING_ANTI_AFFINITY:
        return false;
    case FG_REFUSAL_RESOURCES:
        return is_too_big(state, &state->classes[class_number], slot);
    default:
        return true;
    }
}

static void add_resources(const struct fg_cluster_state *state, const struct fg_state_class *class,
                          uint32_t slot, struct fg_refusals *refusals)
{
    fg_refusals_add_fit(refusals, fg_state_allocatable(state, slot), &state->use[slot],
                        &class->request);
    for (uint32_t i = 0; i < class->extended_count; i++) {
        const struct fg_class_extended *wanted = &class->extended[i];
        char text[sizeof refusals->texts[0].text];
        if (wanted->resource == EBS_VOLUMES || has_extended(state, wanted, slot))
            continue;
        snprintf(text, sizeof text, "Insufficient %s", state->extended[wanted->resource].name);
        fg_refusals_add(refusals, text, 1);
    }
}

static const char *const texts[] = {
    [FG_REFUSAL_NODE_LIST] = "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    [FG_REFUSAL_UNSCHEDULABLE] = "node(s) were unschedulable",
    [FG_REFUSAL_NODE_NAME] = "node(s) didn't match the requested node name",
    [FG_REFUSAL_NODE_AFFINITY] = "node(s) didn't match Pod's node affinity/selector",
    [FG_REFUSAL_PORTS] = "node(s) didn't have free ports for the requested pod ports",
    [FG_REFUSAL_VOLUME_LIMIT] = "node(s) exceed max volume count",
    [FG_REFUSAL_VOLUME_ZONE] = "node(s) had no available volume zone",
    [FG_REFUSAL_SPREAD_LABEL] =
        "node(s) didn't match pod topology spread constraints (missing required label)",
    [FG_REFUSAL_SPREAD] = "node(s) didn't match pod topology spread constraints",
    [FG_REFUSAL_AFFINITY] = "node(s) didn't match pod affinity rules",
    [FG_REFUSAL_ANTI_AFFINITY] = "node(s) didn't match pod anti-affinity rules",
    [FG_REFUSAL_EXISTING_ANTI_AFFINITY] =
        "node(s) didn't satisfy existing pods anti-affinity rules",
};

void fg_scheduler_add_refusals(const struct fg_cluster_state *state, uint32_t class_number,
                               uint32_t slot, struct fg_refusals *refusals)
{
    const struct fg_state_class *class = &state->classes[class_number];
    const struct fg_state_kind *kind = &state->kinds[state->kind_of[slot]];
    enum fg_refusal refusal = fg_scheduler_refuses(state, class_number, slot);
    if (refusal == FG_REFUSAL_NONE)
        return;
    if (refusal == FG_REFUSAL_RESOURCES) {
        add_resources(state, class, slot, refusals);
    } else if (refusal == FG_REFUSAL_TAINT) {
        const struct fg_taint *taint =
            fg_taints_find_untolerated(&kind->taints, &class->spec->tolerations);
        fg_refusals_add_taint(refusals, taint->key, taint->value, 1);
    } else {
        fg_refusals_add(refusals, texts[refusal], 1);
    }
}

const char *fg_scheduler_words(const struct fg_cluster_state *state, uint32_t class_number,
                               uint32_t slot, char *buffer, uint32_t buffer_bytes)
{
    struct fg_refusals refusals = {0};
    fg_scheduler_add_refusals(state, class_number, slot, &refusals);
    size_t length = 0;
    *buffer = '\0';
    for (uint32_t i = 0; i < refusals.text_count && length < buffer_bytes; i++)
        length += (size_t)snprintf(buffer + length, buffer_bytes - length, "%s%s",
                                   i > 0 ? ", " : "", refusals.texts[i].text);
    return buffer;
}

/* ---- choosing ---- */

static uint8_t score_node(const struct fg_cluster_state *state, uint32_t class_number,
                          uint32_t slot)
{
    const struct fg_state_class *class = &state->classes[class_number];
    uint32_t kind = state->kind_of[slot];
    if (kind == UINT32_MAX || !fg_state_eligible(state, class_number, kind) ||
        !fg_scheduler_fits(&state->kinds[kind].allocatable, &state->use[slot], &class->request) ||
        !fits_extended(state, class, slot) || !fits_volumes(state, class, slot) ||
        (state->topology != NULL &&
         !has_free_ports(state, &state->topology->classes[class_number], slot)))
        return FG_REFUSED;
    return fg_scoring_of_resources(state, class_number, slot);
}

/* Scores again the nodes that changed. */
static const uint8_t *refresh(struct fg_cluster_state *state, uint32_t class_number)
{
    enum { STEP = 16 };
    struct fg_class_view *view = &state->scratch->views[class_number];
    if (view->capacity < state->slot_capacity) {
        uint32_t old = view->capacity, same = old;
        view->seen = fg_grow(view->seen, &view->capacity, state->slot_capacity, sizeof *view->seen);
        view->scores = fg_grow(view->scores, &same, state->slot_capacity, 1);
        /* No node changed at 0. */
        memset(view->seen + old, 0, (view->capacity - old) * sizeof *view->seen);
    }
    for (uint32_t from = 0; from < state->slot_count; from += STEP) {
        uint32_t to = from + STEP < state->slot_count ? from + STEP : state->slot_count;
        uint32_t differences = 0;
        for (uint32_t slot = from; slot < to; slot++)
            differences |= view->seen[slot] ^ state->changed[slot];
        for (uint32_t slot = from; slot < to && differences != 0; slot++) {
            if (view->seen[slot] == state->changed[slot])
                continue;
            view->scores[slot] = score_node(state, class_number, slot);
            view->seen[slot] = state->changed[slot];
        }
    }
    return view->scores;
}

/* ---- the filters that look at other pods, for many nodes at once ---- */

static struct fg_domain_check *add_check(struct fg_scratch *scratch, uint32_t *count,
                                         const struct fg_topology *topology, uint32_t counter)
{
    scratch->checks =
        fg_grow(scratch->checks, &scratch->check_capacity, *count + 1, sizeof *scratch->checks);
    struct fg_domain_check *check = &scratch->checks[(*count)++];
    *check = (struct fg_domain_check){
        .sums = topology->counters[counter].sums,
        .domain_of_slot = topology->keys[topology->counters[counter].key].domain_of_slot,
        .at_least = INT32_MIN,
        .at_most = INT32_MAX,
    };
    return check;
}

static void check_none_there(struct fg_scratch *scratch, uint32_t *count,
                             const struct fg_topology *topology, const uint32_t *counters,
                             uint32_t counter_count)
{
    for (uint32_t i = 0; i < counter_count; i++)
        if (topology->counters[counters[i]].total != 0)
            add_check(scratch, count, topology, counters[i])->at_most = 0;
}

/* What refusal_by_pods asks, as bounds. Returns how many checks there are. */
static uint32_t list_checks(const struct fg_cluster_state *state, uint32_t class_number)
{
    struct fg_topology *topology = state->topology;
    struct fg_scratch *scratch = state->scratch;
    uint32_t count = 0;
    if (topology == NULL)
        return 0;
    const struct fg_class_topology *class = &topology->classes[class_number];
    for (uint32_t i = 0; i < class->hard_count; i++) {
        struct fg_domain_check *check =
            add_check(scratch, &count, topology, class->hard[i].counter);
        int64_t most = most_by_spread(topology, &class->hard[i]);
        check->at_most = most < INT32_MAX ? (int32_t)most : INT32_MAX;
        check->needs_label = true;
    }
    bool is_first = class->affinity_count > 0 && is_first_of_group(topology, class);
    for (uint32_t i = 0; i < class->affinity_count; i++) {
        struct fg_domain_check *check = add_check(scratch, &count, topology, class->affinity[i]);
        check->at_least = is_first ? INT32_MIN : 1;
        check->needs_label = true;
    }
    check_none_there(scratch, &count, topology, class->anti, class->anti_count);
    check_none_there(scratch, &count, topology, class->existing, class->existing_count);
    return count;
}

static bool passes(const struct fg_domain_check *check, uint32_t slot)
{
    uint32_t domain = check->domain_of_slot[slot];
    if (domain == FG_NO_DOMAIN)
        return !check->needs_label;
    return check->sums[domain] >= check->at_least && check->sums[domain] <= check->at_most;
}

/* ---- the search ---- */

static uint32_t wanted_nodes(const struct fg_cluster_state *state)
{
    const struct fg_scheduler_settings *settings = state->settings;
    if (settings == NULL)
        return fg_scheduler_sample(state->order_count, 0);
    return settings->score_all_nodes
               ? state->order_count
               : fg_scheduler_sample(state->order_count, settings->percentage_of_nodes_to_score);
}

/* Feasible nodes from where the last search stopped, until there are enough (rules S2). */
static uint32_t search(struct fg_cluster_state *state, uint32_t class_number,
                       struct fg_candidate *candidates)
{
    const uint8_t *scores = refresh(state, class_number);
    uint32_t check_count = list_checks(state, class_number);
    const struct fg_domain_check *checks = state->scratch->checks;
    int32_t for_all = fg_scoring_of_all(state, class_number);
    uint32_t nodes = state->order_count, found = 0, visited = 0, wanted = wanted_nodes(state);
    for (uint32_t position = state->search_start; visited < nodes && found < wanted; visited++) {
        uint32_t slot = state->order[position], passed = 0;
        position = position + 1 < nodes ? position + 1 : 0;
        if (scores[slot] == FG_REFUSED)
            continue;
        while (passed < check_count && passes(&checks[passed], slot))
            passed++;
        if (passed == check_count)
            candidates[found++] = (struct fg_candidate){slot, scores[slot] + for_all};
    }
    /* A search that was after all nodes has seen them all. */
    if (wanted < nodes)
        state->search_start = (state->search_start + visited) % nodes;
    return found;
}

bool fg_scheduler_choose(struct fg_cluster_state *state, uint32_t class_number,
                         struct fg_choice *out)
{
    *out = (struct fg_choice){.slot = FG_NO_SLOT};
    fg_state_order(state);
    struct fg_scratch *scratch = fg_state_scratch(state);
    fg_scratch_make_room(scratch, state->order_count);
    if (state->order_count == 0)
        return false;
    out->candidates = scratch->candidates;
    out->candidate_count = search(state, class_number, scratch->candidates);
    fg_scoring_score(state, class_number, scratch->candidates, out->candidate_count);
    int32_t best = INT32_MIN;
    for (uint32_t i = 0; i < out->candidate_count; i++) {
        const struct fg_candidate *candidate = &out->candidates[i];
        if (candidate->total > best) {
            best = candidate->total;
            out->tied_count = 0;
        }
        if (candidate->total < best)
            continue;
        if (out->tied_count++ == 0 ||
            state->number_of[candidate->slot] < state->number_of[out->slot])
            out->slot = candidate->slot;
    }
    return out->slot != FG_NO_SLOT;
}
