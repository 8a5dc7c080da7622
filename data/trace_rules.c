#include "data/trace_rules.h"

#include <stdlib.h>
#include <string.h>

static const char zone_key[] = "topology.kubernetes.io/zone";
static const char hostname_key[] = "kubernetes.io/hostname";

/* Rules made so far, by the first spec that wanted them; ports by workload. */
struct maker {
    struct fg_trace *trace;
    struct fg_index rules, ports;
    uint32_t port_count, port_capacity;
    uint32_t *port_specs; /* the first spec of each port */
};

static bool has_owner(const struct fg_pod_spec *spec)
{
    return (spec->kind == FG_KIND_DEPLOYMENT || spec->kind == FG_KIND_REPLICASET ||
            spec->kind == FG_KIND_STATEFULSET) &&
           strcmp(spec->workload, "(none)") != 0;
}

/* The features that rules come of. */
static uint32_t ruling_features(const struct fg_pod_spec *spec)
{
    return spec->features & (FG_FEATURE_HOST_PORT | FG_FEATURE_EBS);
}

static bool needs_rules(const struct fg_pod_spec *spec)
{
    return has_owner(spec) || ruling_features(spec) != 0 || *spec->spread != '\0' ||
           *spec->anti_affinity != '\0';
}

static bool same_workload(const struct fg_pod_spec *a, const struct fg_pod_spec *b)
{
    return strcmp(a->namespace_name, b->namespace_name) == 0 &&
           strcmp(a->workload, b->workload) == 0;
}

static bool same_wants(const struct fg_pod_spec *a, const struct fg_pod_spec *b)
{
    return same_workload(a, b) && has_owner(a) == has_owner(b) &&
           ruling_features(a) == ruling_features(b) && strcmp(a->spread, b->spread) == 0 &&
           strcmp(a->anti_affinity, b->anti_affinity) == 0;
}

static uint64_t hash_workload(const struct fg_pod_spec *spec)
{
    return fg_hash_bytes(spec->workload, strlen(spec->workload),
                         fg_hash_bytes(spec->namespace_name, strlen(spec->namespace_name), 0));
}

/* ---- ports ---- */

/* A number for each workload that wants a port: a trace does not say which one it is. */
static uint32_t port_of(struct maker *maker, uint32_t number)
{
    const struct fg_pod_spec *spec = &maker->trace->specs[number];
    uint64_t hash = hash_workload(spec);
    uint32_t cursor = 0, port;
    while ((port = fg_index_next(&maker->ports, hash, &cursor)) != UINT32_MAX)
        if (same_workload(&maker->trace->specs[maker->port_specs[port]], spec))
            return port + 1;
    port = maker->port_count++;
    maker->port_specs = fg_grow(maker->port_specs, &maker->port_capacity, maker->port_count,
                                sizeof *maker->port_specs);
    maker->port_specs[port] = number;
    fg_index_put(&maker->ports, hash, port);
    return port + 1;
}

/* ---- rules ---- */

/* "zone:1;hostname:2", which the reader has checked. */
static void spread_of(struct fg_arena *arena, const struct fg_pod_spec *spec,
                      struct fg_spread_constraints *out)
{
    uint32_t most = 1;
    for (const char *at = spec->spread; *at != '\0'; at++)
        most += *at == ';';
    out->items = fg_arena_allocate(arena, most, sizeof *out->items);
    for (const char *at = spec->spread; *at != '\0';) {
        const char *colon = strchr(at, ':');
        out->items[out->count++] = (struct fg_spread_constraint){
            .max_skew = (int32_t)strtol(colon + 1, NULL, 10),
            .topology_key = *at == 'z' ? zone_key : hostname_key,
            .hard = true,
            .selector = {.workload = spec->workload},
        };
        at += strcspn(at, ";");
        at += *at == ';';
    }
}

static void anti_affinity_of(struct fg_arena *arena, const struct fg_pod_spec *spec,
                             struct fg_pod_terms *out)
{
    out->items = fg_arena_allocate(arena, 1, sizeof *out->items);
    out->items[0] = (struct fg_pod_term){.selector = {.workload = spec->workload},
                                         .topology_key = hostname_key};
    out->count = 1;
}

static void port_rule_of(struct maker *maker, uint32_t number, struct fg_pod_rules *out)
{
    struct fg_host_port *port = fg_arena_allocate(&maker->trace->arena, 1, sizeof *port);
    *port = (struct fg_host_port){"TCP", "0.0.0.0", port_of(maker, number)};
    out->ports = port;
    out->port_count = 1;
}

static const struct fg_pod_rules *make_rules(struct maker *maker, uint32_t number)
{
    const struct fg_pod_spec *spec = &maker->trace->specs[number];
    struct fg_arena *arena = &maker->trace->arena;
    struct fg_pod_rules *rules = fg_arena_allocate(arena, 1, sizeof *rules);
    rules->scored_cpu_milli = rules->scored_memory_bytes = -1;
    rules->owner_selector.nothing = !has_owner(spec);
    if (has_owner(spec))
        rules->owner_selector.workload = spec->workload;
    if (*spec->spread != '\0')
        spread_of(arena, spec, &rules->spread);
    if (*spec->anti_affinity != '\0')
        anti_affinity_of(arena, spec, &rules->required_anti_affinity);
    if ((spec->features & FG_FEATURE_HOST_PORT) != 0)
        port_rule_of(maker, number, rules);
    rules->ebs_volumes = (spec->features & FG_FEATURE_EBS) != 0;
    return rules;
}

static const struct fg_pod_rules *rules_of(struct maker *maker, uint32_t number)
{
    const struct fg_pod_spec *specs = maker->trace->specs;
    uint64_t hash = fg_hash_mix(hash_workload(&specs[number]), ruling_features(&specs[number]));
    uint32_t cursor = 0, other;
    while ((other = fg_index_next(&maker->rules, hash, &cursor)) != UINT32_MAX)
        if (same_wants(&specs[other], &specs[number]))
            return specs[other].rules;
    fg_index_put(&maker->rules, hash, number);
    return make_rules(maker, number);
}

void fg_trace_make_rules(struct fg_trace *trace)
{
    struct maker maker = {.trace = trace};
    for (uint32_t i = 0; i < trace->spec_count; i++)
        trace->specs[i].rules = needs_rules(&trace->specs[i]) ? rules_of(&maker, i) : NULL;
    fg_index_release(&maker.rules);
    fg_index_release(&maker.ports);
    free(maker.port_specs);
}
