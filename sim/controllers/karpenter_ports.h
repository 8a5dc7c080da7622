/* karpenter_ports.h - the host ports that pods of one node have taken.
 *
 * The ports themselves stay with the pods' rules; the list's room comes from an arena.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PORTS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/pod_rules.h"

struct fg_port_list {
    uint32_t count, capacity;
    const struct fg_host_port **items;
};
/* Some port that the rules ask for is taken: same port and protocol, and an address in common. */
bool fg_ports_clash(const struct fg_port_list *taken, const struct fg_pod_rules *rules);
/* `rules`: NULL = no ports. */
void fg_ports_add(struct fg_arena *arena, struct fg_port_list *taken,
                  const struct fg_pod_rules *rules);

#endif
