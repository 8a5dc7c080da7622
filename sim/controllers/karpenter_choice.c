#include "sim/controllers/karpenter_choice.h"

#include <string.h>

static bool allows(const struct fg_domain_choice *choice,
                   const struct fg_karpenter_requirement *asked, uint32_t domain)
{
    return fg_karpenter_requirement_allows(choice->words, asked, domain);
}

static bool comes_first(const struct fg_domain_choice *choice, uint32_t a, uint32_t b)
{
    if (a >= FG_WORD_LIMIT || b >= FG_WORD_LIMIT)
        return a < b;
    return strcmp(fg_words_text(choice->words, a), fg_words_text(choice->words, b)) < 0;
}

/* ---- spread ---- */

static int32_t least_count(const struct fg_domain_choice *choice)
{
    const struct fg_group *group = choice->group;
    int32_t least = INT32_MAX;
    uint32_t supported = 0;
    if (choice->is_host)
        return 0;
    for (uint32_t i = 0; i < group->counts.capacity; i++) {
        if (group->counts.domains[i] == FG_NO_WORD ||
            !allows(choice, choice->pod, group->counts.domains[i]))
            continue;
        supported++;
        if (group->counts.counts[i] < least)
            least = group->counts.counts[i];
    }
    return supported < group->min_domains ? 0 : least;
}

/* The emptiest domain that keeps the skew; FG_NO_WORD = none. */
static uint32_t next_spread(const struct fg_domain_choice *choice)
{
    const struct fg_group *group = choice->group;
    int64_t least = least_count(choice), best_count = INT64_MAX;
    uint32_t best = FG_NO_WORD;
    if (choice->is_host && choice->node->value_count == 1) {
        int32_t pods = fg_domains_find(&group->counts, choice->node->values[0]);
        return pods + choice->selects_self <= group->max_skew ? choice->node->values[0]
                                                              : FG_NO_WORD;
    }
    for (uint32_t i = 0; i < group->counts.capacity; i++) {
        uint32_t domain = group->counts.domains[i];
        if (domain == FG_NO_WORD || !allows(choice, choice->node, domain))
            continue;
        int64_t pods = (int64_t)group->counts.counts[i] + choice->selects_self;
        if (pods - least <= group->max_skew &&
            (pods < best_count || (pods == best_count && comes_first(choice, domain, best)))) {
            best = domain;
            best_count = pods;
        }
    }
    return best;
}

/* ---- affinity and anti-affinity ---- */

static bool any_busy_for_pod(const struct fg_domain_choice *choice)
{
    const struct fg_domain_counts *counts = &choice->group->counts;
    for (uint32_t i = 0; i < counts->capacity; i++)
        if (counts->domains[i] != FG_NO_WORD && counts->counts[i] > 0 &&
            allows(choice, choice->pod, counts->domains[i]))
            return true;
    return false;
}

/* The first domain by name that the pod, and where `node_too` the node, may have. */
static uint32_t first_domain(const struct fg_domain_choice *choice, bool node_too)
{
    const struct fg_domain_counts *counts = &choice->group->counts;
    uint32_t first = FG_NO_WORD;
    for (uint32_t i = 0; i < counts->capacity; i++) {
        uint32_t domain = counts->domains[i];
        if (domain != FG_NO_WORD && allows(choice, choice->pod, domain) &&
            (!node_too || allows(choice, choice->node, domain)) &&
            (first == FG_NO_WORD || comes_first(choice, domain, first)))
            first = domain;
    }
    return first;
}

/* Domains with such pods, or, for the first pod of its kind, one of the pod's own choice. */
static uint32_t next_affinity(const struct fg_domain_choice *choice, uint32_t *out)
{
    const struct fg_group *group = choice->group;
    uint32_t found = 0;
    bool one_host = choice->is_host && choice->node->value_count == 1;
    if (one_host) {
        if (!allows(choice, choice->pod, choice->node->values[0]))
            return 0;
        if (fg_domains_find(&group->counts, choice->node->values[0]) > 0)
            out[found++] = choice->node->values[0];
    } else {
        for (uint32_t i = 0; i < group->counts.capacity; i++)
            if (group->counts.domains[i] != FG_NO_WORD && group->counts.counts[i] > 0 &&
                allows(choice, choice->pod, group->counts.domains[i]) &&
                allows(choice, choice->node, group->counts.domains[i]))
                out[found++] = group->counts.domains[i];
    }
    if (found > 0 || !choice->selects_self || (group->counts.busy > 0 && any_busy_for_pod(choice)))
        return found;
    if (one_host) {
        out[found++] = choice->node->values[0];
        return found;
    }
    uint32_t joint = first_domain(choice, true), own = first_domain(choice, false);
    if (joint != FG_NO_WORD)
        out[found++] = joint;
    if (own != FG_NO_WORD)
        out[found++] = own;
    return found;
}

static uint32_t next_anti_affinity(const struct fg_domain_choice *choice, uint32_t *out)
{
    const struct fg_group *group = choice->group;
    uint32_t found = 0;
    if (choice->is_host && choice->node->value_count == 1) {
        if (fg_domains_find(&group->counts, choice->node->values[0]) == 0)
            out[found++] = choice->node->values[0];
        return found;
    }
    for (uint32_t i = 0; i < group->counts.capacity; i++)
        if (group->counts.domains[i] != FG_NO_WORD && group->counts.counts[i] == 0 &&
            allows(choice, choice->pod, group->counts.domains[i]) &&
            allows(choice, choice->node, group->counts.domains[i]))
            out[found++] = group->counts.domains[i];
    return found;
}

uint32_t fg_choice_domains(const struct fg_domain_choice *choice, uint32_t *out)
{
    switch (choice->group->form) {
    case FG_GROUP_SPREAD:
        out[0] = next_spread(choice);
        return out[0] != FG_NO_WORD;
    case FG_GROUP_AFFINITY:
        return next_affinity(choice, out);
    case FG_GROUP_ANTI_AFFINITY:
        return next_anti_affinity(choice, out);
    }
    return 0;
}
