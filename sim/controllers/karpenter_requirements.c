#include "sim/controllers/karpenter_requirements.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

enum { SHOWN_VALUES = 5 };

/* ---- one requirement ---- */

static int compare_words(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

struct fg_karpenter_requirement fg_karpenter_requirement_in_all(struct fg_arena *arena,
                                                                uint32_t key,
                                                                const uint32_t *values,
                                                                uint32_t count)
{
    uint32_t *sorted = fg_arena_allocate(arena, count, sizeof *sorted), kept = 0;
    if (count > 0)
        memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_words);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || sorted[kept - 1] != sorted[i])
            sorted[kept++] = sorted[i];
    return (struct fg_karpenter_requirement){.key = key, .value_count = kept, .values = sorted};
}

struct fg_karpenter_requirement fg_karpenter_requirement_in(struct fg_arena *arena, uint32_t key,
                                                            uint32_t value)
{
    return fg_karpenter_requirement_in_all(arena, key, &value, 1);
}

/* Gt and Lt become inclusive bounds; nothing is above the largest number. */
static void set_bounds(struct fg_karpenter_requirement *requirement, enum fg_operator operator_,
                       int64_t number)
{
    if (operator_ == FG_OPERATOR_GT && number == INT64_MAX) {
        requirement->complement = false;
        return;
    }
    requirement->has_low = operator_ == FG_OPERATOR_GT || operator_ == FG_OPERATOR_GTE;
    requirement->has_high = !requirement->has_low;
    requirement->low = requirement->has_low ? number + (operator_ == FG_OPERATOR_GT) : 0;
    requirement->high = requirement->has_high ? number - (operator_ == FG_OPERATOR_LT) : 0;
}

struct fg_karpenter_requirement fg_karpenter_requirement_of(struct fg_words *words,
                                                            struct fg_arena *arena,
                                                            const struct fg_requirement *source)
{
    struct fg_karpenter_requirement requirement = {.key = fg_words_key(words, source->key)};
    enum fg_operator operator_ = source->operator_;
    if (operator_ == FG_OPERATOR_IN || operator_ == FG_OPERATOR_NOT_IN) {
        uint32_t *values = fg_arena_allocate(arena, source->value_count, sizeof *values);
        for (uint32_t i = 0; i < source->value_count; i++)
            values[i] = fg_words_value(words, source->values[i]);
        requirement =
            fg_karpenter_requirement_in_all(arena, requirement.key, values, source->value_count);
    }
    requirement.complement = operator_ != FG_OPERATOR_IN && operator_ != FG_OPERATOR_DOES_NOT_EXIST;
    requirement.min_values = source->min_values;
    int64_t number = 0;
    if (operator_ >= FG_OPERATOR_GT) {
        if (source->value_count > 0)
            (void)fg_words_parse_number(source->values[0], &number);
        set_bounds(&requirement, operator_, number);
    }
    return requirement;
}

static bool within(const struct fg_words *words, const struct fg_karpenter_requirement *bounds,
                   uint32_t value)
{
    if (!bounds->has_low && !bounds->has_high)
        return true;
    if (value >= FG_WORD_LIMIT || !words->items[value].is_number)
        return false;
    int64_t number = words->items[value].number;
    return (!bounds->has_low || number >= bounds->low) &&
           (!bounds->has_high || number <= bounds->high);
}

static bool lists(const struct fg_karpenter_requirement *requirement, uint32_t value)
{
    uint32_t low = 0, high = requirement->value_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (requirement->values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low < requirement->value_count && requirement->values[low] == value;
}

bool fg_karpenter_requirement_allows(const struct fg_words *words,
                                     const struct fg_karpenter_requirement *requirement,
                                     uint32_t value)
{
    return lists(requirement, value) != requirement->complement &&
           within(words, requirement, value);
}

/* The bounds of both; false if no number is between them. */
static bool join_bounds(struct fg_karpenter_requirement *out,
                        const struct fg_karpenter_requirement *a,
                        const struct fg_karpenter_requirement *b)
{
    out->has_low = a->has_low || b->has_low;
    out->low = !b->has_low || (a->has_low && a->low > b->low) ? a->low : b->low;
    out->has_high = a->has_high || b->has_high;
    out->high = !b->has_high || (a->has_high && a->high < b->high) ? a->high : b->high;
    return !out->has_low || !out->has_high || out->low <= out->high;
}

/* Values of `a` that `b` lists (or does not list, as `listed` says), within the bounds. */
static uint32_t pick(const struct fg_words *words, const struct fg_karpenter_requirement *a,
                     const struct fg_karpenter_requirement *b, bool listed,
                     const struct fg_karpenter_requirement *bounds, uint32_t *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < a->value_count; i++)
        if (lists(b, a->values[i]) == listed && within(words, bounds, a->values[i]))
            out[count++] = a->values[i];
    return count;
}

struct fg_karpenter_requirement
fg_karpenter_requirement_intersect(const struct fg_words *words, struct fg_arena *arena,
                                   const struct fg_karpenter_requirement *a,
                                   const struct fg_karpenter_requirement *b)
{
    struct fg_karpenter_requirement out = {
        .key = a->key,
        .min_values = a->min_values > b->min_values ? a->min_values : b->min_values,
    };
    struct fg_karpenter_requirement bounds = {0};
    if (!join_bounds(&bounds, a, b))
        return out;
    uint32_t *values = fg_arena_allocate(arena, a->value_count + b->value_count, sizeof *values);
    out.complement = a->complement && b->complement;
    if (out.complement) {
        uint32_t own = pick(words, a, b, false, &bounds, values);
        own += pick(words, b, &(struct fg_karpenter_requirement){0}, false, &bounds, values + own);
        struct fg_karpenter_requirement joined =
            fg_karpenter_requirement_in_all(arena, a->key, values, own);
        out.value_count = joined.value_count;
        out.values = joined.values;
        out.has_low = bounds.has_low;
        out.has_high = bounds.has_high;
        out.low = bounds.low;
        out.high = bounds.high;
        return out;
    }
    if (a->complement)
        out.value_count = pick(words, b, a, false, &bounds, values);
    else
        out.value_count = pick(words, a, b, !b->complement, &bounds, values);
    out.values = values;
    return out;
}

bool fg_karpenter_requirement_meets(const struct fg_words *words,
                                    const struct fg_karpenter_requirement *a,
                                    const struct fg_karpenter_requirement *b)
{
    struct fg_karpenter_requirement bounds = {0};
    if (!join_bounds(&bounds, a, b))
        return false;
    if (a->complement && b->complement)
        return true;
    if (a->complement) {
        const struct fg_karpenter_requirement *swap = a;
        a = b;
        b = swap;
    }
    for (uint32_t i = 0; i < a->value_count; i++)
        if (lists(b, a->values[i]) != b->complement && within(words, &bounds, a->values[i]))
            return true;
    return false;
}

bool fg_karpenter_requirement_equal(const struct fg_karpenter_requirement *a,
                                    const struct fg_karpenter_requirement *b)
{
    if (a->key != b->key || a->min_values != b->min_values || a->complement != b->complement ||
        a->has_low != b->has_low || a->has_high != b->has_high ||
        (a->has_low && a->low != b->low) || (a->has_high && a->high != b->high) ||
        a->value_count != b->value_count)
        return false;
    if (a->value_count == 0 || a->values == NULL || b->values == NULL)
        return a->value_count == 0;
    return memcmp(a->values, b->values, a->value_count * sizeof *a->values) == 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *print_values(const struct fg_words *words, struct fg_arena *arena,
                                const struct fg_karpenter_requirement *requirement)
{
    uint32_t count = requirement->value_count;
    const char **texts = fg_arena_allocate(arena, count, sizeof *texts);
    for (uint32_t i = 0; i < count; i++)
        texts[i] = requirement->values[i] < FG_WORD_LIMIT
                       ? words->items[requirement->values[i]].text
                       : "hostname-placeholder";
    qsort((void *)(uintptr_t)texts, count, sizeof *texts, compare_texts);
    const char *text = "";
    for (uint32_t i = 0; i < count && i < SHOWN_VALUES; i++)
        text = fg_arena_format(arena, "%s%s%s", text, i > 0 ? " " : "", texts[i]);
    if (count > SHOWN_VALUES)
        text = fg_arena_format(arena, "%s and %u others", text, count - SHOWN_VALUES);
    return text;
}

const char *fg_karpenter_requirement_print(const struct fg_words *words, struct fg_arena *arena,
                                           const struct fg_karpenter_requirement *requirement)
{
    static const char *const forms[] = {"In", "NotIn", "Exists", "DoesNotExist"};
    enum fg_requirement_form form = fg_karpenter_requirement_form(requirement);
    const char *text =
        fg_arena_format(arena, "%s %s", words->items[requirement->key].text, forms[form]);
    if (form == FG_FORM_IN || form == FG_FORM_NOT_IN)
        text = fg_arena_format(arena, "%s [%s]", text, print_values(words, arena, requirement));
    if (requirement->has_low)
        text = fg_arena_format(arena, "%s >=%lld", text, (long long)requirement->low);
    if (requirement->has_high)
        text = fg_arena_format(arena, "%s <=%lld", text, (long long)requirement->high);
    if (requirement->min_values > 0)
        text = fg_arena_format(arena, "%s minValues %u", text, requirement->min_values);
    return text;
}

/* ---- sets ---- */

static uint32_t lower_bound(const struct fg_karpenter_requirements *set, uint32_t key)
{
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (set->items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct fg_karpenter_requirement *
fg_karpenter_requirements_find(const struct fg_karpenter_requirements *set, uint32_t key)
{
    uint32_t at = lower_bound(set, key);
    return at < set->count && set->items[at].key == key ? &set->items[at] : NULL;
}

struct fg_karpenter_requirements
fg_karpenter_requirements_copy(struct fg_arena *arena, const struct fg_karpenter_requirements *set,
                               uint32_t more)
{
    struct fg_karpenter_requirements copy = {.count = set->count, .capacity = set->count + more};
    copy.items = fg_arena_allocate(arena, copy.capacity, sizeof *copy.items);
    if (set->count > 0)
        memcpy(copy.items, set->items, set->count * sizeof *copy.items);
    return copy;
}

struct fg_karpenter_requirements
fg_karpenter_requirements_keep(struct fg_arena *arena, const struct fg_karpenter_requirements *set)
{
    struct fg_karpenter_requirements kept = fg_karpenter_requirements_copy(arena, set, 0);
    for (uint32_t i = 0; i < kept.count; i++) {
        struct fg_karpenter_requirement *item = &kept.items[i];
        uint32_t *values = fg_arena_allocate(arena, item->value_count, sizeof *values);
        if (item->value_count > 0)
            memcpy(values, item->values, item->value_count * sizeof *values);
        item->values = values;
    }
    return kept;
}

void fg_karpenter_requirements_add(const struct fg_words *words, struct fg_arena *arena,
                                   struct fg_karpenter_requirements *set,
                                   const struct fg_karpenter_requirement *requirement)
{
    uint32_t at = lower_bound(set, requirement->key);
    if (at < set->count && set->items[at].key == requirement->key) {
        if (!fg_karpenter_requirement_equal(&set->items[at], requirement))
            set->items[at] =
                fg_karpenter_requirement_intersect(words, arena, requirement, &set->items[at]);
        return;
    }
    if (set->count == set->capacity)
        *set = fg_karpenter_requirements_copy(arena, set, set->count + 8);
    memmove(&set->items[at + 1], &set->items[at], (set->count - at) * sizeof *set->items);
    set->items[at] = *requirement;
    set->count++;
}

void fg_karpenter_requirements_add_all(const struct fg_words *words, struct fg_arena *arena,
                                       struct fg_karpenter_requirements *set,
                                       const struct fg_karpenter_requirements *other)
{
    for (uint32_t i = 0; i < other->count; i++)
        fg_karpenter_requirements_add(words, arena, set, &other->items[i]);
}

void fg_karpenter_requirements_add_labels(struct fg_words *words, struct fg_arena *arena,
                                          struct fg_karpenter_requirements *set,
                                          const struct fg_pairs *labels)
{
    for (uint32_t i = 0; i < labels->count; i++) {
        uint32_t key = fg_words_key(words, labels->items[i].key);
        struct fg_karpenter_requirement requirement =
            fg_karpenter_requirement_in(arena, key, fg_words_value(words, labels->items[i].value));
        fg_karpenter_requirements_add(words, arena, set, &requirement);
    }
}

void fg_karpenter_requirements_add_spec(struct fg_words *words, struct fg_arena *arena,
                                        struct fg_karpenter_requirements *set,
                                        const struct fg_pod_spec *spec)
{
    fg_karpenter_requirements_add_labels(words, arena, set, &spec->node_selector);
    if (spec->arch == FG_ARCH_ANY)
        return;
    struct fg_pair pair = {"kubernetes.io/arch", fg_arch_name(spec->arch)};
    fg_karpenter_requirements_add_labels(words, arena, set, &(struct fg_pairs){1, &pair});
}

void fg_karpenter_requirements_add_terms(struct fg_words *words, struct fg_arena *arena,
                                         struct fg_karpenter_requirements *set,
                                         const struct fg_requirements *requirements)
{
    for (uint32_t i = 0; i < requirements->count; i++) {
        struct fg_karpenter_requirement requirement =
            fg_karpenter_requirement_of(words, arena, &requirements->items[i]);
        fg_karpenter_requirements_add(words, arena, set, &requirement);
    }
}

/* Both sides forbid something or everything: nothing that is there contradicts them. */
static bool both_negative(const struct fg_karpenter_requirement *a,
                          const struct fg_karpenter_requirement *b)
{
    enum fg_requirement_form left = fg_karpenter_requirement_form(a),
                             right = fg_karpenter_requirement_form(b);
    return (left == FG_FORM_NOT_IN || left == FG_FORM_DOES_NOT_EXIST) &&
           (right == FG_FORM_NOT_IN || right == FG_FORM_DOES_NOT_EXIST);
}

static bool undefined_is_refused(const struct fg_words *words,
                                 const struct fg_karpenter_requirement *asked,
                                 bool allow_well_known)
{
    enum fg_requirement_form form = fg_karpenter_requirement_form(asked);
    return !(allow_well_known && words->items[asked->key].is_well_known) &&
           form != FG_FORM_NOT_IN && form != FG_FORM_DOES_NOT_EXIST;
}

bool fg_karpenter_requirements_compatible(const struct fg_words *words,
                                          const struct fg_karpenter_requirements *set,
                                          const struct fg_karpenter_requirements *asked,
                                          bool allow_well_known,
                                          const struct fg_karpenter_requirement **refused)
{
    for (uint32_t i = 0; i < asked->count; i++) {
        const struct fg_karpenter_requirement *own =
            fg_karpenter_requirements_find(set, asked->items[i].key);
        bool holds = own == NULL ? !undefined_is_refused(words, &asked->items[i], allow_well_known)
                                 : fg_karpenter_requirement_meets(words, own, &asked->items[i]) ||
                                       both_negative(own, &asked->items[i]);
        if (!holds) {
            if (refused != NULL)
                *refused = &asked->items[i];
            return false;
        }
    }
    return true;
}

const char *fg_karpenter_requirements_refusal(const struct fg_words *words, struct fg_arena *arena,
                                              const struct fg_karpenter_requirements *set,
                                              const struct fg_karpenter_requirements *asked,
                                              bool allow_well_known)
{
    const char *text = "";
    for (uint32_t i = 0; i < asked->count; i++)
        if (fg_karpenter_requirements_find(set, asked->items[i].key) == NULL &&
            undefined_is_refused(words, &asked->items[i], allow_well_known))
            return fg_arena_format(arena, "label \"%s\" does not have known values",
                                   words->items[asked->items[i].key].text);
    for (uint32_t i = 0; i < asked->count; i++) {
        const struct fg_karpenter_requirement *own =
            fg_karpenter_requirements_find(set, asked->items[i].key);
        if (own == NULL || fg_karpenter_requirement_meets(words, own, &asked->items[i]) ||
            both_negative(own, &asked->items[i]))
            continue;
        text = fg_arena_format(arena, "%s%skey %s, %s not in %s", text, *text != '\0' ? "; " : "",
                               words->items[own->key].text,
                               fg_karpenter_requirement_print(words, arena, &asked->items[i]),
                               fg_karpenter_requirement_print(words, arena, own));
    }
    return text;
}

bool fg_karpenter_requirements_have_min_values(const struct fg_karpenter_requirements *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->items[i].min_values > 0)
            return true;
    return false;
}

const char *fg_karpenter_requirements_print(const struct fg_words *words, struct fg_arena *arena,
                                            const struct fg_karpenter_requirements *set)
{
    const char **texts = fg_arena_allocate(arena, set->count, sizeof *texts);
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->count; i++)
        if (!words->items[set->items[i].key].is_restricted)
            texts[count++] = fg_karpenter_requirement_print(words, arena, &set->items[i]);
    qsort((void *)(uintptr_t)texts, count, sizeof *texts, compare_texts);
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = fg_arena_format(arena, "%s%s%s", text, i > 0 ? ", " : "", texts[i]);
    return text;
}
