/* karpenter_scene.h - parts of a small cluster of Karpenter's, for its tests. */
#ifndef FARGAUGE_TESTS_KARPENTER_SCENE_H
#define FARGAUGE_TESTS_KARPENTER_SCENE_H

#include "sim/controllers/karpenter_disruption.h"

/* An Intel m type, such as m5.large with the family m5: 4 GiB for each vCPU, 3 interfaces of 10
 * addresses up to two vCPU, else 4 of 15; bare metal if its name says so. Texts are borrowed. */
struct fg_instance_type fg_scene_type(const char *name, const char *family, uint32_t vcpu);
/* key In values, which are borrowed. */
struct fg_requirement fg_scene_in(const char *key, const char *const *values, uint32_t count);
/* Of region us-east-1, zones a and b; prices from the market, DaemonSets none. */
struct fg_karpenter_source fg_scene_source(const struct fg_catalog *catalog,
                                           const struct fg_node_pool *pools, uint32_t pool_count,
                                           const struct fg_node_class *node_class,
                                           const struct fg_karpenter_settings *settings,
                                           const struct fg_karpenter_market *market);
/* A ready node on demand in us-east-1a, so many nanodollars an hour, that nothing has happened to:
 * created 5000 s and initialised 4000 s before `now`. */
struct fg_disruption_node fg_scene_node(const char *instance_type, fg_nanodollars price,
                                        fg_unix_s now);
/* Adds the class to the state; what disruption makes of its pods. */
struct fg_disruption_class fg_scene_class(struct fg_cluster_state *state,
                                          const struct fg_pod_spec *spec);

#endif
