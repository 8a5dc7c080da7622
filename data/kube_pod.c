#include <string.h>

#include "data/decode_pod.h"
#include "data/kube_parts.h"

#define DEFAULT_SCHEDULER "default-scheduler"

/* A pod as the file has it. */
struct pod_file {
    struct fg_kube_pod *pod;
    struct fg_kube_pod_draft *draft_pod;
    struct fg_kube_draft *draft;
    struct fg_pod_rules *rules;
    bool host_network;
    const char *node_name, *priority_class, *scheduler_name;
    int64_t grace_s;
    struct fg_pairs node_selector;
    struct fg_tolerations tolerations;
    uint32_t local_count;
    const char **local_volumes; /* names of those that would be lost with the node */
};

/* ---- ports and images ---- */

static int64_t whole(struct fg_decoder *decoder, const struct fg_value *map, const char *key)
{
    const struct fg_value *value = fg_value_find(map, key);
    int64_t number = 0;
    if (value != NULL && value->kind != FG_VALUE_NULL)
        fg_decode_count(decoder, value, key, &number);
    return number;
}

static const char *or_default(const char *text, const char *other)
{
    return text != NULL && *text != '\0' ? text : other;
}

static void take_port(struct fg_decoder *decoder, const struct fg_value *map, struct pod_file *file)
{
    struct fg_pod_rules *rules = file->rules;
    int64_t port = whole(decoder, map, "hostPort");
    if (port == 0 && file->host_network)
        port = whole(decoder, map, "containerPort");
    if (port == 0)
        return;
    if (port > UINT16_MAX) {
        fg_decode_fault(decoder, map, "hostPort is '%d'; expected 1 to 65535", (int)port);
        return;
    }
    struct fg_host_port *ports =
        fg_arena_allocate(decoder->arena, rules->port_count + 1, sizeof *ports);
    if (rules->port_count > 0)
        memcpy(ports, rules->ports, rules->port_count * sizeof *ports);
    ports[rules->port_count++] = (struct fg_host_port){
        .protocol = or_default(fg_kube_text(map, "protocol"), "TCP"),
        .ip = or_default(fg_kube_text(map, "hostIP"), "0.0.0.0"),
        .port = (uint32_t)port,
    };
    rules->ports = ports;
    if (!file->host_network)
        file->pod->spec.features |= FG_FEATURE_HOST_PORT;
}

/* As ImageLocality compares it: with its tag. */
static const char *normalised_image(struct fg_decoder *decoder, const char *image)
{
    const char *colon = strrchr(image, ':'), *slash = strrchr(image, '/');
    if (colon != NULL && (slash == NULL || colon > slash))
        return image;
    return fg_arena_format(decoder->arena, "%s:latest", image);
}

static void take_container(struct fg_decoder *decoder, const struct fg_value *map, bool is_init,
                           struct pod_file *file)
{
    const char *image = fg_kube_text(map, "image"), *policy = fg_kube_text(map, "restartPolicy");
    const char *privileged = fg_kube_text(fg_value_find(map, "securityContext"), "privileged");
    const struct fg_value *ports = fg_value_find(map, "ports");
    file->rules->images[file->rules->image_count++] =
        image != NULL ? normalised_image(decoder, image) : "";
    if (privileged != NULL && strcmp(privileged, "true") == 0)
        file->pod->spec.features |= FG_FEATURE_PRIVILEGED;
    bool runs_on = !is_init || (policy != NULL && strcmp(policy, "Always") == 0);
    if (!runs_on || ports == NULL || !fg_decode_is_list(decoder, ports, "ports"))
        return;
    for (uint32_t i = 0; i < ports->count; i++)
        if (fg_decode_is_map(decoder, ports->items[i], "a port"))
            take_port(decoder, ports->items[i], file);
}

static void take_containers(struct fg_decoder *decoder, const struct fg_value *spec,
                            struct pod_file *file)
{
    const struct fg_value *init = fg_value_find(spec, "initContainers");
    const struct fg_value *containers = fg_value_find(spec, "containers");
    uint32_t init_count = init != NULL && init->kind == FG_VALUE_LIST ? init->count : 0;
    uint32_t count =
        containers != NULL && containers->kind == FG_VALUE_LIST ? containers->count : 0;
    file->rules->images =
        fg_arena_allocate(decoder->arena, init_count + count, sizeof *file->rules->images);
    for (uint32_t i = 0; i < init_count; i++)
        take_container(decoder, init->items[i], true, file);
    for (uint32_t i = 0; i < count; i++)
        take_container(decoder, containers->items[i], false, file);
}

/* ---- volumes ---- */

static void take_claim(struct pod_file *file, const char *name)
{
    if (name != NULL)
        file->draft_pod->claims[file->draft_pod->claim_count++] = name;
}

static void take_volume(struct fg_decoder *decoder, const struct fg_value *map,
                        struct pod_file *file)
{
    const char *name = or_default(fg_kube_text(map, "name"), "");
    const struct fg_value *empty = fg_value_find(map, "emptyDir");
    const char *medium = fg_kube_text(empty, "medium");
    bool host_path = fg_value_find(map, "hostPath") != NULL;
    bool on_disk = empty != NULL && (medium == NULL || strcmp(medium, "Memory") != 0);
    if (host_path)
        file->pod->spec.features |= FG_FEATURE_HOST_PATH;
    if (host_path || on_disk)
        file->local_volumes[file->local_count++] = name;
    take_claim(file, fg_kube_text(fg_value_find(map, "persistentVolumeClaim"), "claimName"));
    if (fg_value_find(map, "ephemeral") != NULL)
        take_claim(file, fg_arena_format(decoder->arena, "%s-%s", file->pod->name, name));
    if (fg_value_find(map, "awsElasticBlockStore") != NULL)
        file->rules->ebs_volumes++;
}

static void decode_volumes(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct pod_file *file = out;
    if (!fg_decode_is_list(decoder, list, "volumes"))
        return;
    file->local_volumes =
        fg_arena_allocate(decoder->arena, list->count, sizeof *file->local_volumes);
    file->draft_pod->claims =
        fg_arena_allocate(decoder->arena, list->count, sizeof *file->draft_pod->claims);
    for (uint32_t i = 0; i < list->count; i++)
        if (fg_decode_is_map(decoder, list->items[i], "a volume"))
            take_volume(decoder, list->items[i], file);
}

/* Volumes that an annotation names ("a,b") may be lost. */
static bool is_named_in(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t part = strcspn(at, ",");
        if (part == length && strncmp(at, name, length) == 0)
            return true;
        at += part + (at[part] == ',');
    }
    return false;
}

static bool has_local_storage(const struct pod_file *file)
{
    const char *safe =
        fg_pairs_find(&file->pod->spec.annotations,
                      "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes");
    for (uint32_t i = 0; i < file->local_count; i++)
        if (!is_named_in(safe, file->local_volumes[i]))
            return true;
    return false;
}

/* ---- spec ---- */

static void decode_affinity(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct pod_file *file = out;
    fg_kube_decode_affinity(decoder, file->draft, map, &file->pod->spec.labels, file->rules);
}

static void decode_spread(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct pod_file *file = out;
    fg_kube_decode_spread(decoder, list, &file->pod->spec.labels, file->rules);
}

static void decode_priority(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct pod_file *file = out;
    file->draft_pod->priority_named = fg_decode_priority(decoder, value, &file->pod->spec.priority);
}

static void decode_preemption(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"PreemptLowerPriority", "Never", NULL};
    struct pod_file *file = out;
    int word = fg_decode_word(decoder, value, "preemptionPolicy", words);
    file->draft_pod->preemption_named = word >= 0;
    file->rules->preemption = word == 1 ? FG_PREEMPTION_NEVER : FG_PREEMPTION_LOWER_PRIORITY;
}

static void decode_gates(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct pod_file *file = out;
    if (fg_decode_is_list(decoder, list, "schedulingGates"))
        file->pod->gated = list->count > 0;
}

#define FILE_FIELD(field) offsetof(struct pod_file, field)
static const struct fg_field spec_fields[] = {
    {"hostNetwork", FG_FIELD_BOOL, FILE_FIELD(host_network), NULL},
    {"nodeName", FG_FIELD_TEXT, FILE_FIELD(node_name), NULL},
    {"nodeSelector", FG_FIELD_PAIRS, FILE_FIELD(node_selector), NULL},
    {"tolerations", FG_FIELD_FUNCTION, FILE_FIELD(tolerations), fg_decode_tolerations},
    {"affinity", FG_FIELD_FUNCTION, 0, decode_affinity},
    {"topologySpreadConstraints", FG_FIELD_FUNCTION, 0, decode_spread},
    {"volumes", FG_FIELD_FUNCTION, 0, decode_volumes},
    {"priority", FG_FIELD_FUNCTION, 0, decode_priority},
    {"priorityClassName", FG_FIELD_TEXT, FILE_FIELD(priority_class), NULL},
    {"preemptionPolicy", FG_FIELD_FUNCTION, 0, decode_preemption},
    {"schedulingGates", FG_FIELD_FUNCTION, 0, decode_gates},
    {"schedulerName", FG_FIELD_TEXT, FILE_FIELD(scheduler_name), NULL},
    {"terminationGracePeriodSeconds", FG_FIELD_COUNT, FILE_FIELD(grace_s), NULL},
    {0},
};

/* ---- the pod's owner ---- */

static void take_owner(struct fg_decoder *decoder, const struct fg_kube_meta *meta,
                       struct fg_kube_pod *pod)
{
    const char *hash = fg_pairs_find(&meta->labels, "pod-template-hash");
    enum fg_kind kind;
    pod->owner_kind = meta->owner_kind;
    pod->owner_name = meta->owner_name;
    pod->owner_uid = meta->owner_uid;
    if (meta->owner_kind == NULL || meta->owner_name == NULL)
        return;
    if (fg_kind_parse(meta->owner_kind, &kind))
        pod->spec.kind = kind;
    pod->spec.workload = meta->owner_name;
    size_t name_length = strlen(meta->owner_name), hash_length = hash != NULL ? strlen(hash) : 0;
    if (hash_length > 0 && name_length > hash_length + 1 &&
        strcmp(meta->owner_name + name_length - hash_length, hash) == 0)
        pod->spec.workload =
            fg_arena_copy(decoder->arena, meta->owner_name, name_length - hash_length - 1);
}

static struct fg_kube_pod new_pod(const struct fg_kube_meta *meta, const struct fg_pod_rules *rules)
{
    return (struct fg_kube_pod){
        .namespace_name = meta->namespace_name,
        .name = meta->name,
        .uid = meta->uid,
        .spec = {.namespace_name = meta->namespace_name,
                 .workload = "(none)",
                 .kind = FG_KIND_POD,
                 .arch = FG_ARCH_ANY,
                 .labels = meta->labels,
                 .annotations = meta->annotations,
                 .spread = "",
                 .anti_affinity = "",
                 .cpu_used_milli = -1,
                 .memory_used_bytes = -1,
                 .rules = rules},
        .created = meta->created,
        .deleting = meta->deleting,
    };
}

static const char *unless_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static void take_spec(const struct pod_file *file)
{
    struct fg_kube_pod *pod = file->pod;
    pod->spec.node_selector = file->node_selector;
    pod->spec.tolerations = file->tolerations;
    pod->node_name = unless_empty(file->node_name);
    pod->scheduler_name = or_default(file->scheduler_name, DEFAULT_SCHEDULER);
    pod->grace_s = file->grace_s;
    pod->has_local_storage = has_local_storage(file);
    file->draft_pod->priority_class = unless_empty(file->priority_class);
    if (file->host_network)
        pod->spec.features |= FG_FEATURE_HOST_NETWORK;
}

void fg_kube_decode_pod_spec(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                             const struct fg_value *pod_spec, const struct fg_kube_meta *meta,
                             struct fg_kube_pod *out, struct fg_kube_pod_draft *draft_pod)
{
    struct fg_pod_rules *rules = fg_arena_allocate(decoder->arena, 1, sizeof *rules);
    rules->owner_selector.nothing = true;
    *draft_pod = (struct fg_kube_pod_draft){.rules = rules};
    *out = new_pod(meta, rules);
    struct pod_file file = {
        .pod = out, .draft_pod = draft_pod, .draft = draft, .rules = rules, .grace_s = 30};
    take_owner(decoder, meta, out);
    if (!fg_decode_item(decoder, pod_spec, "spec", spec_fields, &file))
        return;
    take_spec(&file);
    fg_kube_decode_requests(decoder, pod_spec, &out->spec, rules);
    if (fg_decode_is_good(decoder))
        take_containers(decoder, pod_spec, &file);
}

/* ---- Pod ---- */

static bool says(const struct fg_value *condition, const char *word)
{
    const char *status = fg_kube_text(condition, "status");
    return status != NULL && strcmp(status, word) == 0;
}

static void decode_status(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                          const struct fg_value *status, struct fg_kube_pod *pod)
{
    const char *phase = fg_kube_text(status, "phase"), *reason;
    const struct fg_value *started = fg_value_find(status, "startTime");
    const struct fg_value *scheduled, *ready;
    if (started != NULL && started->kind != FG_VALUE_NULL)
        fg_kube_decode_instant(decoder, draft, started, "startTime", &pod->started);
    pod->finished =
        phase != NULL && (strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0);
    pod->nominated_node = fg_kube_text(status, "nominatedNodeName");
    scheduled = fg_kube_find_condition(decoder, draft, status, "PodScheduled");
    ready = fg_kube_find_condition(decoder, draft, status, "Ready");
    reason = fg_kube_text(scheduled, "reason");
    bool is_pending = pod->node_name == NULL && !pod->finished;
    bool is_refused =
        says(scheduled, "False") && reason != NULL && strcmp(reason, "Unschedulable") == 0;
    bool is_untold = scheduled == NULL && strcmp(pod->scheduler_name, DEFAULT_SCHEDULER) == 0;
    pod->unschedulable = is_pending && (is_refused || is_untold);
    pod->ready = !is_pending && !pod->finished && (ready == NULL || says(ready, "True"));
}

void fg_kube_decode_pod(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                        const struct fg_value *object)
{
    struct fg_kube_objects *objects = draft->objects;
    const struct fg_value *spec = fg_value_find(object, "spec");
    struct fg_kube_meta meta;
    if (!fg_kube_decode_meta(decoder, draft, object, "Pod", &meta))
        return;
    if (spec == NULL) {
        fg_decode_fault(decoder, object, "the Pod '%s' has no spec; expected one", meta.name);
        return;
    }
    uint32_t number = objects->pod_count;
    objects->pods =
        fg_grow(objects->pods, &objects->pod_capacity, number + 1, sizeof *objects->pods);
    draft->pods = fg_grow(draft->pods, &draft->pod_capacity, number + 1, sizeof *draft->pods);
    struct fg_kube_pod *pod = &objects->pods[number];
    fg_kube_decode_pod_spec(decoder, draft, spec, &meta, pod, &draft->pods[number]);
    decode_status(decoder, draft, fg_value_find(object, "status"), pod);
    pod->mirror = fg_pairs_find(&meta.annotations, "kubernetes.io/config.mirror") != NULL ||
                  (meta.owner_kind != NULL && strcmp(meta.owner_kind, "Node") == 0);
    objects->pod_count++;
}

static const struct fg_field template_fields[] = {
    {"labels", FG_FIELD_PAIRS, offsetof(struct fg_kube_meta, labels), NULL},
    {"annotations", FG_FIELD_PAIRS, offsetof(struct fg_kube_meta, annotations), NULL},
    {0},
};

void fg_kube_decode_daemon_set(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                               const struct fg_value *object)
{
    struct fg_kube_objects *objects = draft->objects;
    const struct fg_value *template = fg_value_find(fg_value_find(object, "spec"), "template");
    const struct fg_value *spec = fg_value_find(template, "spec");
    const struct fg_value *of_pod = fg_value_find(template, "metadata");
    struct fg_kube_meta meta;
    struct fg_kube_pod pod;
    struct fg_kube_pod_draft ignored;
    if (!fg_kube_decode_meta(decoder, draft, object, "DaemonSet", &meta))
        return;
    if (spec == NULL) {
        fg_decode_fault(decoder, object, "the DaemonSet '%s' has no spec.template.spec", meta.name);
        return;
    }
    meta.labels = meta.annotations = (struct fg_pairs){0};
    if (of_pod != NULL && of_pod->kind != FG_VALUE_NULL)
        fg_decode_item(decoder, of_pod, "metadata", template_fields, &meta);
    fg_kube_decode_pod_spec(decoder, draft, spec, &meta, &pod, &ignored);
    pod.spec.kind = FG_KIND_DAEMONSET;
    pod.spec.workload = meta.name;
    objects->daemon_sets = fg_grow(objects->daemon_sets, &objects->daemon_set_capacity,
                                   objects->daemon_set_count + 1, sizeof *objects->daemon_sets);
    objects->daemon_sets[objects->daemon_set_count++] =
        (struct fg_kube_daemon_set){meta.namespace_name, meta.name, pod.spec};
}
