#include "sim/replay/spread_search.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "sim/controllers/scoring.h"

/* ---- places ---- */

enum { LACKS_NODE_LABEL = 1, LABEL_SHIFT = 1 }; /* above: 0 = lacks the label, else domain + 1 */

bool fg_spread_rule_make(const struct fg_cluster_state *state, uint32_t class_number,
                         struct fg_spread_rule *out)
{
    *out = (struct fg_spread_rule){0};
    if (state->topology == NULL)
        return false;
    const struct fg_class_topology *class = &state->topology->classes[class_number];
    out->needs_all_keys = class->soft_needs_all_keys;
    for (uint32_t i = 0; i < class->soft_count; i++) {
        const struct fg_spread **of_its_sort =
            class->soft[i].by_node ? &out->by_node : &out->by_label;
        if (*of_its_sort != NULL)
            return false;
        *of_its_sort = &class->soft[i];
    }
    if (class->soft_count == 0 || class->hard_count + class->affinity_count + class->anti_count +
                                          class->existing_count + class->score_count >
                                      0)
        return false;
    return class->ports == FG_NO_COUNTER &&
           (out->by_label == NULL || state->topology->keys[out->by_label->key].domain_count + 1 <
                                         FG_SPREAD_PLACES >> LABEL_SHIFT);
}

static uint32_t domain_of(const struct fg_cluster_state *state, const struct fg_spread *spread,
                          uint32_t slot)
{
    return state->topology->keys[spread->key].domain_of_slot[slot];
}

uint8_t fg_spread_rule_place(const struct fg_cluster_state *state,
                             const struct fg_spread_rule *rule, uint32_t slot)
{
    uint32_t place = 0;
    if (rule->by_label != NULL)
        place = (domain_of(state, rule->by_label, slot) + 1) << LABEL_SHIFT;
    if (rule->by_node != NULL && domain_of(state, rule->by_node, slot) == FG_NO_DOMAIN)
        place |= LACKS_NODE_LABEL;
    return (uint8_t)place;
}

static bool has_label(const struct fg_spread_rule *rule, uint8_t place)
{
    return rule->by_label != NULL && place >> LABEL_SHIFT != 0;
}

static bool has_node_label(const struct fg_spread_rule *rule, uint8_t place)
{
    return rule->by_node != NULL && (place & LACKS_NODE_LABEL) == 0;
}

static bool is_ignored(const struct fg_spread_rule *rule, uint8_t place)
{
    return rule->needs_all_keys && ((rule->by_label != NULL && !has_label(rule, place)) ||
                                    (rule->by_node != NULL && !has_node_label(rule, place)));
}

void fg_spread_rule_count(const struct fg_cluster_state *state, const struct fg_spread_rule *rule,
                          const uint32_t *slots, uint64_t which, const uint8_t *places,
                          uint8_t *counts)
{
    if (rule->by_node == NULL)
        return;
    const int32_t *sums = state->topology->counters[rule->by_node->counter].sums;
    for (; which != 0; which &= which - 1) {
        int i = __builtin_ctzll(which);
        int32_t count = sums[slots[i]] < FG_COUNT_LIMIT ? sums[slots[i]] : FG_COUNT_LIMIT;
        bool counts_here = has_node_label(rule, places[i]) && !is_ignored(rule, places[i]);
        counts[i] = counts_here ? (uint8_t)count : 0;
    }
}

/* ---- the window ---- */

void fg_search_window_add(struct fg_search_window *window, uint32_t block, const uint8_t *scores,
                          uint32_t from, uint32_t to)
{
    if (window->block_count == window->capacity) {
        uint32_t bytes = window->capacity * FG_SEARCH_BLOCK;
        window->blocks =
            fg_grow(window->blocks, &window->capacity, window->capacity + 1, sizeof(uint32_t));
        window->scores = fg_grow(window->scores, &bytes, window->capacity * FG_SEARCH_BLOCK, 1);
    }
    uint8_t *own = window->scores + (size_t)window->block_count * FG_SEARCH_BLOCK;
    memcpy(own, scores, FG_SEARCH_BLOCK);
    memset(own, 0, from);
    memset(own + to, 0, FG_SEARCH_BLOCK - to);
    window->blocks[window->block_count++] = block;
}

void fg_search_window_release(struct fg_search_window *window)
{
    free(window->blocks);
    free(window->scores);
}

/* ---- loops over the window's bytes ----
 * Of constant length and without a branch, which compilers make vectors of: what is sought is
 * gathered in a lane for each position of a block. */

static inline uint8_t mask(bool holds)
{
    return (uint8_t)(0 - (uint32_t)holds);
}

static uint8_t highest_lane(const uint8_t *lanes)
{
    uint8_t highest = 0;
    for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++)
        highest = lanes[i] > highest ? lanes[i] : highest;
    return highest;
}

/* The columns of one block of the window. */
struct columns {
    const uint8_t *scores, *places, *counts;
    const uint32_t *numbers;
};
static inline struct columns columns_of(const struct fg_search_window *window, uint32_t i)
{
    size_t first = (size_t)window->blocks[i] * FG_SEARCH_BLOCK;
    return (struct columns){window->scores + (size_t)i * FG_SEARCH_BLOCK, window->places + first,
                            window->counts + first, window->numbers + first};
}

/* The fewest and the most pods on the nodes of a place; fewest > most where none was found. */
static void find_range(const struct fg_search_window *window, uint8_t place, uint8_t *out_fewest,
                       uint8_t *out_most)
{
    uint8_t room[FG_SEARCH_BLOCK] = {0}, most[FG_SEARCH_BLOCK] = {0}; /* room: 255 - fewest */
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++) {
            uint8_t there = mask(all.places[i] == place) & mask(all.scores[i] != 0);
            uint8_t more = all.counts[i] & there, fewer = (uint8_t)~all.counts[i] & there;
            most[i] = more > most[i] ? more : most[i];
            room[i] = fewer > room[i] ? fewer : room[i];
        }
    }
    *out_most = highest_lane(most);
    *out_fewest = (uint8_t)~highest_lane(room);
}

static uint32_t count_found(const struct fg_search_window *window, uint8_t place)
{
    uint32_t found = 0;
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++)
            found += all.places[i] == place && all.scores[i] != 0;
    }
    return found;
}

/* The best score by resources of a group. */
static uint8_t best_of_group(const struct fg_search_window *window, uint8_t place, uint8_t count)
{
    uint8_t lanes[FG_SEARCH_BLOCK] = {0};
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++) {
            uint8_t score =
                all.scores[i] & mask(all.places[i] == place) & mask(all.counts[i] == count);
            lanes[i] = score > lanes[i] ? score : lanes[i];
        }
    }
    return highest_lane(lanes);
}

/* The position of the lowest number in a group among its nodes of that score. */
static uint32_t lowest_of_group(const struct fg_search_window *window, uint8_t place, uint8_t count,
                                uint8_t score)
{
    uint8_t hits[FG_SEARCH_BLOCK];
    uint32_t lowest = UINT32_MAX, best = UINT32_MAX;
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++)
            hits[i] = mask(all.scores[i] == score) & mask(all.places[i] == place) &
                      mask(all.counts[i] == count) & 1;
        for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i += 8) {
            uint64_t eight;
            memcpy(&eight, hits + i, sizeof eight);
            for (; eight != 0; eight &= eight - 1) {
                uint32_t at = i + (uint32_t)__builtin_ctzll(eight) / 8;
                if (all.numbers[at] < lowest) {
                    lowest = all.numbers[at];
                    best = window->blocks[block] * FG_SEARCH_BLOCK + at;
                }
            }
        }
    }
    return best;
}

/* ---- scores ---- */

/* Nodes found at a place, those with `next` pods or more not looked at yet. */
struct place_group {
    uint8_t place, next, most;
    bool is_ignored;
    int32_t points;      /* of the nodes with `next` pods */
    int64_t terms, step; /* of those nodes, before rounding; for each pod more */
};
struct field {
    struct fg_cluster_state *state;
    const struct fg_spread_rule *rule;
    uint32_t group_count;
    struct place_group groups[FG_SPREAD_PLACES];
    int64_t least, most; /* raw scores, of nodes that are scored */
};

/* False if a node has too many pods for its column. */
static bool find_groups(struct field *field, const struct fg_search_window *window)
{
    for (uint64_t left = window->used_places; left != 0; left &= left - 1) {
        struct place_group group = {.place = (uint8_t)__builtin_ctzll(left)};
        find_range(window, group.place, &group.next, &group.most);
        if (group.most == FG_COUNT_LIMIT)
            return false;
        if (group.next > group.most)
            continue;
        group.is_ignored = is_ignored(field->rule, group.place);
        field->groups[field->group_count++] = group;
    }
    return true;
}

/* Distinct values of the label among the nodes that are scored; lacking it is one too. Places that
 * differ by the node's own label alone stand together. */
static uint32_t count_domains(const struct field *field)
{
    uint32_t domains = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < field->group_count; i++) {
        uint32_t domain = field->groups[i].place >> LABEL_SHIFT;
        if (field->groups[i].is_ignored)
            continue;
        domains += domain != last;
        last = domain;
    }
    return domains;
}

static void add_terms(const struct field *field, struct place_group *group, int64_t node_weight,
                      int64_t label_weight)
{
    const struct fg_spread_rule *rule = field->rule;
    if (has_node_label(rule, group->place)) {
        group->terms += fg_scoring_spread_term(group->next, node_weight, rule->by_node->max_skew);
        group->step = node_weight;
    }
    if (has_label(rule, group->place)) {
        const int32_t *sums = field->state->topology->counters[rule->by_label->counter].sums;
        group->terms += fg_scoring_spread_term(sums[(group->place >> LABEL_SHIFT) - 1],
                                               label_weight, rule->by_label->max_skew);
    }
}

static void weigh(struct field *field, const struct fg_search_window *window)
{
    uint32_t scored = window->found;
    int64_t node_weight = 0, label_weight = 0;
    for (uint32_t i = 0; i < field->group_count; i++)
        if (field->groups[i].is_ignored)
            scored -= count_found(window, field->groups[i].place);
    if (field->rule->by_node != NULL)
        node_weight = fg_scoring_spread_weight(field->state, scored);
    if (field->rule->by_label != NULL)
        label_weight = fg_scoring_spread_weight(field->state, count_domains(field));
    field->least = INT64_MAX;
    field->most = 0;
    for (uint32_t i = 0; i < field->group_count; i++) {
        struct place_group *group = &field->groups[i];
        if (group->is_ignored)
            continue;
        add_terms(field, group, node_weight, label_weight);
        int64_t least = fg_scoring_spread_raw(group->terms);
        int64_t most =
            fg_scoring_spread_raw(group->terms + (group->most - group->next) * group->step);
        field->least = least < field->least ? least : field->least;
        field->most = most > field->most ? most : field->most;
    }
}

static void give_points(const struct field *field, struct place_group *group)
{
    if (!group->is_ignored && group->next <= group->most)
        group->points = fg_scoring_spread_points(fg_scoring_spread_raw(group->terms), field->least,
                                                 field->most);
}

static struct place_group *next_group(struct field *field)
{
    struct place_group *next = NULL;
    for (uint32_t i = 0; i < field->group_count; i++) {
        struct place_group *group = &field->groups[i];
        if (group->next <= group->most && (next == NULL || group->points > next->points))
            next = group;
    }
    return next;
}

static uint32_t take_best(struct field *field, const struct fg_search_window *window)
{
    int32_t best_total = 0;
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < field->group_count; i++)
        give_points(field, &field->groups[i]);
    for (struct place_group *group = next_group(field);
         group != NULL && group->points + window->highest >= best_total;
         group = next_group(field)) {
        uint8_t score = best_of_group(window, group->place, group->next);
        if (score != 0 && group->points + score >= best_total) {
            uint32_t position = lowest_of_group(window, group->place, group->next, score);
            if (group->points + score > best_total ||
                window->numbers[position] < window->numbers[best])
                best = position;
            best_total = group->points + score;
        }
        group->next++;
        group->terms += group->step;
        give_points(field, group);
    }
    return best;
}

bool fg_spread_search(struct fg_cluster_state *state, const struct fg_spread_rule *rule,
                      const struct fg_search_window *window, uint32_t *out_position)
{
    struct field field; /* its groups are written before they are read */
    field.state = state;
    field.rule = rule;
    field.group_count = 0;
    *out_position = UINT32_MAX;
    if (window->found == 0)
        return true;
    if (!find_groups(&field, window))
        return false;
    weigh(&field, window);
    *out_position = take_best(&field, window);
    return true;
}
