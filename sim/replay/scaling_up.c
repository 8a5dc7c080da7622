#include "sim/replay/scaling_up.h"

#include <inttypes.h>
#include <stdlib.h>

#include "models/base/random.h"
#include "sim/replay/node_life.h"

/* ---- who waits ---- */

static const struct fg_world *sorted_world; /* only for comparing */
#pragma omp threadprivate(sorted_world)

/* Highest priority first, then by class. */
static int compare_waiting(const void *a, const void *b)
{
    const struct fg_waiting_pods *left = a, *right = b;
    int32_t left_priority = sorted_world->classes.scheduling[left->class_number].priority;
    int32_t right_priority = sorted_world->classes.scheduling[right->class_number].priority;
    if (left_priority != right_priority)
        return left_priority > right_priority ? -1 : 1;
    return (left->class_number > right->class_number) - (left->class_number < right->class_number);
}

/* A run a class; returns their number. */
static uint32_t queue_pods(const struct fg_world *world, struct fg_waiting_pods *waiting)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < world->classes.scheduling_count; c++)
        if (world->pending[c].pods > 0 && !fg_scaling_is_expendable(world, c))
            waiting[count++] = (struct fg_waiting_pods){
                .class_number = c, .owner = c, .pods = world->pending[c].pods};
    sorted_world = world;
    if (count > 1)
        qsort(waiting, count, sizeof *waiting, compare_waiting);
    return count;
}

/* ---- how old they are ---- */

static int64_t count_older_in(const struct fg_world *world, const struct fg_pod_list *pods,
                              uint32_t age_s, int64_t enough)
{
    int64_t count = 0;
    for (uint32_t pod = pods->first; pod != FG_NO_POD && count < enough;
         pod = world->links[pod].next)
        count += world->pods[pod].status == FG_POD_PENDING && fg_scaling_age(world, pod) >= age_s;
    return count;
}

/* How many pods of the class are that old; at most `enough`. */
static int64_t count_older(const struct fg_world *world, uint32_t class_number, uint32_t age_s,
                           int64_t enough)
{
    const struct fg_pending_class *class = &world->pending[class_number];
    int64_t count = 0;
    for (uint32_t level = FG_BACKOFF_LEVELS; level-- > 0;) {
        const struct fg_cohort_queue *queue = &class->failed[level];
        for (uint32_t i = queue->first; i < queue->end && count < enough; i++)
            count += count_older_in(world, &queue->items[i].pods, age_s, enough - count);
    }
    return count;
}

/* The age of the class's oldest pod but for so many that have a place; beyond `longest_s` it is all
 * the same. */
static uint32_t oldest_without_place(const struct fg_world *world, uint32_t class_number,
                                     int64_t placed, uint32_t longest_s)
{
    uint32_t age = longest_s;
    while (age > 0 && count_older(world, class_number, age, placed + 1) <= placed)
        age--;
    return age;
}

/* Takes those that are too young to be helped off the run; they took places all the same. */
static void drop_young(struct fg_world *world, struct fg_waiting_pods *run, int64_t placed)
{
    uint32_t delay = fg_scaling_settings(world)->new_pod_scale_up_delay_s;
    if (delay == 0)
        return;
    int64_t old = count_older(world, run->class_number, delay, placed + run->pods);
    int64_t helped = old > placed ? old - placed : 0;
    world->scaler->too_young |= helped < run->pods;
    run->pods = helped;
}

static uint32_t older(uint32_t oldest_s, uint32_t age_s)
{
    return oldest_s == FG_NOT_YET || age_s > oldest_s ? age_s : oldest_s;
}

/* Leaves on the runs the pods that the loop may help; of a class's pods the oldest have the places
 * that there are. Returns whether those that are left have just come. */
static bool look_at_ages(struct fg_world *world, struct fg_waiting_pods *waiting, uint32_t count)
{
    const struct fg_autoscaler_settings *settings = fg_scaling_settings(world);
    uint32_t oldest_s = FG_NOT_YET, oldest_gpu_s = FG_NOT_YET;
    uint32_t longest_s = older(settings->new_pod_buffer_s, settings->new_gpu_pod_buffer_s);
    for (uint32_t i = 0; i < count; i++) {
        struct fg_waiting_pods *run = &waiting[i];
        uint32_t c = run->class_number;
        int64_t placed = world->pending[c].pods - run->pods;
        if (run->pods > 0)
            drop_young(world, run, placed);
        if (run->pods == 0)
            continue;
        bool has_gpu = fg_world_request(world, c)->gpu_milli > 0;
        uint32_t age = oldest_without_place(world, c, placed, longest_s);
        oldest_s = older(oldest_s, age);
        if (has_gpu)
            oldest_gpu_s = older(oldest_gpu_s, age);
    }
    return fg_scale_up_waits(settings, oldest_s, oldest_gpu_s);
}

/* ---- the decision ---- */

static void choose(struct fg_scaling_loop *loop, struct fg_waiting_pods *waiting, uint32_t count,
                   struct fg_scale_up_answer *answer)
{
    const struct fg_world *world = loop->world;
    const struct fg_scale_up_question question = {
        .settings = fg_scaling_settings(world),
        .simulation = &loop->simulation,
        .group_count = world->group_count,
        .groups = loop->groups,
        .waiting_count = count,
        .waiting = waiting,
        .ready_nodes = loop->ready_nodes,
        .upcoming_nodes = loop->upcoming_nodes,
        .luck = fg_random_u64(world->scenario->seed, world->input->replication, FG_RANDOM_EXPANDER,
                              world->clock.now),
    };
    fg_scale_up_choose(&question, answer);
}

static bool is_full(const struct fg_scaling_loop *loop)
{
    int64_t most = fg_scaling_settings(loop->world)->max_nodes_total;
    return most > 0 && loop->ready_nodes >= most;
}

void fg_scaling_up_decide(struct fg_scaling_loop *loop, struct fg_scaling_up *up)
{
    struct fg_world *world = loop->world;
    if (world->pending_pods == 0)
        return;
    struct fg_waiting_pods *waiting = fg_allocate(world->classes.scheduling_count, sizeof *waiting);
    uint32_t count = queue_pods(world, waiting);
    if (count > 0)
        fg_scaling_loop_open(loop);
    if (count > 0 && (loop->ready_nodes > 0 || fg_scaling_settings(world)->scale_up_from_zero)) {
        fg_scale_up_filter(&loop->simulation, waiting, count, NULL);
        up->waits = look_at_ages(world, waiting, count) && !is_full(loop);
        world->scaler->too_young |= up->waits;
        if (!up->waits)
            choose(loop, waiting, count, &up->answer);
    }
    free(waiting);
}

/* ---- what follows ---- */

/* To a pod that waits and may go to the group's nodes. */
static void say_growth(struct fg_world *world, const struct fg_growth *growth)
{
    const struct fg_group_state *group = &world->groups[growth->group];
    uint32_t pod = world->input->watch != NULL ? world->input->watch->pod : FG_NO_POD;
    if (pod == FG_NO_POD || world->pods[pod].status != FG_POD_PENDING ||
        !fg_state_eligible(&world->state, fg_world_class(world, pod)->scheduling_class,
                           group->first_kind))
        return;
    fg_world_say(world, pod, "Cluster Autoscaler asks for %" PRId64 " more of node group %s",
                 growth->nodes, group->group->name);
}

static void request_nodes(struct fg_world *world, const struct fg_growth *growth)
{
    say_growth(world, growth);
    world->groups[growth->group].target += growth->nodes;
    for (int64_t i = 0; i < growth->nodes; i++)
        fg_node_request(world, growth->group);
    world->scaler->last_add_s = world->clock.now;
    world->touched = true; /* the next loop handles the rest */
}

void fg_scaling_up_carry_out(struct fg_world *world, struct fg_scaling_up *up)
{
    for (uint32_t i = 0; i < up->answer.growth_count; i++)
        request_nodes(world, &up->answer.growth[i]);
    free(up->answer.growth);
    free(up->answer.ties);
}
