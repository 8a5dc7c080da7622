/* karpenter_placing.h - one pod of a solve finds its place: on a node there is, on a planned one,
 * on a new one, and if nowhere, with one preference after another dropped.
 *
 * Source: kubernetes-sigs/karpenter v1.14 scheduling/scheduler.go (trySchedule, add).
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLACING_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_PLACING_H

#include "sim/controllers/karpenter_solve.h"

/* Makes the groups of a class's pods known to the solve; to be called for all before the first is
 * placed. */
void fg_placing_meet(struct fg_solve *solve, uint32_t class_number);
/* Writes the pod's place into the solution. False: there is none now. */
bool fg_placing_place(struct fg_solve *solve, uint32_t pod);
/* Why such pods have no place: the refusals of all pools once nothing is left to drop. The text
 * lives as long as the solution. */
const char *fg_placing_refusal(struct fg_solve *solve, uint32_t pod);

#endif
