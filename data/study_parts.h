/* study_parts.h - the sections of a study, each decoded by a file of its own. For study.c. */
#ifndef FARGAUGE_DATA_STUDY_PARTS_H
#define FARGAUGE_DATA_STUDY_PARTS_H

#include "data/decode.h"
#include "models/catalog.h"
#include "models/scenario.h"

/* What a section needs to know of its scenario: the decoder's context. */
struct fg_study_context {
    const struct fg_catalog *catalog;
    const char *region; /* NULL = not known, a fault was noted */
    fg_day price_day;
    fg_unix_s start;
    const char *folder; /* of the study, "" or with a slash at the end */
};

/* trace: ... */
void fg_study_decode_trace(struct fg_decoder *decoder, const struct fg_value *section,
                           struct fg_trace_source *out);
/* cluster: ...; NULL = there is none. Defaults of the design are set first. */
void fg_study_decode_cluster(struct fg_decoder *decoder, const struct fg_value *section,
                             struct fg_cluster *out);
/* A zone belongs to its region: us-east-1a. */
void fg_study_check_zone(struct fg_decoder *decoder, const struct fg_value *place,
                         const char *zone);
/* The subnet of this id, or NULL. */
const struct fg_subnet *fg_study_find_subnet(const struct fg_subnet *subnets, uint32_t count,
                                             const char *id);
/* Whether the catalog has instance types of such a family: m6i. */
bool fg_study_has_family(const struct fg_decoder *decoder, const char *family);
/* eksctl's fargateProfiles: sorted by name. */
void fg_study_decode_profiles(struct fg_decoder *decoder, const struct fg_value *list,
                              struct fg_fargate_profile **out, uint32_t *out_count);
/* eksctl's managedNodeGroups or nodeGroups: appended to the cluster's. */
void fg_study_decode_node_groups(struct fg_decoder *decoder, const struct fg_value *list,
                                 bool managed, struct fg_cluster *out);

/* As fields' `read`: sections of the cluster, for the settings or the cluster they go into. */
void fg_study_decode_autoscaler(struct fg_decoder *decoder, const struct fg_value *value,
                                void *out_settings);
void fg_study_decode_scheduler(struct fg_decoder *decoder, const struct fg_value *value,
                               void *out_settings);
void fg_study_decode_karpenter(struct fg_decoder *decoder, const struct fg_value *value,
                               void *out_settings);
void fg_study_decode_network(struct fg_decoder *decoder, const struct fg_value *value,
                             void *out_settings);
void fg_study_decode_quotas(struct fg_decoder *decoder, const struct fg_value *value,
                            void *out_quotas);
void fg_study_decode_node_pools(struct fg_decoder *decoder, const struct fg_value *list,
                                void *out_cluster);
void fg_study_decode_node_classes(struct fg_decoder *decoder, const struct fg_value *list,
                                  void *out_cluster);
/* eksctl's autoModeConfig: adds the pools of EKS Auto Mode. */
void fg_study_decode_auto_mode(struct fg_decoder *decoder, const struct fg_value *value,
                               void *out_cluster);
/* As fields' `read`, of a cluster: what pods hold on EBS, and how much their images are. */
void fg_study_decode_persistent_volumes(struct fg_decoder *decoder, const struct fg_value *list,
                                        void *out_cluster);
void fg_study_decode_images(struct fg_decoder *decoder, const struct fg_value *list,
                            void *out_cluster);
/* As fields' `read`: the orchestrator and cluster.ecs, of a cluster (study_ecs.c); what a Fargate
 * profile says for tasks, and what of it does not go together. */
void fg_study_decode_orchestrator(struct fg_decoder *decoder, const struct fg_value *value,
                                  void *out_cluster);
void fg_study_decode_ecs(struct fg_decoder *decoder, const struct fg_value *value,
                         void *out_cluster);
void fg_study_decode_capacity_provider(struct fg_decoder *decoder, const struct fg_value *value,
                                       void *out_profile);
void fg_study_decode_provider_strategy(struct fg_decoder *decoder, const struct fg_value *list,
                                       void *out_profile);
void fg_study_decode_cpu_architecture(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out_profile);
void fg_study_decode_operating_system(struct fg_decoder *decoder, const struct fg_value *value,
                                      void *out_profile);
void fg_study_check_task_profile(struct fg_decoder *decoder, const struct fg_value *map,
                                 const struct fg_fargate_profile *profile);
/* As a field's `read`: pricing, of a scenario. */
void fg_study_decode_pricing(struct fg_decoder *decoder, const struct fg_value *value,
                             void *out_scenario);

/* What of pricing (NULL: there is none) needs the region and the price book's day: savingsPlans,
 * reservedInstances, otherUsage, overrides, lines. */
void fg_study_decode_agreements(struct fg_decoder *decoder, const struct fg_value *pricing,
                                struct fg_scenario *out);
/* Whether the catalog has a price of what the map's `item` names, in any region; else a fault. */
bool fg_study_check_price_item(struct fg_decoder *decoder, const struct fg_value *map,
                               const char *item);
void fg_study_decode_lines(struct fg_decoder *decoder, const struct fg_value *list,
                           struct fg_scenario *out);
/* Appended to the scenario's commitments. */
void fg_study_decode_savings_plans(struct fg_decoder *decoder, const struct fg_value *list,
                                   struct fg_scenario *out);
void fg_study_decode_reserved_instances(struct fg_decoder *decoder, const struct fg_value *list,
                                        struct fg_scenario *out);
/* What the catalog knows of such commitments (study_rates.c): the plan's rates for all that its
 * `discounts` do not name, and a reserved instance's price an hour. Neither known is a fault. */
void fg_study_add_catalog_rates(struct fg_decoder *decoder, const struct fg_value *map,
                                struct fg_commitment *plan);
fg_nanodollars fg_study_catalog_reservation(struct fg_decoder *decoder, const struct fg_value *map,
                                            const struct fg_commitment *reservation,
                                            bool is_convertible);
/* As a field's `read`, of a scenario: percentages off by service. */
void fg_study_decode_price_discounts(struct fg_decoder *decoder, const struct fg_value *map,
                                     void *out_scenario);
/* As a field's `read`, of a scenario: pricing.allocation. */
void fg_study_decode_allocation(struct fg_decoder *decoder, const struct fg_value *map,
                                void *out_scenario);
/* The account's other usage: a CSV file that `value` names. */
void fg_study_read_other_usage(struct fg_decoder *decoder, const struct fg_value *value,
                               struct fg_scenario *out);

/* Notes the flags of Cluster Autoscaler that decide over snapshots only. `section`: the cluster. */
void fg_study_refuse_snapshot_flags(struct fg_decoder *decoder, const struct fg_value *section,
                                    const struct fg_autoscaler_settings *found);

/* What is looked at when the rest of the cluster is there. */
void fg_study_settle_node_pools(struct fg_decoder *decoder, const struct fg_value *section,
                                struct fg_cluster *cluster);
/* What EKS or ECS has no use for. */
void fg_study_settle_orchestrator(struct fg_decoder *decoder, const struct fg_value *section,
                                  struct fg_cluster *cluster);
void fg_study_check_quotas(struct fg_decoder *decoder, const struct fg_value *section,
                           const struct fg_cluster *cluster);
/* `list` may be NULL. */
void fg_study_decode_events(struct fg_decoder *decoder, const struct fg_value *list,
                            struct fg_cluster *cluster);

#endif
