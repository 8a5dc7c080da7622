/* The scheduler that keeps counts against the one that looks at everything again: a hundred
 * thousand small clusters, in which pods come and go, nodes come, go, are cordoned and closed. For
 * each pod both choose the same node, with the same totals for every node that fits. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/preemption.h"
#include "sim/controllers/scheduling.h"
#include "sim/replay/placement.h"
#include "tests/support/random_cluster.h"
#include "tests/support/random_world.h"
#include "tests/support/slow_preemption.h"
#include "tests/support/slow_scheduler.h"

#define HOSTNAME "kubernetes.io/hostname"
#define ZONE "topology.kubernetes.io/zone"

enum { MAX_PODS = 1024, BUDGETS = 3 };

/* The same cluster twice. */
struct twins {
    uint64_t world;
    struct fg_random_cluster parts;
    struct fg_cluster_state fast;
    struct fg_placement placement; /* the replay's index, for classes it serves */
    struct fg_slow_cluster slow;
    struct fg_slow_pod pods[MAX_PODS];
    uint32_t class_of[MAX_PODS];
    uint32_t slot_of[FG_SLOW_NODES], kind_of[FG_SLOW_NODES]; /* by number of the node */
    bool is_gone[FG_SLOW_NODES];
    int64_t started[MAX_PODS], clock; /* each pod starts at a time of its own */
    int64_t allowed[BUDGETS];
    uint32_t budgets_of_class[FG_RANDOM_CLASSES]; /* a bit a budget */
    uint32_t pod_limit;
};

/* What the pods of a world look at. */
enum manner { PLAIN, RICH, SPREADING };

/* Leaves the class nothing that looks at pods but soft spread, of its own or by default; several
 * classes are of one workload. */
static void keep_soft_spread(struct fg_random_cluster *parts, struct fg_pod_spec *class)
{
    struct fg_pod_rules *rules = fg_arena_allocate(&parts->arena, 1, sizeof *rules);
    *rules = (struct fg_pod_rules){
        .owner_selector = {.workload = class->workload},
        .scored_cpu_milli = -1,
        .scored_memory_bytes = -1,
    };
    if (class->rules != NULL) {
        rules->required_nodes = class->rules->required_nodes;
        rules->spread = class->rules->spread;
    }
    for (uint32_t i = 0; i < rules->spread.count; i++)
        rules->spread.items[i].hard = false;
    class->rules = rules;
}

/* All is such that the index serves, but for constraints of one sort. */
static void make_spreading(struct fg_random_cluster *parts)
{
    parts->settings.default_spread = true;
    parts->settings.resource_count = 0;
    if (parts->settings.scoring == FG_SCORING_REQUESTED_TO_CAPACITY_RATIO)
        parts->settings.scoring = FG_SCORING_LEAST_ALLOCATED;
    for (uint32_t k = 0; k < parts->kind_count; k++)
        for (uint32_t i = 0; i < parts->kinds[k].taints.count; i++)
            if (parts->kinds[k].taints.items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE)
                parts->kinds[k].taints.items[i].effect = FG_EFFECT_NO_EXECUTE;
    for (uint32_t i = 0; i < parts->class_count; i++)
        keep_soft_spread(parts, &parts->classes[i]);
}

static void open_twins(struct twins *twins, uint64_t world, enum manner manner)
{
    memset(twins, 0, sizeof *twins);
    twins->world = world;
    fg_random_cluster_make(world, manner == PLAIN, &twins->parts);
    if (manner == SPREADING)
        make_spreading(&twins->parts);
    twins->slow.pods = twins->pods;
    twins->slow.settings = &twins->parts.settings;
    twins->fast.settings = &twins->parts.settings;
    for (uint32_t i = 0; i < twins->parts.class_count; i++) {
        fg_state_add_class(&twins->fast, &twins->parts.classes[i]);
        twins->fast.classes[i].is_terminating = twins->parts.is_terminating[i];
    }
    fg_state_seal_classes(&twins->fast);
    for (uint32_t i = 0; i < twins->parts.kind_count && !twins->parts.is_named; i++)
        fg_state_add_kind(&twins->fast, &twins->parts.kinds[i]);
    for (uint32_t b = 0; b < BUDGETS; b++)
        twins->allowed[b] = fg_dice_below(&twins->parts.dice, 3);
    for (uint32_t i = 0; i < twins->parts.class_count; i++)
        twins->budgets_of_class[i] = fg_dice_below(&twins->parts.dice, 1 << BUDGETS);
    twins->placement = (struct fg_placement){
        .state = &twins->fast,
        .percentage = twins->parts.settings.percentage_of_nodes_to_score,
        .most_allocated = twins->parts.settings.most_allocated,
        .view_count = twins->parts.class_count,
        .views = fg_allocate(twins->parts.class_count, sizeof(struct fg_view)),
    };
}

static void close_twins(struct twins *twins)
{
    fg_placement_release(&twins->placement);
    fg_state_release(&twins->fast);
    fg_random_cluster_release(&twins->parts);
    free((void *)(uintptr_t)twins->slow.zones);
}

static uint32_t roll(struct twins *twins, uint32_t limit)
{
    return fg_dice_below(&twins->parts.dice, limit);
}

/* How often something was seen, so that a kind of world that is never made is missed. */
static struct {
    uint64_t refusals[FG_SLOW_EXISTING_ANTI_AFFINITY + 1];
    uint64_t chosen, indexed, spread, sampled, preempted, violated;
} seen;

/* ---- nodes ---- */

/* The labels and the node's own name, unless a snapshot's node lacks it. */
static struct fg_pairs own_labels(struct twins *twins, const struct fg_pairs *labels,
                                  const char *name)
{
    struct fg_pairs own = {
        .items = fg_arena_allocate(&twins->parts.arena, labels->count + 1, sizeof *own.items)};
    for (; own.count < labels->count; own.count++)
        own.items[own.count] = labels->items[own.count];
    if (!twins->parts.is_named || roll(twins, 8) > 0)
        own.items[own.count++] = (struct fg_pair){HOSTNAME, name};
    fg_pairs_sort(&own);
    return own;
}

static const char *zone_of(const struct fg_pairs *labels)
{
    const char *zone = fg_pairs_find(labels, ZONE);
    return zone == NULL ? "" : zone;
}

/* Zones take turns in the order in which kinds first named them. */
static void note_zones(struct twins *twins)
{
    free((void *)(uintptr_t)twins->slow.zones);
    twins->slow.zones = fg_allocate(twins->fast.kind_count, sizeof(char *));
    twins->slow.zone_count = 0;
    for (uint32_t k = 0; k < twins->fast.kind_count; k++) {
        const char *zone = zone_of(&twins->fast.kinds[k].labels);
        bool known = false;
        for (uint32_t z = 0; z < twins->slow.zone_count; z++)
            known |= strcmp(twins->slow.zones[z], zone) == 0;
        if (!known)
            twins->slow.zones[twins->slow.zone_count++] = zone;
    }
}

static void copy_kind(const struct fg_state_kind *kind, struct fg_slow_node *node)
{
    node->taints = kind->taints;
    node->unschedulable = kind->unschedulable;
    node->arch = kind->arch;
    node->allocatable = kind->allocatable;
    node->extended = kind->extended;
    node->images_of = kind->images_of;
    node->ebs_limit = kind->ebs_limit;
}

static void open_node(struct twins *twins, uint32_t number, bool open)
{
    fg_state_set_open(&twins->fast, twins->slot_of[number], open);
    twins->slow.nodes[number].is_open = open;
    twins->slow.nodes[number].is_listed |= open;
    fg_placement_reorder(&twins->placement);
}

/* The kind as the state is to know it: of one named node, or of nodes alike. */
static uint32_t state_kind(struct twins *twins, uint32_t kind, const struct fg_slow_node *node)
{
    if (!twins->parts.is_named)
        return kind;
    struct fg_state_kind own = twins->parts.kinds[kind];
    own.labels = node->labels;
    own.node_name = node->name;
    return fg_state_add_kind(&twins->fast, &own);
}

static void add_node(struct twins *twins)
{
    uint32_t number = twins->slow.node_count++;
    uint32_t kind = roll(twins, twins->parts.kind_count / 2) * 2 + (roll(twins, 8) == 0);
    struct fg_slow_node *node = &twins->slow.nodes[number];
    *node = (struct fg_slow_node){.name = fg_arena_format(&twins->parts.arena, "node-%u", number)};
    node->labels = own_labels(twins, &twins->parts.kinds[kind].labels, node->name);
    node->zone = zone_of(&node->labels);
    copy_kind(&twins->parts.kinds[kind], node);
    twins->kind_of[number] = kind;
    twins->slot_of[number] =
        fg_state_add_node(&twins->fast, state_kind(twins, kind, node), node->name);
    note_zones(twins);
    fg_placement_reorder(&twins->placement);
    if (roll(twins, 8) > 0)
        open_node(twins, number, true);
}

/* Cordons the node, or takes the cordon off. */
static void turn_cordon(struct twins *twins, uint32_t number)
{
    struct fg_slow_node *node = &twins->slow.nodes[number];
    twins->kind_of[number] ^= 1;
    copy_kind(&twins->parts.kinds[twins->kind_of[number]], node);
    fg_state_set_kind(&twins->fast, twins->slot_of[number],
                      state_kind(twins, twins->kind_of[number], node));
    fg_placement_reorder(&twins->placement);
}

/* ---- pods ---- */

static void count_pod(struct twins *twins, uint32_t number, uint32_t class, int64_t change)
{
    fg_state_count_pods(&twins->fast, twins->slot_of[number], class, change);
    fg_placement_changed(&twins->placement, twins->slot_of[number]);
}

static void add_pod(struct twins *twins, uint32_t class, uint32_t number)
{
    uint32_t pod = twins->slow.pod_count++;
    twins->pods[pod] = (struct fg_slow_pod){&twins->parts.classes[class], number,
                                            twins->parts.is_terminating[class]};
    twins->class_of[pod] = class;
    twins->started[pod] = ++twins->clock;
    count_pod(twins, number, class, 1);
}

static void remove_pod(struct twins *twins, uint32_t pod)
{
    uint32_t last = --twins->slow.pod_count;
    count_pod(twins, twins->pods[pod].node, twins->class_of[pod], -1);
    twins->pods[pod] = twins->pods[last];
    twins->class_of[pod] = twins->class_of[last];
    twins->started[pod] = twins->started[last];
}

static void lose_node(struct twins *twins, uint32_t number)
{
    for (uint32_t pod = twins->slow.pod_count; pod-- > 0;)
        if (twins->pods[pod].node == number)
            remove_pod(twins, pod);
    fg_state_remove_node(&twins->fast, twins->slot_of[number]);
    twins->slow.nodes[number].is_listed = twins->slow.nodes[number].is_open = false;
    twins->is_gone[number] = true;
    fg_placement_reorder(&twins->placement);
}

/* ---- both choose ---- */

static void describe(const struct twins *twins, const char *what, uint32_t class)
{
    print_error("world %" PRIu64 ", class %u: %s; %u nodes, %u pods, %s\n", twins->world, class,
                what, twins->slow.node_count, twins->slow.pod_count,
                twins->parts.is_named ? "a kind a node" : "nodes of a kind");
    for (uint32_t n = 0; n < twins->slow.node_count; n++) {
        const struct fg_slow_node *node = &twins->slow.nodes[n];
        if (twins->is_gone[n])
            continue;
        print_error("  %s slot %u kind %u zone '%s'%s%s: refusal %d fast, %d slow; pods",
                    node->name, twins->slot_of[n], twins->kind_of[n], node->zone,
                    node->is_open ? "" : " closed", node->unschedulable ? " cordoned" : "",
                    (int)fg_scheduler_refuses(&twins->fast, class, twins->slot_of[n]),
                    (int)fg_slow_scheduler_refuses(&twins->slow, &twins->parts.classes[class], n));
        for (uint32_t p = 0; p < twins->slow.pod_count; p++)
            if (twins->pods[p].node == n)
                print_error(" %u", twins->class_of[p]);
        print_error("\n");
    }
    fail();
}

static uint32_t number_of_slot(const struct twins *twins, uint32_t slot)
{
    return twins->fast.number_of[slot];
}

static void compare_totals(const struct twins *twins, uint32_t class, const struct fg_choice *fast,
                           const struct fg_slow_choice *slow)
{
    for (uint32_t i = 0; i < fast->candidate_count; i++) {
        uint32_t number = number_of_slot(twins, fast->candidates[i].slot), at = 0;
        while (at < slow->count && slow->nodes[at] != number)
            at++;
        if (at == slow->count)
            describe(twins, "a node fits that should not", class);
        if (slow->count > 1 && slow->totals[at] != fast->candidates[i].total) {
            print_error("node %u: total %d, should be %" PRId64 "\n", number,
                        fast->candidates[i].total, slow->totals[at]);
            describe(twins, "the totals differ", class);
        }
    }
}

static void compare_refusals(const struct twins *twins, uint32_t class)
{
    static const enum fg_refusal refusals[] = {
        [FG_SLOW_FITS] = FG_REFUSAL_NONE,
        [FG_SLOW_NODE_LIST] = FG_REFUSAL_NODE_LIST,
        [FG_SLOW_UNSCHEDULABLE] = FG_REFUSAL_UNSCHEDULABLE,
        [FG_SLOW_NAME] = FG_REFUSAL_NODE_NAME,
        [FG_SLOW_TAINT] = FG_REFUSAL_TAINT,
        [FG_SLOW_NODE_AFFINITY] = FG_REFUSAL_NODE_AFFINITY,
        [FG_SLOW_PORTS] = FG_REFUSAL_PORTS,
        [FG_SLOW_RESOURCES] = FG_REFUSAL_RESOURCES,
        [FG_SLOW_VOLUME_LIMIT] = FG_REFUSAL_VOLUME_LIMIT,
        [FG_SLOW_VOLUME_ZONE] = FG_REFUSAL_VOLUME_ZONE,
        [FG_SLOW_SPREAD_LABEL] = FG_REFUSAL_SPREAD_LABEL,
        [FG_SLOW_SPREAD] = FG_REFUSAL_SPREAD,
        [FG_SLOW_AFFINITY] = FG_REFUSAL_AFFINITY,
        [FG_SLOW_ANTI_AFFINITY] = FG_REFUSAL_ANTI_AFFINITY,
        [FG_SLOW_EXISTING_ANTI_AFFINITY] = FG_REFUSAL_EXISTING_ANTI_AFFINITY,
    };
    for (uint32_t n = 0; n < twins->slow.node_count; n++) {
        if (twins->is_gone[n])
            continue;
        enum fg_slow_refusal refusal =
            fg_slow_scheduler_refuses(&twins->slow, &twins->parts.classes[class], n);
        seen.refusals[refusal]++;
        if (fg_scheduler_refuses(&twins->fast, class, twins->slot_of[n]) != refusals[refusal])
            describe(twins, "refused for another reason", class);
    }
}

/* As the replay does it: by the index where it serves, and both begin where the other stopped. */
static void compare_index(struct twins *twins, uint32_t class, uint32_t start,
                          const struct fg_choice *choice)
{
    twins->placement.search_start = start;
    if (!fg_placement_serves(&twins->placement, class))
        return;
    seen.indexed++;
    seen.spread += !twins->fast.classes[class].is_plain;
    if (fg_placement_find(&twins->placement, class) != choice->slot)
        describe(twins, "the index finds another node", class);
    if (twins->placement.search_start != twins->fast.search_start)
        describe(twins, "the index stops elsewhere", class);
}

/* Returns the number of the node, UINT32_MAX if none fits. */
static uint32_t place(struct twins *twins, uint32_t class)
{
    static struct fg_slow_choice slow;
    struct fg_choice fast = {0};
    uint32_t start = twins->fast.search_start;
    fg_slow_scheduler_choose(&twins->slow, &twins->parts.classes[class], &slow);
    bool found = fg_scheduler_choose(&twins->fast, class, &fast);
    if (found != (slow.node != UINT32_MAX))
        describe(twins, found ? "placed, but nothing fits" : "not placed, but a node fits", class);
    if (fast.candidate_count != slow.count && found)
        describe(twins, "as many nodes do not fit", class);
    compare_totals(twins, class, &fast, &slow);
    if (found && number_of_slot(twins, fast.slot) != slow.node)
        describe(twins, "another node", class);
    compare_index(twins, class, start, &fast);
    seen.chosen += slow.count > 1;
    seen.sampled += twins->fast.search_start != start;
    return slow.node;
}

/* ---- preemption ---- */

/* The real dry run counts pods with an empty selector, and those that are being deleted, when it
 * takes them away, though it did not count them before; such classes are left out here. */
static bool is_odd(const struct twins *twins, uint32_t class)
{
    const struct fg_pod_rules *rules = twins->parts.classes[class].rules;
    for (uint32_t i = 0; rules != NULL && i < rules->spread.count; i++)
        if (rules->spread.items[i].hard)
            for (uint32_t p = 0; p < twins->slow.pod_count; p++)
                if (twins->pods[p].is_terminating)
                    return true;
    for (uint32_t i = 0; rules != NULL && i < rules->spread.count; i++) {
        const struct fg_label_selector *selector = &rules->spread.items[i].selector;
        if (!selector->nothing && selector->workload == NULL && selector->labels.count == 0 &&
            selector->expressions.count == 0)
            return true;
    }
    return false;
}

static void compare_victims(const struct twins *twins, uint32_t class,
                            const struct fg_preemption_plan *fast,
                            const struct fg_slow_victims *slow)
{
    uint32_t number = fast->slot == FG_NO_SLOT ? UINT32_MAX : number_of_slot(twins, fast->slot);
    bool same = number == slow->node && fast->victim_count == slow->count &&
                fast->violated_count == slow->violated;
    for (uint32_t i = 0; same && i < slow->count; i++)
        same = fast->victims[i] == slow->pods[i];
    if (same)
        return;
    print_error("preempts on node %d with %u victims, should be %d with %u:", (int)number,
                fast->victim_count, (int)slow->node, slow->count);
    for (uint32_t i = 0; i < slow->count; i++)
        print_error(" %u", slow->pods[i]);
    print_error("\n");
    describe(twins, "other victims", class);
}

static void preempt(struct twins *twins, uint32_t class)
{
    static uint32_t numbers[BUDGETS << BUDGETS], masks[MAX_PODS];
    static struct fg_running_pod pods[MAX_PODS];
    struct fg_preemption_plan plan;
    struct fg_slow_victims victims;
    for (uint32_t mask = 0; mask < 1 << BUDGETS; mask++)
        for (uint32_t b = 0, n = 0; b < BUDGETS; b++)
            if ((mask >> b & 1) != 0)
                numbers[mask * BUDGETS + n++] = b;
    for (uint32_t i = 0; i < twins->slow.pod_count; i++) {
        masks[i] = twins->budgets_of_class[twins->class_of[i]];
        pods[i] = (struct fg_running_pod){
            .slot = twins->slot_of[twins->pods[i].node],
            .class_number = twins->class_of[i],
            .started = twins->started[i],
            .budget_count = (uint32_t)__builtin_popcount(masks[i]),
            .budgets = &numbers[masks[i] * BUDGETS],
        };
    }
    const struct fg_running_pods running = {twins->slow.pod_count, pods, BUDGETS, twins->allowed};
    const struct fg_slow_running slow = {twins->started, masks, BUDGETS, twins->allowed};
    fg_slow_preempt(&twins->slow, &twins->parts.classes[class], &slow, &victims);
    fg_preemption_find(&twins->fast, class, &running, &plan);
    compare_victims(twins, class, &plan, &victims);
    fg_preemption_release(&plan);
    seen.preempted += victims.count > 0;
    seen.violated += victims.violated > 0;
}

static void step(struct twins *twins, uint32_t *placed)
{
    uint32_t number = roll(twins, twins->slow.node_count);
    bool gone = twins->is_gone[number];
    switch (roll(twins, 16)) {
    case 0:
        if (!gone && roll(twins, 3) == 0)
            lose_node(twins, number);
        return;
    case 1:
        if (!gone)
            turn_cordon(twins, number);
        return;
    case 2:
        if (!gone)
            open_node(twins, number, !twins->slow.nodes[number].is_open);
        return;
    case 3:
        if (twins->slow.node_count < FG_SLOW_NODES)
            add_node(twins);
        return;
    case 4:
    case 5:
        if (twins->slow.pod_count > 0)
            remove_pod(twins, roll(twins, twins->slow.pod_count));
        return;
    default:
        break;
    }
    uint32_t class = roll(twins, twins->parts.class_count);
    if (roll(twins, 4) == 0)
        compare_refusals(twins, class);
    uint32_t node = place(twins, class);
    if (node == UINT32_MAX && twins->fast.open_count > 0 && !is_odd(twins, class))
        preempt(twins, class);
    if (node != UINT32_MAX && twins->slow.pod_count < twins->pod_limit) {
        add_pod(twins, class, node);
        (*placed)++;
    }
}

/* Pods that stand where they stand, whether the scheduler would have it or not. */
static void scatter_pods(struct twins *twins, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = roll(twins, twins->slow.node_count);
        if (twins->slow.nodes[number].is_listed)
            add_pod(twins, roll(twins, twins->parts.class_count), number);
    }
}

static uint32_t run_world(uint64_t world, enum manner manner, uint32_t nodes, uint32_t steps)
{
    static struct twins twins;
    uint32_t placed = 0;
    open_twins(&twins, world, manner);
    twins.pod_limit = nodes < 100 ? 30 : MAX_PODS;
    for (uint32_t i = 0; i < nodes; i++)
        add_node(&twins);
    scatter_pods(&twins, roll(&twins, 2 * nodes));
    for (uint32_t i = 0; i < steps; i++)
        step(&twins, &placed);
    close_twins(&twins);
    return placed;
}

static void small_worlds_are_scheduled_as_by_looking_at_everything(void **state)
{
    (void)state;
    static const enum manner manners[8] = {PLAIN, RICH,      RICH, SPREADING,
                                           RICH,  SPREADING, RICH, RICH};
    uint32_t worlds = fg_random_world_count(100000), placed = 0;
    for (uint32_t i = 0; i < worlds; i++)
        placed += run_world(i, manners[i % 8], 2 + i % 11, 8 + i % 25);
    assert_true(placed > worlds);
    assert_true(seen.chosen > worlds);
    assert_true(seen.indexed > worlds / 20);
    assert_true(worlds < 2000 || seen.spread > worlds / 20);
    assert_true(worlds < 2000 || (seen.preempted > worlds / 100 && seen.violated > 0));
    for (uint32_t i = 0; i <= FG_SLOW_EXISTING_ANTI_AFFINITY && worlds >= 2000; i++)
        assert_true(seen.refusals[i] > 0);
}

static void a_sample_of_the_nodes_is_the_same_sample(void **state)
{
    (void)state;
    static const enum manner manners[3] = {PLAIN, RICH, SPREADING};
    uint32_t worlds = 6 + fg_random_world_count(100000) / 2000;
    uint64_t spread_before = seen.spread;
    for (uint32_t i = 0; i < worlds; i++)
        run_world(1000000 + i, manners[i % 3], 150 + i % 90, 60);
    assert_true(seen.sampled > 2 * worlds);
    assert_true(seen.spread > spread_before + worlds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_worlds_are_scheduled_as_by_looking_at_everything),
        cmocka_unit_test(a_sample_of_the_nodes_is_the_same_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
