/* Pods on nodes: created -> pending -> bound -> starts -> runs -> ends.
 *
 * A pod that no node takes joins its scheduling class's cohort of equal failures. A class is
 * blocked while no node fits it; a node that gets room unblocks it and wakes its cohorts: their
 * pods are tried again when their backoff is over, by priority, then by the time of their last
 * failure, then by number. A class that fails again fails as a whole: each of its pods that are
 * due would have, at the same second.
 */
#include "sim/replay/node_pods.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/fargate_profile.h"

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

/* Merges two lists that are sorted by pod number. */
static void merge_lists(struct fg_world *world, struct fg_pod_list *into,
                        const struct fg_pod_list *other)
{
    struct fg_pod_link *links = world->links;
    if (into->last < other->first) {
        links[into->last].next = other->first;
        into->last = other->last;
        return;
    }
    uint32_t a = into->first, b = other->first, *next = &into->first;
    while (a != FG_NO_POD && b != FG_NO_POD) {
        uint32_t *lower = a < b ? &a : &b;
        *next = *lower;
        next = &links[*lower].next;
        *lower = *next;
    }
    *next = a != FG_NO_POD ? a : b;
    into->last = into->last > other->last ? into->last : other->last;
}

/* Puts pods that failed now, for the (level + 1)-th time, at the end of their queue. */
static void add_failed(struct fg_world *world, struct fg_pending_class *class, uint32_t level,
                       struct fg_pod_list pods)
{
    struct fg_cohort_queue *queue =
        &class->failed[level < FG_BACKOFF_LEVELS ? level : FG_BACKOFF_LEVELS - 1];
    uint32_t now = world->clock.now;
    if (queue->end > queue->first && queue->items[queue->end - 1].failed_at_s == now) {
        merge_lists(world, &queue->items[queue->end - 1].pods, &pods);
        return;
    }
    if (queue->end == queue->capacity && queue->first > queue->capacity / 2) {
        memmove(queue->items, queue->items + queue->first,
                (queue->end - queue->first) * sizeof *queue->items);
        queue->end -= queue->first;
        queue->first = 0;
    }
    queue->items = fg_grow(queue->items, &queue->capacity, queue->end + 1, sizeof *queue->items);
    queue->items[queue->end++] = (struct fg_cohort){now, pods};
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
    world->links[pod] = (struct fg_pod_link){FG_NO_POD, FG_NO_POD};
    add_failed(world, class, 0, (struct fg_pod_list){pod, pod});
    class->pods++;
    block(world, class_number);
    world->touched = true;
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "waits: %s", fg_node_pods_reason(world, pod));
}

static uint32_t ready_at(uint32_t level, const struct fg_cohort *cohort)
{
    return cohort->failed_at_s + fg_scheduler_backoff_s(level + 1);
}

/* Drops pods deleted meanwhile; FG_NO_POD when the cohort is empty. */
static uint32_t cohort_head(struct fg_world *world, struct fg_cohort *cohort)
{
    struct fg_pod_list *list = &cohort->pods;
    while (list->first != FG_NO_POD && world->pods[list->first].status != FG_POD_PENDING)
        list->first = world->links[list->first].next;
    return list->first;
}

static void drop_first(struct fg_cohort_queue *queue)
{
    queue->first++;
    queue->woken -= queue->woken > 0;
    if (queue->first == queue->end)
        queue->first = queue->end = 0;
}

/* The first cohort of the queue that holds a pod, if it is to be tried now, or NULL. */
static struct fg_cohort *due_cohort(struct fg_world *world, struct fg_cohort_queue *queue,
                                    uint32_t level)
{
    while (queue->first < queue->end) {
        struct fg_cohort *cohort = &queue->items[queue->first];
        if (cohort_head(world, cohort) != FG_NO_POD)
            return queue->woken > 0 && ready_at(level, cohort) <= world->clock.now ? cohort : NULL;
        drop_first(queue);
    }
    return NULL;
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
    for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++) {
        struct fg_cohort_queue *queue = &class->failed[level];
        for (uint32_t i = queue->first + queue->woken; i < queue->end; i++) {
            uint32_t time = ready_at(level, &queue->items[i]);
            if (time > world->clock.now)
                fg_event_put(&world->retries, time, fg_due_word(FG_DUE_RETRY, class_number));
            else
                wake(world, class_number);
        }
        queue->woken = queue->end - queue->first;
    }
}

void fg_node_pods_retry(struct fg_world *world, uint32_t scheduling_class)
{
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

/* Adds to the pod's row what its share of the node has cost. */
static void price_pod(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    const struct fg_group_state *group = &world->groups[world->nodes.items[slot].group];
    fg_unix_s bound_s =
        world->scenario->start + world->pods[pod].start_s - world->cluster->nodes.pod_startup_s;
    world->result->pod_rows[pod].nano +=
        fg_node_meter_pod(&group->meter, fg_world_class(world, pod)->units, bound_s,
                          world->scenario->start + world->clock.now);
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
    if (change < 0 && world->input->with_pods)
        price_pod(world, pod, slot);
    if (!world->order_stale)
        fg_placement_changed(&world->placement, slot);
    world->touched = true;
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

/* The queue of a class whose first cohort is next, of those tried now: failed first. */
static struct fg_cohort_queue *next_queue(struct fg_world *world, uint32_t class_number)
{
    struct fg_cohort_queue *next = NULL;
    const struct fg_cohort *best = NULL;
    for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++) {
        struct fg_cohort_queue *queue = &world->pending[class_number].failed[level];
        const struct fg_cohort *cohort = due_cohort(world, queue, level);
        if (cohort == NULL)
            continue;
        if (best == NULL || cohort->failed_at_s < best->failed_at_s ||
            (cohort->failed_at_s == best->failed_at_s && cohort->pods.first < best->pods.first)) {
            next = queue;
            best = cohort;
        }
    }
    return next;
}

/* Every pod that would have been tried now has failed once more. */
static void fail_class(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    for (uint32_t level = FG_BACKOFF_LEVELS; level-- > 0;) {
        struct fg_cohort_queue *queue = &class->failed[level];
        const struct fg_cohort *cohort;
        struct fg_pod_list failed = {FG_NO_POD, FG_NO_POD};
        while ((cohort = due_cohort(world, queue, level)) != NULL) {
            if (failed.first == FG_NO_POD)
                failed = cohort->pods;
            else
                merge_lists(world, &failed, &cohort->pods);
            drop_first(queue);
        }
        if (failed.first != FG_NO_POD)
            add_failed(world, class, level + 1, failed);
    }
    block(world, class_number);
}

struct candidate {
    uint32_t class_number;
    struct fg_cohort_queue *queue; /* NULL = a fresh pod */
    uint32_t pod, failed_at_s;
};

static bool is_before(const struct candidate *a, int32_t a_priority, const struct candidate *b,
                      int32_t b_priority)
{
    if (a_priority != b_priority)
        return a_priority > b_priority;
    return a->failed_at_s != b->failed_at_s ? a->failed_at_s < b->failed_at_s : a->pod < b->pod;
}

/* The pod the queue gives next: highest priority, then the earliest failure, then fresh ones. */
static bool next_candidate(struct fg_world *world, struct candidate *out)
{
    bool found = false;
    int32_t best_priority = 0;
    for (uint32_t i = 0; i < world->awake_count; i++) {
        uint32_t class_number = world->awake[i];
        int32_t priority = world->classes.scheduling[class_number].priority;
        struct fg_cohort_queue *queue = next_queue(world, class_number);
        if (queue == NULL)
            continue;
        const struct fg_cohort *cohort = &queue->items[queue->first];
        struct candidate candidate = {class_number, queue, cohort->pods.first, cohort->failed_at_s};
        if (!found || is_before(&candidate, priority, out, best_priority)) {
            *out = candidate;
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
    *out = (struct candidate){.class_number = fg_world_class(world, pod)->scheduling_class,
                              .pod = pod};
    return true;
}

static void try_candidate(struct fg_world *world, const struct candidate *candidate)
{
    struct fg_pending_class *class = &world->pending[candidate->class_number];
    /* Binding gives the pod's link to the node's list. */
    uint32_t pod = candidate->pod, next = world->links[pod].next;
    bool placed = !class->blocked && try_place(world, pod, candidate->class_number);
    if (candidate->queue == NULL) {
        world->fresh_first++;
        if (!placed)
            fail_fresh(world, pod, candidate->class_number);
    } else if (placed) {
        candidate->queue->items[candidate->queue->first].pods.first = next;
        class->pods--;
    } else {
        fail_class(world, candidate->class_number);
    }
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

static void finish_pending(struct fg_world *world, uint32_t pod, enum fg_outcome outcome,
                           const char *reason)
{
    fg_world_finish(world, pod, fg_world_cluster_pool(world), outcome, reason,
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
        finish_pending(world, pod, FG_OUTCOME_DELETED_PENDING, fg_node_pods_reason(world, pod));
        count_pending(world, -1);
        if (world->links[pod].next != pod) /* not fresh: it has failed before */
            world->pending[class_number].pods--;
        world->touched = true;
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

/* The reasons are those of the cut: a class has one. */
static void close_pending(struct fg_world *world)
{
    const char **reasons = fg_allocate(world->classes.scheduling_count, sizeof *reasons);
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        if (world->pods[pod].status != FG_POD_PENDING)
            continue;
        const char **reason = &reasons[fg_world_class(world, pod)->scheduling_class];
        if (*reason == NULL)
            *reason = fg_node_pods_reason(world, pod);
        finish_pending(world, pod, FG_OUTCOME_PENDING, *reason);
    }
    free((void *)(uintptr_t)reasons);
}

static void close_bound(struct fg_world *world, uint32_t pod)
{
    uint32_t slot = world->pods[pod].place, group = world->nodes.items[slot].group;
    bool ran = world->pods[pod].status == FG_POD_ON_NODE;
    fg_world_finish(
        world, pod, ran ? fg_world_group_pool(world, group) : fg_world_cluster_pool(world),
        ran ? FG_OUTCOME_RUNNING : FG_OUTCOME_PENDING, ran ? "" : "starting on its node",
        ran ? wait_of(world, pod) : world->clock.now - world->trace->arrival_s[pod]);
    count_on_node(world, pod, slot, -1);
    if (ran)
        fg_series_change(fg_world_series(world, fg_world_group_pool(world, group)), &world->clock,
                         FG_SERIES_PODS, -1);
}

void fg_node_pods_close(struct fg_world *world)
{
    close_pending(world); /* while the nodes hold what they held */
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        enum fg_pod_status status = (enum fg_pod_status)world->pods[pod].status;
        if (status == FG_POD_BOUND || status == FG_POD_ON_NODE)
            close_bound(world, pod);
    }
}

void fg_node_pods_release(struct fg_world *world)
{
    for (uint32_t i = 0; world->pending != NULL && i < world->classes.scheduling_count; i++)
        for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++)
            free(world->pending[i].failed[level].items);
    free(world->pending);
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

static bool takes_now(const struct fg_world *world, uint32_t class_number)
{
    for (uint32_t slot = 0; slot < world->nodes.slot_count; slot++)
        if (world->nodes.items[slot].state == FG_NODE_READY &&
            fg_placement_fits(&world->placement, class_number, slot))
            return true;
    return false;
}

const char *fg_node_pods_reason(struct fg_world *world, uint32_t pod)
{
    uint32_t class_number = fg_world_class(world, pod)->scheduling_class;
    if (!world->pending[class_number].blocked && takes_now(world, class_number))
        return "a node has room for it, but it was not tried again before the end";
    struct fg_refusals *refusals = fg_allocate(1, sizeof *refusals);
    for (uint32_t slot = 0; slot < world->nodes.slot_count; slot++)
        if (world->nodes.items[slot].state == FG_NODE_READY)
            refuse_by_node(world, class_number, slot, refusals);
    uint64_t on_fargate = fargate_nodes(world);
    if (on_fargate > 0)
        fg_refusals_add_taint(refusals, FG_LABEL_COMPUTE_TYPE, "fargate", on_fargate);
    refusals->node_count += on_fargate;
    char text[4096];
    fg_refusals_print(refusals, text, sizeof text);
    const char **last = &world->pending[class_number].last_reason;
    if (*last == NULL || strcmp(*last, text) != 0)
        *last = fg_arena_string(&world->arena, text);
    free(refusals);
    return *last;
}
