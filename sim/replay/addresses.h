/* addresses.h - the subnet addresses that EC2 nodes and their pods hold (VPC CNI, rules K3, K4).
 *
 * A node holds whole network interfaces, or prefixes of 16, and keeps some warm: more than its
 * pods use. It takes them from a subnet of its zone, the one with most free. Where the subnet runs
 * dry, a pod bound to the node waits for an address. Pods of the host's network need none, nor do
 * DaemonSets. A cluster without subnets has no such limit.
 */
#ifndef FARGAUGE_SIM_REPLAY_ADDRESSES_H
#define FARGAUGE_SIM_REPLAY_ADDRESSES_H

#include "sim/replay/world.h"

/* What the CNI holds on a node with so many pods that have addresses of their own. */
int64_t fg_cni_addresses(const struct fg_network_settings *network,
                         const struct fg_instance_type *type, int64_t pods);

void fg_addresses_open(struct fg_world *world);
/* Whether a node can be had in the zone: some subnet there has an address free. */
bool fg_addresses_zone_has(const struct fg_world *world, const char *zone);
/* Something lacked an address of the subnet, or of the zone's: the first time is told. */
void fg_addresses_note_dry(struct fg_world *world, uint32_t subnet);
void fg_addresses_note_dry_zone(struct fg_world *world, const char *zone);
/* Addresses have become free; noted once something has lacked one. */
void fg_addresses_freed(struct fg_world *world);
/* Whether some have since fg_addresses_take_freed last said so. */
bool fg_addresses_any_freed(const struct fg_world *world);
bool fg_addresses_take_freed(struct fg_world *world);
/* A node runs, or has ended. */
void fg_addresses_node_runs(struct fg_world *world, uint32_t slot);
void fg_addresses_node_ended(struct fg_world *world, uint32_t slot);
/* The pod is bound to the node and wants an address; false: there is none. */
bool fg_addresses_take(struct fg_world *world, uint32_t pod, uint32_t slot);
/* The pod leaves the node; `had` as fg_addresses_take said, or once it was started. */
void fg_addresses_give(struct fg_world *world, uint32_t pod, uint32_t slot, bool had);
/* What nodes hold of the subnet. */
int64_t fg_addresses_held(const struct fg_world *world, uint32_t subnet);
/* "subnet-1 has no free address": why a bound pod does not start. */
const char *fg_addresses_reason(struct fg_world *world, uint32_t slot);
void fg_addresses_release(struct fg_world *world);

#endif
