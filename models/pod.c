#include "models/pod.h"

#include <string.h>

static const char *const kind_names[FG_KIND_COUNT] = {
    [FG_KIND_DEPLOYMENT] = "Deployment",
    [FG_KIND_STATEFULSET] = "StatefulSet",
    [FG_KIND_DAEMONSET] = "DaemonSet",
    [FG_KIND_JOB] = "Job",
    [FG_KIND_CRONJOB] = "CronJob",
    [FG_KIND_REPLICASET] = "ReplicaSet",
    [FG_KIND_POD] = "Pod",
};

const char *fg_kind_name(enum fg_kind kind)
{
    return kind_names[kind];
}

bool fg_kind_parse(const char *text, enum fg_kind *out)
{
    for (int kind = 0; kind < FG_KIND_COUNT; kind++) {
        if (strcmp(kind_names[kind], text) == 0) {
            *out = (enum fg_kind)kind;
            return true;
        }
    }
    return false;
}

const char *fg_arch_name(enum fg_arch arch)
{
    return arch == FG_ARCH_ARM64 ? "arm64" : "amd64";
}

bool fg_arch_parse(const char *text, enum fg_arch *out)
{
    if (strcmp(text, "amd64") == 0 || strcmp(text, "x86_64") == 0)
        *out = FG_ARCH_AMD64;
    else if (strcmp(text, "arm64") == 0 || strcmp(text, "aarch64") == 0)
        *out = FG_ARCH_ARM64;
    else
        return false;
    return true;
}

bool fg_feature_parse(const char *text, uint32_t length, uint32_t *out_bit)
{
    static const struct {
        const char *name;
        enum fg_feature bit;
    } features[] = {
        {"privileged", FG_FEATURE_PRIVILEGED},
        {"hostNetwork", FG_FEATURE_HOST_NETWORK},
        {"hostPort", FG_FEATURE_HOST_PORT},
        {"hostPath", FG_FEATURE_HOST_PATH},
        {"ebs", FG_FEATURE_EBS},
    };
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        if (strlen(features[i].name) == length && memcmp(features[i].name, text, length) == 0) {
            *out_bit = features[i].bit;
            return true;
        }
    }
    return false;
}

bool fg_label_selector_takes_pod(const struct fg_label_selector *selector,
                                 const struct fg_pod_spec *spec)
{
    return fg_label_selector_takes(selector, &spec->labels) &&
           (selector->workload == NULL || strcmp(selector->workload, spec->workload) == 0);
}
