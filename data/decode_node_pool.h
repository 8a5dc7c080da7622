/* decode_node_pool.h - Karpenter's documents -> a NodePool or a node class (rules M4).
 *
 * Serves the study and the reader of Kubernetes objects alike: it looks at no decoder's context.
 * With decoder->lenient keys that are not known are passed over, else they are faults. Texts are
 * borrowed from the document, lists are the decoder's arena's.
 */
#ifndef FARGAUGE_DATA_DECODE_NODE_POOL_H
#define FARGAUGE_DATA_DECODE_NODE_POOL_H

#include "data/decode.h"
#include "models/cluster.h"

/* {metadata: {name}, spec}, with apiVersion and kind or without; defaults are set first. False:
 * it has no name, a fault was noted. */
bool fg_decode_node_pool(struct fg_decoder *decoder, const struct fg_value *document,
                         struct fg_node_pool *out);
/* An EC2NodeClass, or a NodeClass of EKS Auto Mode (kind NodeClass, or its group). Zones are those
 * of status.subnets; the ids that spec.subnetSelectorTerms names stay for the caller to look up. */
bool fg_decode_node_class(struct fg_decoder *decoder, const struct fg_value *document,
                          struct fg_node_class *out);
/* As a field's `read`: struct fg_requirements, [{key, operator, values, minValues}]. */
void fg_decode_requirements(struct fg_decoder *decoder, const struct fg_value *list, void *out);

/* As a field's `read`: const char *, the type of an EBS volume. */
void fg_decode_volume_type(struct fg_decoder *decoder, const struct fg_value *value, void *out);

/* What stands at the head of any document. */
struct fg_document_header {
    const char *name, *kind, *api_version; /* "" = not there */
};
/* `kinds` ends with NULL; a document without kind is taken for one of them. False: it has no
 * name or another kind, and a fault was noted. */
bool fg_decode_header(struct fg_decoder *decoder, const struct fg_value *document, const char *what,
                      const char *const *kinds, struct fg_document_header *out);

#endif
