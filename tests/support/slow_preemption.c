#include "tests/support/slow_preemption.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

/* A pod as it looks while others come and go: the scheduler keeps the host ports of a node as a
 * set, so of two pods that hold the same the first that leaves takes it along. */
enum { MAX_PORTS = 8 };
struct stand_in {
    struct fg_pod_spec spec;
    struct fg_pod_rules rules;
    struct fg_host_port ports[MAX_PORTS];
    bool is_held[MAX_PORTS]; /* by the port's place in the pod's own rules */
};

/* A dry run on one node. */
struct trial {
    struct fg_slow_cluster *cluster;
    const struct fg_pod_spec *spec;
    const struct fg_slow_running *running;
    uint32_t node, pod_count;
    const struct fg_slow_pod *pods; /* all of the cluster */
    struct fg_slow_pod *left;
    bool *is_away;
    struct stand_in *stand_ins; /* by pod */
};

static int32_t priority(const struct trial *trial, uint32_t pod)
{
    return trial->pods[pod].spec->priority;
}

static bool is_more_important(const struct trial *trial, uint32_t a, uint32_t b)
{
    if (priority(trial, a) != priority(trial, b))
        return priority(trial, a) > priority(trial, b);
    return trial->running->started[a] < trial->running->started[b];
}

static uint32_t port_count(const struct trial *trial, uint32_t pod)
{
    const struct fg_pod_rules *rules = trial->pods[pod].spec->rules;
    return rules != NULL ? rules->port_count : 0;
}

static bool is_same_port(const struct fg_host_port *a, const struct fg_host_port *b)
{
    return a->port == b->port && strcmp(a->ip, b->ip) == 0 && strcmp(a->protocol, b->protocol) == 0;
}

/* The pod's ports are in the node's set, or no more. */
static void set_ports(struct trial *trial, uint32_t pod, bool held)
{
    for (uint32_t i = 0; i < trial->pod_count; i++)
        for (uint32_t p = 0; trial->pods[i].node == trial->node && p < port_count(trial, i); p++)
            for (uint32_t q = 0; q < port_count(trial, pod); q++)
                if (is_same_port(&trial->pods[i].spec->rules->ports[p],
                                 &trial->pods[pod].spec->rules->ports[q]))
                    trial->stand_ins[i].is_held[p] = held;
}

static const struct fg_pod_spec *stand_in(struct trial *trial, uint32_t pod)
{
    struct stand_in *in = &trial->stand_ins[pod];
    if (port_count(trial, pod) == 0 || trial->pods[pod].node != trial->node)
        return trial->pods[pod].spec;
    in->spec = *trial->pods[pod].spec;
    in->rules = *in->spec.rules;
    in->spec.rules = &in->rules;
    in->rules.port_count = 0;
    in->rules.ports = in->ports;
    for (uint32_t p = 0; p < port_count(trial, pod); p++)
        if (in->is_held[p])
            in->ports[in->rules.port_count++] = trial->pods[pod].spec->rules->ports[p];
    return &in->spec;
}

static bool fits(struct trial *trial)
{
    trial->cluster->pod_count = 0;
    for (uint32_t i = 0; i < trial->pod_count; i++) {
        if (trial->is_away[i])
            continue;
        trial->left[trial->cluster->pod_count] = trial->pods[i];
        trial->left[trial->cluster->pod_count++].spec = stand_in(trial, i);
    }
    return fg_slow_scheduler_refuses(trial->cluster, trial->spec, trial->node) == FG_SLOW_FITS;
}

/* Takes the less important pods of the node away; returns them, the most important first. */
static uint32_t take_away(struct trial *trial, uint32_t *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < trial->pod_count; i++)
        memset(trial->stand_ins[i].is_held, true, sizeof trial->stand_ins[i].is_held);
    for (uint32_t i = 0; i < trial->pod_count; i++) {
        trial->is_away[i] = trial->pods[i].node == trial->node && count < FG_SLOW_VICTIMS &&
                            priority(trial, i) < trial->spec->priority;
        if (!trial->is_away[i])
            continue;
        set_ports(trial, i, false);
        uint32_t at = count++;
        for (; at > 0 && is_more_important(trial, i, out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = i;
    }
    return count;
}

/* Whether evicting breaks a budget, each pod taking from its budgets what those before it left. */
static void find_violations(const struct trial *trial, const uint32_t *pods, uint32_t count,
                            bool *out)
{
    int64_t allowed[32];
    for (uint32_t b = 0; b < trial->running->budget_count; b++)
        allowed[b] = trial->running->disruptions_allowed[b];
    for (uint32_t i = 0; i < count; i++) {
        out[i] = false;
        for (uint32_t b = 0; b < trial->running->budget_count; b++)
            if ((trial->running->budgets[pods[i]] >> b & 1) != 0)
                out[i] |= --allowed[b] < 0;
    }
}

static void add_victim(const struct trial *trial, struct fg_slow_victims *out, uint32_t pod)
{
    uint32_t at = out->count++;
    for (; at > 0 && is_more_important(trial, pod, out->pods[at - 1]); at--)
        out->pods[at] = out->pods[at - 1];
    out->pods[at] = pod;
}

/* SelectVictimsOnNode: pods that break a budget are given back first. */
static bool select_victims(struct trial *trial, struct fg_slow_victims *out)
{
    uint32_t pods[FG_SLOW_VICTIMS], count = take_away(trial, pods);
    bool violates[FG_SLOW_VICTIMS];
    *out = (struct fg_slow_victims){.node = trial->node};
    if (count == 0 || !fits(trial))
        return false;
    find_violations(trial, pods, count, violates);
    for (int round = 1; round >= 0; round--) {
        for (uint32_t i = 0; i < count; i++) {
            if (violates[i] != (round == 1))
                continue;
            trial->is_away[pods[i]] = false;
            set_ports(trial, pods[i], true);
            if (fits(trial))
                continue;
            trial->is_away[pods[i]] = true;
            set_ports(trial, pods[i], false);
            out->violated += violates[i];
            add_victim(trial, out, pods[i]);
        }
    }
    return out->count > 0;
}

static int64_t earliest_start(const struct trial *trial, const struct fg_slow_victims *victims)
{
    int64_t earliest = INT64_MAX;
    for (uint32_t i = 0; i < victims->count; i++)
        if (priority(trial, victims->pods[i]) == priority(trial, victims->pods[0]) &&
            trial->running->started[victims->pods[i]] < earliest)
            earliest = trial->running->started[victims->pods[i]];
    return earliest;
}

static int64_t sum_of_priorities(const struct trial *trial, const struct fg_slow_victims *victims)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < victims->count; i++)
        sum += priority(trial, victims->pods[i]) + (INT64_C(1) << 31);
    return sum;
}

static bool is_better(const struct trial *trial, const struct fg_slow_victims *a,
                      const struct fg_slow_victims *b)
{
    int64_t sum_a = sum_of_priorities(trial, a), sum_b = sum_of_priorities(trial, b);
    if (a->violated != b->violated)
        return a->violated < b->violated;
    if (priority(trial, a->pods[0]) != priority(trial, b->pods[0]))
        return priority(trial, a->pods[0]) < priority(trial, b->pods[0]);
    if (sum_a != sum_b)
        return sum_a < sum_b;
    if (a->count != b->count)
        return a->count < b->count;
    return earliest_start(trial, a) > earliest_start(trial, b);
}

/* Taking pods off the node would change nothing about such a refusal. */
static bool is_hopeless(const struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                        uint32_t node)
{
    switch (fg_slow_scheduler_refuses(cluster, spec, node)) {
    case FG_SLOW_PORTS:
    case FG_SLOW_RESOURCES:
    case FG_SLOW_VOLUME_LIMIT:
    case FG_SLOW_SPREAD:
    case FG_SLOW_ANTI_AFFINITY:
    case FG_SLOW_EXISTING_ANTI_AFFINITY:
        return false;
    default:
        return true;
    }
}

void fg_slow_preempt(struct fg_slow_cluster *cluster, const struct fg_pod_spec *spec,
                     const struct fg_slow_running *running, struct fg_slow_victims *out)
{
    uint32_t order[FG_SLOW_NODES], count = fg_slow_scheduler_order(cluster, order);
    struct trial trial = {cluster,
                          spec,
                          running,
                          0,
                          cluster->pod_count,
                          cluster->pods,
                          fg_allocate(cluster->pod_count + 1, sizeof(struct fg_slow_pod)),
                          fg_allocate(cluster->pod_count + 1, sizeof(bool)),
                          fg_allocate(cluster->pod_count + 1, sizeof(struct stand_in))};
    struct fg_slow_pod *all = cluster->pods;
    *out = (struct fg_slow_victims){.node = UINT32_MAX};
    if (spec->rules != NULL && spec->rules->preemption == FG_PREEMPTION_NEVER)
        count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct fg_slow_victims victims;
        bool hopeless = is_hopeless(cluster, spec, order[i]);
        trial.node = order[i];
        cluster->pods = trial.left;
        if (!hopeless && select_victims(&trial, &victims) &&
            (out->node == UINT32_MAX || is_better(&trial, &victims, out)))
            *out = victims;
        cluster->pods = all;
        cluster->pod_count = trial.pod_count;
    }
    free(trial.left);
    free(trial.is_away);
    free(trial.stand_ins);
}
