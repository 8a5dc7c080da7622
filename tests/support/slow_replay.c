#include "tests/support/slow_replay.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/random.h"
#include "models/calendar.h"
#include "models/fargate_profile.h"
#include "models/fargate_size.h"
#include "models/node_capacity.h"

#define MIB (1024LL * 1024)
#define NONE UINT32_MAX

enum status {
    OUTSIDE, /* not created, a template, or gone */
    REFUSED,
    WAITING,
    PROVISIONING,
    PULLING,
    RUNNING,
    PENDING,
    BOUND,
    ON_NODE,
};

struct pod {
    const struct fg_pod_spec *spec;
    enum status status;
    uint32_t profile;    /* NONE = for nodes */
    uint32_t class;      /* the first pod spec that asks for the same */
    int64_t cpu, memory; /* as Fargate counts it */
    int64_t billed_cpu, billed_memory, billed_storage;
    uint32_t subnet, launched_s, slot, start_s, bound_order;
    uint32_t attempts, failed_s; /* attempts 0 = not tried yet */
    uint32_t fresh_order;
    uint32_t created_s; /* the last time */
    bool moved;         /* a node has got room for it since it failed */
    int64_t first_wait;
    uint32_t last_pool; /* where it ran before it was evicted */
    uint64_t on_zones;  /* a DaemonSet: the zones of node groups that take it, a bit each */
};

enum node_state { ABSENT, REQUESTED, BOOTING, READY, TAINTED, STOPPING };
struct node {
    enum node_state state;
    uint32_t number, group, zone;
    uint32_t billed_from_s, ready_s;
    int64_t unneeded_s;    /* -1 = needed */
    int64_t unremovable_s; /* when it was last found to be needed for its pods; -1 = not */
    bool drained;          /* tainted with pods on it */
    bool soft;             /* has the soft taint of a node that may go */
};

enum what { POD_END, NODE_DRAIN, NODE_STOP, NODE_BILLED, NODE_READY, POD_START };
struct due {
    uint32_t time, number;
    enum what what;
    bool done;
};

/* What is paid for: a pod's or node's seconds. */
struct interval {
    uint32_t number; /* pod, or node group */
    uint32_t from, to;
};
struct intervals {
    uint32_t count, capacity;
    struct interval *items;
};

/* An amount asked for: of a pod, or of all on a node. */
struct ask {
    int64_t cpu, memory, storage, gpu, pods, scored_cpu, scored_memory;
};

enum { MAX_ZONES = 4 };
struct group {
    const struct fg_node_group *group;
    const struct fg_instance_type *type;
    struct fg_node_capacity allocatable, bare;
    struct ask daemons[MAX_ZONES];
    bool was_ready, zone_was_ready[MAX_ZONES];
    int64_t target;
};

enum { MAX_NODES = 4096 };
struct slow {
    const struct fg_scenario *scenario;
    const struct fg_cluster *cluster;
    const struct fg_catalog *catalog;
    const struct fg_trace *trace;
    struct fg_slow_result *out;
    uint32_t now, cut;
    bool changed;
    uint32_t pod_count, next_arrival;
    struct pod *pods;
    struct group *groups;
    uint32_t slot_count, free_count, next_number;
    struct node nodes[MAX_NODES];
    uint32_t free_slots[MAX_NODES];
    uint32_t due_count, due_capacity;
    struct due *dues;
    int64_t tokens;
    uint32_t bound, freshened, search_start;
    struct intervals fargate, machines, requests; /* requests: pods on nodes, by pod */
    uint32_t *request_group;
    uint32_t request_group_capacity;
    struct intervals daemons; /* by node group and zone */
    int64_t last_add, last_delete;
};

/* ---- small things ---- */

static uint32_t clipped(uint64_t time)
{
    return time < UINT32_MAX ? (uint32_t)time : UINT32_MAX - 1;
}

static void put(struct slow *s, uint64_t time, enum what what, uint32_t number)
{
    s->dues = fg_grow(s->dues, &s->due_capacity, s->due_count + 1, sizeof *s->dues);
    s->dues[s->due_count++] = (struct due){.time = clipped(time), .what = what, .number = number};
}

static void note(struct intervals *list, uint32_t number, uint32_t from, uint32_t to)
{
    list->items = fg_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct interval){number, from, to};
}

static struct ask ask_of(const struct fg_pod_spec *spec)
{
    return (struct ask){
        .cpu = spec->cpu_milli,
        .memory = spec->memory_bytes,
        .storage = spec->ephemeral_bytes,
        .gpu = spec->gpu_milli,
        .pods = 1,
        .scored_cpu = spec->cpu_named ? spec->cpu_milli : 100,
        .scored_memory = spec->memory_named ? spec->memory_bytes : 200 * MIB,
    };
}

static void add_ask(struct ask *sum, struct ask ask)
{
    sum->cpu += ask.cpu;
    sum->memory += ask.memory;
    sum->storage += ask.storage;
    sum->gpu += ask.gpu;
    sum->pods += ask.pods;
    sum->scored_cpu += ask.scored_cpu;
    sum->scored_memory += ask.scored_memory;
}

static bool on_a_node(const struct pod *pod)
{
    return pod->status == BOUND || pod->status == ON_NODE;
}

static struct ask use_of(const struct slow *s, uint32_t slot)
{
    struct ask use = s->groups[s->nodes[slot].group].daemons[s->nodes[slot].zone];
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (on_a_node(&s->pods[i]) && s->pods[i].slot == slot)
            add_ask(&use, ask_of(s->pods[i].spec));
    return use;
}

static bool fits(const struct fg_node_capacity *has, struct ask use, struct ask ask)
{
    return use.pods + 1 <= has->pods && (ask.cpu == 0 || use.cpu + ask.cpu <= has->cpu_milli) &&
           (ask.memory == 0 || use.memory + ask.memory <= has->memory_bytes) &&
           (ask.storage == 0 || use.storage + ask.storage <= has->ephemeral_bytes) &&
           (ask.gpu == 0 || use.gpu + ask.gpu <= has->gpu_milli);
}

static const char *label_of(const struct slow *s, uint32_t group, uint32_t zone, const char *key)
{
    const struct fg_node_group *g = s->groups[group].group;
    if (strcmp(key, "topology.kubernetes.io/zone") == 0)
        return g->zones[zone];
    for (uint32_t i = 0; i < g->labels.count; i++)
        if (strcmp(g->labels.items[i].key, key) == 0)
            return g->labels.items[i].value;
    return NULL;
}

static bool tolerated(const struct fg_tolerations *tolerations, const struct fg_taint *taint)
{
    for (uint32_t i = 0; i < tolerations->count; i++) {
        const struct fg_toleration *t = &tolerations->items[i];
        bool effect = t->effect == FG_EFFECT_ANY || t->effect == taint->effect;
        bool key = *t->key == '\0' ? t->exists : strcmp(t->key, taint->key) == 0;
        bool value = t->exists || strcmp(t->value, taint->value) == 0;
        if (effect && key && value)
            return true;
    }
    return false;
}

static bool may_go(const struct slow *s, const struct fg_pairs *selector,
                   const struct fg_tolerations *tolerations, uint32_t group, uint32_t zone)
{
    const struct fg_taints *taints = &s->groups[group].group->taints;
    for (uint32_t i = 0; i < taints->count; i++)
        if (taints->items[i].effect != FG_EFFECT_PREFER_NO_SCHEDULE &&
            !tolerated(tolerations, &taints->items[i]))
            return false;
    for (uint32_t i = 0; i < selector->count; i++) {
        const char *value = label_of(s, group, zone, selector->items[i].key);
        if (value == NULL || strcmp(value, selector->items[i].value) != 0)
            return false;
    }
    return true;
}

static bool pod_may_go(const struct slow *s, const struct pod *pod, uint32_t group, uint32_t zone)
{
    return pod->spec->arch == s->groups[group].type->arch &&
           may_go(s, &pod->spec->node_selector, &pod->spec->tolerations, group, zone);
}

static bool fits_on(const struct slow *s, const struct pod *pod, uint32_t slot)
{
    const struct node *node = &s->nodes[slot];
    return pod_may_go(s, pod, node->group, node->zone) &&
           fits(&s->groups[node->group].allocatable, use_of(s, slot), ask_of(pod->spec));
}

/* ---- Fargate ---- */

static bool subnet_serves(const struct slow *s, const struct pod *pod, uint32_t subnet)
{
    const struct fg_fargate_profile *profile = &s->cluster->profiles[pod->profile];
    for (uint32_t i = 0; i < profile->subnet_count; i++)
        if (strcmp(profile->subnets[i], s->cluster->subnets[subnet].id) == 0)
            return true;
    return profile->subnet_count == 0 && !s->cluster->subnets[subnet].is_public;
}

static bool launched(const struct pod *pod)
{
    return pod->status == PROVISIONING || pod->status == PULLING || pod->status == RUNNING;
}

static int64_t free_addresses(const struct slow *s, uint32_t subnet)
{
    int64_t left = s->cluster->subnets[subnet].address_count;
    for (uint32_t i = 0; i < s->pod_count; i++)
        left -= launched(&s->pods[i]) && s->pods[i].subnet == subnet;
    return left;
}

static bool choose_subnet(const struct slow *s, struct pod *pod)
{
    int64_t most = 0;
    pod->subnet = NONE;
    for (uint32_t i = 0; i < s->cluster->subnet_count; i++) {
        int64_t left = free_addresses(s, i);
        if (subnet_serves(s, pod, i) && left > most) {
            most = left;
            pod->subnet = i;
        }
    }
    return s->cluster->subnet_count == 0 || pod->subnet != NONE;
}

static void launch_pods(struct slow *s)
{
    const struct fg_fargate_settings *set = &s->cluster->fargate;
    for (uint32_t i = 0; i < s->pod_count; i++) {
        struct pod *pod = &s->pods[i];
        int64_t vcpu = pod->billed_cpu;
        if (pod->status != WAITING)
            continue;
        for (uint32_t j = 0; j < s->pod_count; j++)
            vcpu += launched(&s->pods[j]) ? s->pods[j].billed_cpu : 0;
        if (vcpu > set->vcpu_quota_milli || !choose_subnet(s, pod) || s->tokens == 0)
            continue;
        s->tokens--;
        pod->status = PROVISIONING;
        pod->launched_s = s->now;
        pod->start_s = s->now + set->provision_delay_s + set->image_pull_s;
        s->changed = true;
    }
}

static uint32_t billed_from(const struct slow *s, const struct pod *pod)
{
    return pod->launched_s + s->cluster->fargate.provision_delay_s;
}

static uint32_t ttl_of(const struct slow *s, const struct pod *pod)
{
    bool job = pod->spec->kind == FG_KIND_JOB || pod->spec->kind == FG_KIND_CRONJOB;
    return job && !s->cluster->fargate.bill_until_termination ? pod->spec->ttl_s : 0;
}

static void step_fargate(struct slow *s)
{
    for (uint32_t i = 0; i < s->pod_count; i++) {
        struct pod *pod = &s->pods[i];
        if (pod->status == PROVISIONING && s->now >= billed_from(s, pod)) {
            pod->status = PULLING;
            s->changed = true;
        }
        if (pod->status == PULLING && s->now >= pod->start_s) {
            pod->status = RUNNING;
            s->changed = true;
            if (fg_trace_span(s->trace, i) == FG_SPAN_DURATION)
                put(s, (uint64_t)pod->start_s + s->trace->span_s[i] + ttl_of(s, pod), POD_END, i);
        }
    }
}

/* ---- pods that come and go ---- */

static void finish(struct slow *s, uint32_t number, enum fg_outcome outcome, uint32_t pool)
{
    const struct pod *pod = &s->pods[number];
    bool ran = outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_RUNNING;
    bool ended = outcome == FG_OUTCOME_COMPLETED || outcome == FG_OUTCOME_DELETED_PENDING;
    uint32_t until = ran ? pod->start_s : s->now;
    s->out->pods[number] = (struct fg_slow_pod){
        .outcome = outcome,
        .pool = ran ? pool : NONE,
        .start_s = !ran                   ? -1
                   : pod->first_wait >= 0 ? (int64_t)s->trace->arrival_s[number] + pod->first_wait
                                          : (int64_t)pod->start_s,
        .end_s = ended ? (int64_t)s->now : -1,
        .wait_s = ran && pod->first_wait >= 0 ? (uint32_t)pod->first_wait
                                              : until - s->trace->arrival_s[number],
    };
    if (ended && s->now < s->cut + 1)
        s->out->last_end_s = s->now;
}

static void stop_fargate_bill(struct slow *s, uint32_t number)
{
    const struct pod *pod = &s->pods[number];
    uint32_t from = billed_from(s, pod);
    if (pod->status == PULLING || pod->status == RUNNING)
        note(&s->fargate, number, from, s->now < from + 60 ? from + 60 : s->now);
}

static uint32_t group_pool(const struct slow *s, uint32_t group)
{
    return s->cluster->profile_count + group;
}

static void stop_request(struct slow *s, uint32_t number)
{
    const struct pod *pod = &s->pods[number];
    uint32_t bound_s = pod->start_s - s->cluster->nodes.pod_startup_s;
    s->request_group = fg_grow(s->request_group, &s->request_group_capacity, s->requests.count + 1,
                               sizeof *s->request_group);
    s->request_group[s->requests.count] = s->nodes[pod->slot].group;
    note(&s->requests, number, bound_s, s->now);
}

/* Which pods that failed may fit on this node now. */
static void room_on(struct slow *s, uint32_t slot)
{
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (s->pods[i].status == PENDING && s->pods[i].attempts > 0 && !s->pods[i].moved)
            s->pods[i].moved = fits_on(s, &s->pods[i], slot);
}

static void end_pod(struct slow *s, uint32_t number)
{
    struct pod *pod = &s->pods[number];
    bool by_work = fg_trace_span(s->trace, number) == FG_SPAN_DURATION;
    if (pod->status == OUTSIDE)
        return;
    if (pod->profile != NONE) {
        stop_fargate_bill(s, number);
        finish(s, number,
               pod->status == RUNNING ? FG_OUTCOME_COMPLETED : FG_OUTCOME_DELETED_PENDING,
               pod->profile);
        pod->status = OUTSIDE;
        return;
    }
    if (by_work && (pod->status != ON_NODE || pod->start_s + s->trace->span_s[number] != s->now))
        return; /* of an earlier life, before it was evicted */
    bool bound = on_a_node(pod), ran = pod->status == ON_NODE;
    bool ran_before = pod->status == PENDING && pod->first_wait >= 0;
    uint32_t pool = bound ? group_pool(s, s->nodes[pod->slot].group) : pod->last_pool;
    finish(s, number, ran || ran_before ? FG_OUTCOME_COMPLETED : FG_OUTCOME_DELETED_PENDING, pool);
    if (bound)
        stop_request(s, number);
    pod->status = OUTSIDE;
    if (bound && s->nodes[pod->slot].state == READY)
        room_on(s, pod->slot);
}

static void arrive(struct slow *s, uint32_t number)
{
    struct pod *pod = &s->pods[number];
    if (pod->spec->kind == FG_KIND_DAEMONSET)
        return;
    if (fg_trace_span(s->trace, number) == FG_SPAN_END)
        put(s, s->trace->span_s[number] > s->now ? s->trace->span_s[number] : s->now, POD_END,
            number);
    char text[512];
    pod->first_wait = -1;
    pod->created_s = s->now;
    if (pod->profile == NONE) {
        pod->status = PENDING;
        pod->fresh_order = s->freshened++;
        return;
    }
    bool refused =
        *fg_fargate_refusal(s->cluster, pod->spec, fg_calendar_day_of(s->scenario->start), text,
                            sizeof text) != '\0';
    pod->status = refused ? REFUSED : WAITING;
}

/* ---- kube-scheduler ---- */

static int64_t percent_left(int64_t has, int64_t used, bool most)
{
    if (most)
        return (used < has ? used : has) * 100 / has;
    return used > has ? 0 : (has - used) * 100 / has;
}

static int64_t score(const struct slow *s, const struct pod *pod, uint32_t slot)
{
    const struct fg_node_capacity *has = &s->groups[s->nodes[slot].group].allocatable;
    struct ask sum = use_of(s, slot), ask = ask_of(pod->spec);
    bool most = s->cluster->scheduler.most_allocated;
    add_ask(&sum, ask);
    int64_t fit = (percent_left(has->cpu_milli, sum.scored_cpu, most) +
                   percent_left(has->memory_bytes, sum.scored_memory, most)) /
                  2;
    if (ask.cpu == 0 && ask.memory == 0)
        return fit;
    double cpu = (double)sum.cpu / (double)has->cpu_milli;
    double memory = (double)sum.memory / (double)has->memory_bytes;
    cpu = cpu < 1 ? cpu : 1;
    memory = memory < 1 ? memory : 1;
    double deviation = (cpu > memory ? cpu - memory : memory - cpu) / 2;
    return fit + (int64_t)((1 - deviation) * 100);
}

/* The slots of ready nodes: zones in turn, within a zone by number. */
static uint32_t order_nodes(const struct slow *s, uint32_t *order)
{
    static const char *zones[] = {"us-east-1a", "us-east-1b", "us-east-1c"};
    uint32_t count = 0, total = 0;
    bool taken[MAX_NODES] = {false};
    for (uint32_t i = 0; i < s->slot_count; i++)
        total += s->nodes[i].state == READY;
    while (count < total) {
        for (uint32_t z = 0; z < 3; z++) {
            uint32_t best = NONE;
            for (uint32_t i = 0; i < s->slot_count; i++) {
                const struct node *node = &s->nodes[i];
                if (node->state == READY && !taken[i] &&
                    strcmp(s->groups[node->group].group->zones[node->zone], zones[z]) == 0 &&
                    (best == NONE || node->number < s->nodes[best].number))
                    best = i;
            }
            if (best == NONE)
                continue;
            taken[best] = true;
            order[count++] = best;
        }
    }
    return count;
}

static uint32_t sample_size(const struct slow *s, uint32_t nodes)
{
    uint32_t percentage = s->cluster->scheduler.percentage_of_nodes_to_score;
    if (nodes < 100)
        return nodes;
    if (percentage == 0)
        percentage = nodes / 125 >= 45 ? 5 : 50 - nodes / 125;
    uint32_t sample = (uint32_t)((uint64_t)nodes * percentage / 100);
    sample = sample < 100 ? 100 : sample;
    return sample < nodes ? sample : nodes;
}

static int64_t unwelcome(const struct slow *s, const struct pod *pod, uint32_t slot)
{
    const struct fg_taints *taints = &s->groups[s->nodes[slot].group].group->taints;
    int64_t count = 0;
    for (uint32_t i = 0; i < taints->count; i++)
        count += taints->items[i].effect == FG_EFFECT_PREFER_NO_SCHEDULE &&
                 !tolerated(&pod->spec->tolerations, &taints->items[i]);
    static const struct fg_taint soft = {"DeletionCandidateOfClusterAutoscaler", "now",
                                         FG_EFFECT_PREFER_NO_SCHEDULE};
    count += s->nodes[slot].soft && !tolerated(&pod->spec->tolerations, &soft);
    return count;
}

/* Of the nodes found: TaintToleration weighs 3, and is the share of the worst that is not there. */
static uint32_t best_of(const struct slow *s, const struct pod *pod, const uint32_t *found,
                        uint32_t count)
{
    int64_t most = 0, best_score = -1;
    uint32_t best = NONE;
    for (uint32_t i = 0; i < count; i++)
        if (unwelcome(s, pod, found[i]) > most)
            most = unwelcome(s, pod, found[i]);
    for (uint32_t i = 0; i < count; i++) {
        int64_t mark = score(s, pod, found[i]) +
                       3 * (100 - (most > 0 ? 100 * unwelcome(s, pod, found[i]) / most : 0));
        if (mark > best_score ||
            (mark == best_score && s->nodes[found[i]].number < s->nodes[best].number)) {
            best = found[i];
            best_score = mark;
        }
    }
    return best;
}

static uint32_t find_node(struct slow *s, const struct pod *pod)
{
    uint32_t order[MAX_NODES], found[MAX_NODES], nodes = order_nodes(s, order);
    uint32_t sample = sample_size(s, nodes), count = 0, seen = 0;
    if (s->search_start >= nodes)
        s->search_start = 0;
    for (; seen < nodes && (count < sample || sample == nodes); seen++) {
        uint32_t slot = order[(s->search_start + seen) % nodes];
        if (fits_on(s, pod, slot))
            found[count++] = slot;
    }
    s->search_start = nodes > 0 ? (s->search_start + seen) % nodes : 0;
    return best_of(s, pod, found, count);
}

static bool is_before(const struct slow *s, uint32_t left, uint32_t right)
{
    const struct pod *a = &s->pods[left], *b = &s->pods[right];
    if (a->spec->priority != b->spec->priority)
        return a->spec->priority > b->spec->priority;
    if ((a->attempts == 0) != (b->attempts == 0))
        return a->attempts > 0;
    if (a->attempts == 0)
        return a->fresh_order < b->fresh_order;
    return a->failed_s != b->failed_s ? a->failed_s < b->failed_s : left < right;
}

static bool wants_try(const struct slow *s, const struct pod *pod)
{
    static const uint32_t backoff[] = {0, 1, 2, 4, 8, 10};
    if (pod->status != PENDING)
        return false;
    if (pod->attempts == 0)
        return true;
    return pod->moved && s->now >= pod->failed_s + backoff[pod->attempts > 5 ? 5 : pod->attempts];
}

static void start_pod(struct slow *s, uint32_t number)
{
    struct pod *pod = &s->pods[number];
    if (pod->status != BOUND || pod->start_s != s->now)
        return;
    pod->status = ON_NODE;
    if (pod->first_wait < 0)
        pod->first_wait = s->now - s->trace->arrival_s[number];
    if (fg_trace_span(s->trace, number) == FG_SPAN_DURATION)
        put(s, (uint64_t)s->now + s->trace->span_s[number], POD_END, number);
}

static void schedule(struct slow *s)
{
    for (;;) {
        uint32_t next = NONE;
        for (uint32_t i = 0; i < s->pod_count; i++)
            if (wants_try(s, &s->pods[i]) && (next == NONE || is_before(s, i, next)))
                next = i;
        if (next == NONE)
            return;
        struct pod *pod = &s->pods[next];
        uint32_t slot = find_node(s, pod);
        s->changed = true;
        if (slot == NONE) {
            pod->attempts++;
            pod->failed_s = s->now;
            pod->moved = false;
            continue;
        }
        pod->status = BOUND;
        pod->slot = slot;
        pod->bound_order = s->bound++;
        pod->start_s = s->now + s->cluster->nodes.pod_startup_s;
        if (pod->start_s == s->now)
            start_pod(s, next);
        else
            put(s, pod->start_s, POD_START, next);
    }
}

/* ---- nodes ---- */

static uint32_t new_node(struct slow *s, uint32_t group)
{
    uint32_t slot = s->free_count > 0 ? s->free_slots[--s->free_count] : s->slot_count++;
    FG_ASSERT(slot < MAX_NODES);
    const struct fg_node_group *g = s->groups[group].group;
    int64_t in_zone[3] = {0};
    for (uint32_t i = 0; i < s->slot_count; i++)
        if (i != slot && s->nodes[i].state != ABSENT && s->nodes[i].group == group)
            in_zone[s->nodes[i].zone]++;
    uint32_t zone = 0;
    for (uint32_t z = 1; z < g->zone_count; z++)
        if (in_zone[z] < in_zone[zone])
            zone = z;
    s->nodes[slot] = (struct node){.state = REQUESTED,
                                   .number = s->next_number++,
                                   .group = group,
                                   .zone = zone,
                                   .unneeded_s = -1,
                                   .unremovable_s = -1};
    return slot;
}

static void node_ready(struct slow *s, uint32_t slot)
{
    s->nodes[slot].state = READY;
    s->nodes[slot].ready_s = s->now;
    s->groups[s->nodes[slot].group].was_ready = true;
    s->groups[s->nodes[slot].group].zone_was_ready[s->nodes[slot].zone] = true;
    room_on(s, slot);
}

static void drain(struct slow *s, uint32_t slot)
{
    for (;;) {
        uint32_t latest = NONE;
        for (uint32_t i = 0; i < s->pod_count; i++)
            if (on_a_node(&s->pods[i]) && s->pods[i].slot == slot &&
                (latest == NONE || s->pods[i].bound_order > s->pods[latest].bound_order))
                latest = i;
        if (latest == NONE)
            break;
        stop_request(s, latest);
        s->pods[latest].last_pool = group_pool(s, s->nodes[slot].group);
        s->pods[latest].status = PENDING;
        s->pods[latest].attempts = 0;
        s->pods[latest].created_s = s->now;
        s->pods[latest].fresh_order = s->freshened++;
        s->out->evictions++;
    }
    struct node *node = &s->nodes[slot];
    node->state = STOPPING;
    uint32_t stop = s->now + s->cluster->nodes.terminate_s, least = node->billed_from_s + 60;
    put(s, stop > least ? stop : least, NODE_STOP, slot);
}

static void stop_node(struct slow *s, uint32_t slot)
{
    struct node *node = &s->nodes[slot];
    note(&s->machines, node->group, node->billed_from_s, s->now);
    note(&s->daemons, node->group * MAX_ZONES + node->zone, node->ready_s, s->now);
    node->state = ABSENT;
    s->free_slots[s->free_count++] = slot;
}

static void do_due(struct slow *s, const struct due *due)
{
    switch (due->what) {
    case POD_END:
        end_pod(s, due->number);
        break;
    case NODE_DRAIN:
        if (s->now != s->cut)
            drain(s, due->number);
        break;
    case NODE_STOP:
        stop_node(s, due->number);
        break;
    case NODE_BILLED:
        s->nodes[due->number].state = BOOTING;
        s->nodes[due->number].billed_from_s = s->now;
        put(s, s->now + s->cluster->nodes.running_to_ready_s, NODE_READY, due->number);
        break;
    case NODE_READY:
        node_ready(s, due->number);
        break;
    case POD_START:
        start_pod(s, due->number);
        break;
    }
}

/* Everything of this second, of the ends or of the rest, in the order it was put in. */
static void do_dues(struct slow *s, bool ends)
{
    for (uint32_t i = 0; i < s->due_count; i++) {
        bool is_end = s->dues[i].what <= NODE_STOP;
        if (s->dues[i].done || s->dues[i].time != s->now || is_end != ends)
            continue;
        s->dues[i].done = true;
        s->changed = true;
        struct due due = s->dues[i];
        do_due(s, &due);
    }
}

/* ---- Cluster Autoscaler ---- */

static const struct fg_autoscaler_settings *flags(const struct slow *s)
{
    return &s->cluster->autoscaler;
}

static bool is_expendable(const struct slow *s, const struct pod *pod)
{
    return pod->spec->priority < flags(s)->expendable_pods_priority_cutoff;
}

static bool counts_as_waiting(const struct slow *s, uint32_t number)
{
    const struct pod *pod = &s->pods[number];
    return pod->status == PENDING && pod->attempts > 0 && !is_expendable(s, pod);
}

static uint32_t age_of(const struct slow *s, uint32_t number)
{
    return s->now - s->pods[number].created_s;
}

static const struct fg_node_capacity *expected(const struct slow *s, uint32_t group)
{
    return s->groups[group].was_ready ? &s->groups[group].allocatable : &s->groups[group].bare;
}

/* A node as the loop sees it: one that is there, is coming, or is only tried out. */
struct place {
    uint32_t slot; /* NONE = not there yet */
    uint32_t group, zone;
    const struct fg_node_capacity *has;
    struct ask use;
    bool got_pods; /* in this estimate */
};

/* The loop's view. Nodes stand in a list; a search goes on behind the node found last. */
struct view {
    struct place places[2 * MAX_NODES];
    uint32_t count, list[2 * MAX_NODES]; /* numbers of places */
    uint32_t place_count, ready, upcoming;
    uint32_t next;
    uint32_t *place_of; /* by pod, NONE = has none */
    uint64_t *turn_of;  /* by pod: order on its node */
    uint64_t turns;
};

static uint32_t add_place(struct view *view, struct place place)
{
    view->places[view->place_count] = place;
    view->list[view->count++] = view->place_count;
    return view->place_count++;
}

static struct place new_place(const struct slow *s, uint32_t group)
{
    return (struct place){.slot = NONE,
                          .group = group,
                          .has = expected(s, group),
                          .use = s->groups[group].daemons[0]};
}

static bool takes(const struct slow *s, const struct place *place, uint32_t pod)
{
    return pod_may_go(s, &s->pods[pod], place->group, place->zone) &&
           fits(place->has, place->use, ask_of(s->pods[pod].spec));
}

/* The place of the list, from a position on, that takes the pod: NONE if there is none. */
static uint32_t search(const struct slow *s, struct view *view, uint32_t pod, uint32_t from,
                       bool ready_only)
{
    uint32_t span = view->count - from, next = view->count > 0 ? view->next % view->count : 0;
    for (uint32_t i = 0; i < span; i++) {
        uint32_t position = from + ((next > from ? next - from : 0) + i) % span;
        struct place *place = &view->places[view->list[position]];
        if ((ready_only && place->slot == NONE) || !takes(s, place, pod))
            continue;
        add_ask(&place->use, ask_of(s->pods[pod].spec));
        place->got_pods = true;
        view->next = (position + 1) % view->count;
        return view->list[position];
    }
    return NONE;
}

static void open_view(const struct slow *s, struct view *view)
{
    view->count = view->place_count = view->ready = view->upcoming = view->next = 0;
    view->turns = UINT32_MAX;
    view->place_of = fg_allocate(s->pod_count + 1, sizeof *view->place_of);
    view->turn_of = fg_allocate(s->pod_count + 1, sizeof *view->turn_of);
    for (uint32_t i = 0; i < s->pod_count; i++)
        view->place_of[i] = NONE;
    for (uint32_t slot = 0; slot < s->slot_count; slot++) {
        const struct node *node = &s->nodes[slot];
        if (node->state != READY)
            continue;
        uint32_t place =
            add_place(view, (struct place){.slot = slot,
                                           .group = node->group,
                                           .zone = node->zone,
                                           .has = &s->groups[node->group].allocatable,
                                           .use = s->groups[node->group].daemons[node->zone]});
        for (uint32_t i = 0; i < s->pod_count; i++) {
            if (!on_a_node(&s->pods[i]) || s->pods[i].slot != slot || is_expendable(s, &s->pods[i]))
                continue;
            add_ask(&view->places[place].use, ask_of(s->pods[i].spec));
            view->place_of[i] = place;
        }
        view->ready++;
    }
    for (uint32_t slot = 0; slot < s->slot_count; slot++) {
        const struct node *node = &s->nodes[slot];
        if (node->state == REQUESTED || node->state == BOOTING) {
            add_place(view, new_place(s, node->group));
            view->upcoming++;
        }
    }
    for (uint32_t i = 0; i < s->pod_count; i++)
        view->turn_of[i] = s->pods[i].class;
}

/* ---- who waits ---- */

/* The next class: highest priority first, then the lowest number. */
static uint32_t next_class(const struct slow *s, const bool *done)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < s->pod_count; i++) {
        const struct pod *pod = &s->pods[i];
        if (!counts_as_waiting(s, i) || done[pod->class])
            continue;
        if (best == NONE || pod->spec->priority > s->trace->specs[best].priority ||
            (pod->spec->priority == s->trace->specs[best].priority && pod->class < best))
            best = pod->class;
    }
    return best;
}

/* The next pod of the class: the oldest. */
static uint32_t next_of_class(const struct slow *s, uint32_t class, const bool *tried)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (counts_as_waiting(s, i) && s->pods[i].class == class && !tried[i] &&
            (best == NONE || age_of(s, i) > age_of(s, best)))
            best = i;
    return best;
}

/* Pods without a place on nodes that are there or coming, class by class. Those that are too young
 * for scale-up take places, too. */
static uint32_t find_waiting(const struct slow *s, struct view *view, uint32_t *out)
{
    bool *done = fg_allocate(s->trace->spec_count + 1, sizeof *done);
    bool *tried = fg_allocate(s->pod_count + 1, sizeof *tried);
    uint32_t count = 0, class, pod;
    while ((class = next_class(s, done)) != NONE) {
        done[class] = true;
        while ((pod = next_of_class(s, class, tried)) != NONE) {
            tried[pod] = true;
            view->place_of[pod] = search(s, view, pod, 0, false);
            if (view->place_of[pod] == NONE && age_of(s, pod) >= flags(s)->new_pod_scale_up_delay_s)
                out[count++] = pod;
        }
    }
    free(done);
    free(tried);
    return count;
}

/* Whether the oldest of the pods is younger than its buffer, or of those with a GPU than theirs. */
static bool have_just_come(const struct slow *s, const uint32_t *waiting, uint32_t count)
{
    bool old = false, any_gpu = false, old_gpu = false;
    for (uint32_t i = 0; i < count; i++) {
        old = old || age_of(s, waiting[i]) >= flags(s)->new_pod_buffer_s;
        if (s->pods[waiting[i]].spec->gpu_milli > 0) {
            any_gpu = true;
            old_gpu = old_gpu || age_of(s, waiting[i]) >= flags(s)->new_gpu_pod_buffer_s;
        }
    }
    return count > 0 && (!old || (any_gpu && !old_gpu));
}

/* ---- how many nodes ---- */

struct estimate {
    int64_t nodes, pods, cpu, memory;
};

static double weight_of(const struct slow *s, uint32_t pod, const struct fg_node_capacity *has)
{
    const struct fg_pod_spec *spec = s->pods[pod].spec;
    return (double)spec->cpu_milli / (double)has->cpu_milli +
           (double)spec->memory_bytes / (double)has->memory_bytes;
}

/* The first pod of the heaviest class that is not done; of equal ones the first. */
static uint32_t heaviest(const struct slow *s, const uint32_t *waiting, const bool *done,
                         uint32_t count, const struct fg_node_capacity *has)
{
    uint32_t best = NONE;
    for (uint32_t i = 0; i < count; i++)
        if (!done[i] &&
            (best == NONE || weight_of(s, waiting[i], has) > weight_of(s, waiting[best], has)))
            best = i;
    return best;
}

/* One pod more, on what this estimate has opened or on a node more. */
static bool pack(const struct slow *s, struct view *view, uint32_t pod, uint32_t first,
                 uint32_t group, int64_t limit, bool *searching)
{
    if (*searching && search(s, view, pod, first, false) != NONE)
        return true;
    *searching = false;
    struct place *last = view->count > first ? &view->places[view->list[view->count - 1]] : NULL;
    if (last == NULL || !takes(s, last, pod)) {
        if (view->count - first >= limit)
            return false;
        last = &view->places[add_place(view, new_place(s, group))];
    }
    add_ask(&last->use, ask_of(s->pods[pod].spec));
    last->got_pods = true;
    return true;
}

static struct estimate estimate_group(const struct slow *s, struct view *view, uint32_t group,
                                      const uint32_t *waiting, uint32_t count, int64_t limit)
{
    struct estimate sum = {0};
    struct place fresh = new_place(s, group);
    uint32_t first = view->count, first_place = view->place_count, i;
    bool *done = fg_allocate(count + 1, sizeof *done);
    while ((i = heaviest(s, waiting, done, count, fresh.has)) != NONE) {
        bool searching = true;
        for (uint32_t n = 0; n < count; n++) {
            if (s->pods[waiting[n]].class != s->pods[waiting[i]].class || done[n])
                continue;
            done[n] = true;
            if (!takes(s, &fresh, waiting[n]) ||
                !pack(s, view, waiting[n], first, group, limit, &searching))
                continue;
            struct ask ask = ask_of(s->pods[waiting[n]].spec);
            sum.pods++;
            sum.cpu += ask.cpu;
            sum.memory += ask.memory;
        }
    }
    for (uint32_t p = first_place; p < view->place_count; p++)
        sum.nodes += view->places[p].got_pods;
    view->count = first;
    view->place_count = first_place;
    free(done);
    return sum;
}

/* ---- which group ---- */

static double waste_of(const struct group *group, const struct estimate *estimate)
{
    double cpu = (double)(group->bare.cpu_milli * estimate->nodes);
    double memory = (double)(group->bare.memory_bytes * estimate->nodes);
    return (cpu - (double)estimate->cpu) / cpu + (memory - (double)estimate->memory) / memory;
}

/* The lower the better. */
static double cost_of(const struct slow *s, uint32_t group, const struct estimate *estimate)
{
    switch (flags(s)->expander) {
    case FG_EXPANDER_MOST_PODS:
        return -(double)estimate->pods;
    case FG_EXPANDER_LEAST_NODES:
        return (double)estimate->nodes;
    case FG_EXPANDER_LEAST_WASTE:
        return waste_of(&s->groups[group], estimate);
    case FG_EXPANDER_RANDOM:
    case FG_EXPANDER_PRIORITY:
        break;
    }
    return 0;
}

static int64_t nodes_allowed(const struct slow *s, const struct view *view, uint32_t group)
{
    int64_t limit = s->groups[group].group->max_size - s->groups[group].target;
    int64_t total = flags(s)->max_nodes_total, there = (int64_t)view->ready + view->upcoming;
    if (total > 0 && view->ready >= total)
        return 0;
    if (total > 0 && total - there < limit)
        limit = total - there;
    return limit < flags(s)->max_nodes_per_scale_up ? limit : flags(s)->max_nodes_per_scale_up;
}

/* The group that grows, of equally good ones by luck; NONE if none helps. */
static uint32_t choose_group(const struct slow *s, struct view *view, const uint32_t *waiting,
                             uint32_t count, int64_t *nodes)
{
    uint32_t groups = s->cluster->node_group_count, ties = 0, best = NONE;
    struct estimate *estimates = fg_allocate(groups + 1, sizeof *estimates);
    for (uint32_t group = 0; count > 0 && group < groups; group++) {
        int64_t limit = nodes_allowed(s, view, group);
        if (limit > 0)
            estimates[group] = estimate_group(s, view, group, waiting, count, limit);
        if (estimates[group].nodes > 0 && (best == NONE || cost_of(s, group, &estimates[group]) <
                                                               cost_of(s, best, &estimates[best])))
            best = group;
    }
    double least = best == NONE ? 0 : cost_of(s, best, &estimates[best]);
    for (uint32_t group = 0; group < groups; group++)
        ties += estimates[group].nodes > 0 && cost_of(s, group, &estimates[group]) <= least;
    uint64_t luck = fg_random_u64(s->scenario->seed, 0, FG_RANDOM_EXPANDER, s->now);
    uint64_t skip = ties > 0 ? luck % ties : 0;
    for (uint32_t group = 0; group < groups && best != NONE; group++) {
        if (estimates[group].nodes == 0 || cost_of(s, group, &estimates[group]) > least)
            continue;
        if (skip-- == 0) {
            best = group;
            *nodes = estimates[group].nodes;
            break;
        }
    }
    free(estimates);
    return best;
}

/* Or `waits`: the loop leaves pods that have just come for the next one, and removes no node. */
static uint32_t scale_up(const struct slow *s, struct view *view, int64_t *nodes, bool *waits)
{
    uint32_t *waiting = fg_allocate(s->pod_count + 1, sizeof *waiting);
    uint32_t count = find_waiting(s, view, waiting);
    bool is_full = flags(s)->max_nodes_total > 0 && view->ready >= flags(s)->max_nodes_total;
    *waits = !is_full && have_just_come(s, waiting, count);
    uint32_t group = *waits ? NONE : choose_group(s, view, waiting, count, nodes);
    free(waiting);
    return group;
}

static void grow(struct slow *s, uint32_t group, int64_t nodes)
{
    s->groups[group].target += nodes;
    for (int64_t i = 0; i < nodes; i++)
        put(s, s->now + s->cluster->nodes.request_to_running_s, NODE_BILLED, new_node(s, group));
    s->last_add = s->now;
    s->out->scale_ups++;
    s->changed = true;
}

/* ---- which nodes could go ---- */

static bool keeps_node(const struct slow *s, const struct pod *pod)
{
    const struct fg_autoscaler_settings *set = flags(s);
    const char *safe = NULL;
    for (uint32_t i = 0; i < pod->spec->annotations.count; i++)
        if (strcmp(pod->spec->annotations.items[i].key,
                   "cluster-autoscaler.kubernetes.io/safe-to-evict") == 0)
            safe = pod->spec->annotations.items[i].value;
    if (safe != NULL && strcmp(safe, "true") == 0)
        return false;
    if (pod->spec->kind == FG_KIND_POD)
        return true;
    if (set->skip_nodes_with_system_pods && strcmp(pod->spec->namespace_name, "kube-system") == 0)
        return s->now - pod->created_s <= set->blocking_system_pod_timeout_s;
    return (safe != NULL && strcmp(safe, "false") == 0) ||
           (set->skip_nodes_with_local_storage && (pod->spec->features & FG_FEATURE_HOST_PATH));
}

/* used / has <= threshold, without dividing. */
static bool is_low(int64_t used, int64_t has, int64_t millionths)
{
    return (__int128)used * 1000000 <= (__int128)has * millionths;
}

static bool is_used_little(const struct slow *s, const struct place *place)
{
    const struct group *group = &s->groups[place->group];
    struct ask use = place->use;
    int64_t threshold = flags(s)->scale_down_threshold_millionths;
    struct ask off =
        flags(s)->ignore_daemonsets_utilization ? group->daemons[place->zone] : (struct ask){0};
    if (place->has->gpu_milli > 0)
        return is_low(use.gpu - off.gpu, place->has->gpu_milli - off.gpu,
                      flags(s)->scale_down_gpu_threshold_millionths);
    return is_low(use.cpu - off.cpu, place->has->cpu_milli - off.cpu, threshold) &&
           is_low(use.memory - off.memory, place->has->memory_bytes - off.memory, threshold);
}

static bool is_empty(const struct slow *s, const struct view *view, uint32_t place)
{
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (view->place_of[i] == place)
            return false;
    return true;
}

static bool is_blocked(const struct slow *s, uint32_t slot)
{
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (on_a_node(&s->pods[i]) && s->pods[i].slot == slot && !is_expendable(s, &s->pods[i]) &&
            keeps_node(s, &s->pods[i]))
            return true;
    return false;
}

/* The next of the candidates: empty ones, then those unneeded before, then the lowest number. */
static uint32_t next_candidate(const struct slow *s, const struct view *view, const bool *seen,
                               const bool *empty, const bool *known)
{
    uint32_t best = NONE;
    for (uint32_t place = 0; place < view->ready; place++) {
        if (seen[place])
            continue;
        if (best == NONE ||
            (empty[place] != empty[best]   ? empty[place]
             : known[place] != known[best] ? known[place]
                                           : s->nodes[view->places[place].slot].number <
                                                 s->nodes[view->places[best].slot].number))
            best = place;
    }
    return best;
}

/* The pod of the place that moves next. */
static uint32_t next_to_move(const struct slow *s, const struct view *view,
                             const uint32_t *place_of, const uint64_t *turn_of, uint32_t from,
                             const bool *moved)
{
    (void)view;
    uint32_t best = NONE;
    for (uint32_t i = 0; i < s->pod_count; i++)
        if (place_of[i] == from && !moved[i] && (best == NONE || turn_of[i] < turn_of[best]))
            best = i;
    return best;
}

static void take_off_list(struct view *view, uint32_t place)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < view->count; i++)
        if (view->list[i] != place)
            view->list[kept++] = view->list[i];
    view->count = kept;
}

/* Whether the node's pods all find another; if so they are there and it is gone. */
static bool empties(const struct slow *s, struct view *view, uint32_t from)
{
    static _Thread_local struct place before[2 * MAX_NODES];
    uint32_t *old_places = fg_allocate(s->pod_count + 1, sizeof *old_places), pod;
    uint64_t *old_turns = fg_allocate(s->pod_count + 1, sizeof *old_turns);
    bool *moved = fg_allocate(s->pod_count + 1, sizeof *moved), good = true;
    uint32_t next = view->next;
    memcpy(before, view->places, view->place_count * sizeof *before);
    memcpy(old_places, view->place_of, s->pod_count * sizeof *old_places);
    memcpy(old_turns, view->turn_of, s->pod_count * sizeof *old_turns);
    static const struct fg_node_capacity nothing;
    view->places[from].has = &nothing;
    while (good && (pod = next_to_move(s, view, old_places, old_turns, from, moved)) != NONE) {
        moved[pod] = true;
        view->place_of[pod] = search(s, view, pod, 0, true);
        view->turn_of[pod] = view->turns++;
        good = view->place_of[pod] != NONE;
    }
    if (good) {
        take_off_list(view, from);
    } else {
        memcpy(view->places, before, view->place_count * sizeof *before);
        memcpy(view->place_of, old_places, s->pod_count * sizeof *old_places);
        memcpy(view->turn_of, old_turns, s->pod_count * sizeof *old_turns);
        view->next = next;
    }
    free(old_places);
    free(old_turns);
    free(moved);
    return good;
}

static uint32_t unneeded_limit(const struct slow *s)
{
    uint32_t known = 0, parallel = flags(s)->max_scale_down_parallelism;
    for (uint32_t slot = 0; slot < s->slot_count; slot++)
        known += s->nodes[slot].state == READY && s->nodes[slot].unneeded_s >= 0;
    uint32_t loops = flags(s)->scale_down_unneeded_time_s / flags(s)->scan_interval_s;
    uint32_t most = parallel * (loops > 0 ? loops : 1) + parallel;
    return known + 2 * parallel < most ? known + 2 * parallel : most;
}

static bool is_recent(struct slow *s, struct node *node)
{
    if (node->unremovable_s >= 0 &&
        node->unremovable_s + flags(s)->unremovable_node_recheck_timeout_s <= s->now)
        node->unremovable_s = -1;
    return node->unremovable_s >= 0;
}

/* Looks at the candidates in turn; writes the slots of those that could go, and if they are empty.
 */
static uint32_t find_unneeded(struct slow *s, struct view *view, uint32_t *order, bool *was_empty)
{
    bool seen[MAX_NODES], empty[MAX_NODES], known[MAX_NODES];
    uint32_t kept = 0, limit = unneeded_limit(s), place;
    for (place = 0; place < view->ready; place++) {
        struct node *node = &s->nodes[view->places[place].slot];
        const struct group *group = &s->groups[node->group];
        bool recent = is_recent(s, node);
        seen[place] = recent || group->target <= group->group->min_size ||
                      !is_used_little(s, &view->places[place]);
        empty[place] = is_empty(s, view, place);
        known[place] = node->unneeded_s >= 0;
        if (seen[place])
            node->unneeded_s = -1;
    }
    while ((place = next_candidate(s, view, seen, empty, known)) != NONE) {
        uint32_t slot = view->places[place].slot;
        bool is_bare = is_empty(s, view, place);
        seen[place] = true;
        if (kept >= limit) {
            s->nodes[slot].unneeded_s = -1;
            continue;
        }
        if (is_blocked(s, slot) || !empties(s, view, place)) {
            s->nodes[slot].unneeded_s = -1;
            s->nodes[slot].unremovable_s = s->now;
            continue;
        }
        if (s->nodes[slot].unneeded_s < 0)
            s->nodes[slot].unneeded_s = s->now;
        was_empty[kept] = is_bare;
        order[kept++] = slot;
    }
    return kept;
}

/* ---- which go ---- */

static void taint(struct slow *s, uint32_t slot, bool empty)
{
    struct node *node = &s->nodes[slot];
    node->state = TAINTED;
    node->drained = !empty;
    s->groups[node->group].target--;
    put(s, s->now + flags(s)->node_delete_delay_after_taint_s, NODE_DRAIN, slot);
    s->last_delete = s->now;
    s->out->scale_downs++;
    s->changed = true;
}

static uint32_t count_tainted(const struct slow *s, bool drained_only)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < s->slot_count; slot++)
        count += s->nodes[slot].state == TAINTED && (!drained_only || s->nodes[slot].drained);
    return count;
}

/* Those due, empty or not, whose groups stay above their minimum; the others are struck out. */
static void strike_out(const struct slow *s, uint32_t *order, const bool *empty, uint32_t count)
{
    int64_t *left = fg_allocate(s->cluster->node_group_count + 1, sizeof *left);
    for (uint32_t i = 0; i < s->cluster->node_group_count; i++)
        left[i] = s->groups[i].target - s->groups[i].group->min_size;
    for (int bare = 1; bare >= 0; bare--) {
        for (uint32_t i = 0; i < count; i++) {
            if (empty[i] != (bare == 1))
                continue;
            const struct node *node = &s->nodes[order[i]];
            bool is_due = node->unneeded_s + flags(s)->scale_down_unneeded_time_s < s->now;
            if (!is_due || left[node->group] <= 0)
                order[i] = NONE;
            else
                left[node->group]--;
        }
    }
    free(left);
}

/* Group by group, as the groups first appear, while so many may go. */
static uint32_t remove_some(struct slow *s, uint32_t *order, const bool *empty, uint32_t count,
                            bool bare, uint32_t budget)
{
    uint32_t removed = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] == NONE || empty[i] != bare)
            continue;
        uint32_t group = s->nodes[order[i]].group;
        for (uint32_t n = i; n < count && removed < budget; n++) {
            if (order[n] == NONE || empty[n] != bare || s->nodes[order[n]].group != group)
                continue;
            taint(s, order[n], bare);
            order[n] = NONE;
            removed++;
        }
    }
    return removed;
}

static void remove_nodes(struct slow *s, uint32_t *order, const bool *empty, uint32_t count)
{
    uint32_t all = flags(s)->max_scale_down_parallelism, drains = flags(s)->max_drain_parallelism;
    uint32_t under_way = count_tainted(s, false), drained = count_tainted(s, true);
    all = all > under_way ? all - under_way : 0;
    drains = drains > drained ? drains - drained : 0;
    strike_out(s, order, empty, count);
    all -= remove_some(s, order, empty, count, true, all);
    remove_some(s, order, empty, count, false, drains < all ? drains : all);
}

/* Ten nodes a loop lose the soft taint, being needed, or get it. */
static void taint_softly(struct slow *s)
{
    uint32_t left = 10;
    for (int give = 0; give < 2; give++) {
        for (uint32_t slot = 0; slot < s->slot_count && left > 0; slot++) {
            struct node *node = &s->nodes[slot];
            bool wanted = node->unneeded_s >= 0;
            if (node->state != READY || node->soft == wanted || wanted != (give == 1))
                continue;
            node->soft = wanted;
            left--;
        }
    }
}

static void autoscale(struct slow *s)
{
    static _Thread_local struct view view;
    uint32_t order[MAX_NODES], count = 0;
    bool empty[MAX_NODES];
    int64_t nodes = 0;
    bool waits;
    if (!flags(s)->enabled || s->now % flags(s)->scan_interval_s != 0)
        return;
    open_view(s, &view);
    uint32_t group = scale_up(s, &view, &nodes, &waits);
    if (flags(s)->scale_down_enabled)
        count = find_unneeded(s, &view, order, empty);
    free(view.place_of);
    free(view.turn_of);
    if (group != NONE)
        grow(s, group, nodes);
    bool cools =
        waits ||
        (s->last_add >= 0 && s->now < s->last_add + flags(s)->scale_down_delay_after_add_s) ||
        (s->last_delete >= 0 &&
         s->now < s->last_delete + flags(s)->scale_down_delay_after_delete_s);
    if (!cools)
        remove_nodes(s, order, empty, count);
    if (flags(s)->scale_down_enabled)
        taint_softly(s);
}

/* ---- one second ---- */

static struct fg_slow_hour *hour_of(struct slow *s, uint32_t pool)
{
    int64_t first = s->scenario->start / 3600;
    int64_t hour = (s->scenario->start + s->now) / 3600 - first;
    return &s->out->hours[pool * s->out->hour_count + (uint32_t)hour];
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Adds what holds from this second to the next. */
static void observe(struct slow *s)
{
    struct fg_slow_hour *sums = fg_allocate(s->out->pool_count, sizeof *sums);
    for (uint32_t i = 0; i < s->pod_count; i++) {
        const struct pod *pod = &s->pods[i];
        bool fargate = pod->status >= REFUSED && pod->status <= RUNNING;
        uint32_t pool = fargate          ? pod->profile
                        : on_a_node(pod) ? group_pool(s, s->nodes[pod->slot].group)
                                         : s->out->pool_count - 1;
        bool billed = pod->status == PULLING || pod->status == RUNNING;
        sums[pool].node_seconds += billed;
        sums[pool].pod_seconds += pod->status == RUNNING || pod->status == ON_NODE;
        sums[pool].pending_max += (fargate && pod->status != RUNNING) || pod->status == PENDING;
        sums[pool].addresses_max += launched(pod);
        sums[pool].cpu_requested_milli_s += billed           ? pod->cpu
                                            : on_a_node(pod) ? pod->spec->cpu_milli
                                                             : 0;
    }
    for (uint32_t i = 0; i < s->slot_count; i++) {
        if (s->nodes[i].state < BOOTING)
            continue;
        uint32_t pool = group_pool(s, s->nodes[i].group);
        sums[pool].node_seconds++;
        sums[pool].cpu_requested_milli_s +=
            s->nodes[i].state >= READY ? s->groups[s->nodes[i].group].daemons[s->nodes[i].zone].cpu
                                       : 0;
    }
    for (uint32_t pool = 0; pool < s->out->pool_count; pool++) {
        struct fg_slow_hour *hour = hour_of(s, pool);
        hour->nodes_max = larger(hour->nodes_max, sums[pool].node_seconds);
        hour->node_seconds += sums[pool].node_seconds;
        hour->pod_seconds += sums[pool].pod_seconds;
        hour->cpu_requested_milli_s += sums[pool].cpu_requested_milli_s;
        hour->pending_max = larger(hour->pending_max, sums[pool].pending_max);
        hour->addresses_max = larger(hour->addresses_max, sums[pool].addresses_max);
    }
    free(sums);
}

static void one_second(struct slow *s)
{
    const struct fg_fargate_settings *fargate = &s->cluster->fargate;
    if (s->now > 0)
        s->tokens = s->tokens + fargate->launch_per_second < fargate->launch_burst
                        ? s->tokens + fargate->launch_per_second
                        : fargate->launch_burst;
    bool first = true;
    do {
        s->changed = false;
        do_dues(s, true);
        step_fargate(s);
        do_dues(s, false);
        for (; s->next_arrival < s->pod_count && s->trace->arrival_s[s->next_arrival] == s->now;
             s->next_arrival++) {
            arrive(s, s->next_arrival);
            s->changed = true;
        }
        launch_pods(s);
        schedule(s);
        if (first)
            autoscale(s);
        first = false;
    } while (s->changed);
    observe(s);
}

/* ---- before and after ---- */

static bool same_pairs(const struct fg_pairs *a, const struct fg_pairs *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i].key, b->items[i].key) != 0 ||
            strcmp(a->items[i].value, b->items[i].value) != 0)
            return false;
    return true;
}

static bool asks_the_same(const struct fg_pod_spec *a, const struct fg_pod_spec *b)
{
    struct ask x = ask_of(a), y = ask_of(b);
    if (memcmp(&x, &y, sizeof x) != 0 || a->arch != b->arch || a->priority != b->priority ||
        !same_pairs(&a->node_selector, &b->node_selector) ||
        a->tolerations.count != b->tolerations.count)
        return false;
    for (uint32_t i = 0; i < a->tolerations.count; i++)
        if (strcmp(a->tolerations.items[i].key, b->tolerations.items[i].key) != 0 ||
            a->tolerations.items[i].exists != b->tolerations.items[i].exists)
            return false;
    return true;
}

static void open_pods(struct slow *s)
{
    const struct fg_trace *trace = s->trace;
    s->pods = fg_allocate(s->pod_count + 1, sizeof *s->pods);
    for (uint32_t i = 0; i < s->pod_count; i++) {
        struct pod *pod = &s->pods[i];
        pod->spec = &trace->specs[fg_trace_spec(trace, i)];
        while (!asks_the_same(&trace->specs[pod->class], pod->spec) ||
               trace->specs[pod->class].kind == FG_KIND_DAEMONSET ||
               fg_profile_for_pod(s->cluster, &trace->specs[pod->class]) != NULL) {
            if (&trace->specs[pod->class] == pod->spec)
                break;
            pod->class ++;
        }
        const struct fg_fargate_profile *profile = fg_profile_for_pod(s->cluster, pod->spec);
        pod->profile = profile == NULL ? NONE : (uint32_t)(profile - s->cluster->profiles);
        pod->cpu = pod->spec->cpu_milli;
        pod->memory = pod->spec->memory_bytes;
        for (uint32_t c = 0; c < s->cluster->fargate.sidecar_count; c++) {
            pod->cpu += s->cluster->fargate.sidecars[c].cpu_milli;
            pod->memory += s->cluster->fargate.sidecars[c].memory_bytes;
        }
        struct fg_fargate_size size = {0};
        fg_fargate_size(pod->cpu, pod->memory, fg_calendar_day_of(s->scenario->start), &size);
        fg_fargate_billed_storage(pod->spec->ephemeral_bytes, &pod->billed_storage);
        pod->billed_cpu = size.cpu_milli;
        pod->billed_memory = size.memory_mib;
    }
}

static bool add_daemon(struct slow *s, uint32_t group, uint32_t zone, struct ask ask)
{
    struct group *g = &s->groups[group];
    if (!fits(&g->allocatable, g->daemons[zone], ask))
        return false;
    add_ask(&g->daemons[zone], ask);
    return true;
}

static void open_daemons(struct slow *s, uint32_t i, uint32_t zone)
{
    for (uint32_t d = 0; d < s->cluster->daemon_set_count; d++) {
        const struct fg_daemon_set *set = &s->cluster->daemon_sets[d];
        if (may_go(s, &set->node_selector, &set->tolerations, i, zone))
            add_daemon(s, i, zone,
                       (struct ask){.cpu = set->cpu_milli,
                                    .memory = set->memory_bytes,
                                    .pods = 1,
                                    .scored_cpu = set->cpu_milli,
                                    .scored_memory = set->memory_bytes});
    }
    for (uint32_t p = 0; p < s->pod_count; p++)
        if (s->pods[p].spec->kind == FG_KIND_DAEMONSET && s->trace->arrival_s[p] < s->cut &&
            pod_may_go(s, &s->pods[p], i, zone) && add_daemon(s, i, zone, ask_of(s->pods[p].spec)))
            s->pods[p].on_zones |= 1ULL << (i * MAX_ZONES + zone);
}

static void open_groups(struct slow *s)
{
    struct fg_error error = {0};
    s->groups = fg_allocate(s->cluster->node_group_count + 1, sizeof *s->groups);
    for (uint32_t i = 0; i < s->cluster->node_group_count; i++) {
        struct group *group = &s->groups[i];
        group->group = &s->cluster->node_groups[i];
        FG_ASSERT(fg_catalog_type(s->catalog, group->group->instance_type, &group->type, &error) ==
                  FG_OK);
        fg_group_allocatable(group->type, group->group->managed, group->group->max_pods,
                             group->group->volume.size_gib, &group->allocatable);
        fg_group_template_from_zero(group->type, group->group->volume.size_gib, &group->bare);
        group->target = group->group->desired_capacity;
        FG_ASSERT(group->group->zone_count <= MAX_ZONES);
        for (uint32_t zone = 0; zone < group->group->zone_count; zone++)
            open_daemons(s, i, zone);
    }
}

static void start_nodes(struct slow *s)
{
    for (uint32_t i = 0; i < s->cluster->node_group_count; i++)
        for (int64_t n = 0; n < s->groups[i].target; n++)
            node_ready(s, new_node(s, i));
}

static void close_template(struct slow *s, uint32_t number)
{
    bool nodes = false;
    for (uint32_t i = 0; i < s->cluster->node_group_count; i++) {
        struct group *group = &s->groups[i];
        nodes = nodes || group->was_ready;
        bool taken = false;
        for (uint32_t zone = 0; zone < MAX_ZONES; zone++)
            taken = taken || (group->zone_was_ready[zone] &&
                              s->pods[number].on_zones & 1ULL << (i * MAX_ZONES + zone));
        if (!taken)
            continue;
        s->pods[number].start_s = s->trace->arrival_s[number];
        finish(s, number, FG_OUTCOME_RUNNING, group_pool(s, i));
        s->out->pods[number].wait_s = 0;
        return;
    }
    /* Without a node the DaemonSet has no pods: it is with the cluster, behind the last group. */
    s->pods[number].start_s = s->trace->arrival_s[number];
    if (!nodes)
        finish(s, number, FG_OUTCOME_RUNNING, group_pool(s, s->cluster->node_group_count));
    else
        finish(s, number, FG_OUTCOME_PENDING, NONE);
    s->out->pods[number].wait_s = 0;
}

static void close_pods(struct slow *s)
{
    for (uint32_t i = 0; i < s->pod_count; i++) {
        struct pod *pod = &s->pods[i];
        if (i >= s->next_arrival) {
            s->out->pods[i].left_out = true;
        } else if (pod->spec->kind == FG_KIND_DAEMONSET) {
            close_template(s, i);
        } else if (pod->status == RUNNING || pod->status == ON_NODE) {
            bool done = pod->status == RUNNING && fg_trace_span(s->trace, i) == FG_SPAN_DURATION &&
                        pod->start_s + s->trace->span_s[i] <= s->now;
            int64_t last_end = s->out->last_end_s;
            finish(s, i, done ? FG_OUTCOME_COMPLETED : FG_OUTCOME_RUNNING,
                   pod->status == RUNNING ? pod->profile
                                          : group_pool(s, s->nodes[pod->slot].group));
            s->out->last_end_s = last_end;
        } else if (pod->status != OUTSIDE) {
            finish(s, i, FG_OUTCOME_PENDING, NONE);
        }
        stop_fargate_bill(s, i);
        if (on_a_node(pod))
            stop_request(s, i);
    }
}

static void close_nodes(struct slow *s)
{
    for (uint32_t slot = 0; slot < s->slot_count; slot++) {
        const struct node *node = &s->nodes[slot];
        uint32_t least = node->billed_from_s + 60;
        if (node->state >= BOOTING)
            note(&s->machines, node->group, node->billed_from_s, s->now > least ? s->now : least);
        if (node->state >= READY)
            note(&s->daemons, node->group * MAX_ZONES + node->zone, node->ready_s, s->now);
    }
}

/* ---- the bill ---- */

static __int128 half_even(__int128 numerator, __int128 denominator)
{
    __int128 quotient = numerator / denominator, twice = numerator % denominator * 2;
    return quotient + (twice > denominator || (twice == denominator && quotient % 2 == 1));
}

static fg_nanodollars price_of(const struct slow *s, const char *item, const char *variant)
{
    struct fg_found_price found = {0};
    struct fg_error error = {0};
    FG_ASSERT(fg_catalog_price(s->catalog, item, s->scenario->region, variant,
                               s->scenario->price_day, &found, &error) == FG_OK);
    return found.nano;
}

static void add_line(struct slow *s, struct fg_slow_line line)
{
    struct fg_slow_result *out = s->out;
    if (line.nano == 0)
        return;
    for (uint32_t i = 0; i < out->line_count; i++) {
        struct fg_slow_line *old = &out->lines[i];
        if (old->charge == line.charge && old->pool == line.pool && old->hour == line.hour &&
            strcmp(old->namespace_name, line.namespace_name) == 0 &&
            strcmp(old->workload, line.workload) == 0) {
            old->nano += line.nano;
            return;
        }
    }
    out->lines = fg_grow(out->lines, &out->line_capacity, out->line_count + 1, sizeof *out->lines);
    out->lines[out->line_count++] = line;
}

/* Seconds of the interval that lie in the hour. */
static int64_t seconds_in(const struct slow *s, const struct interval *interval, int32_t hour)
{
    int64_t from = s->scenario->start + interval->from, to = s->scenario->start + interval->to;
    int64_t hour_from = hour * 3600LL, hour_to = hour_from + 3600;
    from = from > hour_from ? from : hour_from;
    to = to < hour_to ? to : hour_to;
    return to > from ? to - from : 0;
}

/* Collects the seconds of equal accounts first; `nano` holds the quantity meanwhile. */
static void bill_fargate(struct slow *s, int32_t hour)
{
    static const enum fg_charge charges[] = {FG_CHARGE_FARGATE_VCPU, FG_CHARGE_FARGATE_MEMORY,
                                             FG_CHARGE_FARGATE_STORAGE};
    static const char *const items[] = {FG_ITEM_FARGATE_VCPU, FG_ITEM_FARGATE_MEMORY,
                                        FG_ITEM_FARGATE_STORAGE};
    static const int64_t periods[] = {3600 * 1000, 3600 * 1024, 3600};
    uint32_t first = s->out->line_count;
    for (uint32_t i = 0; i < s->fargate.count; i++) {
        const struct pod *pod = &s->pods[s->fargate.items[i].number];
        int64_t seconds = seconds_in(s, &s->fargate.items[i], hour);
        int64_t sizes[] = {pod->billed_cpu, pod->billed_memory, pod->billed_storage};
        for (int part = 0; part < 3; part++)
            add_line(s,
                     (struct fg_slow_line){charges[part], pod->profile, pod->spec->namespace_name,
                                           pod->spec->workload, hour, seconds * sizes[part]});
    }
    for (uint32_t i = first; i < s->out->line_count; i++) {
        struct fg_slow_line *line = &s->out->lines[i];
        int part = line->charge == charges[0] ? 0 : line->charge == charges[1] ? 1 : 2;
        line->nano = (fg_nanodollars)half_even(
            (__int128)line->nano * price_of(s, items[part], FG_VARIANT_EKS), periods[part]);
    }
}

/* 9 a vCPU, 1 a GiB, 90 a GPU, in parts of 1 / (1000 * 2^30). */
static __int128 units(int64_t cpu, int64_t memory, int64_t gpu)
{
    return ((__int128)cpu * 9 + (__int128)gpu * 90) * 1024 * MIB + (__int128)memory * 1000;
}

struct share {
    const char *namespace_name, *workload;
    __int128 units;
};

static void add_share(struct share *shares, uint32_t *count, struct share share)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (strcmp(shares[i].namespace_name, share.namespace_name) == 0 &&
            strcmp(shares[i].workload, share.workload) == 0) {
            shares[i].units += share.units;
            return;
        }
    }
    shares[(*count)++] = share;
}

static uint32_t find_shares(const struct slow *s, uint32_t group, int32_t hour,
                            struct share *shares)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->requests.count; i++) {
        const struct fg_pod_spec *spec = s->pods[s->requests.items[i].number].spec;
        if (s->request_group[i] == group)
            add_share(shares, &count,
                      (struct share){spec->namespace_name, spec->workload,
                                     units(spec->cpu_milli, spec->memory_bytes, spec->gpu_milli) *
                                         seconds_in(s, &s->requests.items[i], hour)});
    }
    for (uint32_t i = 0; i < s->daemons.count; i++) {
        const struct interval *interval = &s->daemons.items[i];
        const struct ask *daemons = &s->groups[group].daemons[interval->number % MAX_ZONES];
        if (interval->number / MAX_ZONES == group)
            add_share(shares, &count,
                      (struct share){"", FG_WORKLOAD_SYSTEM,
                                     units(daemons->cpu, daemons->memory, daemons->gpu) *
                                         seconds_in(s, interval, hour)});
    }
    return count;
}

static void split(struct slow *s, uint32_t group, int32_t hour, enum fg_charge charge,
                  fg_nanodollars whole, int64_t node_seconds)
{
    const struct fg_node_capacity *has = &s->groups[group].allocatable;
    struct share *shares = fg_allocate(s->requests.count + 2, sizeof *shares);
    uint32_t count = find_shares(s, group, hour, shares);
    __int128 paid = units(has->cpu_milli, has->memory_bytes, has->gpu_milli) * node_seconds;
    fg_nanodollars rest = whole;
    for (uint32_t i = 0; i < count; i++) {
        fg_nanodollars part = (fg_nanodollars)(whole * shares[i].units / paid);
        rest -= part;
        add_line(s, (struct fg_slow_line){charge, group_pool(s, group), shares[i].namespace_name,
                                          shares[i].workload, hour, part});
    }
    add_line(s,
             (struct fg_slow_line){charge, group_pool(s, group), "", FG_WORKLOAD_IDLE, hour, rest});
    free(shares);
}

static void bill_nodes(struct slow *s, uint32_t group, int32_t hour)
{
    int64_t seconds = 0;
    for (uint32_t i = 0; i < s->machines.count; i++)
        if (s->machines.items[i].number == group)
            seconds += seconds_in(s, &s->machines.items[i], hour);
    if (seconds == 0)
        return;
    int64_t month = fg_calendar_month_seconds((fg_unix_s)hour * 3600);
    __int128 machine = (__int128)seconds * price_of(s, s->groups[group].group->instance_type, "");
    __int128 volume =
        (__int128)seconds * s->groups[group].group->volume.size_gib * price_of(s, "ebs_gp3", "");
    split(s, group, hour, FG_CHARGE_EC2_ON_DEMAND, (fg_nanodollars)half_even(machine, 3600),
          seconds);
    split(s, group, hour, FG_CHARGE_EBS, (fg_nanodollars)half_even(volume, month), seconds);
}

static void make_bill(struct slow *s)
{
    int32_t first = (int32_t)(s->scenario->start / 3600);
    int32_t last = (int32_t)((s->scenario->start + s->cut + 60) / 3600);
    for (int32_t hour = first; hour <= last; hour++) {
        bill_fargate(s, hour);
        for (uint32_t group = 0; group < s->cluster->node_group_count; group++)
            bill_nodes(s, group, hour);
    }
}

void fg_slow_replay(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                    const struct fg_trace *trace, uint32_t cut_s, struct fg_slow_result *out)
{
    struct slow *s = fg_allocate(1, sizeof *s);
    memset(out, 0, sizeof *out);
    *s = (struct slow){.scenario = scenario,
                       .cluster = &scenario->cluster,
                       .catalog = catalog,
                       .trace = trace,
                       .out = out,
                       .cut = cut_s,
                       .pod_count = trace->pod_count,
                       .tokens = scenario->cluster.fargate.launch_burst,
                       .last_add = -1,
                       .last_delete = -1};
    out->pods = fg_allocate(trace->pod_count + 1, sizeof *out->pods);
    out->last_end_s = -1;
    out->pool_count = s->cluster->profile_count + s->cluster->node_group_count + 1;
    out->hour_count = (uint32_t)(scenario->start % 3600 + cut_s) / 3600 + 1;
    out->hours = fg_allocate((size_t)out->pool_count * out->hour_count, sizeof *out->hours);
    open_pods(s);
    open_groups(s);
    start_nodes(s);
    for (; s->now < cut_s; s->now++)
        one_second(s);
    do_dues(s, true);
    close_pods(s);
    close_nodes(s);
    make_bill(s);
    free(s->pods);
    free(s->groups);
    free(s->dues);
    free(s->fargate.items);
    free(s->machines.items);
    free(s->requests.items);
    free(s->daemons.items);
    free(s->request_group);
    free(s);
}

void fg_slow_release(struct fg_slow_result *result)
{
    free(result->pods);
    free(result->hours);
    free(result->lines);
    memset(result, 0, sizeof *result);
}
