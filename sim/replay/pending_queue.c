/* Fresh pods are tried by priority, equal ones in the order they came. One that no node takes
 * joins its scheduling class's cohort of equal failures. A class is blocked while no node fits it;
 * a node that gets room unblocks it and wakes its cohorts: their pods are tried again when their
 * backoff is over, by priority, then by the time of their last failure, then by number. A class
 * that fails again fails as a whole: each of its pods that are due would have, at the same second.
 */
#include "sim/replay/pending_queue.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/scheduling.h"
#include "sim/replay/pending_reason.h"

void fg_pending_open(struct fg_world *world)
{
    uint32_t classes = world->classes.scheduling_count;
    world->pending = fg_allocate(classes, sizeof *world->pending);
    world->blocked = fg_allocate(classes, sizeof *world->blocked);
    world->awake = fg_allocate(classes, sizeof *world->awake);
}

static int32_t priority_of(const struct fg_world *world, uint32_t pod)
{
    return world->classes.scheduling[fg_world_class(world, pod)->scheduling_class].priority;
}

void fg_pending_add(struct fg_world *world, uint32_t pod)
{
    if (world->fresh_first == world->fresh_count)
        world->fresh_first = world->fresh_count = 0;
    world->fresh =
        fg_grow(world->fresh, &world->fresh_capacity, world->fresh_count + 1, sizeof *world->fresh);
    if (world->fresh_count > world->fresh_first &&
        priority_of(world, world->fresh[world->fresh_count - 1]) < priority_of(world, pod))
        world->fresh_unsorted = true;
    world->fresh[world->fresh_count++] = pod;
}

struct ranked_pod {
    int32_t priority;
    uint32_t place, pod;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked_pod *left = a, *right = b;
    if (left->priority != right->priority)
        return left->priority > right->priority ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

/* By priority; equal ones stay in the order they came. */
static void sort_fresh(struct fg_world *world)
{
    uint32_t count = world->fresh_count - world->fresh_first;
    uint32_t *fresh = world->fresh + world->fresh_first;
    struct ranked_pod *ranked = fg_allocate(count, sizeof *ranked);
    for (uint32_t i = 0; i < count; i++)
        ranked[i] = (struct ranked_pod){priority_of(world, fresh[i]), i, fresh[i]};
    qsort(ranked, count, sizeof *ranked, compare_ranks);
    for (uint32_t i = 0; i < count; i++)
        fresh[i] = ranked[i].pod;
    free(ranked);
    world->fresh_unsorted = false;
}

/* ---- failing ---- */

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
    fg_batch_window_extend(&world->batch_window, world->clock.now);
    if (FG_WATCHED(world, pod))
        fg_world_say(world, pod, "waits: %s", fg_pending_reason(world, pod));
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

void fg_pending_retry(struct fg_world *world, uint32_t scheduling_class)
{
    wake(world, scheduling_class);
}

/* Whether such a pod fits on a node hangs on that node and what it holds of resources. */
static bool looks_at_the_node_alone(const struct fg_world *world, uint32_t class_number)
{
    const struct fg_state_class *class = &world->state.classes[class_number];
    return class->is_plain && class->extended_count == 0;
}

void fg_pending_room_on(struct fg_world *world, uint32_t slot)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->blocked_count; i++) {
        uint32_t class_number = world->blocked[i];
        if (looks_at_the_node_alone(world, class_number) &&
            fg_placement_fits(&world->placement, class_number, slot))
            unblock(world, class_number);
        else
            world->blocked[kept++] = class_number;
    }
    world->blocked_count = kept;
}

static bool fits_somewhere(const struct fg_world *world, uint32_t class_number)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (world->state.kind_of[slot] != UINT32_MAX && world->state.is_open[slot] &&
            fg_placement_fits(&world->placement, class_number, slot) &&
            fg_scheduler_refuses(&world->state, class_number, slot) == FG_REFUSAL_NONE)
            return true;
    return false;
}

bool fg_pending_look_again(struct fg_world *world)
{
    if (!world->surroundings_changed)
        return false;
    world->surroundings_changed = false;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < world->blocked_count; i++) {
        uint32_t class_number = world->blocked[i];
        if (!looks_at_the_node_alone(world, class_number) && fits_somewhere(world, class_number))
            unblock(world, class_number);
        else
            world->blocked[kept++] = class_number;
    }
    world->blocked_count = kept;
    return world->awake_count > 0;
}

/* ---- trying ---- */

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

static bool has_watched(const struct fg_world *world, const struct fg_pod_list *pods)
{
    if (world->input->watch == NULL)
        return false;
    for (uint32_t pod = pods->first; pod != FG_NO_POD; pod = world->links[pod].next)
        if (FG_WATCHED(world, pod))
            return true;
    return false;
}

/* Every pod that would have been tried now has failed once more. */
static void fail_class(struct fg_world *world, uint32_t class_number)
{
    struct fg_pending_class *class = &world->pending[class_number];
    bool watched = false;
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
        watched = watched || has_watched(world, &failed);
        if (failed.first != FG_NO_POD)
            add_failed(world, class, level + 1, failed);
    }
    fg_batch_window_extend(&world->batch_window, world->clock.now);
    block(world, class_number);
    if (watched)
        fg_world_say(world, world->input->watch->pod, "waits: %s",
                     fg_pending_reason(world, world->input->watch->pod));
}

static bool is_before(const struct fg_pending_candidate *a, int32_t a_priority,
                      const struct fg_pending_candidate *b, int32_t b_priority)
{
    if (a_priority != b_priority)
        return a_priority > b_priority;
    return a->failed_at_s != b->failed_at_s ? a->failed_at_s < b->failed_at_s : a->pod < b->pod;
}

/* The pod the queue gives next: highest priority, then the earliest failure, then fresh ones. */
bool fg_pending_next(struct fg_world *world, struct fg_pending_candidate *out)
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
        const struct fg_pending_candidate candidate = {.class_number = class_number,
                                                       .queue = queue,
                                                       .pod = cohort->pods.first,
                                                       .failed_at_s = cohort->failed_at_s};
        if (!found || is_before(&candidate, priority, out, best_priority)) {
            *out = candidate;
            best_priority = priority;
            found = true;
        }
    }
    if (world->fresh_unsorted)
        sort_fresh(world);
    while (world->fresh_first < world->fresh_count &&
           world->pods[world->fresh[world->fresh_first]].status != FG_POD_PENDING)
        world->fresh_first++;
    if (world->fresh_first == world->fresh_count)
        return found;
    uint32_t pod = world->fresh[world->fresh_first];
    if (found && best_priority >= priority_of(world, pod))
        return true;
    *out = (struct fg_pending_candidate){
        .class_number = fg_world_class(world, pod)->scheduling_class, .pod = pod};
    return true;
}

void fg_pending_placed(struct fg_world *world, const struct fg_pending_candidate *candidate)
{
    if (candidate->queue == NULL) {
        world->fresh_first++;
        return;
    }
    candidate->queue->items[candidate->queue->first].pods.first = candidate->next;
    world->pending[candidate->class_number].pods--;
}

void fg_pending_refused(struct fg_world *world, const struct fg_pending_candidate *candidate)
{
    if (candidate->queue == NULL) {
        world->fresh_first++;
        fail_fresh(world, candidate->pod, candidate->class_number);
    } else {
        fail_class(world, candidate->class_number);
    }
}

void fg_pending_rest(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->awake_count; i++)
        world->pending[world->awake[i]].awake = false;
    world->awake_count = 0;
}

void fg_pending_release(struct fg_world *world)
{
    for (uint32_t i = 0; world->pending != NULL && i < world->classes.scheduling_count; i++)
        for (uint32_t level = 0; level < FG_BACKOFF_LEVELS; level++)
            free(world->pending[i].failed[level].items);
    free(world->pending);
    free(world->blocked);
    free(world->awake);
    free(world->fresh);
}
