/* When Karpenter looks for nodes to disrupt and when it acts. What it finds is played here: so
 * many candidates of a method make a command. */
#include "sim/controllers/karpenter_loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/random.h"
#include "tests/support/karpenter_scene.h"

enum { SLOTS = 6, METHODS = FG_METHOD_COUNT };

static struct {
    uint32_t needed[METHODS]; /* candidates that make a command; 0 = none ever do */
    bool blocked[METHODS];    /* budgets hold back what is not found */
    bool holds;
    uint32_t looks[METHODS], checks;
} played;

enum fg_disruption_finding
fg_karpenter_find_command(struct fg_disruption *disruption, const struct fg_disruption_world *world,
                          enum fg_disruption_method method,
                          const struct fg_disruption_candidates *candidates,
                          struct fg_disruption_command *command)
{
    (void)disruption;
    (void)world;
    played.looks[method]++;
    command->method = method;
    if (played.needed[method] > 0 && candidates->count >= played.needed[method])
        return FG_FOUND_COMMAND;
    return played.blocked[method] ? FG_FOUND_BLOCKED : FG_FOUND_NOTHING;
}

bool fg_karpenter_command_holds(struct fg_disruption *disruption,
                                const struct fg_disruption_world *world,
                                struct fg_disruption_command *command)
{
    (void)disruption;
    (void)world;
    (void)command;
    played.checks++;
    return played.holds;
}

void fg_karpenter_command_release(struct fg_disruption_command *command)
{
    (void)command;
}

struct scene {
    struct fg_cluster_state state;
    struct fg_pod_spec spec;
    struct fg_disruption_class class;
    struct fg_karpenter_node nodes[SLOTS];
    struct fg_disruption_node facts[SLOTS];
    struct fg_disruption_budget budget;
    struct fg_node_pool pool;
    struct fg_karpenter_settings settings;
    struct fg_disruption_world world;
    struct fg_disruption_loop loop;
};

/* Nodes with a pod each, so that multi and single have candidates, and emptiness has none. */
static void set_up(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    memset(&played, 0, sizeof played);
    played.holds = true;
    scene->spec = (struct fg_pod_spec){.namespace_name = "shop", .cpu_milli = 100};
    scene->class = fg_scene_class(&scene->state, &scene->spec);
    fg_state_seal_classes(&scene->state);
    struct fg_state_kind kind = {.allocatable = {.cpu_milli = 4000, .pods = 58}};
    fg_state_add_kind(&scene->state, &kind);
    for (uint32_t i = 0; i < SLOTS; i++) {
        fg_state_add_node(&scene->state, 0, NULL);
        fg_state_count_pods(&scene->state, i, 0, 1);
        scene->nodes[i] = (struct fg_karpenter_node){.is_managed = true, .is_initialized = true};
        scene->facts[i] = fg_scene_node("m6i.xlarge", 192000000, 0);
        scene->facts[i].initialized = 0;
    }
    scene->budget = (struct fg_disruption_budget){.nodes = 100, .reasons = FG_DISRUPTION_ALL};
    scene->pool =
        (struct fg_node_pool){.name = "general", .budgets = &scene->budget, .budget_count = 1};
    scene->settings.batch_max_duration_s = 10;
    scene->world = (struct fg_disruption_world){.state = &scene->state,
                                                .nodes = scene->nodes,
                                                .facts = scene->facts,
                                                .classes = &scene->class,
                                                .pools = &scene->pool,
                                                .pool_count = 1,
                                                .settings = &scene->settings};
}

static void tear_down(struct scene *scene)
{
    fg_karpenter_loop_release(&scene->loop);
    fg_state_release(&scene->state);
}

static bool call(struct scene *scene, fg_unix_s now)
{
    assert_int_equal(scene->loop.due, now);
    scene->world.now = now;
    return fg_karpenter_disrupt(&scene->loop, NULL, &scene->world);
}

static void looks_are(uint32_t multi, uint32_t single)
{
    assert_int_equal(played.looks[FG_METHOD_MULTI], multi);
    assert_int_equal(played.looks[FG_METHOD_SINGLE], single);
}

static void loop_acts_fifteen_seconds_after_it_found_and_looks_again_at_once(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    assert_false(call(&scene, 0));
    assert_false(call(&scene, 10));
    played.needed[FG_METHOD_MULTI] = 2;
    fg_karpenter_note_change(&scene.loop, 12);
    assert_false(call(&scene, 20)); /* found */
    assert_int_equal(played.checks, 0);
    assert_true(call(&scene, 35)); /* held */
    assert_int_equal(scene.loop.command.method, FG_METHOD_MULTI);
    played.needed[FG_METHOD_MULTI] = 0;
    fg_karpenter_note_change(&scene.loop, 35);
    assert_false(call(&scene, 35));
    assert_false(call(&scene, 45));
    tear_down(&scene);
}

static void loop_goes_on_with_the_methods_after_one_that_did_not_hold(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    played.needed[FG_METHOD_MULTI] = 1;
    played.needed[FG_METHOD_SINGLE] = 1;
    played.holds = false;
    assert_false(call(&scene, 0));
    looks_are(1, 0);
    assert_false(call(&scene, 15)); /* multi is dropped, single found */
    looks_are(1, 1);
    assert_false(call(&scene, 30)); /* single is dropped, the pass is over */
    looks_are(1, 1);
    assert_false(call(&scene, 40));
    looks_are(2, 1);
    tear_down(&scene);
}

static void loop_acts_on_drift_at_once(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    scene.facts[3].drifted = 0;
    played.needed[FG_METHOD_DRIFT] = 1;
    assert_true(call(&scene, 0));
    assert_int_equal(scene.loop.command.method, FG_METHOD_DRIFT);
    scene.nodes[3].is_going = true;
    assert_false(call(&scene, 0));
    assert_false(call(&scene, 10));
    tear_down(&scene);
}

static void loop_that_found_nothing_looks_again_after_a_change_or_five_minutes(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    fg_karpenter_note_change(&scene.loop, 0);
    for (fg_unix_s now = 0; now < 300; now += 10)
        assert_false(call(&scene, now));
    looks_are(1, 1);
    assert_false(call(&scene, 300)); /* five minutes after the change at 0 */
    looks_are(2, 2);
    assert_false(call(&scene, 310));
    fg_karpenter_note_change(&scene.loop, 315);
    assert_false(call(&scene, 320));
    looks_are(3, 3);
    for (fg_unix_s now = 330; now <= 610; now += 10)
        assert_false(call(&scene, now));
    looks_are(3, 3);
    assert_false(call(&scene, 620)); /* the first poll at 315 + 300 or later */
    looks_are(4, 4);
    tear_down(&scene);
}

static void loop_held_back_by_budgets_looks_at_every_poll(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    played.blocked[FG_METHOD_MULTI] = true;
    for (fg_unix_s now = 0; now < 100; now += 10)
        assert_false(call(&scene, now));
    looks_are(10, 1);
    tear_down(&scene);
}

static void loop_sleeps_until_a_time_of_its_own_runs_out(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene);
    scene.pool.consolidate_after_s = 45;
    for (uint32_t i = 0; i < SLOTS; i++)
        scene.facts[i].last_pod_event = 0;
    assert_false(call(&scene, 0)); /* no candidates */
    assert_int_equal(fg_karpenter_disruption_sleep(&scene.loop, &scene.world), 50); /* 45 s on */
    scene.facts[2].nominated_until = 95;
    scene.loop.due = 50;
    assert_false(call(&scene, 50));
    looks_are(1, 1);
    /* The nomination ends at 95, and is seen at 100; but the methods have settled at
     * 50, so that they look five minutes after the last change, which is the start. */
    assert_int_equal(fg_karpenter_disruption_sleep(&scene.loop, &scene.world), 100);
    scene.loop.due = 100;
    assert_false(call(&scene, 100));
    looks_are(1, 1);
    assert_int_equal(fg_karpenter_disruption_sleep(&scene.loop, &scene.world), 300);
    scene.loop.due = 300;
    assert_false(call(&scene, 300));
    looks_are(2, 2);
    assert_int_equal(fg_karpenter_disruption_sleep(&scene.loop, &scene.world), INT64_MAX);
    scene.loop.due = INT64_MAX;
    assert_int_equal(fg_karpenter_next_poll(&scene.loop, 1234), 1240);
    tear_down(&scene);
}

/* ---- sleeping and polling do the same ---- */

enum { STORY_S = 4000, CHANGES = 6 };
struct story {
    fg_unix_s changes[CHANGES];
    uint32_t slots[CHANGES];
    struct fg_disruption_node facts[SLOTS];
    uint32_t after_s, needed;
    bool blocked;
};

static uint32_t dice(uint64_t seed, uint64_t throw, uint32_t sides)
{
    return (uint32_t)(fg_random_u64(seed, 0, FG_RANDOM_GENERATE, throw) % sides);
}

static struct story random_story(uint64_t seed, const struct scene *scene)
{
    struct story story = {.after_s = dice(seed, 1, 700),
                          .needed = 1 + dice(seed, 2, SLOTS),
                          .blocked = dice(seed, 3, 4) == 0};
    fg_unix_s when = 0;
    for (uint32_t i = 0; i < CHANGES; i++) {
        when += 1 + dice(seed, 10 + i, 1000);
        story.changes[i] = when;
        story.slots[i] = dice(seed, 20 + i, SLOTS);
    }
    for (uint32_t i = 0; i < SLOTS; i++) {
        story.facts[i] = scene->facts[i];
        story.facts[i].last_pod_event = dice(seed, 30 + i, 900);
        story.facts[i].nominated_until = dice(seed, 40 + i, 900);
    }
    return story;
}

/* The seconds at which commands are carried out, as one number. A carried out command empties
 * what was needed, so that the loop goes on. */
static uint64_t play(const struct story *story, bool sleeps)
{
    struct scene scene;
    uint64_t sum = 0;
    uint32_t next = 0;
    set_up(&scene);
    memcpy(scene.facts, story->facts, sizeof scene.facts);
    scene.pool.consolidate_after_s = story->after_s;
    played.needed[FG_METHOD_MULTI] = story->needed;
    played.blocked[FG_METHOD_MULTI] = story->blocked;
    for (fg_unix_s now = 0; now < STORY_S; now++) {
        if (next < CHANGES && story->changes[next] == now) {
            fg_karpenter_note_pod_event(&scene.facts[story->slots[next++]], now);
            fg_karpenter_note_change(&scene.loop, now);
            scene.loop.due = fg_karpenter_next_poll(&scene.loop, now);
        }
        while (scene.loop.due == now) {
            scene.world.now = now;
            if (fg_karpenter_disrupt(&scene.loop, NULL, &scene.world)) {
                sum = sum * 31 + (uint64_t)now;
                fg_karpenter_nominate(&scene.facts[0], &scene.settings, now);
                fg_karpenter_nominate(&scene.facts[1], &scene.settings, now);
                played.needed[FG_METHOD_MULTI]++;
                fg_karpenter_note_change(&scene.loop, now);
            } else if (sleeps) {
                scene.loop.due = fg_karpenter_disruption_sleep(&scene.loop, &scene.world);
            }
        }
    }
    tear_down(&scene);
    return sum;
}

static void loop_that_sleeps_acts_at_the_seconds_of_one_that_polls(void **state)
{
    (void)state;
    struct scene scene;
    uint32_t active = 0;
    set_up(&scene);
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct story story = random_story(seed, &scene);
        uint64_t polled = play(&story, false);
        if (play(&story, true) != polled)
            fail_msg("story %u", (unsigned)seed);
        active += polled != 0;
    }
    assert_in_range(active, 500, 3000);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_acts_fifteen_seconds_after_it_found_and_looks_again_at_once),
        cmocka_unit_test(loop_goes_on_with_the_methods_after_one_that_did_not_hold),
        cmocka_unit_test(loop_acts_on_drift_at_once),
        cmocka_unit_test(loop_that_found_nothing_looks_again_after_a_change_or_five_minutes),
        cmocka_unit_test(loop_held_back_by_budgets_looks_at_every_poll),
        cmocka_unit_test(loop_sleeps_until_a_time_of_its_own_runs_out),
        cmocka_unit_test(loop_that_sleeps_acts_at_the_seconds_of_one_that_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
