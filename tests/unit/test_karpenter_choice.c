/* Which domains a group of Karpenter's leaves open to one more pod, with the skew written out. */
#include "sim/controllers/karpenter_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ZONES = 3, ROOM = 32 };

struct scene {
    struct fg_words words;
    struct fg_arena arena;
    uint32_t zones[ZONES]; /* of us-east-1a, b and c */
    struct fg_group group;
    struct fg_karpenter_requirement anything, own;
    struct fg_domain_choice choice;
    uint32_t found[ROOM];
};

/* Zones with so many pods that the group counts, for a pod that counts too; below 0 = the group
 * does not know the zone. They are made in another order than that of their names. */
static void set_up(struct scene *scene, enum fg_group_form form, const int32_t pods[ZONES])
{
    static const char *const names[ZONES] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    static const uint32_t order[ZONES] = {1, 0, 2};
    *scene = (struct scene){
        .group = {.form = form, .max_skew = 1},
        .anything = {.complement = true},
    };
    for (uint32_t n = 0; n < ZONES; n++) {
        uint32_t i = order[n];
        scene->zones[i] = fg_words_value(&scene->words, names[i]);
        if (pods[i] >= 0)
            fg_domains_add(&scene->group.counts, &scene->arena, scene->zones[i], pods[i]);
    }
    scene->choice = (struct fg_domain_choice){
        .words = &scene->words,
        .group = &scene->group,
        .pod = &scene->anything,
        .node = &scene->anything,
        .selects_self = true,
    };
}

static void tear_down(struct scene *scene)
{
    fg_words_release(&scene->words);
    fg_arena_release(&scene->arena);
}

static uint32_t choose(struct scene *scene)
{
    return fg_choice_domains(&scene->choice, scene->found);
}

/* A requirement of one domain. */
static const struct fg_karpenter_requirement *only(struct scene *scene, uint32_t domain)
{
    scene->own = fg_karpenter_requirement_in(&scene->arena, scene->group.key, domain);
    return &scene->own;
}

static void spread_takes_the_emptiest_domain_and_of_equals_the_first_by_name(void **state)
{
    (void)state;
    struct scene scene;
    /* least 1: a 2 + 1 - 1 = 2 > 1; b and c 1 + 1 - 1 = 1 */
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){2, 1, 1});
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], scene.zones[1]);
    /* a node in a alone: past the skew of 1, within one of 2 */
    scene.choice.node = only(&scene, scene.zones[0]);
    assert_int_equal(choose(&scene), 0);
    scene.group.max_skew = 2;
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], scene.zones[0]);
    tear_down(&scene);
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){1, 1, 2});
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], scene.zones[0]);
    tear_down(&scene);
}

static void domains_that_the_pod_may_not_have_do_not_count_as_least(void **state)
{
    (void)state;
    struct scene scene;
    /* least of all 0: 2 + 1 - 0 = 3 > 1; least of a alone 2: 2 + 1 - 2 = 1 */
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){2, 0, 0});
    scene.choice.node = only(&scene, scene.zones[0]);
    assert_int_equal(choose(&scene), 0);
    scene.choice.pod = scene.choice.node;
    assert_int_equal(choose(&scene), 1);
    tear_down(&scene);
}

static void too_few_domains_count_as_if_one_were_empty(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){1, 1, -1});
    scene.group.min_domains = 2; /* 1 + 1 - 1 = 1 */
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], scene.zones[0]);
    scene.group.min_domains = 3; /* 1 + 1 - 0 = 2 > 1 */
    assert_int_equal(choose(&scene), 0);
    tear_down(&scene);
}

static void least_of_hosts_is_always_none(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){1, 1, 1});
    assert_int_equal(choose(&scene), 1); /* zones: 1 + 1 - 1 = 1 */
    scene.choice.is_host = true;         /* a new one could be made: 1 + 1 - 0 = 2 > 1 */
    assert_int_equal(choose(&scene), 0);
    tear_down(&scene);
}

static void host_that_is_not_known_is_empty(void **state)
{
    (void)state;
    enum { NEW_HOST = FG_WORD_LIMIT + 7 };
    struct scene scene;
    set_up(&scene, FG_GROUP_SPREAD, (const int32_t[]){1, 0, -1});
    scene.choice.is_host = true;
    scene.choice.node = only(&scene, scene.zones[0]); /* 1 + 1 > 1, whatever the others have */
    assert_int_equal(choose(&scene), 0);
    scene.choice.node = only(&scene, NEW_HOST); /* 0 + 1 */
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], NEW_HOST);
    scene.group.form = FG_GROUP_ANTI_AFFINITY;
    assert_int_equal(choose(&scene), 1);
    scene.choice.node = only(&scene, scene.zones[0]);
    assert_int_equal(choose(&scene), 0);
    tear_down(&scene);
}

static void affinity_goes_where_such_pods_are(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene, FG_GROUP_AFFINITY, (const int32_t[]){0, 3, 0});
    assert_int_equal(choose(&scene), 1);
    assert_int_equal(scene.found[0], scene.zones[1]);
    scene.choice.node = only(&scene, scene.zones[0]);
    assert_int_equal(choose(&scene), 0);
    scene.choice.is_host = true;
    assert_int_equal(choose(&scene), 0);
    scene.choice.node = only(&scene, scene.zones[1]);
    assert_int_equal(choose(&scene), 1);
    tear_down(&scene);
}

static void first_pod_of_an_affinity_to_its_own_kind_may_go_anywhere(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene, FG_GROUP_AFFINITY, (const int32_t[]){0, 0, 0});
    scene.choice.node = only(&scene, scene.zones[2]);
    /* the first that the node may have, then the first that the pod may have */
    assert_int_equal(choose(&scene), 2);
    assert_int_equal(scene.found[0], scene.zones[2]);
    assert_int_equal(scene.found[1], scene.zones[0]);
    scene.choice.selects_self = false;
    assert_int_equal(choose(&scene), 0);
    tear_down(&scene);
}

static void anti_affinity_leaves_the_domains_without_such_pods(void **state)
{
    (void)state;
    struct scene scene;
    set_up(&scene, FG_GROUP_ANTI_AFFINITY, (const int32_t[]){1, 0, 0});
    assert_int_equal(choose(&scene), 2);
    assert_int_not_equal(scene.found[0], scene.zones[0]);
    assert_int_not_equal(scene.found[1], scene.zones[0]);
    scene.choice.node = only(&scene, scene.zones[0]);
    assert_int_equal(choose(&scene), 0);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spread_takes_the_emptiest_domain_and_of_equals_the_first_by_name),
        cmocka_unit_test(domains_that_the_pod_may_not_have_do_not_count_as_least),
        cmocka_unit_test(too_few_domains_count_as_if_one_were_empty),
        cmocka_unit_test(least_of_hosts_is_always_none),
        cmocka_unit_test(host_that_is_not_known_is_empty),
        cmocka_unit_test(affinity_goes_where_such_pods_are),
        cmocka_unit_test(first_pod_of_an_affinity_to_its_own_kind_may_go_anywhere),
        cmocka_unit_test(anti_affinity_leaves_the_domains_without_such_pods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
