/* karpenter_loop.h - when Karpenter looks for nodes to disrupt, and when it acts.
 *
 * Every 10 s, and at once after it has acted, the methods are tried in order; the first that finds
 * something ends the pass. What consolidation finds waits 15 s, during which nothing else is
 * looked at, and is then carried out if it still holds; if not, the methods after it have their
 * turn. A method of consolidation that found nothing is not tried again until the cluster has
 * changed, or five minutes have passed.
 * Source: kubernetes-sigs/karpenter v1.14 disruption/controller.go, state/cluster.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_LOOP_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_LOOP_H

#include "sim/controllers/karpenter_consolidation.h"

enum {
    FG_DISRUPTION_POLL_S = 10,
    FG_DISRUPTION_VALIDATION_S = 15,
    FG_DISRUPTION_REFRESH_S = 300,
};

struct fg_disruption_loop {
    fg_unix_s due; /* when it is to be called next; set it to the start of the world */
    struct fg_disruption_command command;

    bool is_waiting; /* the command is to be validated */
    fg_unix_s polled;
    bool any_candidates; /* at that poll */
    /* The cluster's changes are numbered. A method of consolidation that finds nothing remembers
     * the next one's number; `looked` is when a method last looked, or had no candidates to look
     * at. */
    uint64_t change, settled[FG_METHOD_COUNT];
    fg_unix_s changed, looked[FG_METHOD_COUNT];
    struct fg_disruption_candidates candidates;
};

/* To be called whenever a pod was bound to a node or was deleted, and whenever a node joined, was
 * initialised, was marked for deletion or no longer is, or left. A loop that sleeps is then to be
 * called at its next poll. */
void fg_karpenter_note_change(struct fg_disruption_loop *loop, fg_unix_s now);

/* To be called at `due`, when all else of that second is done. True: `loop->command` is to be
 * carried out now, its targets to be nominated, and the loop to be called again in this second. */
bool fg_karpenter_disrupt(struct fg_disruption_loop *loop, struct fg_disruption *disruption,
                          const struct fg_disruption_world *world);

/* After a pass that found nothing: the first poll that could find something although nothing is
 * noted as changed (consolidateAfter, a nomination, a budget's schedule runs out; the look after
 * five minutes). The loop may be left alone until then. INT64_MAX = never. `due` while a command
 * waits. */
fg_unix_s fg_karpenter_disruption_sleep(const struct fg_disruption_loop *loop,
                                        const struct fg_disruption_world *world);

/* The first poll at `now` or later: for a loop that sleeps while something changes. */
fg_unix_s fg_karpenter_next_poll(const struct fg_disruption_loop *loop, fg_unix_s now);

void fg_karpenter_loop_release(struct fg_disruption_loop *loop);

#endif
