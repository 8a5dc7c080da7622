/* Requirement sets: intersection, compatibility, the words of a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/controllers/karpenter_requirements.h"

#define ZONE "topology.kubernetes.io/zone"

struct desk {
    struct fg_words words;
    struct fg_arena arena;
};

static void clear(struct desk *desk)
{
    fg_words_release(&desk->words);
    fg_arena_release(&desk->arena);
}

/* "In a b", "NotIn a", "Exists", "DoesNotExist", "Gt 2", "Lte 4" on one key. */
static struct fg_karpenter_requirement parse(struct desk *desk, const char *key, const char *text)
{
    char *copy = fg_arena_string(&desk->arena, text), *rest = NULL;
    struct fg_requirement source = {.key = key};
    source.values = fg_arena_allocate(&desk->arena, 8, sizeof *source.values);
    assert_true(fg_operator_parse(strtok_r(copy, " ", &rest), &source.operator_));
    for (char *value; (value = strtok_r(NULL, " ", &rest)) != NULL;)
        source.values[source.value_count++] = value;
    return fg_karpenter_requirement_of(&desk->words, &desk->arena, &source);
}

static void intersections_are_what_both_allow(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        /* a, b, both */
        {"In a b", "In b c", "k In [b]"},
        {"In a", "In b", "k DoesNotExist"},
        {"In a b", "NotIn a", "k In [b]"},
        {"NotIn a", "In a b", "k In [b]"},
        {"NotIn a", "NotIn b", "k NotIn [a b]"},
        {"Exists", "NotIn a", "k NotIn [a]"},
        {"Exists", "DoesNotExist", "k DoesNotExist"},
        {"Gt 2", "Lt 8", "k Exists >=3 <=7"},
        {"Gte 2", "Lte 8", "k Exists >=2 <=8"},
        {"Gt 2", "Gt 4", "k Exists >=5"},
        {"Gt 4", "Lt 4", "k DoesNotExist"},
        {"In 1 2 3 x", "Gt 1", "k In [2 3]"},
        {"NotIn 3 9", "Lt 5", "k NotIn [3] <=4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk desk = {0};
        struct fg_karpenter_requirement a = parse(&desk, "k", rows[i][0]);
        struct fg_karpenter_requirement b = parse(&desk, "k", rows[i][1]);
        struct fg_karpenter_requirement both =
            fg_karpenter_requirement_intersect(&desk.words, &desk.arena, &a, &b);
        assert_string_equal(fg_karpenter_requirement_print(&desk.words, &desk.arena, &both),
                            rows[i][2]);
        assert_int_equal(fg_karpenter_requirement_meets(&desk.words, &a, &b),
                         fg_karpenter_requirement_form(&both) != FG_FORM_DOES_NOT_EXIST);
        clear(&desk);
    }
}

static void a_set_is_compatible_as_karpenter_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *key, *own, *asked; /* own NULL: the set says nothing of the key */
        bool known_to_all;
        bool expected;
    } rows[] = {
        {ZONE, "In a b", "In b", true, true},
        {ZONE, "In a", "In b", true, false},
        {ZONE, NULL, "In b", true, true},
        {ZONE, NULL, "In b", false, false},
        {"team", NULL, "In red", true, false},
        {"team", NULL, "NotIn red", true, true},
        {"team", NULL, "DoesNotExist", true, true},
        {"team", NULL, "Exists", true, false},
        {"team", "In red", "Exists", true, true},
        {"team", "In red", "DoesNotExist", true, false},
        {"team", "DoesNotExist", "NotIn red", true, true},
        {"team", "NotIn red", "DoesNotExist", true, true},
        {"team", "DoesNotExist", "In red", true, false},
        {"team", "DoesNotExist", "Gt 3", true, false},
        {"team", "In 4", "Gt 3", true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk desk = {0};
        struct fg_karpenter_requirements set = {0}, asked = {0};
        struct fg_karpenter_requirement one = parse(&desk, rows[i].key, rows[i].asked);
        fg_karpenter_requirements_add(&desk.words, &desk.arena, &asked, &one);
        if (rows[i].own != NULL) {
            one = parse(&desk, rows[i].key, rows[i].own);
            fg_karpenter_requirements_add(&desk.words, &desk.arena, &set, &one);
        }
        assert_int_equal(fg_karpenter_requirements_compatible(&desk.words, &set, &asked,
                                                              rows[i].known_to_all, NULL),
                         rows[i].expected);
        clear(&desk);
    }
}

static void older_spellings_are_the_same_label(void **state)
{
    (void)state;
    struct desk desk = {0};
    assert_int_equal(fg_words_key(&desk.words, "beta.kubernetes.io/arch"),
                     fg_words_key(&desk.words, "kubernetes.io/arch"));
    assert_int_equal(fg_words_key(&desk.words, "failure-domain.beta.kubernetes.io/zone"),
                     fg_words_key(&desk.words, ZONE));
    assert_int_not_equal(fg_words_key(&desk.words, "kubernetes.io/os"),
                         fg_words_key(&desk.words, "kubernetes.io/arch"));
    clear(&desk);
}

static void min_values_stay_the_largest(void **state)
{
    (void)state;
    struct desk desk = {0};
    struct fg_karpenter_requirement a = parse(&desk, "k", "In a b c");
    struct fg_karpenter_requirement b = parse(&desk, "k", "NotIn c");
    a.min_values = 2;
    b.min_values = 3;
    struct fg_karpenter_requirement both =
        fg_karpenter_requirement_intersect(&desk.words, &desk.arena, &a, &b);
    assert_string_equal(fg_karpenter_requirement_print(&desk.words, &desk.arena, &both),
                        "k In [a b] minValues 3");
    clear(&desk);
}

static void a_refusal_names_the_label(void **state)
{
    (void)state;
    struct desk desk = {0};
    struct fg_karpenter_requirements set = {0}, asked = {0}, other = {0};
    struct fg_karpenter_requirement one = parse(&desk, ZONE, "In a");
    fg_karpenter_requirements_add(&desk.words, &desk.arena, &set, &one);
    one = parse(&desk, ZONE, "In b c d e f g");
    fg_karpenter_requirements_add(&desk.words, &desk.arena, &asked, &one);
    assert_string_equal(
        fg_karpenter_requirements_refusal(&desk.words, &desk.arena, &set, &asked, true),
        "key " ZONE ", " ZONE " In [b c d e f and 1 others] not in " ZONE " In [a]");
    one = parse(&desk, "team", "In red");
    fg_karpenter_requirements_add(&desk.words, &desk.arena, &other, &one);
    assert_string_equal(
        fg_karpenter_requirements_refusal(&desk.words, &desk.arena, &set, &other, true),
        "label \"team\" does not have known values");
    clear(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intersections_are_what_both_allow),
        cmocka_unit_test(a_set_is_compatible_as_karpenter_has_it),
        cmocka_unit_test(older_spellings_are_the_same_label),
        cmocka_unit_test(min_values_stay_the_largest),
        cmocka_unit_test(a_refusal_names_the_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
