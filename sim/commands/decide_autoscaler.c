/* What Cluster Autoscaler would do now. */
#include <stdio.h>

#include "reports/json_writer.h"
#include "sim/commands/decide.h"
#include "sim/controllers/autoscaler_decide.h"

static void put_growth(struct fg_json_writer *json, const struct fg_snapshot *snapshot,
                       const struct fg_autoscaler_decision *decision)
{
    const struct fg_node_group *groups = snapshot->objects.cluster.node_groups;
    fg_json_key(json, "scale_up");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < decision->growth_count; i++) {
        fg_json_open(json, '{');
        fg_json_named_text(json, "group", groups[decision->growth[i].group].name);
        fg_json_named_integer(json, "nodes", decision->growth[i].nodes);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static void put_removed(struct fg_json_writer *json, const struct fg_snapshot *snapshot,
                        const struct fg_autoscaler_decision *decision)
{
    fg_json_key(json, "scale_down");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < decision->removed_count; i++) {
        fg_json_open(json, '{');
        fg_json_named_text(json, "node", snapshot->objects.nodes[decision->removed[i].node].name);
        fg_json_named_text(json, "reason", decision->removed[i].reason);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static void put_blocked(struct fg_json_writer *json, const struct fg_snapshot *snapshot,
                        const struct fg_autoscaler_decision *decision)
{
    fg_json_key(json, "blocked");
    fg_json_open(json, '{');
    for (uint32_t i = 0; i < decision->blocked_count; i++)
        fg_json_named_text(json, snapshot->objects.nodes[decision->blocked[i].node].name,
                           decision->blocked[i].reason);
    fg_json_close(json, '}');
}

/* Groups that the expander finds as good as the one it took. */
static void put_ties(struct fg_json_writer *json, const struct fg_snapshot *snapshot,
                     const struct fg_autoscaler_decision *decision)
{
    if (decision->tie_count < 2)
        return;
    fg_json_key(json, "ties");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < decision->tie_count; i++)
        fg_json_put_text(json, snapshot->objects.cluster.node_groups[decision->ties[i]].name);
    fg_json_close(json, ']');
}

static void print(const struct fg_snapshot *snapshot, const struct fg_autoscaler_decision *decision)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    fg_json_open(&json, '{');
    put_growth(&json, snapshot, decision);
    fg_json_key(&json, "unschedulable");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < decision->unschedulable_count; i++)
        fg_decide_put_pod(&json, &snapshot->objects.pods[decision->unschedulable[i]]);
    fg_json_close(&json, ']');
    put_removed(&json, snapshot, decision);
    put_blocked(&json, snapshot, decision);
    put_ties(&json, snapshot, decision);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

fg_status fg_decide_autoscaler(struct fg_snapshot *snapshot, struct fg_error *error)
{
    const struct fg_autoscaler_view view = {
        .objects = &snapshot->objects,
        .catalog = snapshot->catalog,
        .state = &snapshot->state,
        .slot_of_node = snapshot->slot_of_node,
        .class_of_pod = snapshot->class_of_pod,
        .class_of_daemon_set = snapshot->class_of_daemon_set,
        .now = snapshot->objects.now,
    };
    struct fg_autoscaler_decision decision = {0};
    fg_status status = fg_autoscaler_decide(&view, &decision, error);
    if (status == FG_OK)
        print(snapshot, &decision);
    fg_autoscaler_decision_release(&decision);
    return status;
}
