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

void fg_placement_reorder(struct fg_placement *placement)
{
    uint32_t slot_count = placement->state->slot_count;
    placement->order =
        fg_grow(placement->order, &placement->order_capacity, slot_count, sizeof *placement->order);
    uint32_t whole_blocks = block_count(slot_count) * BLOCK;
    placement->numbers = fg_grow(placement->numbers, &placement->number_capacity, whole_blocks,
                                 sizeof *placement->numbers);
    if (whole_blocks > 0)
        memset(placement->numbers, 0xff, whole_blocks * sizeof *placement->numbers);
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
    placement->order_version++;
    if (placement->search_start >= placement->node_count)
        placement->search_start = 0;
}

static void free_view(struct fg_view *view)
{
    free(view->scores);
    free(view->places);
    free(view->counts);
    free(view->dirty);
    free(view->blocks);
}

static void mark_all_dirty(struct fg_view *view, uint32_t nodes)
{
    uint32_t blocks = block_count(nodes);
    for (uint32_t i = 0; i < blocks; i++)
        view->dirty[i] = ~0ULL;
    if (nodes % BLOCK != 0)
        view->dirty[blocks - 1] = (1ULL << (nodes % BLOCK)) - 1;
}

static void size_view(struct fg_view *view, uint32_t nodes)
{
    uint32_t blocks = block_count(nodes);
    bool spreads = view->method == FG_SEARCH_SPREAD;
    if (blocks > view->capacity || (spreads && view->places == NULL)) {
        free_view(view);
        view->capacity = blocks + blocks / 2 + 1;
        view->scores = fg_allocate((size_t)view->capacity * BLOCK, 1);
        view->dirty = fg_allocate(view->capacity, sizeof *view->dirty);
        view->blocks = fg_allocate(view->capacity, sizeof *view->blocks);
        view->places = spreads ? fg_allocate((size_t)view->capacity * BLOCK, 1) : NULL;
        view->counts = spreads ? fg_allocate((size_t)view->capacity * BLOCK, 1) : NULL;
    }
    memset(view->scores, 0, (size_t)blocks * BLOCK);
    memset(view->blocks, 0, blocks * sizeof *view->blocks);
}

/* ---- how a class is served ---- */

/* Kinds and resources are all that scores but topology look at. */
static bool is_simple(const struct fg_placement *placement, uint32_t class_number)
{
    const struct fg_state_class *class = &placement->state->classes[class_number];
    const struct fg_scheduler_settings *settings = placement->state->settings;
    const struct fg_pod_rules *rules = class->spec->rules;
    if (settings != NULL && (settings->resource_count > 0 ||
                             settings->scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO))
        return false;
    return class->preferred == NULL && class->intolerable == NULL && class->extended_count == 0 &&
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
    view->used_places = 0;
    for (uint32_t i = 0; i < placement->node_count; i++) {
        view->places[i] = fg_spread_rule_place(placement->state, &view->rule, placement->order[i]);
        view->used_places |= 1ULL << view->places[i];
    }
}

/* For the order as it is now. */
static void open_view(struct fg_placement *placement, struct fg_view *view, uint32_t class_number)
{
    view->method = method_for(placement, class_number, &view->rule);
    view->order_version = placement->order_version;
    if (view->method == FG_SEARCH_CYCLE)
        return;
    view->request = fg_request_figures_of(&placement->state->classes[class_number].request);
    size_view(view, placement->node_count);
    mark_all_dirty(view, placement->node_count);
    if (view->method == FG_SEARCH_SPREAD)
        note_places(placement, view);
}

/* Brings the view's dirty bits up to date with the log. */
static void read_log(struct fg_placement *placement, struct fg_view *view, uint32_t class_number)
{
    if (view->order_version != placement->order_version) {
        open_view(placement, view, class_number);
    } else if (view->method == FG_SEARCH_CYCLE) {
        return;
    } else if (placement->log_end - view->log_end > FG_CHANGE_LOG) {
        mark_all_dirty(view, placement->node_count);
    } else {
        for (uint64_t i = view->log_end; i < placement->log_end; i++) {
            uint32_t position = placement->log[i % FG_CHANGE_LOG];
            if (position < placement->node_count)
                view->dirty[position / BLOCK] |= 1ULL << (position % BLOCK);
        }
    }
    view->log_end = placement->log_end;
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

static inline uint8_t score_byte(const struct fg_placement *placement, const struct fg_view *view,
                                 uint32_t scheduling_class, uint32_t position)
{
    const struct fg_node_figures *node = &placement->figures[position];
    if (view->request.is_odd || node->is_odd)
        return score_odd(placement, scheduling_class, placement->order[position]);
    if (!fg_state_eligible(placement->state, scheduling_class, node->kind) ||
        !fg_figures_fit(node, &view->request))
        return 0;
    return (uint8_t)(1 + fg_figures_score(node, &view->request, placement->most_allocated));
}

/* Best score and how many fit. Loops of constant length without a branch, which compilers make
 * vectors of, here and below. */
static void sum_up(struct fg_view *view, uint32_t block)
{
    const uint8_t *scores = view->scores + (size_t)block * BLOCK;
    uint8_t best = 0, feasible = 0;
    for (uint32_t i = 0; i < BLOCK; i++) {
        best = scores[i] > best ? scores[i] : best;
        feasible = (uint8_t)(feasible + (scores[i] != 0));
    }
    view->blocks[block] = (struct fg_view_block){.best = best, .feasible = feasible};
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

/* The scores are the function's own while it works, so that nothing need be read twice. */
static void refresh(const struct fg_placement *placement, struct fg_view *view,
                    uint32_t scheduling_class, uint32_t block)
{
    size_t first = (size_t)block * BLOCK;
    uint8_t scores[BLOCK], *kept = view->scores + first;
    memcpy(scores, kept, sizeof scores);
    for (uint64_t dirty = view->dirty[block]; dirty != 0; dirty &= dirty - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(dirty);
        scores[i] = score_byte(placement, view, scheduling_class, block * BLOCK + i);
    }
    if (memcmp(scores, kept, sizeof scores) != 0) {
        memcpy(kept, scores, sizeof scores);
        sum_up(view, block);
    }
    if (view->method == FG_SEARCH_SPREAD)
        fg_spread_rule_count(placement->state, &view->rule, placement->order + first,
                             view->dirty[block], view->places + first, view->counts + first);
    view->dirty[block] = 0;
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

static void take_positions(const struct fg_view *view, uint32_t from, uint32_t to,
                           struct search *search)
{
    uint32_t block = from / BLOCK, first = block * BLOCK;
    struct fg_search_window *window = search->window;
    uint8_t best = view->blocks[block].best;
    fg_search_window_add(window, block, view->scores + first, from - first, to - first);
    window->highest = best > window->highest ? best : window->highest;
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
    if (search->window != NULL)
        take_positions(view, from, i, search);
}

static void search_range(const struct fg_placement *placement, struct fg_view *view,
                         uint32_t scheduling_class, uint32_t from, uint32_t to,
                         struct search *search)
{
    while (from < to && search->found < search->wanted) {
        uint32_t block = from / BLOCK, block_end = (block + 1) * BLOCK;
        uint32_t end = block_end < to ? block_end : to;
        if (view->dirty[block] != 0)
            refresh(placement, view, scheduling_class, block);
        const struct fg_view_block *sum = &view->blocks[block];
        bool whole = from % BLOCK == 0 && (end == block_end || end == placement->node_count);
        if (whole && search->found + sum->feasible < search->wanted) {
            search->visited += end - from;
            search->found += sum->feasible;
            if (search->window != NULL)
                take_positions(view, from, end, search);
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
    window->block_count = 0;
    window->highest = 0;
    window->places = view->places;
    window->counts = view->counts;
    window->numbers = placement->numbers;
    window->used_places = view->used_places;
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
    read_log(placement, view, scheduling_class);
    uint32_t count = placement->node_count, start = placement->search_start;
    if (view->method == FG_SEARCH_CYCLE)
        return find_by_cycle(placement, scheduling_class, start);
    uint32_t sample = fg_scheduler_sample(count, placement->percentage);
    struct search search = {.wanted = sample == count ? count + 1 : sample};
    if (view->method == FG_SEARCH_SPREAD) {
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
    for (uint32_t i = 0; i < placement->view_count; i++)
        free_view(&placement->views[i]);
    free(placement->views);
    free(placement->order);
    free(placement->numbers);
    free(placement->positions);
    free(placement->figures);
    fg_search_window_release(&placement->window);
}
