/* fargauge match: which Fargate profile takes a pod. */
#include <stdio.h>
#include <string.h>

#include "data/study.h"
#include "models/fargate_profile.h"
#include "reports/json_writer.h"
#include "sim/commands/command.h"

static const struct fg_option options[] = {
    {"profiles", 0, "FILE", "an eksctl ClusterConfig, or a list of fargateProfiles"},
    {"namespace", 0, "NAME", "the pod's namespace; default default"},
    {"labels", 0, "K=V,...", "the pod's labels"},
    {"format", 0, "text|json", "default text"},
    {"catalog", 0, "DIR", "other price tables (not needed here)"},
    {0},
};

static fg_status parse_labels(const char *text, struct fg_arena *arena, struct fg_pairs *out,
                              struct fg_error *error)
{
    *out = (struct fg_pairs){0};
    if (text == NULL || *text == '\0')
        return FG_OK;
    uint32_t most = 1;
    for (const char *at = text; *at != '\0'; at++)
        most += *at == ',';
    out->items = fg_arena_allocate(arena, most, sizeof *out->items);
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, ",");
        const char *equals = memchr(at, '=', length);
        if (equals == NULL || equals == at)
            return fg_error_set(error, FG_BAD_INPUT,
                                "--labels has '%.*s'; expected key=value,key=value", (int)length,
                                at);
        out->items[out->count++] =
            (struct fg_pair){fg_arena_copy(arena, at, (size_t)(equals - at)),
                             fg_arena_copy(arena, equals + 1, (size_t)(at + length - equals - 1))};
        at += length + (at[length] == ',');
    }
    if (!fg_pairs_sort(out))
        return fg_error_set(error, FG_BAD_INPUT, "--labels names a key twice; expected each once");
    return FG_OK;
}

static void print(const char *profile, bool as_json)
{
    struct fg_json_writer json = {.out = stdout, .layout = FG_JSON_ONE_LINE};
    if (!as_json) {
        printf("%s\n", profile != NULL ? profile : "none");
        return;
    }
    fg_json_open(&json, '{');
    fg_json_key(&json, "profile");
    if (profile != NULL)
        fg_json_put_text(&json, profile);
    else
        fg_json_put_null(&json);
    fg_json_close(&json, '}');
    fg_json_finish(&json);
}

static fg_status run(const struct fg_arguments *arguments, struct fg_error *error)
{
    const char *file = fg_argument(arguments, "profiles");
    const char *namespace_name = fg_argument(arguments, "namespace");
    struct fg_arena arena = {0};
    struct fg_fargate_profile *profiles = NULL;
    uint32_t count = 0;
    struct fg_pairs labels;
    bool json;
    if (file == NULL)
        return fg_error_set(error, FG_BAD_INPUT, "--profiles FILE is missing");
    fg_status status = fg_argument_json(arguments, &json, error);
    if (status == FG_OK)
        status = parse_labels(fg_argument(arguments, "labels"), &arena, &labels, error);
    if (status == FG_OK)
        status = fg_profiles_read(file, &arena, &profiles, &count, error);
    if (status == FG_OK) {
        const struct fg_fargate_profile *profile = fg_profile_select(
            profiles, count, namespace_name != NULL ? namespace_name : "default", &labels);
        print(profile != NULL ? profile->name : NULL, json);
    }
    fg_arena_release(&arena);
    return status;
}

const struct fg_command fg_command_match = {
    .name = "match",
    .operands = "",
    .summary = "the Fargate profile that takes a pod, or none",
    .options = options,
    .run = run,
};
