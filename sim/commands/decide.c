/* fargauge decide: what kube-scheduler, Cluster Autoscaler or Karpenter would do with a snapshot of
 * a cluster, now. */
#include "sim/commands/decide.h"

#include <string.h>

#include "data/catalog_reader.h"
#include "data/kube_reader.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"controller", 0, "kube-scheduler|cluster-autoscaler|karpenter", "who decides"},
    {"region", 0, "REGION", "for prices and zones; default: as the snapshot says"},
    {"format", 0, "json", "there is no other"},
    {"catalog", 0, "DIR", "other price tables"},
    {0},
};

struct controller {
    const char *name;
    fg_status (*decide)(struct fg_snapshot *snapshot, struct fg_error *error);
};
static const struct controller controllers[] = {
    {"kube-scheduler", fg_decide_scheduler},
    {"cluster-autoscaler", fg_decide_autoscaler},
    {"karpenter", fg_decide_karpenter},
};
enum { CONTROLLER_COUNT = sizeof controllers / sizeof *controllers };

static fg_status find_controller(const char *name, const struct controller **out,
                                 struct fg_error *error)
{
    static const char expected[] = "kube-scheduler, cluster-autoscaler or karpenter";
    const char *names[CONTROLLER_COUNT];
    if (name == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "--controller is missing; expected %s", expected);
    for (int i = 0; i < CONTROLLER_COUNT; i++) {
        names[i] = controllers[i].name;
        *out = &controllers[i];
        if (strcmp(controllers[i].name, name) == 0)
            return FG_OK;
    }
    const char *nearest = fg_nearest_name(name, names, CONTROLLER_COUNT);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT, "--controller is '%s'; did you mean '%s'?", name,
                            nearest);
    return fg_error_set(error, FG_BAD_INPUT, "--controller is '%s'; expected %s", name, expected);
}

static fg_status check_region(const struct fg_catalog *catalog, const char *region,
                              struct fg_error *error)
{
    if (region == NULL || fg_catalog_has_region(catalog, region))
        return FG_OK;
    const char *nearest = fg_catalog_nearest_region(catalog, region);
    return fg_error_set(error, FG_BAD_INPUT, "--region is '%s', which has no prices%s%s%s", region,
                        nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                        nearest != NULL ? "'?" : "");
}

static fg_status decide(const struct fg_arguments *arguments, const struct controller *controller,
                        const struct fg_catalog *catalog, struct fg_error *error)
{
    const char *region = fg_argument(arguments, "region");
    struct fg_snapshot snapshot = {.catalog = catalog};
    fg_status status = check_region(catalog, region, error);
    if (status == FG_OK)
        status = fg_kube_read(arguments->operands, arguments->operand_count, catalog, region,
                              &snapshot.objects, error);
    if (status != FG_OK)
        return status;
    fg_snapshot_fill(&snapshot);
    status = controller->decide(&snapshot, error);
    fg_snapshot_release(&snapshot);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *format = fg_argument(arguments, "format");
    const struct controller *controller = NULL;
    struct fg_catalog catalog;
    fg_status status = find_controller(fg_argument(arguments, "controller"), &controller, error);
    if (status == FG_OK && format != NULL && strcmp(format, "json") != 0)
        status = fg_error_set(error, FG_BAD_INPUT, "--format is '%s'; expected json", format);
    if (status == FG_OK)
        status = fg_argument_catalog(arguments, &catalog, error);
    if (status != FG_OK)
        return status;
    status = decide(arguments, controller, &catalog, error);
    fg_catalog_release(&catalog);
    return status;
}

const struct fg_command fg_command_decide = {
    .name = "decide",
    .operands = "SNAPSHOT...",
    .operand_min = 1,
    .operand_max = UINT32_MAX,
    .summary = "what a controller would do now with Kubernetes objects as kubectl prints them",
    .options = options,
    .run = run,
};
