#include "sim/controllers/scale_up.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

/* Pods that are equal to the estimator: one class, one owner. */
struct pod_group {
    uint32_t class_number, owner;
    int64_t pods;
    bool has_option;
};

/* All that one question needs. */
struct work {
    const struct fg_scale_up_question *question;
    struct fg_simulation *simulation;
    uint32_t pod_group_count, pod_group_capacity;
    struct pod_group *pod_groups;
    uint8_t *takes;            /* [group * pod_group_count + pod group] */
    bool *is_valid;            /* by group: may grow */
    struct fg_node_use *fresh; /* by group: requested on a new node */
};

/* ---- pods that have a place ---- */

static bool failed_before(const struct fg_waiting_pods *waiting, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (waiting[i].pods > 0 && waiting[i].owner == waiting[number].owner &&
            waiting[i].class_number == waiting[number].class_number)
            return true;
    return false;
}

static void note_filtered(const struct fg_simulation *simulation, uint32_t run,
                          struct fg_filtered *filtered)
{
    for (uint32_t i = 0; i < simulation->placed_count; i++) {
        filtered->items = fg_grow(filtered->items, &filtered->capacity, filtered->count + 1,
                                  sizeof *filtered->items);
        filtered->items[filtered->count++] =
            (struct fg_filtered_pods){run, simulation->placed[i].slot, simulation->placed[i].pods};
    }
}

void fg_scale_up_filter(struct fg_simulation *simulation, struct fg_waiting_pods *waiting,
                        uint32_t waiting_count, struct fg_filtered *filtered)
{
    for (uint32_t i = 0; i < waiting_count; i++) {
        if (waiting[i].pods == 0 || failed_before(waiting, i))
            continue;
        waiting[i].pods -=
            fg_simulation_place(simulation, waiting[i].class_number, waiting[i].pods, 0);
        if (filtered != NULL)
            note_filtered(simulation, i, filtered);
    }
}

/* ---- pods by group ---- */

static struct pod_group *find_pod_group(struct work *work, const struct fg_waiting_pods *run)
{
    for (uint32_t i = 0; i < work->pod_group_count; i++)
        if (work->pod_groups[i].owner == run->owner &&
            work->pod_groups[i].class_number == run->class_number)
            return &work->pod_groups[i];
    return NULL;
}

static void group_pods(struct work *work)
{
    for (uint32_t i = 0; i < work->question->waiting_count; i++) {
        const struct fg_waiting_pods *run = &work->question->waiting[i];
        if (run->pods == 0)
            continue;
        struct pod_group *group = find_pod_group(work, run);
        if (group == NULL) {
            work->pod_groups = fg_grow(work->pod_groups, &work->pod_group_capacity,
                                       work->pod_group_count + 1, sizeof *work->pod_groups);
            group = &work->pod_groups[work->pod_group_count++];
            *group = (struct pod_group){.class_number = run->class_number, .owner = run->owner};
        }
        group->pods += run->pods;
    }
}

/* ---- groups that may grow, and for whom ---- */

static uint8_t *taken_by(const struct work *work, uint32_t group)
{
    return work->takes + (size_t)group * work->pod_group_count;
}

static void try_template(struct work *work, uint32_t number)
{
    const struct fg_scaling_group *group = &work->question->groups[number];
    uint32_t mark = fg_simulation_mark(work->simulation);
    uint32_t slot = fg_simulation_add_node(work->simulation, &group->fresh, NULL);
    work->fresh[number] = work->simulation->state->use[slot];
    for (uint32_t i = 0; i < work->pod_group_count; i++) {
        bool fits = fg_simulation_fits(work->simulation, work->pod_groups[i].class_number, slot);
        taken_by(work, number)[i] = fits;
        work->pod_groups[i].has_option |= fits;
    }
    fg_simulation_undo(work->simulation, mark);
}

static void try_templates(struct work *work)
{
    for (uint32_t i = 0; i < work->question->group_count; i++) {
        const struct fg_scaling_group *group = &work->question->groups[i];
        work->is_valid[i] = !group->is_held && group->size < group->max_size;
        if (work->is_valid[i])
            try_template(work, i);
    }
}

/* ---- similar groups ---- */

/* Apart by at most so many thousandths of the larger. */
static bool is_near(int64_t left, int64_t right, int64_t thousandths)
{
    int64_t larger = left > right ? left : right, smaller = left > right ? right : left;
    return (__int128)(larger - smaller) * 1000 <= (__int128)larger * thousandths;
}

enum { MEMORY_THOUSANDTHS = 15, ALLOCATABLE_THOUSANDTHS = 50 };

static bool all_near(const struct fg_node_capacity *left, const struct fg_node_capacity *right)
{
    return is_near(left->cpu_milli, right->cpu_milli, ALLOCATABLE_THOUSANDTHS) &&
           is_near(left->memory_bytes, right->memory_bytes, ALLOCATABLE_THOUSANDTHS) &&
           is_near(left->ephemeral_bytes, right->ephemeral_bytes, ALLOCATABLE_THOUSANDTHS) &&
           is_near(left->gpu_milli, right->gpu_milli, ALLOCATABLE_THOUSANDTHS) &&
           is_near(left->pods, right->pods, ALLOCATABLE_THOUSANDTHS);
}

/* Pods have no part in what is free: the real one compares the whole number of them again. */
static struct fg_node_capacity free_of(const struct fg_node_capacity *allocatable,
                                       const struct fg_node_use *use)
{
    return (struct fg_node_capacity){
        .cpu_milli = allocatable->cpu_milli - use->cpu_milli,
        .memory_bytes = allocatable->memory_bytes - use->memory_bytes,
        .ephemeral_bytes = allocatable->ephemeral_bytes - use->ephemeral_bytes,
        .gpu_milli = allocatable->gpu_milli - use->gpu_milli,
        .pods = allocatable->pods,
    };
}

static bool is_ignored_label(const char *key)
{
    static const char *const ignored[] = {
        "kubernetes.io/hostname",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "beta.kubernetes.io/fluentd-ds-ready",
        "kops.k8s.io/instancegroup",
        "alpha.eksctl.io/instance-id",
        "alpha.eksctl.io/nodegroup-name",
        "eks.amazonaws.com/nodegroup",
        "k8s.amazonaws.com/eniConfig",
        "lifecycle",
        "topology.ebs.csi.aws.com/zone",
        "topology.k8s.aws/zone-id",
    };
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (strcmp(ignored[i], key) == 0)
            return true;
    return false;
}

/* Every label of `left` that counts stands in `right` too. */
static bool labels_in(const struct fg_pairs *left, const struct fg_pairs *right)
{
    for (uint32_t i = 0; i < left->count; i++) {
        if (is_ignored_label(left->items[i].key))
            continue;
        const char *value = fg_pairs_find(right, left->items[i].key);
        if (value == NULL || strcmp(value, left->items[i].value) != 0)
            return false;
    }
    return true;
}

static bool same_machine(const struct fg_node_capacity *left, const struct fg_node_capacity *right)
{
    return left->cpu_milli == right->cpu_milli && left->ephemeral_bytes == right->ephemeral_bytes &&
           left->gpu_milli == right->gpu_milli && left->pods == right->pods &&
           is_near(left->memory_bytes, right->memory_bytes, MEMORY_THOUSANDTHS);
}

static bool same_extended(const struct fg_extended_resources *left,
                          const struct fg_extended_resources *right)
{
    if (left->count != right->count)
        return false;
    for (uint32_t i = 0; i < left->count; i++)
        if (strcmp(left->items[i].name, right->items[i].name) != 0 ||
            left->items[i].amount != right->items[i].amount)
            return false;
    return true;
}

static bool is_alike(const struct work *work, uint32_t left, uint32_t right)
{
    const struct fg_scaling_group *groups = work->question->groups;
    const struct fg_state_kind *kinds = work->simulation->state->kinds;
    const struct fg_state_kind *left_kind = &kinds[groups[left].fresh.kind];
    const struct fg_state_kind *right_kind = &kinds[groups[right].fresh.kind];
    struct fg_node_capacity left_free = free_of(&left_kind->allocatable, &work->fresh[left]);
    struct fg_node_capacity right_free = free_of(&right_kind->allocatable, &work->fresh[right]);
    return groups[left].is_from_zero == groups[right].is_from_zero &&
           same_machine(&groups[left].machine, &groups[right].machine) &&
           same_extended(&left_kind->extended, &right_kind->extended) &&
           all_near(&left_kind->allocatable, &right_kind->allocatable) &&
           all_near(&left_free, &right_free) &&
           labels_in(&left_kind->labels, &right_kind->labels) &&
           labels_in(&right_kind->labels, &left_kind->labels);
}

/* A similar group takes all the pods that this one takes. */
static bool takes_the_same(const struct work *work, uint32_t group, uint32_t similar)
{
    for (uint32_t i = 0; i < work->pod_group_count; i++)
        if (taken_by(work, group)[i] && !taken_by(work, similar)[i])
            return false;
    return true;
}

/* Writes the group and those that share its growth. */
static uint32_t find_similar(const struct work *work, uint32_t group, uint32_t *out)
{
    uint32_t count = 0;
    out[count++] = group;
    if (!work->question->settings->balance_similar_node_groups)
        return count;
    for (uint32_t i = 0; i < work->question->group_count; i++)
        if (i != group && work->is_valid[i] && is_alike(work, group, i) &&
            takes_the_same(work, group, i))
            out[count++] = i;
    return count;
}

/* ---- bin packing ---- */

struct sorted_group {
    uint32_t number;
    double weight;
};

/* Heaviest first; of equals the one that came first. */
static int compare_weights(const void *a, const void *b)
{
    const struct sorted_group *left = a, *right = b;
    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

static double share(int64_t request, int64_t allocatable)
{
    return allocatable > 0 ? (double)request / (double)allocatable : 0;
}

static uint32_t sort_pod_groups(const struct work *work, uint32_t group, struct sorted_group *out)
{
    const struct fg_cluster_state *state = work->simulation->state;
    const struct fg_node_capacity *allocatable =
        &state->kinds[work->question->groups[group].fresh.kind].allocatable;
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->pod_group_count; i++) {
        if (!taken_by(work, group)[i])
            continue;
        const struct fg_request *request =
            &state->classes[work->pod_groups[i].class_number].request;
        out[count++] = (struct sorted_group){
            .number = i,
            .weight = share(request->cpu_milli, allocatable->cpu_milli) +
                      share(request->memory_bytes, allocatable->memory_bytes),
        };
    }
    if (count > 0)
        qsort(out, count, sizeof *out, compare_weights);
    return count;
}

/* One estimate in progress. */
struct packing {
    struct fg_simulation *simulation;
    const struct fg_fresh_node *fresh;
    uint32_t first;    /* position of the first new node */
    int64_t opened;    /* new nodes, those that got no pod included */
    int64_t max_nodes; /* INT64_MAX = no limit */
    uint32_t last;     /* slot of the newest; FG_NO_SLOT = none yet */
};

static bool spreads_over_hosts(const struct fg_pod_rules *rules)
{
    if (rules == NULL)
        return false;
    for (uint32_t i = 0; i < rules->spread.count; i++)
        if (strcmp(rules->spread.items[i].topology_key, "kubernetes.io/hostname") == 0)
            return true;
    return false;
}

/* A pod whose hostname spread keeps it off the newest node may go to any other node, also to one
 * that was there before: it is then counted among the new ones, as the real one does. */
static bool place_elsewhere(struct packing *packing, uint32_t class_number)
{
    struct fg_simulation *simulation = packing->simulation;
    if (!spreads_over_hosts(simulation->state->classes[class_number].spec->rules) ||
        !fg_simulation_fails_spread(simulation, class_number, packing->last))
        return false;
    bool was_barred = simulation->barred[packing->last];
    simulation->barred[packing->last] = true;
    int64_t placed = fg_simulation_place(simulation, class_number, 1, 0);
    simulation->barred[packing->last] = was_barred;
    return placed == 1;
}

/* False when no further node may be opened. */
static bool open_nodes(struct packing *packing, uint32_t class_number, int64_t left,
                       int64_t *placed)
{
    struct fg_simulation *simulation = packing->simulation;
    while (left > 0) {
        int64_t booked = 0;
        if (packing->last != FG_NO_SLOT) {
            booked = fg_simulation_fill(simulation, packing->last, class_number, left);
            if (booked < left && place_elsewhere(packing, class_number))
                booked++;
        }
        left -= booked;
        *placed += booked;
        if (booked > 0)
            continue;
        if (packing->last != FG_NO_SLOT && !fg_simulation_got_pods(simulation, packing->last))
            return true;
        if (packing->opened >= packing->max_nodes)
            return false;
        packing->last = fg_simulation_add_node(simulation, packing->fresh, NULL);
        packing->opened++;
        if (!fg_simulation_fits(simulation, class_number, packing->last))
            return true;
    }
    return true;
}

static void add_pods(struct fg_expansion *option, const struct fg_request *request, int64_t pods)
{
    option->pods += pods;
    option->cpu_milli += pods * request->cpu_milli;
    option->memory_bytes += pods * request->memory_bytes;
}

static void estimate(struct work *work, uint32_t group, int64_t max_nodes,
                     struct fg_expansion *option)
{
    struct fg_simulation *simulation = work->simulation;
    uint32_t mark = fg_simulation_mark(simulation);
    struct sorted_group *sorted = fg_allocate(work->pod_group_count, sizeof *sorted);
    uint32_t count = sort_pod_groups(work, group, sorted);
    struct packing packing = {.simulation = simulation,
                              .fresh = &work->question->groups[group].fresh,
                              .first = simulation->node_count,
                              .max_nodes = max_nodes,
                              .last = FG_NO_SLOT};
    bool may_open = true;
    fg_simulation_begin_epoch(simulation);
    for (uint32_t i = 0; i < count; i++) {
        const struct pod_group *pods = &work->pod_groups[sorted[i].number];
        int64_t placed =
            fg_simulation_place(simulation, pods->class_number, pods->pods, packing.first);
        if (may_open)
            may_open = open_nodes(&packing, pods->class_number, pods->pods - placed, &placed);
        add_pods(option, &simulation->state->classes[pods->class_number].request, placed);
    }
    option->nodes = simulation->touched_count;
    fg_simulation_undo(simulation, mark);
    free(sorted);
}

/* ---- limits ---- */

static int64_t room_of(const struct fg_scaling_group *group)
{
    return group->max_size > group->size ? group->max_size - group->size : 0;
}

/* How many nodes the estimate of a group may open; 0 where none. */
static int64_t node_limit(const struct work *work, const uint32_t *similar, uint32_t similar_count)
{
    const struct fg_autoscaler_settings *settings = work->question->settings;
    int64_t limit = 0;
    for (uint32_t i = 0; i < similar_count; i++)
        limit += room_of(&work->question->groups[similar[i]]);
    if (settings->max_nodes_per_scale_up > 0 && limit > settings->max_nodes_per_scale_up)
        limit = settings->max_nodes_per_scale_up;
    if (settings->max_nodes_total > 0) {
        int64_t left = settings->max_nodes_total - work->question->ready_nodes -
                       work->question->upcoming_nodes;
        if (limit > left)
            limit = left;
    }
    return limit < 0 ? 0 : limit;
}

/* ---- sharing the growth ---- */

struct share_of_growth {
    uint32_t group;
    int64_t size, new_size, max_size;
};

/* Smallest first, equal ones as they were. */
static void sort_shares(struct share_of_growth *shares, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct share_of_growth moving = shares[i];
        uint32_t to = i;
        for (; to > 0 && shares[to - 1].size > moving.size; to--)
            shares[to] = shares[to - 1];
        shares[to] = moving;
    }
}

/* One node at a time to the smallest; a group that is full is swapped out of the round. */
static void deal_nodes(struct share_of_growth *shares, uint32_t count, int64_t nodes)
{
    uint32_t start = 0, current = 0;
    while (nodes > 0) {
        struct share_of_growth *share_of = &shares[current];
        if (share_of->new_size < share_of->max_size) {
            share_of->new_size++;
            nodes--;
        } else {
            struct share_of_growth full = *share_of;
            *share_of = shares[start];
            shares[start++] = full;
        }
        if (current < count - 1 && share_of->new_size > shares[current + 1].new_size)
            current++;
        else
            current = start;
    }
}

static void share_growth(const struct work *work, const uint32_t *similar, uint32_t similar_count,
                         int64_t nodes, struct fg_scale_up_answer *answer)
{
    struct share_of_growth *shares = fg_allocate(similar_count, sizeof *shares);
    uint32_t count = 0;
    int64_t capacity = 0;
    for (uint32_t i = 0; i < similar_count; i++) {
        const struct fg_scaling_group *group = &work->question->groups[similar[i]];
        if (room_of(group) == 0)
            continue;
        capacity += room_of(group);
        shares[count++] =
            (struct share_of_growth){similar[i], group->size, group->size, group->max_size};
    }
    sort_shares(shares, count);
    if (count > 0)
        deal_nodes(shares, count, nodes < capacity ? nodes : capacity);
    answer->growth = fg_allocate(similar_count, sizeof *answer->growth);
    for (uint32_t i = 0; i < count; i++)
        if (shares[i].new_size > shares[i].size)
            answer->growth[answer->growth_count++] =
                (struct fg_growth){shares[i].group, shares[i].new_size - shares[i].size};
    free(shares);
}

/* ---- the choice ---- */

static uint32_t find_options(struct work *work, struct fg_expansion *options, uint32_t *group_of,
                             uint32_t *similar)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < work->question->group_count; i++) {
        if (!work->is_valid[i])
            continue;
        uint32_t similar_count = find_similar(work, i, similar);
        struct fg_expansion option = {.group = work->question->groups[i].name,
                                      .machine = work->question->groups[i].machine};
        estimate(work, i, node_limit(work, similar, similar_count), &option);
        if (option.pods == 0 || option.nodes == 0)
            continue;
        group_of[count] = i;
        options[count++] = option;
    }
    return count;
}

static void choose(struct work *work, struct fg_scale_up_answer *answer)
{
    const struct fg_scale_up_question *question = work->question;
    struct fg_expansion *options = fg_allocate(question->group_count, sizeof *options);
    uint32_t *group_of = fg_allocate(question->group_count, sizeof *group_of);
    uint32_t *similar = fg_allocate(question->group_count, sizeof *similar);
    uint32_t *left = fg_allocate(question->group_count, sizeof *left);
    uint32_t count = find_options(work, options, group_of, similar);
    uint32_t left_count = fg_expander_choose(question->settings, options, count, left);
    if (left_count > 0) {
        uint32_t best = left[question->luck % left_count];
        answer->ties = fg_allocate(left_count, sizeof *answer->ties);
        answer->tie_count = left_count;
        for (uint32_t i = 0; i < left_count; i++)
            answer->ties[i] = group_of[left[i]];
        uint32_t similar_count = find_similar(work, group_of[best], similar);
        int64_t nodes = options[best].nodes;
        if (question->settings->max_nodes_total > 0) {
            int64_t room = question->settings->max_nodes_total - question->ready_nodes -
                           question->upcoming_nodes;
            nodes = nodes < room ? nodes : room;
        }
        share_growth(work, similar, similar_count, nodes, answer);
    }
    free(options);
    free(group_of);
    free(similar);
    free(left);
}

static void mark_waiting(struct work *work)
{
    for (uint32_t i = 0; i < work->question->waiting_count; i++) {
        struct fg_waiting_pods *run = &work->question->waiting[i];
        const struct pod_group *group = run->pods > 0 ? find_pod_group(work, run) : NULL;
        run->has_option = group != NULL && group->has_option;
    }
}

void fg_scale_up_choose(const struct fg_scale_up_question *question,
                        struct fg_scale_up_answer *answer)
{
    const struct fg_autoscaler_settings *settings = question->settings;
    struct work work = {.question = question, .simulation = question->simulation};
    if (question->group_count == 0 ||
        (settings->max_nodes_total > 0 && question->ready_nodes >= settings->max_nodes_total))
        return;
    group_pods(&work);
    if (work.pod_group_count == 0)
        return;
    work.takes = fg_allocate((size_t)question->group_count * work.pod_group_count, 1);
    work.is_valid = fg_allocate(question->group_count, sizeof *work.is_valid);
    work.fresh = fg_allocate(question->group_count, sizeof *work.fresh);
    try_templates(&work);
    choose(&work, answer);
    mark_waiting(&work);
    free(work.pod_groups);
    free(work.takes);
    free(work.is_valid);
    free(work.fresh);
}
