#include "sim/replay/planned.h"

#include <stdlib.h>
#include <string.h>

#include "sim/replay/cost_lines.h"
#include "sim/replay/disruption_facts.h"
#include "sim/replay/disruptor.h"
#include "sim/replay/fargate_pods.h"
#include "sim/replay/group_upgrade.h"
#include "sim/replay/least_possible.h"
#include "sim/replay/node_life.h"
#include "sim/replay/persistent_volumes.h"
#include "sim/replay/provisioner.h"
#include "sim/replay/shapes.h"

struct fg_planned {
    uint32_t event;  /* the next of the cluster's events */
    uint32_t change; /* the next of the scenario's price changes */
};

static fg_status read_prices(const struct fg_world *world, fg_day day, struct fg_price_book *out,
                             struct fg_error *error)
{
    struct fg_scenario priced = *world->scenario;
    priced.price_day = day;
    return fg_price_book_read(&priced, world->input->catalog, out, error);
}

fg_status fg_planned_open(struct fg_world *world, struct fg_error *error)
{
    const struct fg_scenario *scenario = world->scenario;
    if (world->cluster->event_count == 0 && scenario->price_change_count == 0)
        return FG_OK;
    world->planned = fg_allocate(1, sizeof *world->planned);
    fg_status status = FG_OK;
    for (uint32_t i = 0; status == FG_OK && i < scenario->price_change_count; i++) {
        struct fg_price_book book;
        status = read_prices(world, scenario->price_changes[i].price_day, &book, error);
        if (status == FG_OK)
            fg_price_book_release(&book);
    }
    return status;
}

void fg_planned_release(struct fg_world *world)
{
    free(world->planned);
}

static uint32_t change_s(const struct fg_world *world, uint32_t at_s)
{
    int64_t second = fg_full_hour_from(world->scenario->start + at_s) - world->scenario->start;
    return second < FG_NEVER ? (uint32_t)second : FG_NEVER;
}

uint32_t fg_planned_next(const struct fg_world *world)
{
    const struct fg_planned *planned = world->planned;
    if (planned == NULL)
        return FG_NEVER;
    uint32_t next = fg_zones_next(&world->zones);
    if (planned->event < world->cluster->event_count) {
        uint32_t event = world->cluster->events[planned->event].at_s;
        next = event < next ? event : next;
    }
    if (planned->change < world->scenario->price_change_count) {
        uint32_t change = change_s(world, world->scenario->price_changes[planned->change].at_s);
        next = change < next ? change : next;
    }
    return next;
}

/* ---- a zone is lost ---- */

static void lose_nodes(struct fg_world *world, const char *zone)
{
    uint32_t slot_count = world->state.slot_count;
    for (uint32_t slot = 0; slot < slot_count; slot++) {
        if (world->state.kind_of[slot] == UINT32_MAX ||
            strcmp(fg_world_zone(world, slot), zone) != 0)
            continue;
        uint32_t group = world->nodes.items[slot].group;
        bool counted = fg_node_is_counted(&world->nodes.items[slot]);
        fg_node_lose(world, slot);
        if (counted && group != FG_NO_GROUP)
            fg_node_request(world, group);
    }
}

static void lose_fargate_pods(struct fg_world *world, const char *zone)
{
    for (uint32_t pod = 0; pod < world->next_arrival; pod++) {
        const struct fg_pod_state *state = &world->pods[pod];
        if (fg_pod_is_launched(state) && state->place != FG_NO_PLACE &&
            strcmp(world->cluster->subnets[state->place].zone, zone) == 0)
            fg_fargate_lose(world, pod, "its zone is lost");
    }
}

/* Nodes can be had that could not before, or no more, or at another price. */
static void let_karpenter_look_again(struct fg_world *world)
{
    fg_provisioner_reprice(world);
    fg_disruptor_reprice(world);
    fg_least_reprice(world);
    fg_batch_window_extend(&world->batch_window, world->clock.now);
}

static void lose_zone(struct fg_world *world, const struct fg_planned_event *event)
{
    uint64_t until = (uint64_t)world->clock.now + event->lasts_s;
    fg_zone_lose(&world->zones, event->name, until < FG_NEVER ? (uint32_t)until : FG_NEVER);
    lose_nodes(world, event->name);
    lose_fargate_pods(world, event->name);
    let_karpenter_look_again(world);
}

static void regain_zones(struct fg_world *world)
{
    if (!fg_zones_regain(&world->zones, world->clock.now))
        return;
    fg_node_request_missing(world);
    world->touched = true;
    world->fargate.blocked_until_s = world->clock.now;
    let_karpenter_look_again(world);
}

/* ---- patches and prices ---- */

static void patch_fargate(struct fg_world *world, const char *profile)
{
    for (uint32_t pod = 0; pod < world->next_arrival; pod++)
        if (world->pods[pod].status == FG_POD_RUNNING &&
            (*profile == '\0' ||
             strcmp(world->cluster->profiles[fg_world_class(world, pod)->profile].name, profile) ==
                 0))
            fg_fargate_evict(world, pod, "Fargate's machine is patched");
}

/* The prices were there as the replay was opened, so they are now. */
static void change_prices(struct fg_world *world, fg_day day)
{
    struct fg_error error = {0};
    struct fg_price_book book;
    fg_status status = read_prices(world, day, &book, &error);
    FG_ASSERT(status == FG_OK);
    for (uint32_t i = 0; i < world->classes.meter_count; i++)
        fg_fargate_meter_roll(&world->fargate.meters[i], &world->bill,
                              world->prices.fargate[world->classes.meters[i].offer].price,
                              world->clock.hour);
    memcpy(world->prices.fargate, book.fargate, sizeof book.fargate);
    fg_fargate_reprice(world);
    memcpy(world->prices.lines, book.lines, world->scenario->line_count * sizeof *book.lines);
    fg_price_book_release(&book);
    world->price_day = day;
    for (uint32_t i = 0; status == FG_OK && i < world->shapes.count; i++)
        status = fg_shapes_reprice(world, i, &error);
    if (status == FG_OK)
        status = fg_persistent_volumes_reprice(world, &error);
    FG_ASSERT(status == FG_OK);
    fg_cost_lines_reprice(world);
    let_karpenter_look_again(world);
}

static uint32_t group_named(const struct fg_world *world, const char *name)
{
    uint32_t group = 0;
    while (strcmp(world->cluster->node_groups[group].name, name) != 0)
        group++;
    return group;
}

static void do_event(struct fg_world *world, const struct fg_planned_event *event)
{
    switch (event->kind) {
    case FG_PLANNED_ZONE_LOSS:
        lose_zone(world, event);
        break;
    case FG_PLANNED_NODE_GROUP_UPGRADE:
        fg_group_upgrade_begin(world, group_named(world, event->name));
        break;
    case FG_PLANNED_NODE_POOL_DRIFT:
        fg_disruption_note_drift(world, event->name);
        break;
    case FG_PLANNED_FARGATE_PATCH:
        patch_fargate(world, event->name);
        break;
    }
}

void fg_planned_pass(struct fg_world *world)
{
    struct fg_planned *planned = world->planned;
    if (planned == NULL || fg_planned_next(world) > world->clock.now)
        return;
    uint32_t now = world->clock.now;
    regain_zones(world);
    while (planned->event < world->cluster->event_count &&
           world->cluster->events[planned->event].at_s <= now)
        do_event(world, &world->cluster->events[planned->event++]);
    while (planned->change < world->scenario->price_change_count &&
           change_s(world, world->scenario->price_changes[planned->change].at_s) <= now)
        change_prices(world, world->scenario->price_changes[planned->change++].price_day);
}
