/* The indexed placement against a plain scan over all nodes, as kube-scheduler describes itself:
 * from where the last search stopped, zones in turn, until enough nodes that fit are found; of
 * these the best score; of equal ones the lowest number. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/scheduling.h"
#include "sim/replay/placement.h"
#include "tests/support/random_world.h"

enum { GROUPS = 3, ZONES = 3, KINDS = GROUPS * ZONES, CLASSES = 6, MAX_PODS = 4000 };
#define MIB (1024LL * 1024)

struct placed {
    uint32_t class, slot;
};
struct cluster {
    struct fg_cluster_state state;
    struct fg_placement placement;
    struct fg_pod_spec specs[CLASSES];
    uint32_t pod_count;
    struct placed pods[MAX_PODS];
    uint32_t start; /* the scan's own */
};

static void make_shapes(struct cluster *cluster, struct fg_dice *dice)
{
    static const int64_t cpus[] = {0, 50, 100, 250, 500, 900, 2000};
    static const int64_t memories[] = {0, 64, 200, 1000, 3000};
    static struct fg_pair zones[ZONES] = {{"topology.kubernetes.io/zone", "a"},
                                          {"topology.kubernetes.io/zone", "b"},
                                          {"topology.kubernetes.io/zone", "c"}};
    for (uint32_t c = 0; c < CLASSES; c++) {
        struct fg_pod_spec *spec = &cluster->specs[c];
        *spec = (struct fg_pod_spec){
            .cpu_milli = cpus[fg_dice_below(dice, 7)],
            .memory_bytes = memories[fg_dice_below(dice, 5)] * MIB,
            .gpu_milli = fg_dice_one_in(dice, 6) ? 500 : 0,
        };
        spec->cpu_named = spec->cpu_milli > 0;
        spec->memory_named = spec->memory_bytes > 0;
        fg_state_add_class(&cluster->state, spec);
    }
    fg_state_seal_classes(&cluster->state);
    for (uint32_t g = 0; g < GROUPS; g++) {
        struct fg_state_kind kind = {
            .allocatable = {.cpu_milli = 1930 + 2000 * (int64_t)fg_dice_below(dice, 3),
                            .memory_bytes = (6903 << fg_dice_below(dice, 2)) * MIB,
                            .ephemeral_bytes = 20 * 1024 * MIB,
                            .gpu_milli = 1000 * (int64_t)fg_dice_below(dice, 2),
                            .pods = 4 + fg_dice_below(dice, 25)}};
        for (uint32_t z = 0; z < ZONES; z++) {
            kind.labels = (struct fg_pairs){1, &zones[z]};
            fg_state_add_kind(&cluster->state, &kind);
        }
    }
    for (uint32_t c = 0; c < CLASSES; c++)
        for (uint32_t k = 0; k < KINDS; k++)
            cluster->state.eligible[c * cluster->state.kind_capacity + k] =
                !fg_dice_one_in(dice, 4);
}

static void add_node(struct cluster *cluster, struct fg_dice *dice)
{
    uint32_t kind = fg_dice_below(dice, GROUPS) * ZONES;
    uint32_t slot = fg_state_add_node(&cluster->state, kind + fg_dice_below(dice, ZONES), NULL);
    fg_state_set_open(&cluster->state, slot, true);
}

static void open_cluster(struct cluster *cluster, struct fg_dice *dice, uint32_t nodes)
{
    memset(cluster, 0, sizeof *cluster);
    make_shapes(cluster, dice);
    for (uint32_t i = 0; i < nodes; i++)
        add_node(cluster, dice);
    cluster->placement = (struct fg_placement){
        .state = &cluster->state,
        .percentage = fg_dice_one_in(dice, 3) ? 1 + fg_dice_below(dice, 100) : 0,
        .most_allocated = fg_dice_one_in(dice, 3),
        .view_count = CLASSES,
        .views = fg_allocate(CLASSES, sizeof(struct fg_view)),
    };
    fg_placement_reorder(&cluster->placement);
}

/* ---- the plain scan ---- */

static bool is_there(const struct cluster *cluster, uint32_t slot)
{
    return cluster->state.kind_of[slot] != UINT32_MAX && cluster->state.is_open[slot];
}

static uint32_t lowest_left(const struct cluster *cluster, uint32_t zone, const bool *taken)
{
    const struct fg_cluster_state *state = &cluster->state;
    uint32_t best = FG_NO_NODE;
    for (uint32_t slot = 0; slot < state->slot_count; slot++)
        if (is_there(cluster, slot) && !taken[slot] && state->kind_of[slot] % ZONES == zone &&
            (best == FG_NO_NODE || state->number_of[slot] < state->number_of[best]))
            best = slot;
    return best;
}

static uint32_t in_order(const struct cluster *cluster, uint32_t *order)
{
    uint32_t count = 0, misses = 0;
    bool *taken = fg_allocate(cluster->state.slot_count, sizeof *taken);
    for (uint32_t zone = 0; misses < ZONES; zone = (zone + 1) % ZONES) {
        uint32_t slot = lowest_left(cluster, zone, taken);
        misses = slot == FG_NO_NODE ? misses + 1 : 0;
        if (slot == FG_NO_NODE)
            continue;
        taken[slot] = true;
        order[count++] = slot;
    }
    free(taken);
    return count;
}

/* rules S2, by its words. */
static uint32_t enough(uint32_t nodes, uint32_t percentage)
{
    if (nodes < 100)
        return nodes;
    if (percentage == 0)
        percentage = nodes / 125 > 45 ? 5 : 50 - nodes / 125;
    uint32_t wanted = nodes * percentage / 100;
    wanted = wanted < 100 ? 100 : wanted;
    return wanted < nodes ? wanted : nodes;
}

static uint32_t scan(struct cluster *cluster, uint32_t class)
{
    const struct fg_placement *placement = &cluster->placement;
    const struct fg_cluster_state *state = &cluster->state;
    const struct fg_request *request = &state->classes[class].request;
    uint32_t *order = fg_allocate(state->slot_count, sizeof *order);
    uint32_t count = in_order(cluster, order), wanted = enough(count, placement->percentage);
    uint32_t found = 0, seen = 0, best = FG_NO_NODE, best_score = 0;
    for (; seen < count && (found < wanted || wanted == count); seen++) {
        uint32_t slot = order[(cluster->start + seen) % count];
        const struct fg_node_capacity *has = fg_state_allocatable(state, slot);
        const struct fg_node_use *use = &state->use[slot];
        if (!fg_state_eligible(state, class, state->kind_of[slot]) ||
            !fg_scheduler_fits(has, use, request))
            continue;
        found++;
        uint32_t score = fg_scheduler_score(has, use, request, placement->most_allocated);
        if (best == FG_NO_NODE || score > best_score ||
            (score == best_score && state->number_of[slot] < state->number_of[best])) {
            best = slot;
            best_score = score;
        }
    }
    cluster->start = count > 0 ? (cluster->start + seen) % count : 0;
    free(order);
    return best;
}

/* ---- what happens to the cluster ---- */

static void change_use(struct cluster *cluster, uint32_t class, uint32_t slot, int64_t pods)
{
    fg_state_count_pods(&cluster->state, slot, class, pods);
    fg_placement_changed(&cluster->placement, slot);
}

static void remove_pod(struct cluster *cluster, uint32_t number)
{
    change_use(cluster, cluster->pods[number].class, cluster->pods[number].slot, -1);
    cluster->pods[number] = cluster->pods[--cluster->pod_count];
}

static void reorder(struct cluster *cluster)
{
    fg_placement_reorder(&cluster->placement);
    if (cluster->start >= cluster->placement.node_count)
        cluster->start = 0;
}

static void lose_node(struct cluster *cluster, struct fg_dice *dice)
{
    uint32_t slot = fg_dice_below(dice, cluster->state.slot_count);
    if (!is_there(cluster, slot))
        return;
    for (uint32_t i = cluster->pod_count; i-- > 0;)
        if (cluster->pods[i].slot == slot)
            remove_pod(cluster, i);
    fg_state_remove_node(&cluster->state, slot);
    reorder(cluster);
}

static uint32_t place_both(struct cluster *cluster, uint32_t class, uint64_t world)
{
    uint32_t expected = scan(cluster, class);
    uint32_t found = fg_placement_find(&cluster->placement, class);
    if (found != expected)
        fail_msg("world %" PRIu64 ": slot %u, by the plain scan %u", world, found, expected);
    assert_int_equal(cluster->placement.search_start, cluster->start);
    return found;
}

static uint32_t run_world(uint64_t number, uint32_t nodes, uint32_t steps)
{
    static struct cluster cluster;
    struct fg_dice dice = {.seed = number};
    uint32_t refused = 0;
    open_cluster(&cluster, &dice, nodes);
    for (uint32_t step = 0; step < steps; step++) {
        uint32_t class = fg_dice_below(&dice, CLASSES);
        if (cluster.pod_count > 0 && fg_dice_one_in(&dice, 4)) {
            remove_pod(&cluster, fg_dice_below(&dice, cluster.pod_count));
        } else if (fg_dice_one_in(&dice, 60)) {
            lose_node(&cluster, &dice);
        } else if (fg_dice_one_in(&dice, 60)) {
            add_node(&cluster, &dice);
            reorder(&cluster);
        } else {
            uint32_t slot = place_both(&cluster, class, number);
            refused += slot == FG_NO_NODE;
            if (slot == FG_NO_NODE || cluster.pod_count == MAX_PODS)
                continue;
            change_use(&cluster, class, slot, 1);
            cluster.pods[cluster.pod_count++] = (struct placed){class, slot};
        }
    }
    fg_placement_release(&cluster.placement);
    fg_state_release(&cluster.state);
    return refused;
}

static void few_nodes_are_chosen_as_by_a_plain_scan(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) / 5, refused = 0;
    for (uint32_t i = 0; i < worlds; i++)
        refused += run_world(i, 1 + i % 99, 400);
    assert_true(refused > 0);
}

static void a_sample_of_many_nodes_is_chosen_as_by_a_plain_scan(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) / 50;
    for (uint32_t i = 0; i < worlds; i++)
        run_world(5000 + i, 90 + 13 * (i % 40), 1500);
}

static uint32_t pods_of_class(const struct cluster *cluster, uint32_t class, uint32_t slot)
{
    const struct fg_node_loads *loads = &cluster->state.loads[slot];
    for (uint32_t i = 0; i < loads->count; i++)
        if (loads->items[i].scheduling_class == class)
            return loads->items[i].pods;
    return 0;
}

/* About as many changes between two looks as there are stamps for them. */
static void a_class_that_was_not_looked_at_for_long_is_not_forgotten(void **state)
{
    (void)state;
    static struct cluster cluster;
    struct fg_dice dice = {.seed = 1};
    open_cluster(&cluster, &dice, 150);
    for (uint32_t round = 0; round < 5; round++) {
        place_both(&cluster, 0, round);
        for (uint32_t i = 0; i < FG_STAMPS + 1 - round; i++) {
            uint32_t slot = fg_dice_below(&dice, 150);
            change_use(&cluster, 1, slot, pods_of_class(&cluster, 1, slot) > 0 ? -1 : 1);
        }
        place_both(&cluster, 0, round);
    }
    fg_placement_release(&cluster.placement);
    fg_state_release(&cluster.state);
}

/* ---- nodes with more pods than a column of bytes counts ---- */

enum { BIG_NODES = 3, BIG_PODS = 700 };

static void open_big_nodes(struct cluster *cluster)
{
    static struct fg_pod_rules rules = {
        .owner_selector = {.workload = "web"}, .scored_cpu_milli = -1, .scored_memory_bytes = -1};
    static const struct fg_scheduler_settings settings = {.default_spread = true};
    memset(cluster, 0, sizeof *cluster);
    cluster->state.settings = &settings;
    for (uint32_t c = 0; c < 2; c++) {
        cluster->specs[c] = (struct fg_pod_spec){.namespace_name = "shop",
                                                 .workload = "web",
                                                 .cpu_milli = 100 + 50 * c,
                                                 .cpu_named = true,
                                                 .rules = &rules};
        fg_state_add_class(&cluster->state, &cluster->specs[c]);
    }
    fg_state_seal_classes(&cluster->state);
    for (int64_t i = 0; i < BIG_NODES; i++) {
        const struct fg_state_kind kind = {.allocatable = {.cpu_milli = 96000 + i * 1000,
                                                           .memory_bytes = 4096 * MIB,
                                                           .pods = BIG_PODS - 30 * i}};
        fg_state_add_kind(&cluster->state, &kind);
        fg_state_set_open(&cluster->state, fg_state_add_node(&cluster->state, (uint32_t)i, NULL),
                          true);
    }
    cluster->placement =
        (struct fg_placement){.state = &cluster->state,
                              .view_count = CLASSES,
                              .views = fg_allocate(CLASSES, sizeof(struct fg_view))};
    fg_placement_reorder(&cluster->placement);
}

static void hundreds_of_pods_of_a_workload_on_a_node_are_still_spread(void **state)
{
    (void)state;
    static struct cluster cluster;
    open_big_nodes(&cluster);
    uint32_t placed = 0;
    for (bool found = true; found; placed += found) {
        struct fg_choice choice;
        uint32_t class = placed % 3 == 0;
        assert_true(fg_placement_serves(&cluster.placement, class));
        found = fg_scheduler_choose(&cluster.state, class, &choice);
        assert_int_equal(fg_placement_find(&cluster.placement, class), choice.slot);
        if (found)
            change_use(&cluster, class, choice.slot, 1);
    }
    assert_int_equal(placed, 3 * BIG_PODS - 30 - 60);
    fg_placement_release(&cluster.placement);
    fg_state_release(&cluster.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_nodes_are_chosen_as_by_a_plain_scan),
        cmocka_unit_test(a_sample_of_many_nodes_is_chosen_as_by_a_plain_scan),
        cmocka_unit_test(a_class_that_was_not_looked_at_for_long_is_not_forgotten),
        cmocka_unit_test(hundreds_of_pods_of_a_workload_on_a_node_are_still_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
