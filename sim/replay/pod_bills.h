/* pod_bills.h - what pods cost when commitments are spread over what they covered.
 *
 * The rows of pods are priced as the pods leave, at list prices; what an hour comes to under
 * commitments is known when all usage is. A pod's price falls as that of its workload fell in its
 * pool in the hours in which the pod ran, each hour counting by the seconds in it. So the pods of a
 * workload add up to what the ledger books on it. They do so only nearly where a price is not
 * spread evenly over the time that its pod ran: a pod that was evicted and ran again counts as if
 * it had stayed where it was last, one on Fargate as if not billed before it ran or after it ended.
 * A pod that waits again at the cut keeps its list price.
 */
#ifndef FARGAUGE_SIM_REPLAY_POD_BILLS_H
#define FARGAUGE_SIM_REPLAY_POD_BILLS_H

#include "models/calendar.h"
#include "models/result.h"

/* Rewrites `nano` of the result's pod rows by its ledger, which has list prices beside its amounts;
 * without them, or without pod rows, nothing is done. Takes time by the ledger's hours and the
 * pods, and room for the hours of one workload and four bytes a pod. */
void fg_pod_bills_amortise(fg_unix_s start, uint32_t cut_s, struct fg_result *result);

#endif
