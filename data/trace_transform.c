#include "data/trace_transform.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/trace_format.h"
#include "data/trace_rules.h"
#include "models/base/random.h"

#define WHOLE 1000000000LL /* of scale_nano */

bool fg_trace_transform_needed(const struct fg_trace_source *source)
{
    return source->assign_count > 0 || source->repeat_times > 1 || source->scale_nano != WHOLE;
}

/* ---- assign ---- */

static bool matches(const struct fg_assign_match *match, const struct fg_pod_spec *spec,
                    enum fg_span span, int64_t lifetime_s)
{
    if (match->namespace_pattern != NULL &&
        !fg_glob_match(match->namespace_pattern, spec->namespace_name))
        return false;
    if (match->workload_pattern != NULL && !fg_glob_match(match->workload_pattern, spec->workload))
        return false;
    if (match->kind_name != NULL && strcmp(match->kind_name, fg_kind_name(spec->kind)) != 0)
        return false;
    if (spec->cpu_milli > match->cpu_at_most_milli ||
        spec->memory_bytes > match->memory_at_most_bytes)
        return false;
    if (match->gpu_milli >= 0 && spec->gpu_milli != match->gpu_milli)
        return false;
    if (match->duration_at_most_s != INT64_MAX &&
        (span == FG_SPAN_FOREVER || lifetime_s > match->duration_at_most_s))
        return false;
    return fg_pairs_contain(&spec->labels, &match->labels);
}

/* `over` laid over `under`. */
static struct fg_pairs merged(struct fg_arena *arena, const struct fg_pairs *under,
                              const struct fg_pairs *over)
{
    if (over->count == 0)
        return *under;
    struct fg_pairs out = {
        .items = fg_arena_allocate(arena, (size_t)under->count + over->count, sizeof *out.items)};
    for (uint32_t i = 0; i < under->count; i++)
        if (fg_pairs_find(over, under->items[i].key) == NULL)
            out.items[out.count++] = under->items[i];
    for (uint32_t i = 0; i < over->count; i++)
        out.items[out.count++] = over->items[i];
    fg_pairs_sort(&out);
    return out;
}

static struct fg_pod_spec changed(struct fg_arena *arena, const struct fg_pod_spec *spec,
                                  const struct fg_assign_set *set)
{
    struct fg_pod_spec out = *spec;
    if (set->namespace_name != NULL)
        out.namespace_name = set->namespace_name;
    if (set->workload != NULL)
        out.workload = set->workload;
    if (set->has_kind)
        out.kind = set->kind;
    if (set->has_arch)
        out.arch = set->arch;
    if (set->has_priority)
        out.priority = set->priority;
    if (set->has_ttl)
        out.ttl_s = set->ttl_s;
    if (set->has_checkpoint)
        out.checkpoint_s = set->checkpoint_s;
    if (set->has_node_selector)
        out.node_selector = set->node_selector;
    if (set->has_tolerations)
        out.tolerations = set->tolerations;
    if (set->image != NULL)
        out.image = set->image;
    if (set->image_bytes > 0)
        out.image_bytes = set->image_bytes;
    if (set->cpu_milli >= 0) {
        out.cpu_milli = set->cpu_milli;
        out.cpu_named = true;
    }
    if (set->memory_bytes >= 0) {
        out.memory_bytes = set->memory_bytes;
        out.memory_named = true;
    }
    out.labels = merged(arena, &spec->labels, &set->labels);
    out.annotations = merged(arena, &spec->annotations, &set->annotations);
    return out;
}

/* New specs by (spec, rule); rule assign_count means none matched. */
struct assigner {
    const struct fg_trace_source *source;
    const struct fg_trace *base;
    struct fg_trace *out;
    struct fg_index index;
    uint32_t capacity;
    uint32_t *made; /* [spec * (rules + 1) + rule]; UINT32_MAX = not yet */
};

static uint32_t assigned_spec(struct assigner *assigner, uint32_t pod)
{
    const struct fg_trace *base = assigner->base;
    const struct fg_trace_source *source = assigner->source;
    uint32_t spec = fg_trace_spec(base, pod), rule = 0;
    enum fg_span span = fg_trace_span(base, pod);
    int64_t lifetime = base->span_s[pod];
    if (span == FG_SPAN_END)
        lifetime -= base->arrival_s[pod];
    while (rule < source->assign_count &&
           !matches(&source->assigns[rule].match, &base->specs[spec], span, lifetime))
        rule++;
    uint32_t *made = &assigner->made[(size_t)spec * (source->assign_count + 1) + rule];
    if (*made == UINT32_MAX) {
        struct fg_pod_spec new_spec = base->specs[spec];
        new_spec.rules = NULL; /* its workload may become another one's */
        if (rule < source->assign_count)
            new_spec = changed(&assigner->out->arena, &new_spec, &source->assigns[rule].set);
        *made = fg_spec_intern(assigner->out, &assigner->index, &assigner->capacity, &new_spec);
    }
    return *made;
}

/* ---- copies ---- */

static uint32_t copies_of(const struct fg_trace_source *source, uint64_t seed, uint32_t replication,
                          uint32_t pod)
{
    int64_t whole = source->scale_nano / WHOLE, part = source->scale_nano % WHOLE;
    if (part > 0 && part + fg_random_nano(seed, replication, FG_RANDOM_TRACE_COPIES, pod) >= WHOLE)
        whole++;
    return (uint32_t)whole;
}

static uint64_t count_copies(const struct fg_trace *base, const struct fg_trace_source *source,
                             uint64_t seed, uint32_t replication)
{
    if (source->scale_nano % WHOLE == 0)
        return (uint64_t)base->pod_count * (uint64_t)(source->scale_nano / WHOLE);
    uint64_t count = 0;
    for (uint32_t pod = 0; pod < base->pod_count; pod++)
        count += copies_of(source, seed, replication, pod);
    return count;
}

static void allocate_columns(struct fg_trace *out, const struct fg_trace *base, uint64_t count)
{
    out->arrival_s = fg_allocate(count, sizeof *out->arrival_s);
    out->span_s = fg_allocate(count, sizeof *out->span_s);
    out->spec_and_span = fg_allocate(count, sizeof *out->spec_and_span);
    if (base->name == NULL)
        return;
    out->name = fg_allocate(count, sizeof *out->name);
    out->copy = fg_allocate(count, sizeof *out->copy);
}

static void add_copy(struct fg_trace *out, const struct fg_trace *base, uint32_t pod, uint32_t spec,
                     uint32_t shift_s, uint32_t copy)
{
    enum fg_span span = fg_trace_span(base, pod);
    uint64_t arrival = (uint64_t)base->arrival_s[pod] + shift_s;
    uint64_t end = (uint64_t)base->span_s[pod] + (span == FG_SPAN_END ? shift_s : 0);
    uint32_t number = out->pod_count++;
    out->arrival_s[number] = (uint32_t)arrival;
    out->span_s[number] = end < UINT32_MAX ? (uint32_t)end : UINT32_MAX - 1;
    out->spec_and_span[number] = spec | (uint32_t)span << FG_SPEC_BITS;
    if (base->name == NULL)
        return;
    out->name[number] = base->name[pod];
    out->copy[number] = copy;
}

/* How many pods of the base share a pod's name: the replicas of one row, which stand together.
 * NULL where no row has any. Freed by the caller. */
static uint32_t *count_namesakes(const struct fg_trace *base)
{
    uint32_t *namesakes = NULL;
    if (base->copy == NULL)
        return NULL;
    for (uint32_t pod = 0, next; pod < base->pod_count; pod = next) {
        next = pod + 1;
        while (next < base->pod_count && base->name[next] == base->name[pod])
            next++;
        if (next - pod > 1 && namesakes == NULL) {
            namesakes = fg_allocate(base->pod_count, sizeof *namesakes);
            for (uint32_t i = 0; i < pod; i++)
                namesakes[i] = 1;
        }
        for (uint32_t i = pod; i < next && namesakes != NULL; i++)
            namesakes[i] = next - pod;
    }
    return namesakes;
}

struct copier {
    const struct fg_trace *base;
    const struct fg_trace_source *source;
    uint64_t seed;
    uint32_t replication;
    struct assigner *assigner; /* NULL = specs stay */
    struct fg_trace *out;
    uint32_t rounds;
    uint32_t *namesakes; /* see count_namesakes */
};

/* Copies one pod for one round. A copy's number is unlike those of all its namesakes' copies. */
static void copy_pod(const struct copier *copier, uint32_t pod, uint32_t round)
{
    const struct fg_trace *base = copier->base;
    uint64_t shift = (uint64_t)round * copier->source->repeat_every_s;
    uint32_t copies = copies_of(copier->source, copier->seed, copier->replication, pod);
    uint32_t spec =
        copier->assigner != NULL ? assigned_spec(copier->assigner, pod) : fg_trace_spec(base, pod);
    uint32_t first = base->copy != NULL ? base->copy[pod] : 1;
    uint32_t step = copier->namesakes != NULL ? copier->namesakes[pod] : 1;
    for (uint32_t c = 0; c < copies; c++)
        add_copy(copier->out, base, pod, spec, (uint32_t)shift,
                 first + (round * copies + c) * step);
}

/* Repeats overlap when the trace is longer than their distance, so the rounds are merged by
 * time: the round whose next pod comes first goes first, of equals the earlier round. */
static void copy_all(const struct copier *copier)
{
    const struct fg_trace *base = copier->base;
    uint32_t rounds = copier->rounds;
    uint32_t *next = fg_allocate(rounds, sizeof *next); /* the next pod of each round */
    uint32_t oldest = 0;
    while (oldest < rounds) {
        uint32_t best = rounds;
        uint64_t best_time = UINT64_MAX;
        for (uint32_t round = oldest; round < rounds; round++) {
            uint64_t shift = (uint64_t)round * copier->source->repeat_every_s;
            if (next[round] < base->pod_count && base->arrival_s[next[round]] + shift < best_time) {
                best = round;
                best_time = base->arrival_s[next[round]] + shift;
            }
            if (next[round] == 0)
                break; /* later rounds cannot have begun before this one */
        }
        if (best == rounds)
            break;
        copy_pod(copier, next[best]++, best);
        while (oldest < rounds && next[oldest] == base->pod_count)
            oldest++;
    }
    free(next);
}

static fg_status check_bounds(const struct fg_trace *base, const struct fg_trace_source *source,
                              uint64_t copies, uint32_t rounds, struct fg_error *error)
{
    uint64_t last = (uint64_t)(rounds - 1) * source->repeat_every_s;
    if (rounds > FG_TRACE_PODS_MAX || copies > FG_TRACE_PODS_MAX / rounds)
        return fg_error_set(error, FG_BAD_INPUT,
                            "trace.scale and trace.repeat make %" PRIu64
                            " pods of %u; expected at most %d",
                            copies * rounds, base->pod_count, FG_TRACE_PODS_MAX);
    if (base->pod_count > 0 && base->arrival_s[base->pod_count - 1] + last >= UINT32_MAX)
        return fg_error_set(error, FG_BAD_INPUT,
                            "trace.repeat lets pods arrive at second %" PRIu64
                            "; expected less than %u",
                            base->arrival_s[base->pod_count - 1] + last, UINT32_MAX);
    return FG_OK;
}

fg_status fg_trace_transform(const struct fg_trace *base, const struct fg_trace_source *source,
                             uint64_t seed, uint32_t replication, struct fg_trace *out,
                             struct fg_error *error)
{
    memset(out, 0, sizeof *out);
    uint32_t rounds = source->repeat_times > 0 ? source->repeat_times : 1;
    uint64_t copies = count_copies(base, source, seed, replication);
    fg_status status = check_bounds(base, source, copies, rounds, error);
    if (status != FG_OK)
        return status;
    out->lender = base;
    out->skipped_rows = base->skipped_rows;
    allocate_columns(out, base, copies * rounds);
    struct assigner assigner = {.source = source, .base = base, .out = out};
    struct copier copier = {base, source, seed,   replication,
                            NULL, out,    rounds, count_namesakes(base)};
    if (source->assign_count > 0) {
        size_t slots = (size_t)base->spec_count * (source->assign_count + 1);
        assigner.made = fg_allocate(slots, sizeof *assigner.made);
        memset(assigner.made, 0xff, slots * sizeof *assigner.made);
        copier.assigner = &assigner;
    } else {
        out->specs = fg_allocate(base->spec_count, sizeof *out->specs);
        memcpy(out->specs, base->specs, base->spec_count * sizeof *out->specs);
        out->spec_count = base->spec_count;
    }
    copy_all(&copier);
    if (source->assign_count > 0)
        fg_trace_make_rules(out);
    fg_index_release(&assigner.index);
    free(assigner.made);
    free(copier.namesakes);
    return FG_OK;
}
