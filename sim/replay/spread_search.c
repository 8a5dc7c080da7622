#include "sim/replay/spread_search.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"
#include "sim/controllers/scoring.h"

/* ---- places ---- */

enum { LACKS_NODE_LABEL = 1, LABEL_SHIFT = 1 }; /* above: 0 = lacks the label, else domain + 1 */

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

static void note_counted(struct fg_spread_rule *rule)
{
    for (uint32_t place = 0; place < FG_SPREAD_PLACES; place++)
        if (has_node_label(rule, (uint8_t)place) && !is_ignored(rule, (uint8_t)place))
            rule->counted_places |= 1ULL << place;
}

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
    note_counted(out);
    return class->ports == FG_NO_COUNTER &&
           (out->by_label == NULL || state->topology->keys[out->by_label->key].domain_count + 1 <
                                         FG_SPREAD_PLACES >> LABEL_SHIFT);
}

/* ---- the window ---- */

void fg_search_window_add_part(struct fg_search_window *window, uint32_t block,
                               const uint8_t *scores, uint32_t from, uint32_t to)
{
    FG_ASSERT(window->partial_count < FG_PARTIAL_BLOCKS);
    uint8_t *part = window->partial[window->partial_count++];
    memset(part, 0, FG_SEARCH_BLOCK);
    memcpy(part + from, scores + from, to - from);
    fg_search_window_add(window, block, part);
}

void fg_search_window_release(struct fg_search_window *window)
{
    free(window->blocks);
}

/* ---- loops over the window's bytes ----
 * Of constant length and without a branch, which compilers make vectors of: what is sought is
 * gathered in lanes, each for every sixteenth position. */

static inline uint8_t mask(bool holds)
{
    return (uint8_t)(0 - (uint32_t)holds);
}

enum { LANES = 16 };

static uint8_t highest_lane(const uint8_t *lanes)
{
    uint8_t highest = 0;
    for (uint32_t i = 0; i < LANES; i++)
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
    const struct fg_search_block *block = &window->blocks[i];
    size_t first = (size_t)block->number * FG_SEARCH_BLOCK;
    return (struct columns){block->scores, window->places + first, window->counts + first,
                            window->numbers + first};
}

/* Of the nodes of a place: the fewest and the most pods, the highest score by resources; fewest >
 * most where none was found. */
struct place_range {
    uint8_t fewest, most, highest;
};
static struct place_range find_range(const struct fg_search_window *window, uint8_t place)
{
    uint8_t room[LANES] = {0}, most[LANES] = {0}, score[LANES] = {0}; /* room: 255 - fewest */
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        for (uint32_t from = 0; from < FG_SEARCH_BLOCK; from += LANES) {
            for (uint32_t lane = 0; lane < LANES; lane++) {
                uint32_t i = from + lane;
                uint8_t here = all.scores[i] & mask(all.places[i] == place);
                uint8_t there = mask(here != 0);
                uint8_t more = all.counts[i] & there, fewer = (uint8_t)~all.counts[i] & there;
                most[lane] = more > most[lane] ? more : most[lane];
                room[lane] = fewer > room[lane] ? fewer : room[lane];
                score[lane] = here > score[lane] ? here : score[lane];
            }
        }
    }
    return (struct place_range){(uint8_t)~highest_lane(room), highest_lane(most),
                                highest_lane(score)};
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

/* The best score by resources of a group's nodes in one block, and all of them by position. */
static uint8_t best_of_block(const struct columns *all, uint8_t place, uint8_t count,
                             uint8_t *restrict scores)
{
    uint8_t lanes[LANES] = {0};
    for (uint32_t from = 0; from < FG_SEARCH_BLOCK; from += LANES) {
        for (uint32_t lane = 0; lane < LANES; lane++) {
            uint32_t i = from + lane;
            scores[i] =
                all->scores[i] & mask(all->places[i] == place) & mask(all->counts[i] == count);
            lanes[lane] = scores[i] > lanes[lane] ? scores[i] : lanes[lane];
        }
    }
    return highest_lane(lanes);
}

/* The lowest number in one block among the nodes of that score, and where it stands. */
static uint32_t lowest_of_block(const struct fg_search_window *window, const struct columns *all,
                                const uint8_t *scores, uint8_t score, uint32_t *out_at)
{
    uint8_t hits[FG_SEARCH_BLOCK];
    uint32_t lowest = UINT32_MAX;
    for (uint32_t i = 0; i < FG_SEARCH_BLOCK; i++)
        hits[i] = scores[i] == score;
    uint64_t left = fg_search_bits(hits);
    if (window->is_in_order)
        left &= ~left + 1; /* the first */
    for (; left != 0; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        if (all->numbers[at] >= lowest)
            continue;
        lowest = all->numbers[at];
        *out_at = at;
    }
    return lowest;
}

/* The best node of a group: its score by resources, 0 where none was found, and its position. */
static uint8_t best_of_group(const struct fg_search_window *window, uint8_t place, uint8_t count,
                             uint32_t *out_position)
{
    uint8_t best = 0, scores[FG_SEARCH_BLOCK];
    uint32_t lowest = UINT32_MAX;
    for (uint32_t block = 0; block < window->block_count; block++) {
        struct columns all = columns_of(window, block);
        uint8_t score = best_of_block(&all, place, count, scores);
        if (score == 0 || score < best)
            continue;
        uint32_t at = 0, number = lowest_of_block(window, &all, scores, score, &at);
        if (score == best && number > lowest)
            continue;
        best = score;
        lowest = number;
        *out_position = window->blocks[block].number * FG_SEARCH_BLOCK + at;
    }
    return best;
}

/* ---- scores ---- */

/* Nodes found at a place, those with `next` pods or more not looked at yet. */
struct place_group {
    uint8_t place, next, most;
    bool is_ignored;
    int64_t raw;         /* score of the nodes with `next` pods */
    int64_t terms, step; /* the same before rounding; for each pod more */
};
struct field {
    struct fg_cluster_state *state;
    const struct fg_spread_rule *rule;
    uint32_t group_count;
    struct place_group groups[FG_SPREAD_PLACES];
    int64_t least, most; /* raw scores, of nodes that are scored */
    int32_t highest;     /* score by resources */
};

/* False if a node has too many pods for its column. */
static bool find_groups(struct field *field, const struct fg_search_window *window)
{
    for (uint64_t left = window->used_places; left != 0; left &= left - 1) {
        uint8_t place = (uint8_t)__builtin_ctzll(left);
        struct place_range range = find_range(window, place);
        if (range.most == FG_COUNT_LIMIT)
            return false;
        if (range.fewest > range.most)
            continue;
        field->highest = range.highest > field->highest ? range.highest : field->highest;
        field->groups[field->group_count++] = (struct place_group){
            .place = place,
            .next = range.fewest,
            .most = range.most,
            .is_ignored = is_ignored(field->rule, place),
        };
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
        group->raw = INT64_MAX;
        if (group->is_ignored)
            continue;
        add_terms(field, group, node_weight, label_weight);
        int64_t least = group->raw = fg_scoring_spread_raw(group->terms);
        int64_t most =
            fg_scoring_spread_raw(group->terms + (group->most - group->next) * group->step);
        field->least = least < field->least ? least : field->least;
        field->most = most > field->most ? most : field->most;
    }
}

static int32_t points_of(const struct field *field, const struct place_group *group)
{
    return group->is_ignored ? 0 : fg_scoring_spread_points(group->raw, field->least, field->most);
}

/* That with the most points: the lower the raw score the better, and what is ignored gets none. */
static struct place_group *next_group(struct field *field)
{
    struct place_group *next = NULL;
    for (uint32_t i = 0; i < field->group_count; i++) {
        struct place_group *group = &field->groups[i];
        if (group->next <= group->most && (next == NULL || group->raw < next->raw))
            next = group;
    }
    return next;
}

static void step(struct place_group *group)
{
    group->next++;
    group->terms += group->step;
    if (!group->is_ignored)
        group->raw = fg_scoring_spread_raw(group->terms);
}

static uint32_t take_best(struct field *field, const struct fg_search_window *window)
{
    int32_t best_total = 0;
    uint32_t best = UINT32_MAX;
    for (struct place_group *group = next_group(field); group != NULL; group = next_group(field)) {
        int32_t points = points_of(field, group);
        if (points + field->highest < best_total)
            break;
        uint32_t position = UINT32_MAX;
        int32_t score = best_of_group(window, group->place, group->next, &position);
        int32_t total = points + score;
        if (score != 0 &&
            (total > best_total ||
             (total == best_total && window->numbers[position] < window->numbers[best]))) {
            best = position;
            best_total = total;
        }
        step(group);
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
    field.highest = 0;
    *out_position = UINT32_MAX;
    if (window->found == 0)
        return true;
    if (!find_groups(&field, window))
        return false;
    weigh(&field, window);
    *out_position = take_best(&field, window);
    return true;
}
