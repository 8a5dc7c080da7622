/* Pods on nodes: created -> pending -> bound -> starts -> runs -> ends.
 *
 * A pod that no node takes joins its scheduling class's cohort of equal failures. A class is
 * blocked while no node fits it; a node that gets room unblocks it, and its pods are tried again
 * when their backoff is over, by priority, then by the time of their last failure. A class that
 * fails again fails as a whole: each of its pods would have, at the same second.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/fargate_profile.h"
#include "sim/replay/world.h"

enum { MAX_BACKOFF_ATTEMPTS = 5 }; /* the backoff does not grow after so many */

static void fill_placement(struct fg_world *world)
{
    const struct fg_pod_classes *classes = &world->classes;
    struct fg_request *requests = fg_allocate(classes->scheduling_count, sizeof *requests);
    uint8_t *eligible = fg_allocate((size_t)classes->scheduling_count * world->kind_count, 1);
    struct fg_node_capacity *allocatable = fg_allocate(world->group_count, sizeof *allocatable);
    for (uint32_t i = 0; i < world->group_count; i++)
        allocatable[i] = world->groups[i].allocatable;
    for (uint32_t c = 0; c < classes->scheduling_count; c++) {
        const struct fg_pod_spec *spec = classes->scheduling[c].spec;
        requests[c] = classes->scheduling[c].request;
        for (uint32_t k = 0; k < world->kind_count; k++) {
            const struct fg_group_state *group = &world->groups[world->kinds[k].group];
            eligible[(size_t)c * world->kind_count + k] =
                fg_scheduler_selects(spec, &world->kinds[k].labels, group->type->arch) &&
                fg_taints_find_untolerated(&group->group->taints, &spec->tolerations) == NULL;
        }
    }
    world->placement = (struct fg_placement){
        .nodes = &world->nodes,
        .allocatable = allocatable,
        .requests = requests,
        .eligible = eligible,
        .kind_count = world->kind_count,
        .percentage = world->cluster->scheduler.percentage_of_nodes_to_score,
        .most_allocated = world->cluster->scheduler.most_allocated,
        .view_count = classes->scheduling_count,
        .views = fg_allocate(classes->scheduling_count, sizeof(struct fg_view)),
    };
}

void fg_node_pods_open(struct fg_world *world)
{
    uint32_t classes = world->classes.scheduling_count;
    fill_placement(world);
    world->pending = fg_allocate(classes, sizeof *world->pending);
    world->blocked = fg_allocate(classes, sizeof *world->blocked);
    world->awake = fg_allocate(classes, sizeof *world->awake);
    world->order_stale = true;
}

/* ---- pending ---- */

static void count_pending(struct fg_world *world, int64_t change)
{
    struct fg_capacity_series *series = fg_world_series(world, fg_world_cluster_pool(world));
    series->pending += change;
    fg_series_note_max(series);
    world->pending_pods += (uint64_t)change;
}

static int32_t priority_of(const struct fg_world *world, uint32_t pod)
{
    return world->classes.scheduling[fg_world_class(world, pod)->scheduling_class].priority;
}

/* Fresh pods are tried by priority, equal ones in the order they came. */
static void add_fresh(struct fg_world *world, uint32_t pod)
{
    if (world->fresh_first == world->fresh_count)
        world->fresh_first = world->fresh_count = 0;
    world->fresh =
        fg_grow(world->fresh, &world->fresh_capacity, world->fresh_count + 1, sizeof *world->fresh);
    uint32_t place = world->fresh_count++;
    int32_t priority = priority_of(world, pod);
    for (; place > world->fresh_first && priority_of(world, world->fresh[place - 1]) < priority;
         place--)
        world->fresh[place] = world->fresh[place - 1];
    world->fresh[place] = pod;
}

void fg_node_pods_arrive(struct fg_world *world, uint32_t pod)
{
    world->pods[pod].status = FG_POD_PENDING;
    world->result->summary.unspread += fg_world_class(world, pod)->wants_spread;
    count_pending(world, 1);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_END) {
        uint32_t end = world->trace->span_s[pod], now = world->clock.now;
        fg_world_expect_end(world, pod, end > now ? end : now);
    }
    add_fresh(world, pod);
}

static struct fg_cohort *cohort_for(struct fg_pending_class *class, uint32_t attempts, uint32_t now)
{
    attempts = attempts > MAX_BACKOFF_ATTEMPTS ? MAX_BACKOFF_ATTEMPTS : attempts;
    for (uint32_t i = 0; i < class->cohort_count; i++)
        if (class->cohorts[i].attempts == attempts && class->cohorts[i].failed_at_s == now)
            return &class->cohorts[i];
    /* Cohorts whose backoff is over are as good as one: they are tried together. */
    for (uint32_t i = 0; i < class->cohort_count; i++) {
        struct fg_cohort *cohort = &class->cohorts[i];
        if (class->cohort_count == FG_COHORTS_MAX && cohort->attempts == attempts) {
            cohort->failed_at_s = now;
            return cohort;
        }
    }
    FG_ASSERT(class->cohort_count < FG_COHORTS_MAX);
    struct fg_cohort *made = &class->cohorts[class->cohort_count++];
    *made = (struct fg_cohort){attempts, now, {FG_NO_POD, FG_NO_POD}};
    return made;
}

static void block(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    if (class->blocked)
        return;
    class->blocked = true;
    world->blocked[world->blocked_count++] = class_number;
}

static void fail_fresh(struct fg_world *world, uint32_t pod, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    fg_pod_list_append(world, &cohort_for(class, 1, world->clock.now)->pods, pod);
    class->pods++;
    block(world, class_number);
    fg_scaling_touch(world);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "waits: %s", fg_node_pods_reason(world, pod));
}

static uint32_t ready_at(const struct fg_cohort *cohort)
{
    return cohort->failed_at_s + fg_scheduler_backoff_s(cohort->attempts);
}

/* Drops pods deleted meanwhile; FG_NO_POD when the cohort is empty. */
static uint32_t cohort_head(struct fg_world *world, struct fg_cohort *cohort)
{
    struct fg_pod_list *list = &cohort->pods;
    while (list->first != FG_NO_POD && world->pods[list->first].status != FG_POD_PENDING)
        list->first = world->links[list->first].next;
    if (list->first == FG_NO_POD)
        list->last = FG_NO_POD;
    return list->first;
}

static void drop_empty_cohorts(struct fg_world *world, struct fg_pending_class *class)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < class->cohort_count; i++)
        if (cohort_head(world, &class->cohorts[i]) != FG_NO_POD)
            class->cohorts[kept++] = class->cohorts[i];
    class->cohort_count = kept;
}

static void wake(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    if (!class->awake) {
        class->awake = true;
        world->awake[world->awake_count++] = class_number;
    }
}

/* The class may fit again: its cohorts are tried as soon as their backoff allows. */
static void unblock(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    class->blocked = false;
    drop_empty_cohorts(world, class);
    for (uint32_t i = 0; i < class->cohort_count; i++) {
        uint32_t time = ready_at(&class->cohorts[i]);
        if (time > world->clock.now)
            fg_event_put(&world->retries, time, fg_due_word(FG_DUE_RETRY, class_number));
        else
            wake(world, class_number);
    }
}

void fg_node_pods_retry(struct fg_world *world, uint32_t scheduling_class)
{
    if (!world->pending[scheduling_class].blocked)
        wake(world, scheduling_class);
}

void fg_node_pods_room_on(struct fg_world *world, uint32_t slot)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->blocked_count; i++) {
        uint32_t class_number = world->blocked[i];
        if (fg_placement_fits(&world->placement, class_number, slot))
            unblock(world, class_number);
        else
            world->blocked[kept++] = class_number;
    }
    world->blocked_count = kept;
}

/* ---- on a node ---- */

static uint32_t share_of(struct fg_world *world, struct fg_group_state *group, uint32_t workload)
{
    if (group->shares[workload] == UINT32_MAX)
        group->shares[workload] = fg_node_meter_share(
            &group->meter, &world->bill, world->classes.workloads[workload].namespace_name,
            world->classes.workloads[workload].workload);
    return group->shares[workload];
}

/* Books the pod's request on the node (change 1) or takes it off (-1). */
static void count_on_node(struct fg_world *world, uint32_t pod, uint32_t slot, int64_t change)
{
    const struct fg_pod_class *class = fg_world_class(world, pod);
    const struct fg_request *request = &world->placement.requests[class->scheduling_class];
    struct fg_node *node = &world->nodes.items[slot];
    struct fg_group_state *group = &world->groups[node->group];
    struct fg_capacity_series *series =
        fg_world_series(world, fg_world_group_pool(world, node->group));
    fg_use_add(&world->nodes.use[slot], request, change);
    fg_node_count_pod(node, class->scheduling_class, (int32_t)change);
    if (class->may_block_removal)
        node->blocker_count += (uint32_t)change;
    fg_node_meter_units(&group->meter, &world->bill, &world->clock,
                        share_of(world, group, class->workload), change * class->units);
    fg_series_change(series, &world->clock, FG_SERIES_CPU_REQUESTED, change * request->cpu_milli);
    fg_series_change(series, &world->clock, FG_SERIES_MEMORY_REQUESTED,
                     change * request->memory_bytes);
    if (!world->order_stale)
        fg_placement_changed(&world->placement, slot);
    fg_scaling_touch(world);
}

static void link_to_node(struct fg_world *world, uint32_t pod, struct fg_node *node)
{
    world->links[pod] = (struct fg_pod_link){.next = node->first_pod, .previous = FG_NO_POD};
    if (node->first_pod != FG_NO_POD)
        world->links[node->first_pod].previous = pod;
    node->first_pod = pod;
}

static void unlink_from_node(struct fg_world *world, uint32_t pod, struct fg_node *node)
{
    const struct fg_pod_link *link = &world->links[pod];
    if (link->previous == FG_NO_POD)
        node->first_pod = link->next;
    else
        world->links[link->previous].next = link->next;
    if (link->next != FG_NO_POD)
        world->links[link->next].previous = link->previous;
}

static void bind(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_node *node = &world->nodes.items[slot];
    state->status = FG_POD_BOUND;
    state->place = slot & FG_NO_PLACE;
    state->start_s = world->clock.now + world->cluster->nodes.pod_startup_s;
    link_to_node(world, pod, node);
    count_on_node(world, pod, slot, 1);
    count_pending(world, -1);
    world->last_progress_s = world->clock.now;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "bound to node %" PRIu32 " of %s (%s)", node->number,
                     world->pool_names[fg_world_group_pool(world, node->group)],
                     world->groups[node->group].group->instance_type);
    if (state->start_s == world->clock.now)
        fg_node_pods_start(world, pod);
    else
        fg_event_put(&world->readiness, state->start_s, fg_due_word(FG_DUE_POD_START, pod));
}

void fg_node_pods_start(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    if (state->status != FG_POD_BOUND || state->start_s != world->clock.now)
        return; /* deleted or evicted meanwhile */
    state->status = FG_POD_ON_NODE;
    uint32_t group = world->nodes.items[state->place].group;
    fg_series_change(fg_world_series(world, fg_world_group_pool(world, group)), &world->clock,
                     FG_SERIES_PODS, 1);
    if (fg_trace_span(world->trace, pod) == FG_SPAN_DURATION) {
        uint64_t end = (uint64_t)state->start_s + world->trace->span_s[pod];
        if (end < FG_NEVER)
            fg_world_expect_end(world, pod, (uint32_t)end);
    }
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "runs");
}

/* ---- scheduling ---- */

static bool try_place(struct fg_world *world, uint32_t pod, uint32_t class_number)
{
    uint32_t slot = fg_placement_find(&world->placement, class_number);
    if (slot == FG_NO_NODE)
        return false;
    bind(world, pod, slot);
    return true;
}

/* The cohort of a class that is next: tried now, failed first. */
static struct fg_cohort *next_cohort(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    struct fg_cohort *next = NULL;
    for (uint32_t i = 0; i < class->cohort_count; i++) {
        struct fg_cohort *cohort = &class->cohorts[i];
        if (ready_at(cohort) > world->clock.now || cohort_head(world, cohort) == FG_NO_POD)
            continue;
        if (next == NULL || cohort->failed_at_s < next->failed_at_s ||
            (cohort->failed_at_s == next->failed_at_s && cohort->pods.first < next->pods.first))
            next = cohort;
    }
    return next;
}

/* Every pod that would have been tried now has failed once more. */
static void fail_class(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    uint32_t now = world->clock.now;
    for (uint32_t i = 0; i < class->cohort_count; i++) {
        struct fg_cohort *cohort = &class->cohorts[i];
        if (ready_at(cohort) > now)
            continue;
        cohort->attempts =
            cohort->attempts < MAX_BACKOFF_ATTEMPTS ? cohort->attempts + 1 : MAX_BACKOFF_ATTEMPTS;
        cohort->failed_at_s = now;
    }
    block(world, class_number);
}

/* Joins cohorts that have become equal. */
static void join_cohorts(struct fg_world *world, struct fg_pending_class *class)
{
    drop_empty_cohorts(world, class);
    for (uint32_t i = 0; i < class->cohort_count; i++) {
        for (uint32_t j = i + 1; j < class->cohort_count;) {
            struct fg_cohort *a = &class->cohorts[i], *b = &class->cohorts[j];
            if (a->attempts != b->attempts || a->failed_at_s != b->failed_at_s) {
                j++;
                continue;
            }
            world->links[a->pods.last].next = b->pods.first;
            a->pods.last = b->pods.last;
            *b = class->cohorts[--class->cohort_count];
        }
    }
}

struct candidate {
    uint32_t class_number;
    struct fg_cohort *cohort; /* NULL = a fresh pod */
    uint32_t pod;
};

/* The pod the queue gives next: highest priority, then the earliest failure, then fresh ones. */
static bool next_candidate(struct fg_world *world, struct candidate *out)
{
    bool found = false;
    int32_t best_priority = 0;
    for (uint32_t i = 0; i < world->awake_count; i++) {
        uint32_t class_number = world->awake[i];
        int32_t priority = world->classes.scheduling[class_number].priority;
        struct fg_cohort *cohort =
            world->pending[class_number].blocked ? NULL : next_cohort(world, class_number);
        if (cohort == NULL)
            continue;
        bool better =
            !found || priority > best_priority ||
            (priority == best_priority && (cohort->failed_at_s < out->cohort->failed_at_s ||
                                           (cohort->failed_at_s == out->cohort->failed_at_s &&
                                            cohort->pods.first < out->cohort->pods.first)));
        if (better) {
            *out = (struct candidate){class_number, cohort, cohort->pods.first};
            best_priority = priority;
            found = true;
        }
    }
    while (world->fresh_first < world->fresh_count &&
           world->pods[world->fresh[world->fresh_first]].status != FG_POD_PENDING)
        world->fresh_first++;
    if (world->fresh_first == world->fresh_count)
        return found;
    uint32_t pod = world->fresh[world->fresh_first];
    if (found && best_priority >= priority_of(world, pod))
        return true;
    *out = (struct candidate){fg_world_class(world, pod)->scheduling_class, NULL, pod};
    return true;
}

static void take_from_cohort(struct fg_world *world, const struct candidate *candidate)
{
    struct fg_pod_list *list = &candidate->cohort->pods;
    list->first = world->links[candidate->pod].next;
    if (list->first == FG_NO_POD)
        list->last = FG_NO_POD;
    world->pending[candidate->class_number].pods--;
}

static void try_candidate(struct fg_world *world, const struct candidate *candidate)
{
    struct fg_pending_class *class = &world->pending[candidate->class_number];
    if (candidate->cohort == NULL) {
        world->fresh_first++;
        if (class->blocked || !try_place(world, candidate->pod, candidate->class_number))
            fail_fresh(world, candidate->pod, candidate->class_number);
        return;
    }
    /* Binding gives the pod's link to the node's list, so it leaves the cohort first. */
    struct fg_pod_list before = candidate->cohort->pods;
    struct fg_pod_link link = world->links[candidate->pod];
    take_from_cohort(world, candidate);
    if (try_place(world, candidate->pod, candidate->class_number))
        return;
    candidate->cohort->pods = before;
    world->links[candidate->pod] = link;
    class->pods++;
    fail_class(world, candidate->class_number);
    join_cohorts(world, class);
}

void fg_node_pods_schedule(struct fg_world *world)
{
    if (world->fresh_first == world->fresh_count && world->awake_count == 0)
        return;
    if (world->order_stale) {
        fg_placement_reorder(&world->placement, world->zone_of_kind, world->zone_count);
        world->order_stale = false;
    }
    struct candidate candidate = {0};
    while (next_candidate(world, &candidate))
        try_candidate(world, &candidate);
    for (uint32_t i = 0; i < world->awake_count; i++)
        world->pending[world->awake[i]].awake = false;
    world->awake_count = 0;
}

/* ---- leaving ---- */

static void leave_node(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    struct fg_node *node = &world->nodes.items[state->place];
    unlink_from_node(world, pod, node);
    count_on_node(world, pod, state->place, -1);
    if (state->status == FG_POD_ON_NODE)
        fg_series_change(fg_world_series(world, fg_world_group_pool(world, node->group)),
                         &world->clock, FG_SERIES_PODS, -1);
    if (node->state == FG_NODE_READY)
        fg_node_pods_room_on(world, state->place);
}

/* From arrival to the first time it ran. */
static uint32_t wait_of(const struct fg_world *world, uint32_t pod)
{
    if (world->first_wait != NULL && world->first_wait[pod] != UINT32_MAX)
        return world->first_wait[pod];
    return world->pods[pod].start_s - world->trace->arrival_s[pod];
}

static void finish_pending(struct fg_world *world, uint32_t pod, enum fg_outcome outcome)
{
    fg_world_finish(world, pod, fg_world_cluster_pool(world), outcome,
                    fg_node_pods_reason(world, pod),
                    world->clock.now - world->trace->arrival_s[pod]);
}

void fg_node_pods_end(struct fg_world *world, uint32_t pod)
{
    struct fg_pod_state *state = &world->pods[pod];
    bool by_work = fg_trace_span(world->trace, pod) == FG_SPAN_DURATION;
    if (by_work && (state->status != FG_POD_ON_NODE ||
                    state->start_s + world->trace->span_s[pod] != world->clock.now))
        return; /* it was evicted and began anew */
    if (state->status == FG_POD_PENDING) {
        uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
        finish_pending(world, pod, FG_OUTCOME_DELETED_PENDING);
        count_pending(world, -1);
        if (world->links[pod].next != pod) /* not fresh: it has failed before */
            world->pending[class_number].pods--;
        fg_scaling_touch(world);
    } else {
        uint32_t group = world->nodes.items[state->place].group;
        bool ran = state->status == FG_POD_ON_NODE;
        fg_world_finish(
            world, pod, ran ? fg_world_group_pool(world, group) : fg_world_cluster_pool(world),
            ran ? FG_OUTCOME_COMPLETED : FG_OUTCOME_DELETED_PENDING,
            ran ? "" : "starting on its node",
            ran ? wait_of(world, pod) : world->clock.now - world->trace->arrival_s[pod]);
        leave_node(world, pod);
    }
    state->status = FG_POD_GONE;
}

static void remember_wait(struct fg_world *world, uint32_t pod)
{
    if (world->first_wait == NULL) {
        world->first_wait = fg_allocate(world->trace->pod_count, sizeof *world->first_wait);
        memset(world->first_wait, 0xff, world->trace->pod_count * sizeof *world->first_wait);
    }
    if (world->first_wait[pod] == UINT32_MAX && world->pods[pod].status == FG_POD_ON_NODE)
        world->first_wait[pod] = world->pods[pod].start_s - world->trace->arrival_s[pod];
}

/* The pods' controllers make them anew: work that was done is lost. */
void fg_node_pods_evict_all(struct fg_world *world, uint32_t slot)
{
    while (world->nodes.items[slot].first_pod != FG_NO_POD) {
        uint32_t pod = world->nodes.items[slot].first_pod;
        remember_wait(world, pod);
        leave_node(world, pod);
        world->pods[pod].status = FG_POD_PENDING;
        world->pods[pod].place = FG_NO_PLACE;
        world->links[pod] = (struct fg_pod_link){pod, FG_NO_POD};
        count_pending(world, 1);
        add_fresh(world, pod);
        if (FG_WATCHED(world, pod))
            fg_world_say(world, pod, "evicted: its node is removed; it begins anew");
    }
}

void fg_node_pods_close(struct fg_world *world)
{
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        if (status == FG_POD_PENDING) {
            finish_pending(world, pod, FG_OUTCOME_PENDING);
        } else if (status == FG_POD_BOUND || status == FG_POD_ON_NODE) {
            uint32_t slot = world->pods[pod].place, group = world->nodes.items[slot].group;
            bool ran = status == FG_POD_ON_NODE;
            fg_world_finish(
                world, pod, ran ? fg_world_group_pool(world, group) : fg_world_cluster_pool(world),
                ran ? FG_OUTCOME_RUNNING : FG_OUTCOME_PENDING, ran ? "" : "starting on its node",
                ran ? wait_of(world, pod) : world->clock.now - world->trace->arrival_s[pod]);
            count_on_node(world, pod, slot, -1);
            if (ran)
                fg_series_change(fg_world_series(world, fg_world_group_pool(world, group)),
                                 &world->clock, FG_SERIES_PODS, -1);
        }
    }
}

/* ---- why ---- */

static uint64_t fargate_nodes(const struct fg_world *world)
{
    int64_t nodes = 0;
    for (uint32_t i = 0; i < world->cluster->profile_count; i++)
        nodes += world->series[i].rate[FG_SERIES_NODES];
    return (uint64_t)nodes;
}

static void refuse_by_node(const struct fg_world *world, uint32_t class_number, uint32_t slot,
                           struct fg_refusals *refusals)
{
    const struct fg_node *node = &world->nodes.items[slot];
    const struct fg_group_state *group = &world->groups[node->group];
    const struct fg_pod_spec *spec = world->classes.scheduling[class_number].spec;
    const struct fg_taint *taint =
        fg_taints_find_untolerated(&group->group->taints, &spec->tolerations);
    refusals->node_count++;
    if (taint != NULL)
        fg_refusals_add_taint(refusals, taint->key, taint->value, 1);
    else if (!fg_scheduler_selects(spec, &world->kinds[node->kind].labels, group->type->arch))
        fg_refusals_add(refusals, "node(s) didn't match Pod's node affinity/selector", 1);
    else
        fg_refusals_add_fit(refusals, &group->allocatable, &world->nodes.use[slot],
                            &world->placement.requests[class_number]);
}

const char *fg_node_pods_reason(struct fg_world *world, uint32_t pod)
{
    uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
    struct fg_refusals *refusals = fg_allocate(1, sizeof *refusals);
    for (uint32_t slot = 0; slot < world->nodes.slot_count; slot++)
        if (world->nodes.items[slot].state == FG_NODE_READY)
            refuse_by_node(world, class_number, slot, refusals);
    uint64_t on_fargate = fargate_nodes(world);
    if (on_fargate > 0)
        fg_refusals_add_taint(refusals, FG_LABEL_COMPUTE_TYPE, "fargate", on_fargate);
    refusals->node_count += on_fargate;
    char text[4096];
    const char *reason =
        fg_arena_string(&world->arena, fg_refusals_print(refusals, text, sizeof text));
    free(refusals);
    return reason;
}
