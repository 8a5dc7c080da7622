#include "sim/controllers/karpenter_ports.h"

#include <string.h>

static bool same_address(const char *a, const char *b)
{
    return strcmp(a, "0.0.0.0") == 0 || strcmp(b, "0.0.0.0") == 0 || strcmp(a, b) == 0;
}

bool fg_ports_clash(const struct fg_port_list *taken, const struct fg_pod_rules *rules)
{
    for (uint32_t p = 0; p < rules->port_count; p++)
        for (uint32_t i = 0; i < taken->count; i++)
            if (taken->items[i]->port == rules->ports[p].port &&
                strcmp(taken->items[i]->protocol, rules->ports[p].protocol) == 0 &&
                same_address(taken->items[i]->ip, rules->ports[p].ip))
                return true;
    return false;
}

void fg_ports_add(struct fg_arena *arena, struct fg_port_list *taken,
                  const struct fg_pod_rules *rules)
{
    if (rules == NULL || rules->port_count == 0)
        return;
    if (taken->count + rules->port_count > taken->capacity) {
        uint32_t capacity = (taken->count + rules->port_count) * 2;
        const struct fg_host_port **wider = fg_arena_allocate(arena, capacity, sizeof *wider);
        if (taken->count > 0)
            memcpy((void *)(uintptr_t)wider, (const void *)(uintptr_t)taken->items,
                   taken->count * sizeof *wider);
        taken->items = wider;
        taken->capacity = capacity;
    }
    for (uint32_t i = 0; i < rules->port_count; i++)
        taken->items[taken->count++] = &rules->ports[i];
}
