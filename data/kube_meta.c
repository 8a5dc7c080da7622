#include <string.h>

#include "data/kube_parts.h"
#include "models/calendar.h"

/* What the field functions of a metadata map fill. */
struct meta_file {
    struct fg_kube_meta meta;
    struct fg_kube_draft *draft;
};

const char *fg_kube_text(const struct fg_value *map, const char *key)
{
    const struct fg_value *value = fg_value_find(map, key);
    return value != NULL && value->kind == FG_VALUE_TEXT ? value->text : NULL;
}

bool fg_kube_decode_instant(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                            const struct fg_value *value, const char *key, fg_unix_s *out)
{
    struct fg_error cause = {0};
    const char *text;
    if (!fg_decode_text(decoder, value, key, &text))
        return false;
    if (fg_calendar_parse_instant(text, out, &cause) != FG_OK) {
        fg_decode_fault_of(decoder, value, key, &cause);
        return false;
    }
    if (*out > draft->objects->now)
        draft->objects->now = *out;
    return true;
}

static void decode_created(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct meta_file *file = out;
    fg_kube_decode_instant(decoder, file->draft, value, "creationTimestamp", &file->meta.created);
}

static void decode_deleted(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct meta_file *file = out;
    const char *ignored; /* it may lie ahead: the end of the grace period */
    file->meta.deleting = fg_decode_text(decoder, value, "deletionTimestamp", &ignored);
}

static void decode_owners(struct fg_decoder *decoder, const struct fg_value *list, void *out)
{
    struct meta_file *file = out;
    if (!fg_decode_is_list(decoder, list, "ownerReferences"))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *owner = list->items[i];
        const char *controller = fg_kube_text(owner, "controller");
        if (controller == NULL || strcmp(controller, "true") != 0)
            continue;
        file->meta.owner_kind = fg_kube_text(owner, "kind");
        file->meta.owner_name = fg_kube_text(owner, "name");
        file->meta.owner_uid = fg_kube_text(owner, "uid");
    }
}

#define META(field) offsetof(struct meta_file, meta.field)
static const struct fg_field meta_fields[] = {
    {"name", FG_FIELD_TEXT, META(name), NULL},
    {"namespace", FG_FIELD_TEXT, META(namespace_name), NULL},
    {"uid", FG_FIELD_TEXT, META(uid), NULL},
    {"labels", FG_FIELD_PAIRS, META(labels), NULL},
    {"annotations", FG_FIELD_PAIRS, META(annotations), NULL},
    {"creationTimestamp", FG_FIELD_FUNCTION, 0, decode_created},
    {"deletionTimestamp", FG_FIELD_FUNCTION, 0, decode_deleted},
    {"ownerReferences", FG_FIELD_FUNCTION, 0, decode_owners},
    {0},
};

bool fg_kube_decode_meta(struct fg_decoder *decoder, struct fg_kube_draft *draft,
                         const struct fg_value *object, const char *kind, struct fg_kube_meta *out)
{
    struct meta_file file = {.meta = {.namespace_name = "default", .uid = ""}, .draft = draft};
    const struct fg_value *map = fg_value_find(object, "metadata");
    char what[64] = "a ";
    strncat(what, kind, sizeof what - sizeof "a ");
    if (map == NULL || map->kind != FG_VALUE_MAP) {
        fg_decode_fault(decoder, map != NULL ? map : object,
                        "%s has no metadata; expected a map with a name", what);
        return false;
    }
    fg_decode_item(decoder, map, "metadata", meta_fields, &file);
    if (fg_decode_required(decoder, map, "name", what) == NULL)
        return false;
    *out = file.meta;
    return true;
}

const struct fg_value *fg_kube_find_condition(struct fg_decoder *decoder,
                                              struct fg_kube_draft *draft,
                                              const struct fg_value *status, const char *type)
{
    const struct fg_value *list = fg_value_find(status, "conditions"), *found = NULL;
    static const char *const instants[] = {"lastHeartbeatTime", "lastTransitionTime",
                                           "lastProbeTime"};
    if (list == NULL || !fg_decode_is_list(decoder, list, "conditions"))
        return NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct fg_value *condition = list->items[i];
        const char *name = fg_kube_text(condition, "type");
        fg_unix_s ignored;
        for (size_t t = 0; t < sizeof instants / sizeof *instants; t++)
            if (fg_kube_text(condition, instants[t]) != NULL)
                fg_kube_decode_instant(decoder, draft, fg_value_find(condition, instants[t]),
                                       instants[t], &ignored);
        if (name != NULL && strcmp(name, type) == 0)
            found = condition;
    }
    return found;
}
