#include "sim/replay/nodes.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/memory.h"

struct fg_node *fg_nodes_begin(struct fg_nodes *nodes, uint32_t slot)
{
    nodes->items = fg_grow(nodes->items, &nodes->capacity, slot + 1, sizeof *nodes->items);
    nodes->items[slot] = (struct fg_node){
        .group = FG_NO_GROUP,
        .node_pool = FG_NO_GROUP,
        .first_pod = FG_NO_POD,
        .unneeded_since_s = UINT32_MAX,
        .ready_s = UINT32_MAX,
        .taken_back_s = UINT32_MAX,
        .drain_s = UINT32_MAX,
    };
    return &nodes->items[slot];
}

void fg_nodes_release(struct fg_nodes *nodes)
{
    free(nodes->items);
    memset(nodes, 0, sizeof *nodes);
}
