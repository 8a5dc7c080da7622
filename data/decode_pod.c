#include "data/decode_pod.h"

#include <stdlib.h>
#include <string.h>

struct toleration {
    const char *key, *value, *operator_name;
    enum fg_effect effect;
};

static void decode_effect(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    char found[96];
    if (value->kind == FG_VALUE_TEXT && *value->text == '\0')
        return;
    if (value->kind != FG_VALUE_TEXT || !fg_effect_parse(value->text, out))
        fg_decode_fault(decoder, value,
                        "effect is %s; expected NoSchedule, PreferNoSchedule or NoExecute",
                        fg_value_describe(value, found));
}

static const struct fg_field toleration_fields[] = {
    {"key", FG_FIELD_TEXT, offsetof(struct toleration, key), NULL},
    {"value", FG_FIELD_TEXT, offsetof(struct toleration, value), NULL},
    {"operator", FG_FIELD_TEXT, offsetof(struct toleration, operator_name), NULL},
    {"effect", FG_FIELD_FUNCTION, offsetof(struct toleration, effect), decode_effect},
    {"tolerationSeconds", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static struct fg_toleration decode_toleration(struct fg_decoder *decoder,
                                              const struct fg_value *map)
{
    struct toleration read = {"", "", "Equal", FG_EFFECT_ANY};
    fg_decode_item(decoder, map, "a toleration", toleration_fields, &read);
    bool exists = strcmp(read.operator_name, "Exists") == 0;
    if (!exists && strcmp(read.operator_name, "Equal") != 0)
        fg_decode_fault(decoder, map, "operator is '%s'; expected Exists or Equal",
                        read.operator_name);
    else if (map->kind == FG_VALUE_MAP && !exists && *read.key == '\0')
        fg_decode_fault(decoder, map, "a toleration without a key; expected operator: Exists");
    return (struct fg_toleration){read.key, read.value, exists, read.effect};
}

void fg_decode_tolerations(struct fg_decoder *decoder, const struct fg_value *list,
                           void *out_tolerations)
{
    struct fg_tolerations *out = out_tolerations;
    if (!fg_decode_is_list(decoder, list, "tolerations"))
        return;
    out->items = fg_arena_allocate(decoder->arena, list->count, sizeof *out->items);
    out->count = list->count;
    for (uint32_t i = 0; i < list->count; i++)
        out->items[i] = decode_toleration(decoder, list->items[i]);
}

/* ---- taints ---- */

static const struct fg_field taint_fields[] = {
    {"key", FG_FIELD_TEXT, offsetof(struct fg_taint, key), NULL},
    {"value", FG_FIELD_TEXT, offsetof(struct fg_taint, value), NULL},
    {"effect", FG_FIELD_PASSED_OVER, 0, NULL},
    {0},
};

static void decode_taint_effect(struct fg_decoder *decoder, const struct fg_value *place,
                                const char *text, struct fg_taint *out)
{
    if (text == NULL || !fg_effect_parse(text, &out->effect))
        fg_decode_fault(decoder, place,
                        "the taint '%s' has the effect '%s'; expected NoSchedule, "
                        "PreferNoSchedule or NoExecute",
                        out->key, text != NULL ? text : "");
}

static void decode_taint_item(struct fg_decoder *decoder, const struct fg_value *map,
                              struct fg_taint *out)
{
    const struct fg_value *effect = fg_value_find(map, "effect");
    *out = (struct fg_taint){"", "", FG_EFFECT_NO_SCHEDULE};
    if (fg_decode_item(decoder, map, "a taint", taint_fields, out) &&
        fg_decode_required(decoder, map, "key", "a taint") != NULL)
        decode_taint_effect(decoder, effect != NULL ? effect : map,
                            effect != NULL ? effect->text : NULL, out);
}

static void decode_taint_pair(struct fg_decoder *decoder, const char *key,
                              const struct fg_value *value, struct fg_taint *out)
{
    const char *text = "";
    *out = (struct fg_taint){key, "", FG_EFFECT_NO_SCHEDULE};
    if (!fg_decode_text(decoder, value, key, &text))
        return;
    const char *colon = strrchr(text, ':');
    out->value = fg_arena_copy(decoder->arena, text, colon != NULL ? (size_t)(colon - text) : 0);
    decode_taint_effect(decoder, value, colon != NULL ? colon + 1 : text, out);
}

void fg_decode_taints(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_taints *taints = out;
    bool map = value->kind == FG_VALUE_MAP;
    if (!map && !fg_decode_is_list(decoder, value, "taints"))
        return;
    taints->items = fg_arena_allocate(decoder->arena, value->count, sizeof *taints->items);
    taints->count = value->count;
    for (uint32_t i = 0; i < value->count; i++) {
        if (map)
            decode_taint_pair(decoder, value->keys[i].text, value->items[i], &taints->items[i]);
        else
            decode_taint_item(decoder, value->items[i], &taints->items[i]);
    }
}

/* ---- single values ---- */

bool fg_decode_priority(struct fg_decoder *decoder, const struct fg_value *value, int32_t *out)
{
    char found[96];
    char *end = NULL;
    long long number = value->kind == FG_VALUE_TEXT ? strtoll(value->text, &end, 10) : 0;
    if (end == NULL || end == value->text || *end != '\0' || number < INT32_MIN ||
        number > INT32_MAX) {
        fg_decode_fault(decoder, value, "priority is %s; expected a whole number of 32 bits",
                        fg_value_describe(value, found));
        return false;
    }
    *out = (int32_t)number;
    return true;
}

void fg_decode_start(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (fg_decode_text(decoder, value, "start", &text) &&
        fg_calendar_parse_instant(text, out, &cause) != FG_OK)
        fg_decode_fault_of(decoder, value, "start", &cause);
}
