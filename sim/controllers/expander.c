#include "sim/controllers/expander.h"

#include <regex.h>
#include <string.h>

fg_status fg_expander_check(const struct fg_autoscaler_settings *settings, struct fg_error *error)
{
    for (uint32_t i = 0; i < settings->priority_count; i++) {
        const struct fg_expander_priority *priority = &settings->priorities[i];
        for (uint32_t p = 0; p < priority->pattern_count; p++) {
            regex_t pattern;
            int fault = regcomp(&pattern, priority->patterns[p], REG_EXTENDED | REG_NOSUB);
            if (fault != 0) {
                char words[128];
                regerror(fault, &pattern, words, sizeof words);
                return fg_error_set(error, FG_BAD_INPUT,
                                    "'%s' is no extended regular expression: %s",
                                    priority->patterns[p], words);
            }
            regfree(&pattern);
        }
    }
    return FG_OK;
}

/* ---- what an expander makes of an option: the highest is best ---- */

/* The same steps in the same order as the real one's, so that equals are equal there too. */
static double negative_waste(const struct fg_expansion *option)
{
    double cpu = (double)(option->machine.cpu_milli * option->nodes);
    double memory = (double)(option->machine.memory_bytes * option->nodes);
    return -((cpu - (double)option->cpu_milli) / cpu +
             (memory - (double)option->memory_bytes) / memory);
}

static bool finds(const char *pattern_text, const char *name)
{
    regex_t pattern;
    if (regcomp(&pattern, pattern_text, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool found = regexec(&pattern, name, 0, NULL, 0) == 0;
    regfree(&pattern);
    return found;
}

/* Priorities below -1 never win, and a group that none finds is left out. */
enum { LOWEST_PRIORITY = -1, NOT_FOUND = LOWEST_PRIORITY - 1 };

static int64_t priority_of(const struct fg_autoscaler_settings *settings, const char *group)
{
    int64_t highest = NOT_FOUND;
    for (uint32_t i = 0; i < settings->priority_count; i++) {
        const struct fg_expander_priority *priority = &settings->priorities[i];
        for (uint32_t p = 0; p < priority->pattern_count && priority->priority > highest; p++)
            if (finds(priority->patterns[p], group))
                highest = priority->priority;
    }
    return highest;
}

static double score(const struct fg_autoscaler_settings *settings, enum fg_expander expander,
                    const struct fg_expansion *option)
{
    switch (expander) {
    case FG_EXPANDER_LEAST_WASTE:
        return negative_waste(option);
    case FG_EXPANDER_MOST_PODS:
        return (double)option->pods;
    case FG_EXPANDER_LEAST_NODES:
        return -(double)option->nodes;
    case FG_EXPANDER_PRIORITY:
        return (double)priority_of(settings, option->group);
    case FG_EXPANDER_RANDOM:
        break;
    }
    return 0;
}

static uint32_t keep_best(const struct fg_autoscaler_settings *settings, enum fg_expander expander,
                          const struct fg_expansion *options, uint32_t *left, uint32_t count)
{
    uint32_t kept = 0;
    double best = 0;
    for (uint32_t i = 0; i < count; i++) {
        double value = score(settings, expander, &options[left[i]]);
        if (kept > 0 && value < best)
            continue;
        if (kept > 0 && value > best)
            kept = 0;
        best = value;
        left[kept++] = left[i];
    }
    return kept;
}

uint32_t fg_expander_choose(const struct fg_autoscaler_settings *settings,
                            const struct fg_expansion *options, uint32_t count, uint32_t *left)
{
    for (uint32_t i = 0; i < count; i++)
        left[i] = i;
    for (uint32_t i = 0; i <= settings->then_count && count > 1; i++) {
        enum fg_expander expander = i == 0 ? settings->expander : settings->then[i - 1];
        if (expander == FG_EXPANDER_RANDOM)
            break;
        count = keep_best(settings, expander, options, left, count);
    }
    return count;
}
