/* Kubernetes objects: whatever the bytes, a cluster that is whole, or a fault that says what is
 * wrong. */
#include "data/kube_reader.h"

#include <string.h>

#include "data/catalog_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7 loses a buffer of its own after some syntax errors. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static const struct fg_catalog *catalog(void)
{
    static struct fg_catalog read;
    struct fg_error error = {0};
    if (read.type_count == 0)
        FG_ASSERT(fg_catalog_read(NULL, &read, &error) == FG_OK);
    return &read;
}

static void check_pod(const struct fg_kube_pod *pod)
{
    FG_ASSERT(*pod->name != '\0' && pod->scheduler_name != NULL && pod->spec.workload != NULL);
    FG_ASSERT(pod->spec.cpu_milli >= 0 && pod->spec.memory_bytes >= 0);
    FG_ASSERT(pod->spec.rules->scored_cpu_milli >= pod->spec.cpu_milli);
    FG_ASSERT(pod->node_name == NULL || *pod->node_name != '\0');
    for (uint32_t i = 0; i < pod->spec.rules->spread.count; i++)
        FG_ASSERT(pod->spec.rules->spread.items[i].max_skew >= 1);
    for (uint32_t i = 0; i < pod->spec.rules->port_count; i++)
        FG_ASSERT(pod->spec.rules->ports[i].port > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fg_kube_objects objects;
    struct fg_error error = {0};
    fg_status status =
        fg_kube_parse("snapshot", (const char *)data, size, catalog(), NULL, &objects, &error);
    FG_ASSERT(status == error.status);
    FG_ASSERT((status == FG_OK) == (*error.message == '\0'));
    for (uint32_t i = 0; status == FG_OK && i < objects.pod_count; i++)
        check_pod(&objects.pods[i]);
    for (uint32_t i = 0; status == FG_OK && i < objects.node_count; i++)
        FG_ASSERT(*objects.nodes[i].name != '\0' && objects.nodes[i].allocatable.cpu_milli >= 0);
    for (uint32_t i = 0; status == FG_OK && i < objects.budget_count; i++)
        FG_ASSERT(objects.budgets[i].disruptions_allowed >= 0);
    fg_kube_objects_release(&objects);
    return 0;
}
