/* random_snapshot.h - clusters by number, as `kubectl get -o yaml` shows them.
 *
 * One List of Kubernetes objects; node groups follow as an eksctl document. Seed and mode decide
 * every byte. Seeds run from simple (few nodes, bare requests) to nasty (all features at once):
 * the level is the seed modulo 5. Objects are as an API server gives them back, so defaults that
 * it fills in (protocols, priorities, requests from limits) are written out.
 */
#ifndef FARGAUGE_TESTS_RANDOM_SNAPSHOT_H
#define FARGAUGE_TESTS_RANDOM_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum fg_snapshot_mode {
    FG_SNAPSHOT_SCHEDULER,     /* kube-scheduler: nodes, bound and pending pods */
    FG_SNAPSHOT_AUTOSCALER,    /* cluster-autoscaler: node groups and their nodes */
    FG_SNAPSHOT_KARPENTER,     /* karpenter: node pools and pending pods */
    FG_SNAPSHOT_CONSOLIDATION, /* karpenter-consolidation: nothing pending, nodes under-used */
    FG_SNAPSHOT_MODES
};
bool fg_snapshot_mode_parse(const char *text, enum fg_snapshot_mode *out);

void fg_random_snapshot_write(FILE *out, enum fg_snapshot_mode mode, uint64_t seed);

#endif
