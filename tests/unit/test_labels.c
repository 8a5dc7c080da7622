/* Labels, globs, taints and tolerations (rules P1). */
#include "models/labels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PAIRS(...)                                                                                 \
    ((struct fg_pairs){sizeof((struct fg_pair[]){__VA_ARGS__}) / sizeof(struct fg_pair),           \
                       (struct fg_pair[]){__VA_ARGS__}})

static void a_star_matches_any_run_of_characters(void **state)
{
    (void)state;
    assert_true(fg_glob_match("prod*", "prod"));
    assert_true(fg_glob_match("prod*", "prod-metrics"));
    assert_false(fg_glob_match("prod*", "pro"));
    assert_false(fg_glob_match("prod*", "my-prod"));
    assert_true(fg_glob_match("*dev", "dev"));
    assert_true(fg_glob_match("*dev", "my-dev"));
    assert_false(fg_glob_match("*dev", "devs"));
    assert_true(fg_glob_match("*", ""));
    assert_true(fg_glob_match("*", "anything"));
    assert_true(fg_glob_match("**", ""));
    assert_true(fg_glob_match("a*b*c", "a-b-b-c"));
    assert_false(fg_glob_match("a*b*c", "a-c-b"));
}

static void a_question_mark_matches_exactly_one_character(void **state)
{
    (void)state;
    assert_true(fg_glob_match("value?", "valuea"));
    assert_false(fg_glob_match("value?", "value"));
    assert_false(fg_glob_match("value?", "value-a"));
    assert_true(fg_glob_match("frontend*?", "frontend1"));
    assert_true(fg_glob_match("frontend*?", "frontend-12"));
    assert_false(fg_glob_match("frontend*?", "frontend"));
    assert_true(fg_glob_match("?*?", "ab"));
    assert_false(fg_glob_match("?*?", "a"));
}

static void a_pattern_is_case_sensitive_and_takes_the_whole_text(void **state)
{
    (void)state;
    assert_false(fg_glob_match("Prod", "prod"));
    assert_false(fg_glob_match("prod", "production"));
    assert_false(fg_glob_match("", "a"));
    assert_true(fg_glob_match("", ""));
}

static void nothing_else_is_special_in_a_pattern(void **state)
{
    (void)state;
    assert_false(fg_glob_match("[ab]", "a"));
    assert_true(fg_glob_match("[ab]", "[ab]"));
    assert_false(fg_glob_match("a.c", "abc"));
    assert_true(fg_glob_match("a\\*", "a\\xyz"));
    assert_false(fg_glob_match("\\*", "*"));
    assert_true(fg_glob_match("{a,b}", "{a,b}"));
}

static void a_pattern_full_of_stars_ends_soon(void **state)
{
    (void)state;
    char text[2001];
    memset(text, 'a', 2000);
    text[2000] = '\0';
    assert_false(fg_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
    assert_true(fg_glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*", text));
}

static void finds_the_value_of_a_key(void **state)
{
    (void)state;
    const struct fg_pairs pairs = PAIRS({"app", "web"}, {"tier", ""});
    assert_string_equal(fg_pairs_find(&pairs, "app"), "web");
    assert_string_equal(fg_pairs_find(&pairs, "tier"), "");
    assert_null(fg_pairs_find(&pairs, "ap"));
    assert_null(fg_pairs_find(&(struct fg_pairs){0}, "app"));
}

static void sorts_pairs_and_finds_a_key_that_stands_twice(void **state)
{
    (void)state;
    struct fg_pairs pairs = PAIRS({"b", "1"}, {"a", "2"}, {"B", "3"});
    assert_true(fg_pairs_sort(&pairs));
    assert_string_equal(pairs.items[0].key, "B");
    assert_string_equal(pairs.items[1].key, "a");
    assert_string_equal(pairs.items[2].key, "b");
    struct fg_pairs twice = PAIRS({"b", "1"}, {"a", "2"}, {"b", "1"});
    assert_false(fg_pairs_sort(&twice));
    assert_false(fg_pairs_sort(&PAIRS({"a", "1"}, {"a", "2"})));
    assert_true(fg_pairs_sort(&(struct fg_pairs){0}));
}

static void all_wanted_pairs_must_be_present(void **state)
{
    (void)state;
    const struct fg_pairs present = PAIRS({"app", "web"}, {"tier", "front"});
    assert_true(fg_pairs_contain(&present, &(struct fg_pairs){0}));
    assert_true(fg_pairs_contain(&present, &PAIRS({"tier", "front"})));
    assert_true(fg_pairs_contain(&present, &PAIRS({"app", "web"}, {"tier", "front"})));
    assert_false(fg_pairs_contain(&present, &PAIRS({"app", "web"}, {"tier", "back"})));
    assert_false(fg_pairs_contain(&present, &PAIRS({"zone", "a"})));
    assert_false(fg_pairs_contain(&present, &PAIRS({"app", "w*"})));
}

static bool tolerated(struct fg_toleration toleration, struct fg_taint taint)
{
    return fg_tolerates(&(struct fg_tolerations){1, &toleration}, &taint);
}

static void a_toleration_equals_or_exists(void **state)
{
    (void)state;
    const struct fg_taint taint = {"gpu", "true", FG_EFFECT_NO_SCHEDULE};
    assert_true(tolerated((struct fg_toleration){"gpu", "true", false, FG_EFFECT_ANY}, taint));
    assert_false(tolerated((struct fg_toleration){"gpu", "false", false, FG_EFFECT_ANY}, taint));
    assert_false(tolerated((struct fg_toleration){"gpu", "", false, FG_EFFECT_ANY}, taint));
    assert_true(tolerated((struct fg_toleration){"gpu", "", true, FG_EFFECT_ANY}, taint));
    assert_false(tolerated((struct fg_toleration){"cpu", "", true, FG_EFFECT_ANY}, taint));
}

static void a_toleration_is_for_its_effect_or_all(void **state)
{
    (void)state;
    const struct fg_taint schedule = {"a", "b", FG_EFFECT_NO_SCHEDULE};
    const struct fg_taint execute = {"a", "b", FG_EFFECT_NO_EXECUTE};
    const struct fg_toleration only_schedule = {"a", "b", false, FG_EFFECT_NO_SCHEDULE};
    assert_true(tolerated(only_schedule, schedule));
    assert_false(tolerated(only_schedule, execute));
    assert_true(tolerated((struct fg_toleration){"a", "b", false, FG_EFFECT_ANY}, execute));
}

static void an_empty_key_that_exists_tolerates_every_taint(void **state)
{
    (void)state;
    const struct fg_taint taint = {"anything", "at all", FG_EFFECT_NO_EXECUTE};
    assert_true(tolerated((struct fg_toleration){"", "", true, FG_EFFECT_ANY}, taint));
    assert_true(tolerated((struct fg_toleration){"", "", true, FG_EFFECT_NO_EXECUTE}, taint));
    assert_false(tolerated((struct fg_toleration){"", "", true, FG_EFFECT_NO_SCHEDULE}, taint));
    assert_false(tolerated((struct fg_toleration){"", "", false, FG_EFFECT_ANY}, taint));
}

static void names_the_first_taint_that_is_not_tolerated(void **state)
{
    (void)state;
    struct fg_taint items[] = {
        {"soft", "", FG_EFFECT_PREFER_NO_SCHEDULE},
        {"gpu", "", FG_EFFECT_NO_SCHEDULE},
        {"spot", "", FG_EFFECT_NO_EXECUTE},
    };
    const struct fg_taints taints = {3, items};
    struct fg_toleration gpu = {"gpu", "", true, FG_EFFECT_ANY};
    struct fg_toleration all = {"", "", true, FG_EFFECT_ANY};
    assert_ptr_equal(fg_taints_find_untolerated(&taints, &(struct fg_tolerations){0}), &items[1]);
    assert_ptr_equal(fg_taints_find_untolerated(&taints, &(struct fg_tolerations){1, &gpu}),
                     &items[2]);
    assert_null(fg_taints_find_untolerated(&taints, &(struct fg_tolerations){1, &all}));
    assert_null(
        fg_taints_find_untolerated(&(struct fg_taints){1, items}, &(struct fg_tolerations){0}));
}

static void reads_effects_in_both_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *name, *api_name;
        enum fg_effect effect;
    } rows[] = {
        {"NoSchedule", "NO_SCHEDULE", FG_EFFECT_NO_SCHEDULE},
        {"PreferNoSchedule", "PREFER_NO_SCHEDULE", FG_EFFECT_PREFER_NO_SCHEDULE},
        {"NoExecute", "NO_EXECUTE", FG_EFFECT_NO_EXECUTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum fg_effect effect = FG_EFFECT_ANY;
        assert_true(fg_effect_parse(rows[i].name, &effect));
        assert_int_equal(effect, rows[i].effect);
        effect = FG_EFFECT_ANY;
        assert_true(fg_effect_parse(rows[i].api_name, &effect));
        assert_int_equal(effect, rows[i].effect);
        assert_string_equal(fg_effect_name(rows[i].effect), rows[i].name);
    }
    enum fg_effect effect = FG_EFFECT_NO_EXECUTE;
    assert_false(fg_effect_parse("noschedule", &effect));
    assert_false(fg_effect_parse("", &effect));
    assert_int_equal(effect, FG_EFFECT_NO_EXECUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_matches_any_run_of_characters),
        cmocka_unit_test(a_question_mark_matches_exactly_one_character),
        cmocka_unit_test(a_pattern_is_case_sensitive_and_takes_the_whole_text),
        cmocka_unit_test(nothing_else_is_special_in_a_pattern),
        cmocka_unit_test(a_pattern_full_of_stars_ends_soon),
        cmocka_unit_test(finds_the_value_of_a_key),
        cmocka_unit_test(sorts_pairs_and_finds_a_key_that_stands_twice),
        cmocka_unit_test(all_wanted_pairs_must_be_present),
        cmocka_unit_test(a_toleration_equals_or_exists),
        cmocka_unit_test(a_toleration_is_for_its_effect_or_all),
        cmocka_unit_test(an_empty_key_that_exists_tolerates_every_taint),
        cmocka_unit_test(names_the_first_taint_that_is_not_tolerated),
        cmocka_unit_test(reads_effects_in_both_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
