/* karpenter_capacity.h - what an instance can hold, as Karpenter reckons before it exists (rules
 * K5), and how its capacity is bought. Source: karpenter-provider-aws v1.14
 * pkg/providers/instancetype/types.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_CAPACITY_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_CAPACITY_H

#include "models/catalog.h"
#include "models/cluster.h"
#include "models/node_capacity.h"

enum fg_capacity_type { FG_CAPACITY_ON_DEMAND, FG_CAPACITY_SPOT, FG_CAPACITY_TYPES };
const char *fg_capacity_type_name(enum fg_capacity_type type); /* "on-demand" "spot" */

/* The class's AMI family begins so: "Windows" of Windows2022. */
bool fg_karpenter_family_is(const struct fg_node_class *node_class, const char *prefix);

void fg_karpenter_type_capacity(const struct fg_instance_type *type,
                                const struct fg_node_class *node_class,
                                const struct fg_karpenter_settings *settings, bool auto_mode,
                                struct fg_node_capacity *capacity,
                                struct fg_node_capacity *allocatable);

#endif
