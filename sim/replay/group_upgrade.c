#include "sim/replay/group_upgrade.h"

#include "sim/replay/node_life.h"

enum { CORDON_S = 60 };

static int64_t unavailable_at_once(const struct fg_node_group *group, int64_t size)
{
    int64_t percentage = group->max_unavailable_percentage;
    int64_t nodes = percentage > 0 ? (size * percentage + 99) / 100 : group->max_unavailable;
    return nodes > 0 ? nodes : 1;
}

static bool is_old(const struct fg_world *world, uint32_t group, uint32_t slot)
{
    const struct fg_node *node = &world->nodes.items[slot];
    return world->state.kind_of[slot] != UINT32_MAX && node->group == group &&
           fg_node_is_counted(node) &&
           world->state.number_of[slot] < world->groups[group].upgrade.first_new;
}

void fg_group_upgrade_begin(struct fg_world *world, uint32_t number)
{
    struct fg_group_state *group = &world->groups[number];
    struct fg_group_upgrade *upgrade = &group->upgrade;
    upgrade->at_once = unavailable_at_once(group->group, group->target);
    int64_t surge = 2 * (int64_t)group->group->zone_count;
    surge = surge > upgrade->at_once ? surge : upgrade->at_once;
    /* Those that an upgrade still under way brought are there already. */
    int64_t more = surge > upgrade->surplus ? surge - upgrade->surplus : 0;
    *upgrade = (struct fg_group_upgrade){.at_once = upgrade->at_once,
                                         .first_new = world->state.next_number,
                                         .is_under_way = true,
                                         .surplus = upgrade->surplus + more,
                                         .next_s = world->clock.now};
    for (int64_t i = 0; i < more; i++)
        fg_node_request(world, number);
    group->target += more;
}

uint32_t fg_group_upgrade_next(const struct fg_world *world)
{
    uint32_t next = FG_NEVER;
    for (uint32_t i = 0; i < world->group_count; i++)
        if (world->groups[i].upgrade.is_under_way && world->groups[i].upgrade.next_s < next)
            next = world->groups[i].upgrade.next_s;
    return next;
}

/* New nodes of the group that have been asked for and are not ready. */
static bool waits_for_new(const struct fg_world *world, uint32_t group)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++) {
        const struct fg_node *node = &world->nodes.items[slot];
        if (world->state.kind_of[slot] != UINT32_MAX && node->group == group &&
            (node->state == FG_NODE_REQUESTED || node->state == FG_NODE_BOOTING))
            return true;
    }
    return false;
}

/* The autoscaler may have taken surge nodes away: the group does not shrink below its minimum. */
static bool has_surplus(const struct fg_group_state *group)
{
    return group->upgrade.surplus > 0 && group->target > group->group->min_size;
}

static void replace(struct fg_world *world, uint32_t number, uint32_t slot)
{
    struct fg_group_upgrade *upgrade = &world->groups[number].upgrade;
    fg_node_leave(world, slot, world->clock.now + CORDON_S, "its node group is upgraded");
    if (has_surplus(&world->groups[number])) {
        upgrade->surplus--;
        world->groups[number].target--;
    } else {
        fg_node_request(world, number);
    }
}

/* What came first and is more than there were old nodes goes again: the youngest. */
static void drop_surplus(struct fg_world *world, uint32_t number)
{
    struct fg_group_state *group = &world->groups[number];
    for (; has_surplus(group); group->upgrade.surplus--) {
        uint32_t youngest = UINT32_MAX;
        for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
            if (world->state.kind_of[slot] != UINT32_MAX &&
                world->nodes.items[slot].group == number &&
                world->nodes.items[slot].state == FG_NODE_READY &&
                (youngest == UINT32_MAX ||
                 world->state.number_of[slot] > world->state.number_of[youngest]))
                youngest = slot;
        if (youngest == UINT32_MAX && group->missing == 0)
            break; /* something else took them away */
        group->target--;
        if (group->missing > 0)
            group->missing--;
        else
            fg_node_leave(world, youngest, world->clock.now, "its node group was upgraded");
    }
    group->upgrade.surplus = 0;
}

/* What is drained must not go to a node that is next. */
static void cordon_old(struct fg_world *world, uint32_t number)
{
    for (uint32_t slot = 0; slot < world->state.slot_count; slot++)
        if (is_old(world, number, slot) && world->state.is_open[slot]) {
            fg_state_set_open(&world->state, slot, false);
            world->order_stale = true;
        }
}

static void go_on(struct fg_world *world, uint32_t number)
{
    struct fg_group_upgrade *upgrade = &world->groups[number].upgrade;
    if (waits_for_new(world, number)) {
        upgrade->next_s = world->clock.now + 10; /* EKS looks again and again */
        return;
    }
    cordon_old(world, number);
    int64_t count = 0;
    for (uint32_t slot = 0; slot < world->state.slot_count && count < upgrade->at_once; slot++) {
        if (!is_old(world, number, slot))
            continue;
        replace(world, number, slot);
        count++;
    }
    upgrade->next_s = world->clock.now + CORDON_S;
    if (count == 0) {
        drop_surplus(world, number);
        upgrade->is_under_way = false;
    }
}

void fg_group_upgrade_pass(struct fg_world *world)
{
    for (uint32_t i = 0; i < world->group_count; i++)
        if (world->groups[i].upgrade.is_under_way &&
            world->groups[i].upgrade.next_s <= world->clock.now)
            go_on(world, i);
}
