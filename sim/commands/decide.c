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
    {"now", 0, "INSTANT", "when the snapshot was taken; default: the latest time in it"},
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

/* NULL: there is none of that name, and `error` says so. */
static const struct controller *find_controller(const char *name, struct fg_error *error)
{
    static const char expected[] = "kube-scheduler, cluster-autoscaler or karpenter";
    const char *names[CONTROLLER_COUNT];
    for (int i = 0; i < CONTROLLER_COUNT; i++) {
        names[i] = controllers[i].name;
        if (name != NULL && strcmp(names[i], name) == 0)
            return &controllers[i];
    }
    const char *nearest = name != NULL ? fg_nearest_name(name, names, CONTROLLER_COUNT) : NULL;
    if (name == NULL)
        fg_error_set(error, FG_BAD_INPUT, "--controller is missing; expected %s", expected);
    else if (nearest != NULL)
        fg_error_set(error, FG_BAD_INPUT, "--controller is '%s'; did you mean '%s'?", name,
                     nearest);
    else
        fg_error_set(error, FG_BAD_INPUT, "--controller is '%s'; expected %s", name, expected);
    return NULL;
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
    const char *region = fg_argument(arguments, "region"), *now = fg_argument(arguments, "now");
    struct fg_snapshot snapshot = {.catalog = catalog};
    fg_unix_s taken_at = 0;
    fg_status status = check_region(catalog, region, error);
    if (status == FG_OK && now != NULL)
        status = fg_calendar_parse_instant(now, &taken_at, error);
    if (status == FG_OK)
        status = fg_kube_read(arguments->operands, arguments->operand_count, catalog, region,
                              &snapshot.objects, error);
    if (status != FG_OK)
        return status;
    if (now != NULL)
        snapshot.objects.now = taken_at;
    fg_snapshot_fill(&snapshot);
    status = controller->decide(&snapshot, error);
    fg_snapshot_release(&snapshot);
    return status;
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *format = fg_argument(arguments, "format");
    const struct controller *controller =
        find_controller(fg_argument(arguments, "controller"), error);
    struct fg_catalog catalog;
    if (controller == NULL)
        return error->status;
    if (format != NULL && strcmp(format, "json") != 0)
        return fg_error_set(error, FG_BAD_INPUT, "--format is '%s'; expected json", format);
    fg_status status = fg_argument_catalog(arguments, &catalog, error);
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
