#include "sim/controllers/karpenter_eviction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/calendar.h"

#define DELETION_COST "controller.kubernetes.io/pod-deletion-cost"
#define DO_NOT_DISRUPT "karpenter.sh/do-not-disrupt"
#define DISRUPTED "karpenter.sh/disrupted"

enum { MAX_COST = 10 };

static int64_t deletion_cost(const struct fg_pairs *annotations)
{
    const char *text = fg_pairs_find(annotations, DELETION_COST);
    char *end;
    if (text == NULL)
        return 0;
    errno = 0;
    long long cost = strtoll(text, &end, 10);
    bool whole = end != text && *end == '\0' && errno == 0;
    return whole && cost >= INT32_MIN && cost <= INT32_MAX ? cost : 0;
}

int64_t fg_karpenter_eviction_cost(const struct fg_pod_spec *spec)
{
    int64_t cost =
        FG_EVICTION_COST_ONE + deletion_cost(&spec->annotations) + 4 * (int64_t)spec->priority;
    int64_t most = MAX_COST * FG_EVICTION_COST_ONE;
    return cost > most ? most : cost < -most ? -most : cost;
}

bool fg_karpenter_is_protected(const struct fg_pairs *annotations, int64_t age_s)
{
    const char *text = fg_pairs_find(annotations, DO_NOT_DISRUPT);
    struct fg_error ignored = {0};
    uint32_t protected_s;
    if (text == NULL)
        return false;
    if (strcmp(text, "true") == 0)
        return true;
    /* A duration to Karpenter ends in a unit, and knows hours, minutes and seconds. */
    if (text[strspn(text, "0123456789hms")] != '\0' || strpbrk(text, "hms") == NULL ||
        fg_calendar_parse_duration(text, &protected_s, &ignored) != FG_OK || protected_s == 0)
        return false;
    return age_s < 0 || age_s < protected_s;
}

static bool tolerates_disruption(const struct fg_pod_spec *spec)
{
    static const struct fg_taint taint = {DISRUPTED, "", FG_EFFECT_NO_SCHEDULE};
    return fg_tolerates(&spec->tolerations, &taint);
}

static bool is_text(const char *text, const char *one, const char *other)
{
    return text != NULL && (strcmp(text, one) == 0 || strcmp(text, other) == 0);
}

static void ask_budgets(struct fg_disruption_class *class, const struct fg_pod_spec *spec,
                        const struct fg_kube_budget *budgets, uint32_t budget_count)
{
    for (uint32_t i = 0; i < budget_count; i++) {
        const struct fg_kube_budget *budget = &budgets[i];
        if (strcmp(budget->namespace_name, spec->namespace_name) != 0 ||
            !fg_label_selector_takes(&budget->selector, &spec->labels))
            continue;
        class->budget_count++;
        class->budget_spent = budget->disruptions_allowed == 0;
        class->budget_blocks = is_text(budget->max_unavailable, "0", "0%") ||
                               is_text(budget->min_available, "100%", "100%");
    }
}

struct fg_disruption_class fg_karpenter_disruption_class(const struct fg_disruption_pods *pods,
                                                         const struct fg_kube_budget *budgets,
                                                         uint32_t budget_count)
{
    const struct fg_pod_spec *spec = pods->spec;
    struct fg_disruption_class class = {
        .eviction_cost = fg_karpenter_eviction_cost(spec),
        .is_active = !pods->going,
        .is_rescheduled = (!pods->going || spec->kind == FG_KIND_STATEFULSET) &&
                          spec->kind != FG_KIND_DAEMONSET && !pods->mirror,
        .is_protected = fg_karpenter_is_protected(&spec->annotations, pods->age_s),
    };
    if (class.is_active && !class.is_protected && !pods->mirror && !tolerates_disruption(spec))
        ask_budgets(&class, spec, budgets, budget_count);
    return class;
}
