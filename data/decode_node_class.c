#include <string.h>

#include "data/decode_node_pool.h"

/* ---- any document ---- */

static const struct fg_field metadata_fields[] = {
    {"name", FG_FIELD_TEXT, offsetof(struct fg_document_header, name), NULL},
    {"annotations", FG_FIELD_PASSED_OVER, 0, NULL},
    {"creationTimestamp", FG_FIELD_PASSED_OVER, 0, NULL},
    {"finalizers", FG_FIELD_PASSED_OVER, 0, NULL},
    {"generation", FG_FIELD_PASSED_OVER, 0, NULL},
    {"labels", FG_FIELD_PASSED_OVER, 0, NULL},
    {"managedFields", FG_FIELD_PASSED_OVER, 0, NULL},
    {"ownerReferences", FG_FIELD_PASSED_OVER, 0, NULL},
    {"resourceVersion", FG_FIELD_PASSED_OVER, 0, NULL},
    {"uid", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_metadata(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "metadata", metadata_fields, out);
}

static const struct fg_field document_fields[] = {
    {"apiVersion", FG_FIELD_TEXT, offsetof(struct fg_document_header, api_version), NULL},
    {"kind", FG_FIELD_TEXT, offsetof(struct fg_document_header, kind), NULL},
    {"metadata", FG_FIELD_FUNCTION, 0, decode_metadata},
    {"spec", FG_FIELD_PASSED_OVER, 0, NULL},
    {"status", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

bool fg_decode_header(struct fg_decoder *decoder, const struct fg_value *document, const char *what,
                      const char *const *kinds, struct fg_document_header *out)
{
    *out = (struct fg_document_header){"", "", ""};
    if (!fg_decode_item(decoder, document, what, document_fields, out))
        return false;
    const struct fg_value *kind = fg_value_find(document, "kind");
    if (*out->kind != '\0' && fg_decode_word(decoder, kind, "kind", kinds) < 0)
        return false;
    if (*out->name == '\0') {
        fg_decode_fault(decoder, document, "%s has no metadata.name; expected one", what);
        return false;
    }
    return true;
}

/* ---- a node class ---- */

/* A node class as its document has it. */
struct class_file {
    struct fg_node_class made;
    int64_t hard_bytes, soft_bytes; /* thresholds of eviction; -1 = not named */
    bool named_family;
};
#define CLASS(field) offsetof(struct class_file, made.field)

static void refuse_windows(struct fg_decoder *decoder, const struct fg_value *place,
                           const char *key)
{
    if (!decoder->lenient)
        fg_decode_fault(decoder, place,
                        "%s '%s' is not supported by this version of fargauge; expected AL2, "
                        "AL2023, Bottlerocket or Custom",
                        key, place->text);
}

static void decode_ami_family(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"AL2",         "AL2023",      "Bottlerocket", "Custom",
                                        "Windows2019", "Windows2022", "Windows2025",  NULL};
    struct class_file *file = out;
    int number = fg_decode_word(decoder, value, "amiFamily", words);
    if (number < 0)
        return;
    if (strncmp(words[number], "Windows", 7) == 0)
        refuse_windows(decoder, value, "amiFamily");
    file->made.ami_family = words[number];
    file->named_family = true;
}

/* An alias such as "al2023@latest" says the family too. */
static void decode_ami_terms(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    static const char *const families[][2] = {
        {"al2@", "AL2"}, {"al2023@", "AL2023"}, {"bottlerocket@", "Bottlerocket"}};
    struct class_file *file = out;
    if (!fg_decode_is_list(decoder, list, "amiSelectorTerms"))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *alias = fg_value_find(list->items[i], "alias");
        if (alias == NULL || alias->kind != FG_VALUE_TEXT)
            continue;
        if (strncmp(alias->text, "windows", 7) == 0)
            refuse_windows(decoder, alias, "alias");
        for (size_t f = 0; f < sizeof families / sizeof *families && !file->named_family; f++)
            if (strncmp(alias->text, families[f][0], strlen(families[f][0])) == 0)
                file->made.ami_family = families[f][1];
    }
}

static void decode_subnet_terms(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct class_file *file = out;
    if (!fg_decode_is_list(decoder, list, "subnetSelectorTerms"))
        return;
    file->made.subnets = fg_arena_allocate(decoder->arena, list->count, sizeof *file->made.subnets);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *id = fg_value_find(list->items[i], "id");
        const char **subnet = &file->made.subnets[file->made.subnet_count];
        if (id != NULL && fg_decode_text(decoder, id, "id", subnet))
            file->made.subnet_count++;
    }
}

/* ---- kubelet ---- */

static const struct fg_field system_reserved_fields[] = {
    {"cpu", FG_FIELD_CPU, CLASS(system_reserved_cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, CLASS(system_reserved_memory_bytes), NULL},
    {"ephemeral-storage", FG_FIELD_PASSED_OVER, 0, NULL},
    {"pid", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};
static const struct fg_field kube_reserved_fields[] = {
    {"cpu", FG_FIELD_CPU, CLASS(kube_reserved_cpu_milli), NULL},
    {"memory", FG_FIELD_BYTES, CLASS(kube_reserved_memory_bytes), NULL},
    {"ephemeral-storage", FG_FIELD_PASSED_OVER, 0, NULL},
    {"pid", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_system_reserved(struct fg_decoder *decoder, const struct fg_value *value,
                                   void *out)
{
    fg_decode_map(decoder, value, "systemReserved", system_reserved_fields, out);
}

static void decode_kube_reserved(struct fg_decoder *decoder, const struct fg_value *value,
                                 void *out)
{
    fg_decode_map(decoder, value, "kubeReserved", kube_reserved_fields, out);
}

static void decode_eviction(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    const char *key = "memory.available";
    const struct fg_value *value = fg_value_find(map, key);
    if (!fg_decode_is_map(decoder, map, "a threshold of eviction") || value == NULL ||
        value->kind == FG_VALUE_NULL)
        return;
    if (value->kind != FG_VALUE_TEXT || strchr(value->text, '%') == NULL)
        fg_decode_bytes(decoder, value, key, out);
    else if (!decoder->lenient)
        fg_decode_fault(decoder, value,
                        "%s is '%s'; percentages are not supported by this version of fargauge, "
                        "expected a quantity such as 100Mi",
                        key, value->text);
}

static const struct fg_field kubelet_fields[] = {
    {"maxPods", FG_FIELD_COUNT, CLASS(max_pods), NULL},
    {"podsPerCore", FG_FIELD_COUNT, CLASS(pods_per_core), NULL},
    {"systemReserved", FG_FIELD_FUNCTION, 0, decode_system_reserved},
    {"kubeReserved", FG_FIELD_FUNCTION, 0, decode_kube_reserved},
    {"evictionHard", FG_FIELD_FUNCTION, offsetof(struct class_file, hard_bytes), decode_eviction},
    {"evictionSoft", FG_FIELD_FUNCTION, offsetof(struct class_file, soft_bytes), decode_eviction},
    {"clusterDNS", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cpuCFSQuota", FG_FIELD_PASSED_OVER, 0, NULL},
    {"evictionMaxPodGracePeriod", FG_FIELD_PASSED_OVER, 0, NULL},
    {"evictionSoftGracePeriod", FG_FIELD_PASSED_OVER, 0, NULL},
    {"imageGCHighThresholdPercent", FG_FIELD_PASSED_OVER, 0, NULL},
    {"imageGCLowThresholdPercent", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_kubelet(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "kubelet", kubelet_fields, out);
}

/* ---- volumes ---- */

/* Whole GiB, begun ones counted. */
static void decode_gib(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    int64_t bytes;
    const int64_t gib = INT64_C(1) << 30;
    if (!fg_decode_bytes(decoder, value, "a volume's size", &bytes))
        return;
    if (bytes < 1)
        fg_decode_fault(decoder, value, "a volume's size is '%s'; expected such as 20Gi",
                        value->text);
    else
        *(int64_t *)out = bytes / gib + (bytes % gib > 0);
}

void fg_decode_volume_type(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    static const char *const words[] = {"gp3", "gp2", "io1", "io2", "st1", "sc1", "standard", NULL};
    int number = fg_decode_word(decoder, value, "volumeType", words);
    if (number >= 0)
        *(const char **)out = words[number];
}

#define VOLUME(field) offsetof(struct fg_volume, field)
static const struct fg_field ebs_fields[] = {
    {"volumeSize", FG_FIELD_FUNCTION, VOLUME(size_gib), decode_gib},
    {"volumeType", FG_FIELD_FUNCTION, VOLUME(type), fg_decode_volume_type},
    {"iops", FG_FIELD_COUNT, VOLUME(iops), NULL},
    {"throughput", FG_FIELD_COUNT, VOLUME(throughput_mibps), NULL},
    {"deleteOnTermination", FG_FIELD_PASSED_OVER, 0, NULL},
    {"encrypted", FG_FIELD_PASSED_OVER, 0, NULL},
    {"kmsKeyID", FG_FIELD_PASSED_OVER, 0, NULL},
    {"snapshotID", FG_FIELD_PASSED_OVER, 0, NULL},
    {"volumeInitializationRate", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_ebs(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    fg_decode_map(decoder, value, "ebs", ebs_fields, out);
}

static const struct fg_field mapping_fields[] = {
    {"ebs", FG_FIELD_FUNCTION, 0, decode_ebs},
    {"deviceName", FG_FIELD_PASSED_OVER, 0, NULL},
    {"rootVolume", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static struct fg_volume *default_volume(struct fg_arena *arena, int64_t size_gib)
{
    struct fg_volume *volume = fg_arena_allocate(arena, 1, sizeof *volume);
    *volume = (struct fg_volume){.type = "gp3", .size_gib = size_gib};
    return volume;
}

/* Volumes of one type are billed by the GiB, so that several count as one of their sum. */
static void decode_mappings(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct class_file *file = out;
    if (!fg_decode_is_list(decoder, list, "blockDeviceMappings"))
        return;
    struct fg_volume *sum = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        struct fg_volume *volume = default_volume(decoder->arena, 20);
        if (!fg_decode_item(decoder, list->items[i], "a block device", mapping_fields, volume))
            continue;
        if (sum == NULL) {
            sum = volume;
        } else if (strcmp(sum->type, volume->type) == 0 && volume->iops == 0 &&
                   volume->throughput_mibps == 0) {
            sum->size_gib += volume->size_gib;
        } else if (!decoder->lenient) {
            fg_decode_fault(decoder, list->items[i],
                            "volumes of a node that differ in type, iops or throughput are not "
                            "supported by this version of fargauge");
        }
    }
    if (sum != NULL)
        file->made.root = sum;
}

static const struct fg_field auto_storage_fields[] = {
    {"size", FG_FIELD_FUNCTION, VOLUME(size_gib), decode_gib},
    {"iops", FG_FIELD_COUNT, VOLUME(iops), NULL},
    {"throughput", FG_FIELD_COUNT, VOLUME(throughput_mibps), NULL},
    {"kmsKeyID", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

/* EKS Auto Mode's own: 80 GiB unless it says otherwise. */
static void decode_auto_storage(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct class_file *file = out;
    struct fg_volume *volume = default_volume(decoder->arena, 80);
    fg_decode_map(decoder, value, "ephemeralStorage", auto_storage_fields, volume);
    file->made.root = volume;
}

/* ---- the document ---- */

static const struct fg_field spec_fields[] = {
    {"amiFamily", FG_FIELD_FUNCTION, 0, decode_ami_family},
    {"amiSelectorTerms", FG_FIELD_FUNCTION, 0, decode_ami_terms},
    {"subnetSelectorTerms", FG_FIELD_FUNCTION, 0, decode_subnet_terms},
    {"kubelet", FG_FIELD_FUNCTION, 0, decode_kubelet},
    {"blockDeviceMappings", FG_FIELD_FUNCTION, 0, decode_mappings},
    {"ephemeralStorage", FG_FIELD_FUNCTION, 0, decode_auto_storage},
    {"associatePublicIPAddress", FG_FIELD_BOOL, CLASS(public_ipv4), NULL},
    {"advancedNetworking", FG_FIELD_PASSED_OVER, 0, NULL},
    {"certificateBundles", FG_FIELD_PASSED_OVER, 0, NULL},
    {"connectionTracking", FG_FIELD_PASSED_OVER, 0, NULL},
    {"context", FG_FIELD_PASSED_OVER, 0, NULL},
    {"cpuOptions", FG_FIELD_PASSED_OVER, 0, NULL},
    {"detailedMonitoring", FG_FIELD_PASSED_OVER, 0, NULL},
    {"instanceProfile", FG_FIELD_PASSED_OVER, 0, NULL},
    {"metadataOptions", FG_FIELD_PASSED_OVER, 0, NULL},
    {"networkPolicy", FG_FIELD_PASSED_OVER, 0, NULL},
    {"networkPolicyEventLogs", FG_FIELD_PASSED_OVER, 0, NULL},
    {"role", FG_FIELD_PASSED_OVER, 0, NULL},
    {"securityGroupSelectorTerms", FG_FIELD_PASSED_OVER, 0, NULL},
    {"snatPolicy", FG_FIELD_PASSED_OVER, 0, NULL},
    {"tags", FG_FIELD_PASSED_OVER, 0, NULL},
    {"userData", FG_FIELD_PASSED_OVER, 0, NULL},
    {"capacityReservationSelectorTerms", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"instanceStorePolicy", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"ipPrefixCount", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"networkInterfaces", FG_FIELD_UNSUPPORTED, 0, NULL},
    {"placementGroupSelector", FG_FIELD_UNSUPPORTED, 0, NULL},
    {0},
};

/* Zones of the subnets that Karpenter found. */
static void take_status(struct fg_decoder *decoder, const struct fg_value *status,
                        struct fg_node_class *out)
{
    const struct fg_value *list = fg_value_find(status, "subnets");
    if (list == NULL || list->kind != FG_VALUE_LIST)
        return;
    out->zones = fg_arena_allocate(decoder->arena, list->count, sizeof *out->zones);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *zone = fg_value_find(list->items[i], "zone");
        bool known = zone == NULL || zone->kind != FG_VALUE_TEXT;
        for (uint32_t z = 0; z < out->zone_count && !known; z++)
            known = strcmp(out->zones[z], zone->text) == 0;
        if (!known)
            out->zones[out->zone_count++] = zone->text;
    }
}

bool fg_decode_node_class(struct fg_decoder *decoder, const struct fg_value *document,
                          struct fg_node_class *out)
{
    static const char *const kinds[] = {"EC2NodeClass", "NodeClass", NULL};
    struct class_file file = {.made = fg_node_class_default(), .hard_bytes = -1, .soft_bytes = -1};
    struct fg_document_header header;
    const struct fg_value *spec = fg_value_find(document, "spec");
    bool good = fg_decode_header(decoder, document, "a node class", kinds, &header);
    if (strcmp(header.kind, "NodeClass") == 0 ||
        strncmp(header.api_version, "eks.amazonaws.com/", 18) == 0)
        file.made = fg_node_class_auto_mode();
    if (good)
        file.made.name = header.name;
    if (good && spec != NULL)
        fg_decode_map(decoder, spec, "spec of a node class", spec_fields, &file);
    if (file.hard_bytes >= 0)
        file.made.eviction_hard_memory_bytes = file.hard_bytes;
    if (file.soft_bytes > file.made.eviction_hard_memory_bytes)
        file.made.eviction_hard_memory_bytes = file.soft_bytes;
    take_status(decoder, fg_value_find(document, "status"), &file.made);
    *out = file.made;
    return good;
}
