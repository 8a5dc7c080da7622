/* kube_reader.h - files of Kubernetes objects -> a cluster as its API server shows it.
 *
 * YAML with one or more documents, or JSON, also packed with gzip: what `kubectl get ... -o yaml`
 * or `-o json` prints (a List, a PodList ...), manifests, Karpenter's NodePools and node classes,
 * node groups of an eksctl ClusterConfig, and settings under `cluster:` as a study has them.
 * Unknown kinds and fields are passed over, malformed known fields are errors with file and line.
 */
#ifndef FARGAUGE_DATA_KUBE_READER_H
#define FARGAUGE_DATA_KUBE_READER_H

#include "models/catalog.h"
#include "models/kube_objects.h"

/* One set of objects from all files; "-" is standard input. `region` overrules what the objects
 * say, NULL does not. The catalog is borrowed while reading. On failure `out` is empty.
 * FG_FAILED: a file cannot be read. */
fg_status fg_kube_read(const char *const *paths, uint32_t path_count,
                       const struct fg_catalog *catalog, const char *region,
                       struct fg_kube_objects *out, struct fg_error *error);
/* The same of bytes in memory; `file` is for messages. */
fg_status fg_kube_parse(const char *file, const char *bytes, size_t length,
                        const struct fg_catalog *catalog, const char *region,
                        struct fg_kube_objects *out, struct fg_error *error);

#endif
