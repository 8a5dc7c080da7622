/* zone_loss.h - what the loss of a zone leaves room for.
 *
 * When a zone is lost its nodes go and what its pods request has to fit on the nodes of the other
 * zones. The headroom of a resource is the allocatable of the others less what is requested in
 * all zones, DaemonSets too, of the nodes there are: what autoscaling adds afterwards is not part
 * of it. Below zero it is what does not fit.
 */
#ifndef FARGAUGE_MODELS_ZONE_LOSS_H
#define FARGAUGE_MODELS_ZONE_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/result.h"

/* The worst hour of a replication: the zone and the clock hour whose loss leaves the least of the
 * scarcer resource, a vCPU being worth 9 GiB as in the split of a node's price; of equal ones the
 * first zone by name, then the first hour. Sums are over the hour's seconds inside the study, an
 * average is sum / seconds. */
struct fg_zone_loss {
    const char *zone;    /* borrowed; NULL = there was no node in any zone */
    uint32_t zone_count; /* that had nodes at any time */
    int32_t hour;
    uint32_t seconds;
    int64_t cpu_requested_milli_s, memory_requested_mib_s; /* in the zone */
    int64_t all_cpu_requested_milli_s, all_memory_requested_mib_s;
    int64_t cpu_headroom_milli_s, memory_headroom_mib_s; /* when it is lost */
};

/* `zones` are sorted by (pool, first_hour), as in fg_result. */
void fg_zone_loss_find(const struct fg_capacity_rows *zones, struct fg_zone_loss *out);
/* Whether `loss` leaves less than `other`; one without a zone leaves more than any. */
bool fg_zone_loss_is_worse(const struct fg_zone_loss *loss, const struct fg_zone_loss *other);

#endif
