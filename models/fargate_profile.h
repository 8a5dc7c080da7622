/* fargate_profile.h - which pods Fargate takes, and why it does not run some of them
 * (rules P1 to P5). */
#ifndef FARGAUGE_MODELS_FARGATE_PROFILE_H
#define FARGAUGE_MODELS_FARGATE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/status.h"
#include "models/calendar.h"
#include "models/cluster.h"
#include "models/pod.h"

#define FG_LABEL_FARGATE_PROFILE "eks.amazonaws.com/fargate-profile"
#define FG_LABEL_COMPUTE_TYPE "eks.amazonaws.com/compute-type"

bool fg_selector_matches(const struct fg_selector *selector, const char *namespace_name,
                         const struct fg_pairs *labels);

/* The profile that takes a pod with these labels, or NULL: the one its own label
 * eks.amazonaws.com/fargate-profile names, if it matches that one (and none at all if it does
 * not); else the first by name that matches. `profiles` is sorted by name. */
const struct fg_fargate_profile *fg_profile_select(const struct fg_fargate_profile *profiles,
                                                   uint32_t profile_count,
                                                   const char *namespace_name,
                                                   const struct fg_pairs *labels);

/* rules P3: as above, but DaemonSet pods and pods annotated compute-type: ec2 are left to EC2. */
const struct fg_fargate_profile *fg_profile_for_pod(const struct fg_cluster *cluster,
                                                    const struct fg_pod_spec *spec);

/* Why Fargate cannot run the pod, in AWS's words where they are known ("Pod not supported on
 * Fargate: fields not supported: HostNetwork, invalid SecurityContext fields: Privileged"), or
 * "" if it can. Covers privileged, host network and port, hostPath and EBS volumes, GPU, arm64,
 * more than 175 GiB of storage, and a request that no size holds; `sidecars` of the cluster are
 * part of the request. `day` picks the size table. On ECS as models/ecs.h has it. Returns
 * `buffer`. */
const char *fg_fargate_refusal(const struct fg_cluster *cluster, const struct fg_pod_spec *spec,
                               fg_day day, char *buffer, uint32_t buffer_bytes);

/* rules P1, P6: a name, 1..5 selectors, a namespace in each, at most 5 label pairs. The message
 * names the profile, without a place. */
fg_status fg_profile_check(const struct fg_fargate_profile *profile, struct fg_error *error);

#endif
