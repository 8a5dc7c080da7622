/* kube_json.h - JSON of Kubernetes objects, one object at a time.
 *
 * By YAJL, since a dump of a live cluster has hundreds of megabytes. Makes the trees of
 * document.h: of each object of the text, and of each item of a list's `items` as soon as it is
 * whole. What never decides a placement (managedFields, environment, probes, container statuses)
 * is not built at all.
 */
#ifndef FARGAUGE_DATA_KUBE_JSON_H
#define FARGAUGE_DATA_KUBE_JSON_H

#include "data/document.h"
#include "models/base/index.h"

/* `list_kind` is the kind of the list it was in as far as it is known by then, else NULL. The tree
 * lives until the taker returns; its texts live in the pool. */
typedef fg_status fg_kube_taker(const struct fg_value *object, const char *list_kind, void *user);

/* Whether the text begins as JSON does: a brace and a quoted key, or a bracket and a brace. */
bool fg_kube_is_json(const char *bytes, size_t length);
/* Several values may follow each other. `take` says with its status whether to go on; what it
 * wants to say it puts into the same `error`. */
fg_status fg_kube_json_each(const char *file, const char *bytes, size_t length,
                            struct fg_strings *texts, fg_kube_taker *take, void *user,
                            struct fg_error *error);

#endif
