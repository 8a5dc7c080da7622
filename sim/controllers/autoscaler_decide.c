#include "sim/controllers/autoscaler_decide.h"

#include <stdlib.h>
#include <string.h>

#include "sim/controllers/autoscaler_groups.h"
#include "sim/controllers/autoscaler_pods.h"
#include "sim/controllers/autoscaler_scale_down.h"

/* ---- scale-up ---- */

/* DaemonSets' pods want a node of their own: a new one does not help. */
static void drop_daemons(struct fg_autoscaler_work *work)
{
    for (uint32_t i = 0; i < work->waiting_count; i++)
        if (fg_work_is_daemon(&work->objects->pods[work->pod_of_run[i]]))
            work->waiting[i].pods = 0;
}

static void copy_answer(struct fg_autoscaler_work *work, const struct fg_scale_up_answer *answer)
{
    struct fg_autoscaler_decision *out = work->out;
    out->growth = fg_arena_allocate(&out->arena, answer->growth_count, sizeof *out->growth);
    for (uint32_t i = 0; i < answer->growth_count; i++)
        out->growth[out->growth_count++] =
            (struct fg_group_growth){answer->growth[i].group, answer->growth[i].nodes};
    out->ties = fg_arena_allocate(&out->arena, answer->tie_count, sizeof *out->ties);
    for (uint32_t i = 0; i < answer->tie_count; i++)
        out->ties[out->tie_count++] = answer->ties[i];
}

static void scale_up(struct fg_autoscaler_work *work)
{
    const struct fg_scale_up_question question = {
        .settings = work->settings,
        .simulation = &work->simulation,
        .group_count = work->objects->cluster.node_group_count,
        .groups = work->groups,
        .waiting_count = work->waiting_count,
        .waiting = work->waiting,
        .ready_nodes = fg_work_ready_nodes(work),
        .upcoming_nodes = fg_work_starting_nodes(work),
        .luck = work->view->luck,
    };
    struct fg_scale_up_answer answer = {0};
    fg_scale_up_choose(&question, &answer);
    copy_answer(work, &answer);
    free(answer.growth);
    free(answer.ties);
}

static void list_unschedulable(struct fg_autoscaler_work *work)
{
    struct fg_autoscaler_decision *out = work->out;
    out->unschedulable =
        fg_arena_allocate(&out->arena, work->waiting_count, sizeof *out->unschedulable);
    for (uint32_t i = 0; i < work->waiting_count; i++)
        if (work->waiting[i].pods > 0 && !work->waiting[i].has_option)
            out->unschedulable[out->unschedulable_count++] = work->pod_of_run[i];
}

/* ---- the whole ---- */

static void decide(struct fg_autoscaler_work *work)
{
    struct fg_filtered filtered = {0};
    fg_work_drop_expendable(work);
    fg_work_replace_starting(work);
    fg_work_queue_pods(work);
    fg_scale_up_filter(&work->simulation, work->waiting, work->waiting_count, &filtered);
    drop_daemons(work);
    scale_up(work);
    list_unschedulable(work);
    if (work->settings->scale_down_enabled)
        fg_work_scale_down(work, &filtered);
    else
        fg_work_keep_all(work, "scale-down is disabled");
    free(filtered.items);
}

static void open(struct fg_autoscaler_work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    uint32_t groups = objects->cluster.node_group_count;
    fg_simulation_open(&work->simulation, work->view->state);
    work->group_of = fg_allocate(objects->node_count, sizeof *work->group_of);
    work->is_starting = fg_allocate(objects->node_count, sizeof *work->is_starting);
    work->sizes = fg_allocate(groups, sizeof *work->sizes);
    work->groups = fg_allocate(groups, sizeof *work->groups);
    work->waiting = fg_allocate(objects->pod_count, sizeof *work->waiting);
    work->pod_of_run = fg_allocate(objects->pod_count, sizeof *work->pod_of_run);
}

static void close_work(struct fg_autoscaler_work *work)
{
    fg_simulation_close(&work->simulation);
    free(work->group_of);
    free(work->is_starting);
    free(work->sizes);
    free(work->groups);
    free(work->waiting);
    free(work->pod_of_run);
    free(work->budgets.items);
}

fg_status fg_autoscaler_decide(const struct fg_autoscaler_view *view,
                               struct fg_autoscaler_decision *out, struct fg_error *error)
{
    const struct fg_cluster *cluster = &view->objects->cluster;
    struct fg_autoscaler_work work = {
        .view = view, .objects = view->objects, .settings = &cluster->autoscaler, .out = out};
    fg_status status = fg_expander_check(work.settings, error);
    if (status != FG_OK)
        return status;
    open(&work);
    fg_work_sort_nodes(&work);
    for (uint32_t i = 0; i < cluster->node_group_count && status == FG_OK; i++)
        status = fg_work_describe_group(&work, i, error);
    if (status == FG_OK) {
        if (fg_work_is_unhealthy(&work))
            fg_work_keep_all(&work, "cluster is unhealthy");
        else if (!work.settings->scale_up_from_zero && fg_work_ready_nodes(&work) == 0)
            fg_work_keep_all(&work, "cluster has no ready nodes");
        else
            decide(&work);
    }
    close_work(&work);
    return status;
}

void fg_autoscaler_decision_release(struct fg_autoscaler_decision *decision)
{
    fg_arena_release(&decision->arena);
    memset(decision, 0, sizeof *decision);
}
