/* decode_pod.h - what a study and a load model both say of pods and when they begin. */
#ifndef FARGAUGE_DATA_DECODE_POD_H
#define FARGAUGE_DATA_DECODE_POD_H

#include "data/decode.h"
#include "models/calendar.h"
#include "models/labels.h"

/* As a field's `read`: struct fg_tolerations, as Kubernetes has them: [{key, operator, value,
 * effect}]. */
void fg_decode_tolerations(struct fg_decoder *decoder, const struct fg_value *list, void *out);
/* As a field's `read`: struct fg_taints, a list of {key, value, effect}, or eksctl's map of
 * key: "value:effect". */
void fg_decode_taints(struct fg_decoder *decoder, const struct fg_value *value, void *out);
/* False: a fault was noted and *out left alone. */
bool fg_decode_priority(struct fg_decoder *decoder, const struct fg_value *value, int32_t *out);
/* As a field's `read`: fg_unix_s, second 0. */
void fg_decode_start(struct fg_decoder *decoder, const struct fg_value *value, void *out);

#endif
