#include "sim/replay/pod_class.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "models/fargate_profile.h"
#include "models/fargate_size.h"
#include "sim/controllers/drain.h"

/* A selector, and the namespace of the pods whose rules have it. */
struct owned_selector {
    const struct fg_label_selector *selector;
    const char *namespace_name;
};

/* Finds equal things by hash; lives only while the classes are made. */
struct class_maker {
    const struct fg_scenario *scenario;
    struct fg_arena *arena;
    struct fg_pod_classes *classes;
    struct fg_index workloads, owners, scheduling, launches, meters;
    uint32_t selector_count, selector_capacity;
    struct owned_selector *selectors; /* of the rules of the trace's specs */
    fg_day day;
};

static uint64_t hash_text(const char *text, uint64_t hash)
{
    return fg_hash_bytes(text, strlen(text), hash);
}

static uint32_t find_workload(struct class_maker *maker, const struct fg_pod_spec *spec)
{
    struct fg_pod_classes *classes = maker->classes;
    uint64_t hash = hash_text(spec->workload, hash_text(spec->namespace_name, 1));
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&maker->workloads, hash, &cursor)) != UINT32_MAX)
        if (strcmp(classes->workloads[number].workload, spec->workload) == 0 &&
            strcmp(classes->workloads[number].namespace_name, spec->namespace_name) == 0)
            return number;
    number = classes->workload_count++;
    classes->workloads = fg_grow(classes->workloads, &classes->workload_capacity,
                                 classes->workload_count, sizeof *classes->workloads);
    classes->workloads[number] = (struct fg_workload){spec->namespace_name, spec->workload};
    fg_index_put(&maker->workloads, hash, number);
    return number;
}

static uint32_t find_owner(struct class_maker *maker, const struct fg_pod_spec *spec,
                           uint32_t workload)
{
    struct fg_pod_classes *classes = maker->classes;
    const struct fg_allocation_settings *settings = maker->scenario->allocation;
    const char *group =
        settings == NULL ? "" : fg_allocation_group(settings, &spec->labels, maker->arena);
    uint64_t hash = hash_text(group, workload);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&maker->owners, hash, &cursor)) != UINT32_MAX)
        if (classes->owners[number].workload == workload &&
            strcmp(classes->owners[number].group, group) == 0)
            return number;
    number = classes->owner_count++;
    classes->owners = fg_grow(classes->owners, &classes->owner_capacity, classes->owner_count,
                              sizeof *classes->owners);
    classes->owners[number] = (struct fg_cost_owner){workload, group};
    fg_index_put(&maker->owners, hash, number);
    return number;
}

static bool equal_tolerations(const struct fg_tolerations *a, const struct fg_tolerations *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i].key, b->items[i].key) != 0 ||
            strcmp(a->items[i].value, b->items[i].value) != 0 ||
            a->items[i].exists != b->items[i].exists || a->items[i].effect != b->items[i].effect)
            return false;
    return true;
}

/* ---- which pods the rules of others look at ---- */

static void add_selector(struct class_maker *maker, const struct fg_label_selector *selector,
                         const char *namespace_name)
{
    if (selector->nothing)
        return;
    maker->selectors = fg_grow(maker->selectors, &maker->selector_capacity,
                               maker->selector_count + 1, sizeof *maker->selectors);
    maker->selectors[maker->selector_count++] = (struct owned_selector){selector, namespace_name};
}

static void add_terms(struct class_maker *maker, const struct fg_pod_terms *terms)
{
    for (uint32_t i = 0; i < terms->count; i++)
        add_selector(maker, &terms->items[i].selector, NULL);
}

static void collect_selectors(struct class_maker *maker, const struct fg_trace *trace)
{
    const struct fg_pod_rules *last = NULL;
    for (uint32_t i = 0; i < trace->spec_count; i++) {
        const struct fg_pod_rules *rules = trace->specs[i].rules;
        if (rules == NULL || rules == last)
            continue;
        last = rules;
        add_terms(maker, &rules->required_affinity);
        add_terms(maker, &rules->preferred_affinity);
        add_terms(maker, &rules->required_anti_affinity);
        add_terms(maker, &rules->preferred_anti_affinity);
        for (uint32_t s = 0; s < rules->spread.count; s++)
            add_selector(maker, &rules->spread.items[s].selector, trace->specs[i].namespace_name);
        if (maker->scenario->cluster.scheduler.default_spread)
            add_selector(maker, &rules->owner_selector, trace->specs[i].namespace_name);
    }
}

/* What Karpenter looks at before it moves a pod. */
static uint64_t hash_of_disruption(const struct fg_pod_spec *spec, uint64_t hash)
{
    static const char *const keys[] = {"karpenter.sh/do-not-disrupt",
                                       "controller.kubernetes.io/pod-deletion-cost"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = fg_pairs_find(&spec->annotations, keys[i]);
        if (value != NULL)
            hash = hash_text(value, fg_hash_mix(hash, i + 1));
    }
    return fg_hash_mix(hash, spec->kind == FG_KIND_POD); /* without an owner nobody makes it anew */
}

static uint64_t hash_of_takers(const struct class_maker *maker, const struct fg_pod_spec *spec)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < maker->selector_count; i++) {
        const struct owned_selector *owned = &maker->selectors[i];
        if ((owned->namespace_name == NULL ||
             strcmp(owned->namespace_name, spec->namespace_name) == 0) &&
            fg_label_selector_takes_pod(owned->selector, spec))
            hash = fg_hash_mix(hash, i + 1);
    }
    /* Terms with namespaces of their own look at the pod's namespace too. */
    if (maker->selector_count > 0)
        hash = hash_text(spec->namespace_name, hash);
    return maker->scenario->cluster.node_pool_count > 0 ? hash_of_disruption(spec, hash) : hash;
}

static bool equal_scheduling(const struct fg_scheduling_class *class,
                             const struct fg_pod_spec *spec, const struct fg_request *request)
{
    return class->spec->rules == spec->rules &&
           memcmp(&class->request, request, sizeof *request) == 0 &&
           class->priority == spec->priority && class->spec->arch == spec->arch &&
           class->spec->node_selector.count == spec->node_selector.count &&
           fg_pairs_contain(&class->spec->node_selector, &spec->node_selector) &&
           equal_tolerations(&class->spec->tolerations, &spec->tolerations);
}

static uint32_t find_scheduling(struct class_maker *maker, const struct fg_pod_spec *spec)
{
    struct fg_pod_classes *classes = maker->classes;
    struct fg_request request = fg_request_of(spec);
    uint64_t taken_by = hash_of_takers(maker, spec);
    uint64_t hash = fg_hash_bytes(&request, sizeof request, taken_by + (uint64_t)spec->arch);
    for (uint32_t i = 0; i < spec->node_selector.count; i++)
        hash = hash_text(spec->node_selector.items[i].value,
                         hash_text(spec->node_selector.items[i].key, hash));
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&maker->scheduling, hash, &cursor)) != UINT32_MAX)
        if (classes->scheduling[number].taken_by == taken_by &&
            equal_scheduling(&classes->scheduling[number], spec, &request))
            return number;
    number = classes->scheduling_count++;
    classes->scheduling = fg_grow(classes->scheduling, &classes->scheduling_capacity,
                                  classes->scheduling_count, sizeof *classes->scheduling);
    classes->scheduling[number] =
        (struct fg_scheduling_class){request, spec, spec->priority, taken_by};
    fg_index_put(&maker->scheduling, hash, number);
    return number;
}

static uint32_t find_launch(struct class_maker *maker, uint32_t profile, bool is_spot,
                            int64_t cpu_milli)
{
    struct fg_pod_classes *classes = maker->classes;
    uint64_t hash = fg_hash_mix(profile, (uint64_t)cpu_milli);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&maker->launches, hash, &cursor)) != UINT32_MAX)
        if (classes->launches[number].profile == profile &&
            classes->launches[number].is_spot == is_spot &&
            classes->launches[number].cpu_milli == cpu_milli)
            return number;
    number = classes->launch_count++;
    classes->launches = fg_grow(classes->launches, &classes->launch_capacity, classes->launch_count,
                                sizeof *classes->launches);
    classes->launches[number] = (struct fg_launch_class){profile, is_spot, cpu_milli};
    fg_index_put(&maker->launches, hash, number);
    return number;
}

static uint32_t find_meter(struct class_maker *maker, uint32_t profile, uint32_t owner,
                           uint32_t offer)
{
    struct fg_pod_classes *classes = maker->classes;
    uint64_t hash = fg_hash_mix(profile, owner);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&maker->meters, hash, &cursor)) != UINT32_MAX)
        if (classes->meters[number].profile == profile && classes->meters[number].owner == owner &&
            classes->meters[number].offer == offer)
            return number;
    number = classes->meter_count++;
    classes->meters = fg_grow(classes->meters, &classes->meter_capacity, classes->meter_count,
                              sizeof *classes->meters);
    classes->meters[number] = (struct fg_fargate_account){profile, owner, offer};
    fg_index_put(&maker->meters, hash, number);
    return number;
}

static void make_lanes(struct class_maker *maker, struct fg_pod_class *class,
                       enum fg_fargate_platform platform, uint32_t spot_millionths)
{
    class->spot_millionths = spot_millionths;
    for (int spot = 0; spot < 2; spot++) {
        struct fg_fargate_lane *lane = &class->lanes[spot];
        if (spot_millionths == (spot ? 0 : FG_ALL_ON_SPOT))
            continue; /* no pod takes it */
        lane->offer = fg_fargate_offer(platform, spot);
        lane->meter = find_meter(maker, class->profile, class->owner, lane->offer);
        lane->launch_queue =
            find_launch(maker, class->profile, spot, class->size.part[FG_FARGATE_VCPU]);
    }
}

static void make_fargate(struct class_maker *maker, const struct fg_pod_spec *spec,
                         struct fg_pod_class *class)
{
    const struct fg_cluster *cluster = &maker->scenario->cluster;
    char text[512];
    const char *refusal = fg_fargate_refusal(cluster, spec, maker->day, text, sizeof text);
    if (*refusal != '\0') {
        class->route = FG_ROUTE_REFUSED;
        class->refusal = fg_arena_string(maker->arena, refusal);
        return;
    }
    class->route = FG_ROUTE_FARGATE;
    class->requested_cpu_milli = spec->cpu_milli;
    class->requested_memory_bytes = spec->memory_bytes;
    for (uint32_t i = 0; i < cluster->fargate.sidecar_count; i++) {
        class->requested_cpu_milli += cluster->fargate.sidecars[i].cpu_milli;
        class->requested_memory_bytes += cluster->fargate.sidecars[i].memory_bytes;
    }
    const struct fg_fargate_profile *profile = &cluster->profiles[class->profile];
    enum fg_fargate_platform platform = fg_fargate_platform_of(cluster, profile, spec);
    enum fg_fargate_buyer buyer = fg_fargate_buyer_of(cluster, platform);
    struct fg_fargate_size size = {0};
    bool fits = fg_fargate_size_for(buyer, class->requested_cpu_milli,
                                    class->requested_memory_bytes, maker->day, &size) &&
                fg_fargate_billed_storage_for(buyer, spec->ephemeral_bytes,
                                              &class->size.part[FG_FARGATE_STORAGE]);
    FG_ASSERT(fits);
    class->size.part[FG_FARGATE_VCPU] = size.cpu_milli;
    class->size.part[FG_FARGATE_MEMORY] = size.memory_mib;
    make_lanes(maker, class, platform, fg_fargate_spot_millionths(profile));
}

static struct fg_pod_class make_class(struct class_maker *maker, const struct fg_pod_spec *spec)
{
    const struct fg_cluster *cluster = &maker->scenario->cluster;
    struct fg_pod_class class = {.workload = find_workload(maker, spec)};
    class.owner = find_owner(maker, spec, class.workload);
    const struct fg_fargate_profile *profile = fg_profile_for_pod(cluster, spec);
    bool is_job = spec->kind == FG_KIND_JOB || spec->kind == FG_KIND_CRONJOB;
    class.ttl_s = is_job && !cluster->fargate.bill_until_termination ? spec->ttl_s : 0;
    class.units = fg_units_of(spec->cpu_milli, spec->memory_bytes, spec->gpu_milli);
    if (spec->kind == FG_KIND_DAEMONSET) {
        class.route = FG_ROUTE_TEMPLATE;
    } else if (profile != NULL) {
        class.profile = (uint32_t)(profile - cluster->profiles);
        make_fargate(maker, spec, &class);
    } else {
        class.route = FG_ROUTE_NODES;
        class.scheduling_class = find_scheduling(maker, spec);
        class.may_block_removal = fg_drain_keeps_node(&cluster->autoscaler, spec, 0);
    }
    return class;
}

void fg_pod_classes_make(const struct fg_trace *trace, const struct fg_scenario *scenario,
                         struct fg_arena *arena, struct fg_pod_classes *out)
{
    struct class_maker maker = {.scenario = scenario,
                                .arena = arena,
                                .classes = out,
                                .day = fg_calendar_day_of(scenario->start)};
    memset(out, 0, sizeof *out);
    out->count = trace->spec_count;
    out->items = fg_allocate(trace->spec_count, sizeof *out->items);
    collect_selectors(&maker, trace);
    for (uint32_t i = 0; i < trace->spec_count; i++)
        out->items[i] = make_class(&maker, &trace->specs[i]);
    fg_index_release(&maker.workloads);
    fg_index_release(&maker.owners);
    fg_index_release(&maker.scheduling);
    fg_index_release(&maker.launches);
    fg_index_release(&maker.meters);
    free(maker.selectors);
}

void fg_pod_classes_release(struct fg_pod_classes *classes)
{
    free(classes->items);
    free(classes->workloads);
    free(classes->owners);
    free(classes->scheduling);
    free(classes->launches);
    free(classes->meters);
    memset(classes, 0, sizeof *classes);
}
