#include "models/fargate_profile.h"

#include <stdio.h>
#include <string.h>

#include "models/ecs.h"
#include "models/fargate_size.h"
#include "models/quantity.h"

enum { MAX_SELECTORS = 5, MAX_LABELS = 5 };

static bool has_matching_label(const struct fg_pairs *labels, const struct fg_pair *pattern)
{
    for (uint32_t i = 0; i < labels->count; i++)
        if (fg_glob_match(pattern->key, labels->items[i].key) &&
            fg_glob_match(pattern->value, labels->items[i].value))
            return true;
    return false;
}

bool fg_selector_matches(const struct fg_selector *selector, const char *namespace_name,
                         const struct fg_pairs *labels)
{
    if (!fg_glob_match(selector->namespace_pattern, namespace_name))
        return false;
    for (uint32_t i = 0; i < selector->labels.count; i++)
        if (!has_matching_label(labels, &selector->labels.items[i]))
            return false;
    return true;
}

static bool profile_matches(const struct fg_fargate_profile *profile, const char *namespace_name,
                            const struct fg_pairs *labels)
{
    for (uint32_t i = 0; i < profile->selector_count; i++)
        if (fg_selector_matches(&profile->selectors[i], namespace_name, labels))
            return true;
    return false;
}

const struct fg_fargate_profile *fg_profile_select(const struct fg_fargate_profile *profiles,
                                                   uint32_t profile_count,
                                                   const char *namespace_name,
                                                   const struct fg_pairs *labels)
{
    const char *wanted = fg_pairs_find(labels, FG_LABEL_FARGATE_PROFILE);
    for (uint32_t i = 0; i < profile_count; i++) {
        if (wanted != NULL && strcmp(profiles[i].name, wanted) != 0)
            continue;
        if (profile_matches(&profiles[i], namespace_name, labels))
            return &profiles[i];
    }
    return NULL;
}

const struct fg_fargate_profile *fg_profile_for_pod(const struct fg_cluster *cluster,
                                                    const struct fg_pod_spec *spec)
{
    const char *compute_type = fg_pairs_find(&spec->annotations, FG_LABEL_COMPUTE_TYPE);
    if (spec->kind == FG_KIND_DAEMONSET ||
        (compute_type != NULL && strcmp(compute_type, "ec2") == 0))
        return NULL;
    return fg_profile_select(cluster->profiles, cluster->profile_count, spec->namespace_name,
                             &spec->labels);
}

/* Those of the trace, and the EBS volumes that the cluster gives it. */
static uint32_t features_of(const struct fg_cluster *cluster, const struct fg_pod_spec *spec)
{
    for (uint32_t i = 0; i < cluster->persistent_volume_count; i++)
        if (fg_pod_filter_takes(&cluster->persistent_volumes[i].pods, spec))
            return spec->features | FG_FEATURE_EBS;
    return spec->features;
}

/* The texts EKS's scheduler gives, joined in its order. */
static const char *refuse_features(uint32_t features, char *buffer, uint32_t buffer_bytes)
{
    static const struct {
        uint32_t bits;
        const char *text;
    } texts[] = {
        {FG_FEATURE_HOST_NETWORK, "fields not supported: HostNetwork"},
        {FG_FEATURE_PRIVILEGED, "invalid SecurityContext fields: Privileged"},
        {FG_FEATURE_HOST_PORT, "port contains HostIP or HostPort"},
        {FG_FEATURE_HOST_PATH, "volumes not supported: hostPath is of an unsupported volume Type"},
        {FG_FEATURE_EBS, "volumes not supported: ebs is of an unsupported volume Type"},
    };
    uint32_t length = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if ((features & texts[i].bits) == 0 || length >= buffer_bytes)
            continue;
        length += (uint32_t)snprintf(buffer + length, buffer_bytes - length, "%s%s",
                                     length == 0 ? "Pod not supported on Fargate: " : ", ",
                                     texts[i].text);
    }
    return buffer;
}

static const char *refuse_size(const struct fg_cluster *cluster, const struct fg_pod_spec *spec,
                               fg_day day, char *buffer, uint32_t buffer_bytes)
{
    int64_t cpu = spec->cpu_milli, memory = spec->memory_bytes;
    struct fg_fargate_size size;
    char cpu_text[32], memory_text[32];
    for (uint32_t i = 0; i < cluster->fargate.sidecar_count; i++) {
        cpu += cluster->fargate.sidecars[i].cpu_milli;
        memory += cluster->fargate.sidecars[i].memory_bytes;
    }
    buffer[0] = '\0';
    if (fg_fargate_size(cpu, memory, day, &size))
        return buffer;
    size = fg_fargate_largest(day);
    snprintf(buffer, buffer_bytes,
             "Pod not supported on Fargate: %s vCPU and %s with the 256Mi overhead are more than "
             "the largest size, %g vCPU and %g GB",
             fg_quantity_print_cpu(cpu, cpu_text),
             fg_quantity_print_bytes(memory + FG_FARGATE_OVERHEAD_BYTES, memory_text),
             (double)size.cpu_milli / 1000, (double)size.memory_mib / 1024);
    return buffer;
}

const char *fg_fargate_refusal(const struct fg_cluster *cluster, const struct fg_pod_spec *spec,
                               fg_day day, char *buffer, uint32_t buffer_bytes)
{
    int64_t storage;
    if (cluster->orchestrator == FG_ORCHESTRATOR_ECS)
        return fg_ecs_refusal(cluster, fg_profile_for_pod(cluster, spec), spec, day, buffer,
                              buffer_bytes);
    if (*refuse_features(features_of(cluster, spec), buffer, buffer_bytes) != '\0')
        return buffer;
    if (spec->gpu_milli > 0)
        snprintf(buffer, buffer_bytes, "Pod not supported on Fargate: GPUs are not available");
    else if (spec->arch != FG_ARCH_AMD64)
        snprintf(buffer, buffer_bytes, "Pod not supported on Fargate: architecture %s",
                 fg_arch_name(spec->arch));
    else if (!fg_fargate_billed_storage(spec->ephemeral_bytes, &storage))
        snprintf(buffer, buffer_bytes,
                 "Pod not supported on Fargate: more than %d GiB of ephemeral storage",
                 FG_FARGATE_MAX_STORAGE_GIB);
    else
        refuse_size(cluster, spec, day, buffer, buffer_bytes);
    return buffer;
}

fg_status fg_profile_check(const struct fg_fargate_profile *profile, struct fg_error *error)
{
    if (*profile->name == '\0')
        return fg_error_set(error, FG_BAD_INPUT, "a Fargate profile needs a name");
    if (profile->selector_count == 0 || profile->selector_count > MAX_SELECTORS)
        return fg_error_set(error, FG_BAD_INPUT,
                            "Fargate profile '%s' has %u selectors; expected 1 to %d",
                            profile->name, profile->selector_count, MAX_SELECTORS);
    for (uint32_t i = 0; i < profile->selector_count; i++) {
        const struct fg_selector *selector = &profile->selectors[i];
        if (selector->namespace_pattern == NULL || *selector->namespace_pattern == '\0')
            return fg_error_set(error, FG_BAD_INPUT,
                                "selector %u of Fargate profile '%s' has no namespace", i + 1,
                                profile->name);
        if (selector->labels.count > MAX_LABELS)
            return fg_error_set(error, FG_BAD_INPUT,
                                "selector %u of Fargate profile '%s' has %u label pairs; expected "
                                "at most %d",
                                i + 1, profile->name, selector->labels.count, MAX_LABELS);
    }
    return FG_OK;
}
