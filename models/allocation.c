#include "models/allocation.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"

static const char *const rule_names[FG_SHARE_RULE_COUNT] = {
    [FG_SHARE_APART] = "apart",
    [FG_SHARE_EVEN] = "even",
    [FG_SHARE_BY_SHARE] = "by share",
};

const char *fg_share_rule_name(enum fg_share_rule rule)
{
    return rule_names[rule];
}

bool fg_share_rule_parse(const char *text, enum fg_share_rule *out)
{
    if (strcmp(text, "share") == 0)
        text = rule_names[FG_SHARE_BY_SHARE];
    for (int rule = 0; rule < FG_SHARE_RULE_COUNT; rule++) {
        if (strcmp(text, rule_names[rule]) == 0) {
            *out = (enum fg_share_rule)rule;
            return true;
        }
    }
    return false;
}

/* ---- dimensions ---- */

static const char label_prefix[] = "label:";

const char *fg_dimension_label(const char *dimension)
{
    size_t length = sizeof label_prefix - 1;
    return strncmp(dimension, label_prefix, length) == 0 ? dimension + length : NULL;
}

bool fg_dimension_is_known(const char *text)
{
    const char *label = fg_dimension_label(text);
    if (label != NULL)
        return *label != '\0' && strpbrk(label, ";=\\,") == NULL;
    return strcmp(text, FG_DIMENSION_NAMESPACE) == 0 || strcmp(text, FG_DIMENSION_WORKLOAD) == 0;
}

/* ---- groups ---- */

static bool is_escaped(char letter)
{
    return letter == ';' || letter == '\\';
}

static const char *escape(const char *value, struct fg_arena *arena)
{
    if (strpbrk(value, ";\\") == NULL)
        return value;
    char *text = fg_arena_allocate(arena, 2 * strlen(value) + 1, 1), *end = text;
    for (; *value != '\0'; value++) {
        if (is_escaped(*value))
            *end++ = '\\';
        *end++ = *value;
    }
    return text;
}

const char *fg_allocation_group(const struct fg_allocation_settings *settings,
                                const struct fg_pairs *labels, struct fg_arena *arena)
{
    const char *group = "";
    for (uint32_t i = 0; i < settings->dimension_count; i++) {
        const char *key = fg_dimension_label(settings->dimensions[i]);
        if (key == NULL)
            continue;
        const char *value = fg_pairs_find(labels, key);
        group = fg_arena_format(arena, "%s%s%s=%s", group, *group == '\0' ? "" : ";", key,
                                value == NULL ? "" : escape(value, arena));
    }
    return group;
}

/* Where the value that begins at `value` ends. */
static const char *end_of_value(const char *value)
{
    while (*value != '\0' && *value != ';')
        value += *value == '\\' && value[1] != '\0' ? 2 : 1;
    return value;
}

static const char *unescape(const char *value, const char *end, struct fg_arena *arena)
{
    char *text = fg_arena_allocate(arena, (size_t)(end - value) + 1, 1), *to = text;
    while (value < end) {
        if (*value == '\\' && value + 1 < end)
            value++;
        *to++ = *value++;
    }
    return text;
}

const char *fg_allocation_group_value(const char *group, const char *key, struct fg_arena *arena)
{
    size_t length = strlen(key);
    while (*group != '\0') {
        bool found = strncmp(group, key, length) == 0 && group[length] == '=';
        const char *sign = strchr(group, '=');
        if (sign == NULL)
            break;
        const char *end = end_of_value(sign + 1);
        if (found)
            return unescape(sign + 1, end, arena);
        group = *end == ';' ? end + 1 : end;
    }
    return "";
}

/* ---- shares ---- */

struct remainder {
    __int128 left;
    uint32_t index;
};

static int compare_remainders(const void *a, const void *b)
{
    const struct remainder *left = a, *right = b;
    if (left->left != right->left)
        return left->left > right->left ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static void share_evenly(fg_nanodollars amount, uint32_t count, fg_nanodollars *shares)
{
    for (uint32_t i = 0; i < count; i++)
        shares[i] = amount / count + (i < amount % count);
}

void fg_allocation_share(fg_nanodollars amount, enum fg_share_rule rule,
                         const fg_nanodollars *weights, uint32_t count, fg_nanodollars *shares)
{
    __int128 all = 0;
    FG_ASSERT(amount >= 0 && count > 0);
    for (uint32_t i = 0; rule == FG_SHARE_BY_SHARE && i < count; i++)
        all += weights[i];
    if (all == 0) {
        share_evenly(amount, count, shares);
        return;
    }
    struct remainder *remainders = fg_allocate(count, sizeof *remainders);
    fg_nanodollars left = amount;
    for (uint32_t i = 0; i < count; i++) {
        __int128 part = (__int128)amount * weights[i];
        shares[i] = (fg_nanodollars)(part / all);
        remainders[i] = (struct remainder){part % all, i};
        left -= shares[i];
    }
    qsort(remainders, count, sizeof *remainders, compare_remainders);
    for (uint32_t i = 0; i < (uint64_t)left; i++)
        shares[remainders[i].index]++;
    free(remainders);
}
