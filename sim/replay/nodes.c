#include "sim/replay/nodes.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"
#include "models/base/status.h"

uint32_t fg_nodes_add(struct fg_nodes *nodes)
{
    uint32_t slot;
    if (nodes->free_count > 0) {
        slot = nodes->free_slots[--nodes->free_count];
    } else {
        slot = nodes->slot_count++;
        nodes->items =
            fg_grow(nodes->items, &nodes->capacity, nodes->slot_count, sizeof *nodes->items);
        nodes->use =
            fg_grow(nodes->use, &nodes->use_capacity, nodes->slot_count, sizeof *nodes->use);
        nodes->items[slot] = (struct fg_node){0};
    }
    struct fg_node *node = &nodes->items[slot];
    *node = (struct fg_node){.number = nodes->next_number++,
                             .first_pod = FG_NO_POD,
                             .unneeded_since_s = UINT32_MAX,
                             .loads = node->loads,
                             .load_capacity = node->load_capacity};
    nodes->use[slot] = (struct fg_node_use){0};
    return slot;
}

void fg_nodes_remove(struct fg_nodes *nodes, uint32_t slot)
{
    FG_ASSERT(nodes->items[slot].first_pod == FG_NO_POD);
    nodes->items[slot].state = FG_NODE_FREE_SLOT;
    nodes->free_slots = fg_grow(nodes->free_slots, &nodes->free_capacity, nodes->free_count + 1,
                                sizeof *nodes->free_slots);
    nodes->free_slots[nodes->free_count++] = slot;
}

void fg_node_count_pod(struct fg_node *node, uint32_t scheduling_class, int32_t change)
{
    uint32_t i = 0;
    while (i < node->load_count && node->loads[i].scheduling_class < scheduling_class)
        i++;
    if (i == node->load_count || node->loads[i].scheduling_class != scheduling_class) {
        node->loads =
            fg_grow(node->loads, &node->load_capacity, node->load_count + 1, sizeof *node->loads);
        memmove(&node->loads[i + 1], &node->loads[i],
                (node->load_count++ - i) * sizeof *node->loads);
        node->loads[i] = (struct fg_node_load){scheduling_class, 0};
    }
    node->loads[i].pods += (uint32_t)change;
    if (node->loads[i].pods == 0)
        memmove(&node->loads[i], &node->loads[i + 1],
                (--node->load_count - i) * sizeof *node->loads);
}

void fg_nodes_release(struct fg_nodes *nodes)
{
    for (uint32_t i = 0; i < nodes->slot_count; i++)
        free(nodes->items[i].loads);
    free(nodes->items);
    free(nodes->use);
    free(nodes->free_slots);
    memset(nodes, 0, sizeof *nodes);
}
