/* What names in a study stand for: zones, subnets, families of instances, items of the catalog. */
#include <string.h>

#include "data/study_parts.h"

void fg_study_check_zone(struct fg_decoder *decoder, const struct fg_value *place, const char *zone)
{
    const struct fg_study_context *context = decoder->context;
    size_t length = context->region != NULL ? strlen(context->region) : 0;
    if (length > 0 && (strncmp(zone, context->region, length) != 0 || zone[length] == '\0'))
        fg_decode_fault(decoder, place, "zone '%s' is not in region %s; expected such as %sa", zone,
                        context->region, context->region);
}

bool fg_study_has_family(const struct fg_decoder *decoder, const char *family)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_catalog *catalog = context->catalog;
    size_t length = strlen(family);
    for (uint32_t i = 0; i < catalog->type_count; i++)
        if (strncmp(catalog->types[i].name, family, length) == 0 &&
            catalog->types[i].name[length] == '.')
            return true;
    return false;
}

const struct fg_subnet *fg_study_find_subnet(const struct fg_subnet *subnets, uint32_t count,
                                             const char *id)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(subnets[i].id, id) == 0)
            return &subnets[i];
    return NULL;
}

static bool is_item(const struct fg_catalog *catalog, const char *item)
{
    for (uint32_t i = 0; i < catalog->price_count; i++)
        if (strcmp(catalog->prices[i].item, item) == 0)
            return true;
    return fg_catalog_find_type(catalog, item) != NULL;
}

bool fg_study_check_price_item(struct fg_decoder *decoder, const struct fg_value *map,
                               const char *item)
{
    const struct fg_study_context *context = decoder->context;
    const struct fg_catalog *catalog = context->catalog;
    if (is_item(catalog, item))
        return true;
    const char **known = fg_arena_allocate(decoder->arena, catalog->price_count, sizeof *known);
    for (uint32_t i = 0; i < catalog->price_count; i++)
        known[i] = catalog->prices[i].item;
    const char *nearest = fg_nearest_name(item, known, catalog->price_count);
    fg_decode_fault(decoder, fg_value_find(map, "item"), "the catalog has no price of '%s'%s%s%s",
                    item,
                    nearest != NULL ? "; did you mean '"
                                    : "; expected an instance type, fargate-vcpu, ebs_gp3, ...",
                    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    return false;
}
