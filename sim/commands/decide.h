/* decide.h - `fargauge decide`: a snapshot of Kubernetes objects as the controllers look at it, and
 * what each of them would do with it. For decide*.c.
 */
#ifndef FARGAUGE_SIM_COMMANDS_DECIDE_H
#define FARGAUGE_SIM_COMMANDS_DECIDE_H

#include "models/catalog.h"
#include "models/kube_objects.h"
#include "reports/json_writer.h"
#include "sim/controllers/cluster_state.h"

/* Every node of the snapshot is in the state, and every pod that is bound to one of them and not
 * finished is booked there, DaemonSets' pods too. */
struct fg_snapshot {
    struct fg_kube_objects objects;
    const struct fg_catalog *catalog;
    struct fg_cluster_state state;
    uint32_t *slot_of_node;        /* by objects.nodes */
    uint32_t *class_of_pod;        /* by objects.pods; FG_NO_CLASS of a finished pod */
    uint32_t *class_of_daemon_set; /* by objects.daemon_sets */
    uint32_t *node_of_pod;         /* by objects.pods: number in objects.nodes, or FG_NO_NODE */
};
#define FG_NO_CLASS UINT32_MAX
#define FG_NO_NODE UINT32_MAX

/* Fills what stands behind `objects` and `catalog`. */
void fg_snapshot_fill(struct fg_snapshot *snapshot);
void fg_snapshot_release(struct fg_snapshot *snapshot);

/* "namespace/name". */
void fg_decide_put_pod(struct fg_json_writer *json, const struct fg_kube_pod *pod);
void fg_decide_put_pod_key(struct fg_json_writer *json, const struct fg_kube_pod *pod);
/* Pending pods that a controller looks at, in queue order: the highest priority first, then the
 * oldest, then as they were read. Gated pods and those of other schedulers are left out. Returns
 * their numbers; free() them. */
uint32_t *fg_decide_queue(const struct fg_kube_objects *objects, uint32_t *out_count);

/* Each prints its JSON to standard output. */
fg_status fg_decide_scheduler(struct fg_snapshot *snapshot, struct fg_error *error);
fg_status fg_decide_autoscaler(struct fg_snapshot *snapshot, struct fg_error *error);
fg_status fg_decide_karpenter(struct fg_snapshot *snapshot, struct fg_error *error);

/* ---- pods that no controller can tell apart: decide_class.c ---- */

struct fg_spec_keys; /* label and annotation keys that some selector or controller looks at */

struct fg_spec_keys *fg_spec_keys_of(const struct fg_kube_objects *objects);
void fg_spec_keys_free(struct fg_spec_keys *keys);
/* Bytes that are equal for specs that are alike and pods in the same state: appended to a buffer
 * that the caller frees. */
struct fg_bytes {
    char *bytes;
    uint32_t length, capacity;
};
void fg_spec_print(const struct fg_pod_spec *spec, const struct fg_spec_keys *keys, int state,
                   struct fg_bytes *out);

#endif
