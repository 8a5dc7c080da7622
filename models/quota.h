/* quota.h - the groups of instance families that AWS counts running vCPU by.
 *
 * Service Quotas of EC2: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
 * "Running On-Demand G and VT instances" and their like; Spot requests have the same groups.
 */
#ifndef FARGAUGE_MODELS_QUOTA_H
#define FARGAUGE_MODELS_QUOTA_H

#include <stdbool.h>

enum fg_quota_family {
    FG_QUOTA_STANDARD, /* A C D H I M R T Z, and whatever no other group takes */
    FG_QUOTA_DL,
    FG_QUOTA_F,
    FG_QUOTA_G, /* G and VT */
    FG_QUOTA_HIGH_MEMORY,
    FG_QUOTA_HPC,
    FG_QUOTA_INF,
    FG_QUOTA_P,
    FG_QUOTA_TRN,
    FG_QUOTA_X,
};
enum { FG_QUOTA_FAMILY_COUNT = FG_QUOTA_X + 1 };

/* "standard" "dl" "f" "g" "highMemory" ..., as a study spells them. */
const char *fg_quota_family_name(enum fg_quota_family family);
bool fg_quota_family_parse(const char *text, enum fg_quota_family *out);
/* The group that "m6i.large" is counted in. */
enum fg_quota_family fg_quota_family_of(const char *instance_type);

#endif
