/* autoscaler_scale_down.h - which nodes of a snapshot Cluster Autoscaler would remove, and why it
 * keeps the others.
 * Source: kubernetes/autoscaler 1.34 core/scaledown.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_SCALE_DOWN_H
#define FARGAUGE_SIM_CONTROLLERS_AUTOSCALER_SCALE_DOWN_H

#include "sim/controllers/autoscaler_work.h"

/* Fills `removed` and `blocked` of the decision. `filtered`: waiting pods that have a place. */
void fg_work_scale_down(struct fg_autoscaler_work *work, const struct fg_filtered *filtered);
/* No node goes, all for one reason. */
void fg_work_keep_all(struct fg_autoscaler_work *work, const char *reason);

#endif
