/* ecs.h - what is different when ECS places the pods, as tasks (rules F5).
 *
 * On Fargate a task is bought at the size its author declares, without any overhead; here that is
 * the smallest size that holds what the pod asks for. Tasks run on Linux x86, Linux ARM64 or
 * Windows, and on Linux also as Fargate Spot.
 *
 * A container instance offers all its vCPU, and the memory that its system sees less
 * ECS_RESERVED_MEMORY; nothing is kept for a kubelet. AWS's own example is an m4.large of 8192 MiB
 * that registers 7985 ("Reserving Amazon ECS Linux container instance memory" in the ECS developer
 * guide); AWS Batch's images reserve 32 MiB. In network mode awsvpc each task has a network
 * interface of its own, so an instance holds one task fewer than it has interfaces.
 *
 * Pure; texts live in the buffer that is given.
 */
#ifndef FARGAUGE_MODELS_ECS_H
#define FARGAUGE_MODELS_ECS_H

#include "models/calendar.h"
#include "models/cluster.h"
#include "models/fargate_size.h"
#include "models/node_capacity.h"

/* ---- tasks on Fargate ---- */

enum fg_fargate_platform { FG_PLATFORM_LINUX, FG_PLATFORM_LINUX_ARM64, FG_PLATFORM_WINDOWS };
enum { FG_FARGATE_PLATFORMS = 3 };

/* What is bought: a platform on demand or as Spot, by number; pods on EKS have the first. */
enum { FG_FARGATE_OFFERS = 2 * FG_FARGATE_PLATFORMS };
static inline uint32_t fg_fargate_offer(enum fg_fargate_platform platform, bool is_spot)
{
    return 2 * (uint32_t)platform + is_spot;
}
static inline enum fg_fargate_platform fg_fargate_offer_platform(uint32_t offer)
{
    return (enum fg_fargate_platform)(offer / 2);
}
static inline bool fg_fargate_offer_is_spot(uint32_t offer)
{
    return offer % 2 == 1;
}
/* "linux/amd64", "linux/arm64/spot"; and of Windows' licence. */
const char *fg_fargate_offer_sku(uint32_t offer);
#define FG_SKU_WINDOWS_LICENCE "windows/amd64/licence"
/* In the catalog: per vCPU-hour, on top of the vCPU's own price. */
#define FG_ITEM_WINDOWS_LICENCE "fargate_windows_os"
/* Whether Savings Plans can cover what has this sku: neither Spot nor licences. */
bool fg_fargate_is_coverable(const char *sku);

/* Of a profile's tasks, how many of a million are on Spot. */
uint32_t fg_fargate_spot_millionths(const struct fg_fargate_profile *profile);
/* A bill is shorter for no task: 60 s, 300 s on Windows (rules B1). */
uint32_t fg_fargate_minimum_s(enum fg_fargate_platform platform);

/* What the pod runs on if the profile takes it: what the profile says, else the pod's own
 * architecture. Pods on EKS run on FG_PLATFORM_LINUX; so do all where `profile` is NULL. */
enum fg_fargate_platform fg_fargate_platform_of(const struct fg_cluster *cluster,
                                                const struct fg_fargate_profile *profile,
                                                const struct fg_pod_spec *spec);
enum fg_fargate_buyer fg_fargate_buyer_of(const struct fg_cluster *cluster,
                                          enum fg_fargate_platform platform);

/* Why Fargate cannot run the pod as a task ("Task not supported on Fargate: privileged"), or "" if
 * it can; the counterpart of fg_fargate_refusal (models/fargate_profile.h). Returns `buffer`. */
const char *fg_ecs_refusal(const struct fg_cluster *cluster,
                           const struct fg_fargate_profile *profile, const struct fg_pod_spec *spec,
                           fg_day day, char *buffer, uint32_t buffer_bytes);

/* ---- container instances ---- */

/* Tasks an instance holds by its network interfaces; a million in other modes than awsvpc. 110
 * where the interfaces of the type are not known. */
int64_t fg_ecs_instance_tasks(const struct fg_ecs_settings *settings,
                              const struct fg_instance_type *type);
/* What an instance offers tasks; `max_tasks` > 0 takes the place of the above, as ENI trunking
 * does. ECS does not look at ephemeral storage; the root volume is taken as its bound. */
void fg_ecs_instance_capacity(const struct fg_ecs_settings *settings,
                              const struct fg_instance_type *type, int64_t max_tasks,
                              int64_t volume_gib, struct fg_node_capacity *out);
/* Addresses that an instance with so many tasks holds in its subnet. */
int64_t fg_ecs_addresses(const struct fg_ecs_settings *settings, int64_t tasks);

#endif
