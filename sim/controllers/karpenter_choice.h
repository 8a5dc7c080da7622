/* karpenter_choice.h - the domains that one group leaves open to one more pod.
 *
 * Of several that are as good, the first by name.
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/topologygroup.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_CHOICE_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_CHOICE_H

#include "sim/controllers/karpenter_group.h"

struct fg_domain_choice {
    const struct fg_words *words;
    const struct fg_group *group;
    const struct fg_karpenter_requirement *pod, *node; /* what each allows of the group's key */
    bool is_host;                                      /* the key is kubernetes.io/hostname */
    bool selects_self;                                 /* the pod counts in the group */
};

/* Puts the domains into `out`, which has room for two more than the group counts; returns how many:
 * one for spread, 0 = nowhere. */
uint32_t fg_choice_domains(const struct fg_domain_choice *choice, uint32_t *out);

#endif
