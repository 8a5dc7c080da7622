/* karpenter_provisioning.h - where Karpenter puts pending pods: on nodes there are, on nodes it
 * has asked for, and on new ones, whose instance types stay open until the end (rules R1 to R4).
 *
 * One struct fg_karpenter serves a cluster for as long as its pools and DaemonSets stay: it keeps
 * the instance types of each pool and what it worked out about classes and kinds of the cluster
 * state. It belongs to one state and one thread. A call of fg_karpenter_solve changes nothing
 * outside: it is a simulation, of provisioning or, with nodes taken away, of disruption.
 * Where Karpenter takes any of several domains of topology that are as good, we take the first by
 * name; where its sort leaves the order of equals open, they keep theirs.
 * Sources: kubernetes-sigs/karpenter v1.14 pkg/controllers/provisioning/scheduling,
 * karpenter-provider-aws pkg/providers/instance.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROVISIONING_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PROVISIONING_H

#include "sim/controllers/karpenter_problem.h"

/* ---- batches (rules R1) ---- */

/* When the window that the first of the times opened closes: `idle` after the last that came in
 * time, at most `longest` after the first. All in one unit; times rise; at least one. Pods that
 * come later than that open the next window. In the replay pods come at whole seconds and the
 * window closes at one, so nothing is rounded. */
int64_t fg_karpenter_batch_close(const int64_t *times, uint32_t count, int64_t idle,
                                 int64_t longest);
/* The same of an open window, by its first pod and the last so far. */
static inline int64_t fg_karpenter_window_close(int64_t first, int64_t last, int64_t idle,
                                                int64_t longest)
{
    return last + idle < first + longest ? last + idle : first + longest;
}

/* ---- the cluster's pools ---- */

struct fg_karpenter; /* opaque */

/* What the source borrows must outlive it. */
struct fg_karpenter *fg_karpenter_new(const struct fg_karpenter_source *source);
void fg_karpenter_free(struct fg_karpenter *karpenter);
/* Prices of another day. */
void fg_karpenter_reprice(struct fg_karpenter *karpenter);
const struct fg_karpenter_pools *fg_karpenter_pools(const struct fg_karpenter *karpenter);
/* The types of a pool, by its number in the source. */
const struct fg_karpenter_types *fg_karpenter_pool_types(const struct fg_karpenter *karpenter,
                                                         uint32_t pool);
const struct fg_words *fg_karpenter_words(const struct fg_karpenter *karpenter);

/* ---- a solve ---- */

/* Fills `solution`, which is then the caller's to release. Like Karpenter's, a solution can have
 * more claims than limits.nodes leaves room for: limits of nodes only keep a pool without room from
 * planning any. Who creates the nodes looks again: a claim is refused once what the pool has is
 * above one of its limits. */
void fg_karpenter_solve(struct fg_karpenter *karpenter, const struct fg_karpenter_problem *problem,
                        struct fg_karpenter_solution *solution);
void fg_karpenter_solution_release(struct fg_karpenter_solution *solution);

/* Labels of the node that such a launch becomes, sorted; texts live as long as the arena, the
 * karpenter and the pools. kubernetes.io/hostname is not among them. */
void fg_karpenter_node_labels(const struct fg_karpenter *karpenter,
                              const struct fg_karpenter_claim *claim,
                              const struct fg_karpenter_launch *launch, struct fg_arena *arena,
                              struct fg_pairs *out);

#endif
