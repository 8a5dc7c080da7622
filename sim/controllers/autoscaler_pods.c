#include "sim/controllers/autoscaler_pods.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names of nodes ---- */

static uint64_t hash_text(const char *text)
{
    return fg_hash_bytes(text, strlen(text), 0);
}

void fg_node_names_fill(struct fg_node_names *names, const struct fg_autoscaler_work *work)
{
    names->work = work;
    for (uint32_t i = 0; i < work->objects->node_count; i++)
        fg_index_put(&names->index, hash_text(work->objects->nodes[i].name), i);
}

uint32_t fg_node_names_slot(const struct fg_node_names *names, const char *name)
{
    uint32_t cursor = 0, node;
    while ((node = fg_index_next(&names->index, hash_text(name), &cursor)) != UINT32_MAX)
        if (strcmp(names->work->objects->nodes[node].name, name) == 0)
            return names->work->view->slot_of_node[node];
    return FG_NO_SLOT;
}

void fg_node_names_release(struct fg_node_names *names)
{
    fg_index_release(&names->index);
}

uint32_t fg_work_find_node(const struct fg_autoscaler_work *work, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < work->objects->node_count; i++)
        if (strcmp(work->objects->nodes[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

/* ---- kinds of pods ---- */

bool fg_work_is_expendable(const struct fg_autoscaler_work *work, const struct fg_kube_pod *pod)
{
    return pod->spec.priority < work->settings->expendable_pods_priority_cutoff;
}

bool fg_work_is_daemon(const struct fg_kube_pod *pod)
{
    return fg_drain_owner_of_kind(pod->owner_kind) == FG_DRAIN_OWNER_DAEMON_SET;
}

bool fg_work_is_waiting(const struct fg_autoscaler_work *work, const struct fg_kube_pod *pod)
{
    return pod->node_name == NULL && pod->unschedulable && !pod->deleting && !pod->finished &&
           !pod->gated && !fg_work_is_expendable(work, pod);
}

void fg_work_drop_expendable(struct fg_autoscaler_work *work)
{
    struct fg_node_names names = {0};
    fg_node_names_fill(&names, work);
    for (uint32_t i = 0; i < work->objects->pod_count; i++) {
        const struct fg_kube_pod *pod = &work->objects->pods[i];
        if (pod->node_name == NULL || pod->finished || !fg_work_is_expendable(work, pod))
            continue;
        uint32_t slot = fg_node_names_slot(&names, pod->node_name);
        if (slot != FG_NO_SLOT)
            fg_simulation_book(&work->simulation, slot, work->view->class_of_pod[i], -1);
    }
    fg_node_names_release(&names);
}

/* ---- the queue ---- */

static int compare_pods(const void *a, const void *b, void *context)
{
    const struct fg_kube_objects *objects = context;
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    int32_t left_priority = objects->pods[left].spec.priority;
    int32_t right_priority = objects->pods[right].spec.priority;
    if (left_priority != right_priority)
        return left_priority > right_priority ? -1 : 1;
    return (left > right) - (left < right);
}

/* Pods of one owner have one number; a pod without an owner has one of its own. */
static uint32_t owner_number(struct fg_strings *owners, const struct fg_kube_pod *pod,
                             uint32_t number)
{
    if (pod->owner_kind == NULL || fg_work_is_daemon(pod))
        return UINT32_MAX / 2 + number;
    char key[1024];
    int length = snprintf(key, sizeof key, "%s/%s/%s/%s", pod->namespace_name, pod->owner_kind,
                          pod->owner_name != NULL ? pod->owner_name : "",
                          pod->owner_uid != NULL ? pod->owner_uid : "");
    const char *text = fg_strings_intern(
        owners, key, (size_t)(length < (int)sizeof key ? length : (int)sizeof key - 1));
    uint32_t owner = 0;
    while (owners->texts[owner] != text)
        owner++;
    return owner;
}

/* A pod that has been promised a node by preemption is booked there. */
static bool is_nominated(struct fg_autoscaler_work *work, uint32_t pod)
{
    uint32_t node = fg_work_find_node(work, work->objects->pods[pod].nominated_node);
    if (node == UINT32_MAX || work->is_starting[node])
        return false;
    fg_simulation_book(&work->simulation, work->view->slot_of_node[node],
                       work->view->class_of_pod[pod], 1);
    return true;
}

void fg_work_queue_pods(struct fg_autoscaler_work *work)
{
    const struct fg_kube_objects *objects = work->objects;
    struct fg_strings owners = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < objects->pod_count; i++)
        if (fg_work_is_waiting(work, &objects->pods[i]) && !is_nominated(work, i))
            work->pod_of_run[count++] = i;
    if (count > 0)
        qsort_r(work->pod_of_run, count, sizeof *work->pod_of_run, compare_pods,
                (void *)(uintptr_t)objects);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t pod = work->pod_of_run[i];
        work->waiting[i] = (struct fg_waiting_pods){
            .class_number = work->view->class_of_pod[pod],
            .owner = owner_number(&owners, &objects->pods[pod], pod),
            .pods = 1,
        };
    }
    work->waiting_count = count;
    fg_strings_release(&owners);
}
