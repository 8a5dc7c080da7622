/* trace_rules.h - what a trace's columns say of a pod's place, as rules of pods.
 *
 * `spread`: hard constraints (DoNotSchedule) with the named skew, over the pods of the same
 * namespace and workload. `anti_affinity`: no two of them on one node. Feature hostPort: a port
 * that all of them want, so that no two of them share a node either; ebs: one volume to attach.
 * Pods of a Deployment, ReplicaSet or StatefulSet have an owner, so that the scheduler's default
 * constraints hold for them.
 */
#ifndef FARGAUGE_DATA_TRACE_RULES_H
#define FARGAUGE_DATA_TRACE_RULES_H

#include "models/trace.h"

/* Gives rules to all specs that need some; those that they have are replaced. Specs that want the
 * same of the same workload share them. All is made in the trace's arena. */
void fg_trace_make_rules(struct fg_trace *trace);

#endif
