/* pricing.allocation: by what the bill is told, and how shared cost is spread. */
#include <string.h>

#include "data/study_parts.h"

static void decode_rule(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                        enum fg_share_rule *out)
{
    const char *text;
    if (fg_decode_text(decoder, value, key, &text) && !fg_share_rule_parse(text, out))
        fg_decode_fault(decoder, value, "%s is '%s'; expected apart, even or by share", key, text);
}

static void decode_shared(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_allocation_settings *settings = out;
    decode_rule(decoder, value, "shared", &settings->shared);
}

static void decode_idle(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_allocation_settings *settings = out;
    decode_rule(decoder, value, "idle", &settings->idle);
}

static void decode_namespaces(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_allocation_settings *settings = out;
    fg_decode_texts(decoder, value, "sharedNamespaces", &settings->namespaces,
                    &settings->namespace_count);
}

static bool stands_before(const struct fg_allocation_settings *settings, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (strcmp(settings->dimensions[i], settings->dimensions[number]) == 0)
            return true;
    return false;
}

static void decode_by(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_allocation_settings *settings = out, found = {0};
    if (!fg_decode_texts(decoder, value, "by", &found.dimensions, &found.dimension_count))
        return;
    for (uint32_t i = 0; i < found.dimension_count; i++) {
        const char *text = found.dimensions[i];
        if (!fg_dimension_is_known(text))
            fg_decode_fault(decoder, value, "by is '%s'; expected namespace, workload or label:KEY",
                            text);
        else if (stands_before(&found, i))
            fg_decode_fault(decoder, value, "by has '%s' twice; expected it once", text);
    }
    if (found.dimension_count == 0)
        fg_decode_fault(decoder, value, "by is empty; expected namespace, workload or label:KEY");
    settings->dimensions = found.dimensions;
    settings->dimension_count = found.dimension_count;
}

static const struct fg_field allocation_fields[] = {
    {"shared", FG_FIELD_FUNCTION, 0, decode_shared},
    {"idle", FG_FIELD_FUNCTION, 0, decode_idle},
    {"sharedNamespaces", FG_FIELD_FUNCTION, 0, decode_namespaces},
    {"by", FG_FIELD_FUNCTION, 0, decode_by},
    {0},
};

void fg_study_decode_allocation(struct fg_decoder *decoder, const struct fg_value *map, void *out)
{
    struct fg_scenario *scenario = out;
    struct fg_allocation_settings *settings =
        fg_arena_allocate(decoder->arena, 1, sizeof *settings);
    const struct fg_value *idle = NULL;
    fg_decode_map(decoder, map, "allocation", allocation_fields, settings);
    if (map->kind == FG_VALUE_MAP)
        idle = fg_value_find(map, "idle");
    if (idle == NULL || idle->kind == FG_VALUE_NULL)
        settings->idle = settings->shared;
    if (settings->dimension_count == 0) {
        settings->dimensions = fg_arena_allocate(decoder->arena, 2, sizeof(char *));
        settings->dimensions[settings->dimension_count++] = FG_DIMENSION_NAMESPACE;
        settings->dimensions[settings->dimension_count++] = FG_DIMENSION_WORKLOAD;
    }
    scenario->allocation = settings;
}
