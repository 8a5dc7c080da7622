#include "sim/replay/placement.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"
#include "sim/controllers/scheduling.h"

enum { BLOCK = FG_SEARCH_BLOCK };

static uint32_t block_count(uint32_t nodes)
{
    return (nodes + BLOCK - 1) / BLOCK;
}

struct numbered_slot {
    uint32_t number, slot;
};

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = ((const struct numbered_slot *)a)->number;
    uint32_t right = ((const struct numbered_slot *)b)->number;
    return (left > right) - (left < right);
}

/* The slots of the open nodes in the order of their numbers. */
static struct numbered_slot *open_slots(const struct fg_cluster_state *state, uint32_t *out_count)
{
    struct numbered_slot *ready = fg_allocate(state->slot_count, sizeof *ready);
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (state->kind_of[slot] != UINT32_MAX && state->is_open[slot])
            ready[count++] = (struct numbered_slot){state->number_of[slot], slot};
    qsort(ready, count, sizeof *ready, compare_numbers);
    *out_count = count;
    return ready;
}

/* Writes the slots so that zones take turns: zone 0's first, zone 1's first, ... zone 0's second.
 */
static void interleave(struct fg_placement *placement, const struct numbered_slot *ready,
                       uint32_t ready_count)
{
    const struct fg_cluster_state *state = placement->state;
    uint32_t zone_count = state->zone_count;
    uint32_t *next = fg_allocate(zone_count, sizeof *next); /* where each zone's search stands */
    uint32_t count = 0;
    while (count < ready_count) {
        for (uint32_t zone = 0; zone < zone_count; zone++) {
            uint32_t i = next[zone];
            while (i < ready_count && state->kinds[state->kind_of[ready[i].slot]].zone != zone)
                i++;
            next[zone] = i + 1;
            if (i >= ready_count)
                continue;
            placement->positions[ready[i].slot] = count;
            placement->numbers[count] = ready[i].number;
            placement->order[count++] = ready[i].slot;
        }
    }
    free(next);
}

void fg_placement_restamp(struct fg_placement *placement)
{
    placement->last_stamp = INT16_MIN + 1;
    for (uint32_t i = 0; i < placement->node_count; i++)
        placement->stamps[i] = placement->last_stamp;
    placement->order_version++;
}

void fg_placement_reorder(struct fg_placement *placement)
{
    uint32_t slot_count = placement->state->slot_count;
    placement->order =
        fg_grow(placement->order, &placement->order_capacity, slot_count, sizeof *placement->order);
    uint32_t whole_blocks = block_count(slot_count) * BLOCK;
    placement->numbers = fg_grow(placement->numbers, &placement->number_capacity, whole_blocks,
                                 sizeof *placement->numbers);
    placement->stamps = fg_grow(placement->stamps, &placement->stamp_capacity, whole_blocks,
                                sizeof *placement->stamps);
    for (uint32_t i = 0; i < whole_blocks; i++) {
        placement->numbers[i] = UINT32_MAX;
        placement->stamps[i] = INT16_MIN;
    }
    placement->positions = fg_grow(placement->positions, &placement->position_capacity, slot_count,
                                   sizeof *placement->positions);
    for (uint32_t slot = 0; slot < slot_count; slot++)
        placement->positions[slot] = UINT32_MAX;
    struct numbered_slot *ready = open_slots(placement->state, &placement->node_count);
    interleave(placement, ready, placement->node_count);
    free(ready);
    placement->figures = fg_grow(placement->figures, &placement->figures_capacity,
                                 placement->node_count, sizeof *placement->figures);
    for (uint32_t i = 0; i < placement->node_count; i++)
        fg_node_figures_take(placement->state, placement->order[i], &placement->figures[i]);
    fg_placement_restamp(placement);
    if (placement->search_start >= placement->node_count)
        placement->search_start = 0;
}

static void free_columns(struct fg_view *view)
{
    free(view->scores);
    free(view->places);
    free(view->counts);
    free(view->seen);
    free(view->blocks);
}

static void size_view(struct fg_view *view, uint32_t nodes)
{
    uint32_t blocks = block_count(nodes);
    bool spreads = view->method == FG_SEARCH_SPREAD;
    if (blocks > view->capacity || (spreads && view->places == NULL)) {
        free_columns(view);
        view->capacity = blocks + blocks / 2 + 1;
        view->scores = fg_allocate((size_t)view->capacity * BLOCK, 1);
        view->seen = fg_allocate(view->capacity, sizeof *view->seen);
        view->blocks = fg_allocate(view->capacity, sizeof *view->blocks);
        view->places = spreads ? fg_allocate((size_t)view->capacity * BLOCK, 1) : NULL;
        view->counts = spreads ? fg_allocate((size_t)view->capacity * BLOCK, 1) : NULL;
    }
    memset(view->scores, 0, (size_t)blocks * BLOCK);
    for (uint32_t block = 0; block < blocks; block++)
        view->seen[block] = INT16_MIN;
    memset(view->blocks, 0, blocks * sizeof *view->blocks);
}

/* ---- how a class is served ---- */

/* What the class's nodes have of PreferNoSchedule taints gives all of them the same points. */
static bool is_tainted_alike(const struct fg_placement *placement, uint32_t class_number)
{
    const struct fg_cluster_state *state = placement->state;
    const uint8_t *intolerable = state->classes[class_number].intolerable;
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < placement->node_count && intolerable != NULL; i++) {
        uint32_t kind = state->kind_of[placement->order[i]];
        if (!fg_state_eligible(state, class_number, kind))
            continue;
        if (first != UINT32_MAX && intolerable[kind] != first)
            return false;
        first = intolerable[kind];
    }
    return true;
}

/* Kinds and resources are all that scores but topology look at. */
static bool is_simple(const struct fg_placement *placement, uint32_t class_number)
{
    const struct fg_state_class *class = &placement->state->classes[class_number];
    const struct fg_scheduler_settings *settings = placement->state->settings;
    const struct fg_pod_rules *rules = class->spec->rules;
    if (settings != NULL && (settings->resource_count > 0 ||
                             settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO))
        return false;
    return class->preferred == NULL && class->extended_count == 0 &&
           is_tainted_alike(placement, class_number) &&
           (rules == NULL || (rules->image_count == 0 && rules->preferred_nodes.count == 0));
}

static enum fg_search_method method_for(const struct fg_placement *placement, uint32_t class_number,
                                        struct fg_spread_rule *out_rule)
{
    *out_rule = (struct fg_spread_rule){0};
    if (!is_simple(placement, class_number))
        return FG_SEARCH_CYCLE;
    if (placement->state->classes[class_number].is_plain)
        return FG_SEARCH_SCORES;
    return fg_spread_rule_make(placement->state, class_number, out_rule) ? FG_SEARCH_SPREAD
                                                                         : FG_SEARCH_CYCLE;
}

bool fg_placement_serves(const struct fg_placement *placement, uint32_t scheduling_class)
{
    struct fg_spread_rule rule;
    return method_for(placement, scheduling_class, &rule) != FG_SEARCH_CYCLE;
}

static void note_places(const struct fg_placement *placement, struct fg_view *view)
{
    uint32_t last[FG_SPREAD_PLACES] = {0}; /* number by place */
    view->used_places = 0;
    view->is_in_order = true;
    for (uint32_t i = 0; i < placement->node_count; i++) {
        uint8_t place = fg_spread_rule_place(placement->state, &view->rule, placement->order[i]);
        view->places[i] = place;
        view->used_places |= 1ULL << place;
        view->is_in_order &= placement->numbers[i] >= last[place];
        last[place] = placement->numbers[i];
    }
}

static void count_all(const struct fg_placement *placement, struct fg_view *view)
{
    for (uint32_t i = 0; i < placement->node_count; i++)
        view->counts[i] = fg_spread_rule_count(placement->state, &view->rule, placement->order[i],
                                               view->places[i]);
}

/* Brings the counts of pods on nodes up to date. */
static void read_recent(const struct fg_placement *placement, struct fg_view *view)
{
    const struct fg_recent_slots *recent = fg_spread_rule_recent(placement->state, &view->rule);
    if (recent == NULL || recent->count == view->recent_end)
        return;
    bool is_long_ago = recent->count - view->recent_end > FG_RECENT_SLOTS;
    if (is_long_ago)
        count_all(placement, view);
    for (uint64_t i = view->recent_end; i < recent->count && !is_long_ago; i++) {
        uint32_t slot = recent->slots[i % FG_RECENT_SLOTS], position = placement->positions[slot];
        if (position < placement->node_count)
            view->counts[position] =
                fg_spread_rule_count(placement->state, &view->rule, slot, view->places[position]);
    }
    view->recent_end = recent->count;
}

static void note_requests(const struct fg_cluster_state *state, struct fg_view *view,
                          uint32_t class_number)
{
    view->kind_count = state->kind_count;
    view->asked = fg_grow(view->asked, &view->kind_capacity, view->kind_count, sizeof *view->asked);
    for (uint32_t kind = 0; kind < view->kind_count; kind++)
        fg_request_figures_take(state, class_number, kind, &view->asked[kind]);
}

/* For the order and the kinds as they are now. */
static void open_view(struct fg_placement *placement, struct fg_view *view, uint32_t class_number)
{
    view->method = method_for(placement, class_number, &view->rule);
    view->order_version = placement->order_version;
    if (view->method == FG_SEARCH_CYCLE)
        return;
    note_requests(placement->state, view, class_number);
    size_view(view, placement->node_count);
    if (view->method != FG_SEARCH_SPREAD)
        return;
    note_places(placement, view);
    count_all(placement, view);
    const struct fg_recent_slots *recent = fg_spread_rule_recent(placement->state, &view->rule);
    view->recent_end = recent != NULL ? recent->count : 0;
}

/* Opens the view anew if the order or the kinds are others than it knows. */
static void keep_open(struct fg_placement *placement, struct fg_view *view, uint32_t class_number)
{
    if (view->order_version != placement->order_version ||
        (view->method != FG_SEARCH_CYCLE && view->kind_count != placement->state->kind_count))
        open_view(placement, view, class_number);
}

bool fg_placement_fits(const struct fg_placement *placement, uint32_t scheduling_class,
                       uint32_t slot)
{
    const struct fg_cluster_state *state = placement->state;
    return fg_state_eligible(state, scheduling_class, state->kind_of[slot]) &&
           fg_scheduler_fits(fg_state_allocatable(state, slot), &state->use[slot],
                             &state->classes[scheduling_class].request);
}

static uint8_t score_odd(const struct fg_placement *placement, uint32_t scheduling_class,
                         uint32_t slot)
{
    if (!fg_placement_fits(placement, scheduling_class, slot))
        return 0;
    const struct fg_cluster_state *state = placement->state;
    return (uint8_t)(1 + fg_scheduler_score(fg_state_allocatable(state, slot), &state->use[slot],
                                            &state->classes[scheduling_class].request,
                                            placement->most_allocated));
}

/* Writes the scores of a block's marked nodes, and how many nodes of it fit. */
static void score_marked(const struct fg_placement *placement, const struct fg_view *view,
                         uint32_t scheduling_class, uint32_t block, uint64_t marked)
{
    const size_t first = (size_t)block * BLOCK;
    const struct fg_node_figures *restrict nodes = placement->figures + first;
    const struct fg_figures *restrict asked = view->asked;
    const uint32_t *order = placement->order + first;
    uint8_t *restrict scores = view->scores + first;
    const bool most_allocated = placement->most_allocated;
    uint32_t feasible = view->blocks[block].feasible;
    uint64_t unsure = 0;
    for (uint64_t left = marked; left != 0; left &= left - 1) {
        uint64_t i = (uint64_t)__builtin_ctzll(left);
        const struct fg_figures *here = &nodes[i].left, *wanted = &asked[nodes[i].kind];
        uint32_t fits = fg_figures_fit(here, wanted);
        int32_t score = fg_figures_score(here, wanted, most_allocated);
        feasible += fits - (scores[i] != 0);
        scores[i] = (uint8_t)((uint32_t)score & (0 - fits));
        if (score < 0)
            unsure |= (uint64_t)fits << i;
    }
    for (; unsure != 0; unsure &= unsure - 1) {
        int i = __builtin_ctzll(unsure);
        scores[i] = score_odd(placement, scheduling_class, order[i]);
        feasible -= scores[i] == 0;
    }
    view->blocks[block].feasible = (uint8_t)feasible;
}

/* A loop of constant length without a branch, which compilers make vectors of, as below. */
static uint8_t best_of(const uint8_t *scores)
{
    uint8_t best = 0;
    for (uint32_t i = 0; i < BLOCK; i++)
        best = scores[i] > best ? scores[i] : best;
    return best;
}

/* The lowest number among the best of a block. */
static uint32_t best_number(const struct fg_placement *placement, const struct fg_view *view,
                            uint32_t block)
{
    const uint8_t *scores = view->scores + (size_t)block * BLOCK;
    const uint32_t *numbers = placement->numbers + (size_t)block * BLOCK;
    uint8_t best = view->blocks[block].best;
    uint32_t lowest = UINT32_MAX;
    for (uint32_t i = 0; i < BLOCK; i++) {
        uint32_t number = numbers[i] | (0u - (uint32_t)(scores[i] != best));
        lowest = number < lowest ? number : lowest;
    }
    return lowest;
}

/* Bits of a block's nodes. */
static inline uint64_t stamped_since(const int16_t *stamps, int16_t seen)
{
    uint8_t later[BLOCK];
    for (uint32_t i = 0; i < BLOCK; i++)
        later[i] = stamps[i] > seen;
    return fg_search_bits(later);
}

static void refresh(const struct fg_placement *placement, struct fg_view *view,
                    uint32_t scheduling_class, uint32_t block)
{
    size_t first = (size_t)block * BLOCK;
    uint64_t marked = stamped_since(placement->stamps + first, view->seen[block]);
    view->seen[block] = placement->last_stamp;
    if (marked == 0)
        return;
    score_marked(placement, view, scheduling_class, block, marked);
    if (view->method == FG_SEARCH_SCORES)
        view->blocks[block].best = best_of(view->scores + first);
}

/* ---- searching ---- */

/* A search under way. */
struct search {
    struct fg_search_window *window; /* where what is found goes; NULL = the best is kept */
    uint32_t wanted, found, visited;
    uint32_t best_number, best_block;
    uint8_t best;
};

static void take_candidate(struct search *search, uint8_t score, uint32_t number, uint32_t block)
{
    if (score > search->best || (score == search->best && number < search->best_number)) {
        search->best = score;
        search->best_number = number;
        search->best_block = block;
    }
}

static void search_singly(const struct fg_placement *placement, const struct fg_view *view,
                          uint32_t from, uint32_t to, struct search *search)
{
    uint32_t i = from;
    for (; i < to && search->found < search->wanted; i++) {
        if (view->scores[i] == 0)
            continue;
        search->found++;
        if (search->window == NULL)
            take_candidate(search, view->scores[i], placement->numbers[i], i / BLOCK);
    }
    search->visited += i - from;
    if (search->window != NULL) {
        uint32_t block = from / BLOCK, first = block * BLOCK;
        fg_search_window_add_part(search->window, block, view->scores + first, from - first,
                                  i - first);
    }
}

static void search_range(const struct fg_placement *placement, struct fg_view *view,
                         uint32_t scheduling_class, uint32_t from, uint32_t to,
                         struct search *search)
{
    while (from < to && search->found < search->wanted) {
        uint32_t block = from / BLOCK, block_end = (block + 1) * BLOCK;
        uint32_t end = block_end < to ? block_end : to;
        refresh(placement, view, scheduling_class, block);
        const struct fg_view_block *sum = &view->blocks[block];
        bool whole = from % BLOCK == 0 && (end == block_end || end == placement->node_count);
        if (whole && search->found + sum->feasible < search->wanted) {
            search->visited += end - from;
            search->found += sum->feasible;
            if (search->window != NULL)
                fg_search_window_add(search->window, block, view->scores + from);
            else if (sum->best > 0 && sum->best >= search->best)
                take_candidate(search, sum->best, best_number(placement, view, block), block);
        } else {
            search_singly(placement, view, from, end, search);
        }
        from = end;
    }
}

/* By the whole cycle, which goes on where the last search stopped. */
static uint32_t find_by_cycle(struct fg_placement *placement, uint32_t scheduling_class,
                              uint32_t start)
{
    struct fg_choice choice;
    placement->state->search_start = start;
    bool found = fg_scheduler_choose(placement->state, scheduling_class, &choice);
    placement->search_start = placement->state->search_start;
    return found ? choice.slot : FG_NO_NODE;
}

static uint32_t best_found(const struct fg_placement *placement, const struct search *search)
{
    if (search->best == 0)
        return FG_NO_NODE;
    uint32_t position = search->best_block * BLOCK;
    while (placement->numbers[position] != search->best_number)
        position++;
    return placement->order[position];
}

static void open_window(struct fg_placement *placement, const struct fg_view *view)
{
    struct fg_search_window *window = &placement->window;
    window->block_count = window->partial_count = 0;
    window->places = view->places;
    window->counts = view->counts;
    window->numbers = placement->numbers;
    window->used_places = view->used_places;
    window->is_in_order = view->is_in_order;
}

static uint32_t find_spread(struct fg_placement *placement, uint32_t scheduling_class,
                            uint32_t start, uint32_t found)
{
    uint32_t position;
    placement->window.found = found;
    if (!fg_spread_search(placement->state, &placement->views[scheduling_class].rule,
                          &placement->window, &position))
        return find_by_cycle(placement, scheduling_class, start);
    return position == UINT32_MAX ? FG_NO_NODE : placement->order[position];
}

uint32_t fg_placement_find(struct fg_placement *placement, uint32_t scheduling_class)
{
    if (placement->node_count == 0)
        return FG_NO_NODE;
    struct fg_view *view = &placement->views[scheduling_class];
    keep_open(placement, view, scheduling_class);
    uint32_t count = placement->node_count, start = placement->search_start;
    if (view->method == FG_SEARCH_CYCLE)
        return find_by_cycle(placement, scheduling_class, start);
    uint32_t sample = fg_scheduler_sample(count, placement->percentage);
    struct search search = {.wanted = sample == count ? count + 1 : sample};
    if (view->method == FG_SEARCH_SPREAD) {
        read_recent(placement, view);
        open_window(placement, view);
        search.window = &placement->window;
    }
    search_range(placement, view, scheduling_class, start, count, &search);
    search_range(placement, view, scheduling_class, 0, start, &search);
    placement->search_start = (start + search.visited) % count;
    if (view->method == FG_SEARCH_SPREAD)
        return find_spread(placement, scheduling_class, start, search.found);
    return best_found(placement, &search);
}

void fg_placement_release(struct fg_placement *placement)
{
    for (uint32_t i = 0; i < placement->view_count; i++) {
        free(placement->views[i].asked);
        free_columns(&placement->views[i]);
    }
    free(placement->views);
    free(placement->order);
    free(placement->numbers);
    free(placement->positions);
    free(placement->figures);
    free(placement->stamps);
    fg_search_window_release(&placement->window);
}
