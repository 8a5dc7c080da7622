/* Cluster Autoscaler's decisions, which count equal pods together, against the same made one pod
 * at a time. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/cluster_autoscaler.h"
#include "sim/controllers/scale_down.h"
#include "tests/support/random_world.h"

enum { CLASSES = 5, KINDS = 3, MAX_BINS = 600, MAX_TARGETS = 12, MAX_PODS = 200 };
#define MIB (1024LL * 1024)

static struct fg_request random_request(struct fg_dice *dice)
{
    return (struct fg_request){
        .cpu_milli = 50 * (int64_t)fg_dice_below(dice, 40),
        .memory_bytes = 100 * (int64_t)fg_dice_below(dice, 40) * MIB,
        .gpu_milli = fg_dice_one_in(dice, 8) ? 500 : 0,
    };
}

static struct fg_node_capacity random_capacity(struct fg_dice *dice)
{
    return (struct fg_node_capacity){.cpu_milli = 2000 + 2000 * (int64_t)fg_dice_below(dice, 3),
                                     .memory_bytes = (8192 << fg_dice_below(dice, 2)) * MIB,
                                     .ephemeral_bytes = 20 * 1024 * MIB,
                                     .gpu_milli = 1000,
                                     .pods = 3 + fg_dice_below(dice, 20)};
}

/* ---- bin packing ---- */

struct packing {
    struct fg_request requests[CLASSES];
    uint8_t eligible[CLASSES];
    struct fg_snapshot_pods pods[CLASSES];
    struct fg_snapshot snapshot;
    struct fg_snapshot_group group;
};

static void make_packing(struct packing *packing, struct fg_dice *dice)
{
    memset(packing, 0, sizeof *packing);
    for (uint32_t c = 0; c < CLASSES; c++) {
        packing->requests[c] = random_request(dice);
        packing->eligible[c] = !fg_dice_one_in(dice, 5);
        packing->pods[c] = (struct fg_snapshot_pods){&packing->requests[c], &packing->eligible[c],
                                                     fg_dice_below(dice, 30)};
    }
    packing->snapshot =
        (struct fg_snapshot){.pods_count = CLASSES, .pods = packing->pods, .group_count = 1};
    packing->group.template_allocatable = packing->group.machine = random_capacity(dice);
    packing->group.max_size = 1000;
    if (fg_dice_one_in(dice, 2)) {
        struct fg_request daemon = {.cpu_milli = 50, .memory_bytes = 60 * MIB};
        fg_use_add(&packing->group.daemons, &daemon, 1);
    }
}

static double weight(const struct packing *packing, uint32_t class)
{
    const struct fg_node_capacity *has = &packing->group.template_allocatable;
    return (double)packing->requests[class].cpu_milli / (double)has->cpu_milli +
           (double)packing->requests[class].memory_bytes / (double)has->memory_bytes;
}

/* Heaviest class first, each pod into the first node that takes it, else into a new one. */
static struct fg_estimate pack_one_by_one(const struct packing *packing, int64_t limit)
{
    static struct fg_node_use bins[MAX_BINS];
    struct fg_estimate sum = {0};
    bool done[CLASSES] = {false};
    for (uint32_t n = 0; n < CLASSES; n++) {
        uint32_t class = UINT32_MAX;
        for (uint32_t c = 0; c < CLASSES; c++)
            if (!done[c] && (class == UINT32_MAX || weight(packing, c) > weight(packing, class)))
                class = c;
        done[class] = true;
        const struct fg_request *request = &packing->requests[class];
        for (uint32_t i = 0; packing->eligible[class] && i < packing->pods[class].pods; i++) {
            const struct fg_node_capacity *has = &packing->group.template_allocatable;
            int64_t bin = 0;
            while (bin < sum.nodes && !fg_scheduler_fits(has, &bins[bin], request))
                bin++;
            if (bin == sum.nodes) {
                if (bin == limit || !fg_scheduler_fits(has, &packing->group.daemons, request))
                    break;
                bins[sum.nodes++] = packing->group.daemons;
            }
            fg_use_add(&bins[bin], request, 1);
            sum.pods++;
            sum.cpu_milli += request->cpu_milli;
            sum.memory_bytes += request->memory_bytes;
        }
    }
    return sum;
}

static void packing_by_counts_is_packing_one_by_one(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) * 5;
    int64_t most = 0;
    for (uint32_t i = 0; i < worlds; i++) {
        struct packing packing;
        struct fg_dice dice = {.seed = i};
        make_packing(&packing, &dice);
        int64_t limit = fg_dice_one_in(&dice, 3) ? 1 + fg_dice_below(&dice, 10) : 500;
        struct fg_estimate expected = pack_one_by_one(&packing, limit);
        struct fg_estimate found = fg_autoscaler_estimate(&packing.snapshot, &packing.group, limit);
        assert_int_equal(found.nodes, expected.nodes);
        assert_int_equal(found.pods, expected.pods);
        assert_int_equal(found.cpu_milli, expected.cpu_milli);
        assert_int_equal(found.memory_bytes, expected.memory_bytes);
        most = found.nodes > most ? found.nodes : most;
    }
    assert_true(most > 10);
}

/* ---- moving pods off a node ---- */

struct moving {
    struct fg_node_capacity allocatable;
    struct fg_request requests[CLASSES];
    uint8_t eligible[CLASSES * KINDS];
    struct fg_node_load loads[MAX_TARGETS][CLASSES];
    struct fg_removal_node nodes[MAX_TARGETS];
    struct fg_removal_snapshot snapshot;
    /* one by one */
    uint32_t pod_count, first_target;
    struct {
        uint32_t class, node;
    } pods[MAX_PODS];
    struct fg_node_use use[MAX_TARGETS];
    bool gone[MAX_TARGETS];
};

static void fill_node(struct moving *moving, struct fg_dice *dice, uint32_t node)
{
    struct fg_removal_node *n = &moving->nodes[node];
    *n = (struct fg_removal_node){.allocatable = &moving->allocatable,
                                  .kind = fg_dice_below(dice, KINDS),
                                  .is_target = !fg_dice_one_in(dice, 6),
                                  .loads = moving->loads[node]};
    for (uint32_t c = 0; c < CLASSES; c++) {
        uint32_t wanted = fg_dice_below(dice, 4), pods = 0;
        for (; pods < wanted &&
               fg_scheduler_fits(&moving->allocatable, &n->use, &moving->requests[c]);
             pods++) {
            fg_use_add(&n->use, &moving->requests[c], 1);
            moving->pods[moving->pod_count].class = c;
            moving->pods[moving->pod_count++].node = node;
        }
        if (pods > 0)
            moving->loads[node][n->load_count++] = (struct fg_node_load){c, pods};
    }
    moving->use[node] = n->use;
    moving->gone[node] = !n->is_target;
}

static void make_moving(struct moving *moving, struct fg_dice *dice)
{
    memset(moving, 0, sizeof *moving);
    moving->allocatable = random_capacity(dice);
    for (uint32_t c = 0; c < CLASSES; c++)
        moving->requests[c] = random_request(dice);
    for (uint32_t i = 0; i < CLASSES * KINDS; i++)
        moving->eligible[i] = !fg_dice_one_in(dice, 5);
    uint32_t count = 1 + fg_dice_below(dice, MAX_TARGETS);
    for (uint32_t i = 0; i < count; i++)
        fill_node(moving, dice, i);
    moving->snapshot = (struct fg_removal_snapshot){.node_count = count,
                                                    .nodes = moving->nodes,
                                                    .requests = moving->requests,
                                                    .eligible = moving->eligible,
                                                    .kind_count = KINDS};
}

static bool move_one(struct moving *moving, uint32_t pod, uint32_t from)
{
    uint32_t class = moving->pods[pod].class, count = moving->snapshot.node_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = (moving->first_target + i) % count;
        if (node == from || moving->gone[node] ||
            !moving->eligible[class * KINDS + moving->nodes[node].kind] ||
            !fg_scheduler_fits(&moving->allocatable, &moving->use[node], &moving->requests[class]))
            continue;
        fg_use_add(&moving->use[node], &moving->requests[class], 1);
        moving->pods[pod].node = node;
        moving->first_target = node;
        return true;
    }
    return false;
}

static bool move_one_by_one(struct moving *moving, uint32_t from)
{
    struct moving before = *moving;
    bool moved = true;
    for (uint32_t c = 0; c < CLASSES; c++)
        for (uint32_t pod = 0; pod < moving->pod_count && moved; pod++)
            if (before.pods[pod].node == from && moving->pods[pod].class == c)
                moved = move_one(moving, pod, from);
    if (!moved) {
        memcpy(moving->pods, before.pods, sizeof moving->pods);
        memcpy(moving->use, before.use, sizeof moving->use);
    }
    moving->gone[from] |= moved;
    return moved;
}

static void moving_by_counts_is_moving_one_by_one(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) * 5, moved = 0, stayed = 0;
    for (uint32_t i = 0; i < worlds; i++) {
        static struct moving moving;
        struct fg_dice dice = {.seed = i};
        make_moving(&moving, &dice);
        for (uint32_t node = 0; node < moving.snapshot.node_count; node++) {
            if (moving.gone[node])
                continue;
            bool found = fg_autoscaler_can_move(&moving.snapshot, node);
            assert_int_equal(found, move_one_by_one(&moving, node));
            moved += found && moving.nodes[node].load_count > 0;
            stayed += !found;
            for (uint32_t n = 0; n < moving.snapshot.node_count; n++)
                if (!moving.gone[n])
                    assert_memory_equal(&moving.nodes[n].use, &moving.use[n], sizeof moving.use[n]);
        }
        free(moving.snapshot.moves);
    }
    assert_true(moved > 0 && stayed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packing_by_counts_is_packing_one_by_one),
        cmocka_unit_test(moving_by_counts_is_moving_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
