/* karpenter_types.h - EC2 instance types as Karpenter sees them for one NodePool: their labels,
 * what pods can request of them (rules K5), and their offerings, zone by capacity type.
 *
 * Everything is made once and laid out so that a set of types, a bit each, is narrowed by a few
 * ANDs: for each label the types that have a value, for each resource the types that have so much.
 * Types are numbered by name.
 * Sources: karpenter-provider-aws v1.14 pkg/providers/instancetype/types.go, offering.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_TYPES_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_TYPES_H

#include "sim/controllers/karpenter_bits.h"
#include "sim/controllers/karpenter_capacity.h"
#include "sim/controllers/karpenter_requirements.h"
#include "sim/controllers/karpenter_type_labels.h"

/* What an instance-hour costs in nanodollars; below 0: not on offer there. */
struct fg_karpenter_market {
    fg_nanodollars (*price)(const void *context, const struct fg_instance_type *type,
                            const char *zone, enum fg_capacity_type capacity);
    const void *context;
};

enum { FG_KARPENTER_MAX_ZONES = 32 }; /* a pool's zones fit a mask of 32 bits */

enum fg_fit { FG_FIT_CPU, FG_FIT_MEMORY, FG_FIT_EPHEMERAL, FG_FIT_PODS, FG_FIT_GPU, FG_FITS };

/* The types whose allocatable is at least so much, for each amount that occurs; rising. */
struct fg_type_steps {
    uint32_t count;
    int64_t *amounts;
    uint64_t *types; /* by amount, sets one after the other */
};
struct fg_type_extended { /* a resource beside those of fg_node_capacity */
    const char *name;
    int64_t *amounts; /* by type */
};

struct fg_karpenter_types {
    uint32_t count;
    uint32_t word_count; /* of a set: 64 types each */
    const struct fg_instance_type **types;
    struct fg_node_capacity *capacity, *allocatable;
    bool *is_exotic; /* bare metal, GPUs or other accelerators: launched only if it must be */
    uint64_t *sound; /* no allocatable resource is below zero */
    struct fg_type_steps steps[FG_FITS];
    uint32_t extended_count;
    struct fg_type_extended *extended;
    struct fg_type_labels labels;
    uint32_t zone_count;
    const uint32_t *zones;  /* words, by name */
    fg_nanodollars *prices; /* [(type * zone_count + zone) * FG_CAPACITY_TYPES + capacity] */
    uint64_t **offered;     /* [zone * FG_CAPACITY_TYPES + capacity], a set each */
    struct fg_arena arena;
};

/* What a pool's types depend on. `zones` are texts in byte order. */
struct fg_karpenter_types_source {
    const struct fg_catalog *catalog;
    const char *region;
    uint32_t zone_count;
    const char *const *zones;
    const struct fg_node_class *node_class;
    const struct fg_karpenter_settings *settings;
    bool auto_mode; /* labels eks.amazonaws.com/instance-..., at most 110 pods */
};
void fg_karpenter_types_fill(struct fg_karpenter_types *types, struct fg_words *words,
                             const struct fg_karpenter_types_source *source,
                             const struct fg_karpenter_market *market);
/* Prices of another day; the types stay. */
void fg_karpenter_types_reprice(struct fg_karpenter_types *types, const struct fg_words *words,
                                const struct fg_karpenter_market *market);
void fg_karpenter_types_release(struct fg_karpenter_types *types);

/* Number of the type, UINT32_MAX = none of that name. */
uint32_t fg_karpenter_types_find(const struct fg_karpenter_types *types, const char *name);

/* Takes out of the set the types that do not have the labels asked for; keys that no type has do
 * not matter. */
void fg_karpenter_types_narrow(const struct fg_karpenter_types *types, const struct fg_words *words,
                               const struct fg_karpenter_requirement *requirement, uint64_t *set);
/* Types with at least so much of the resource; NULL = none. */
const uint64_t *fg_karpenter_types_with(const struct fg_karpenter_types *types,
                                        enum fg_fit resource, int64_t amount);
/* Types on offer in one of the zones as one of the capacity types, masks by number. */
void fg_karpenter_types_offered(const struct fg_karpenter_types *types, uint32_t zone_mask,
                                uint32_t capacity_mask, uint64_t *out);
/* The zones and capacity types that the requirements allow. */
uint32_t fg_karpenter_zone_mask(const struct fg_karpenter_types *types,
                                const struct fg_words *words,
                                const struct fg_karpenter_requirements *requirements,
                                uint32_t zone_key);
static inline fg_nanodollars fg_karpenter_price(const struct fg_karpenter_types *types,
                                                uint32_t type, uint32_t zone,
                                                enum fg_capacity_type capacity)
{
    return types->prices[(type * types->zone_count + zone) * FG_CAPACITY_TYPES + capacity];
}
/* The cheapest offering within the masks; -1 = none. */
fg_nanodollars fg_karpenter_lowest_price(const struct fg_karpenter_types *types, uint32_t type,
                                         uint32_t zone_mask, uint32_t capacity_mask);
/* The dearest offering of the capacity type that would be launched: Spot where there is any. */
fg_nanodollars fg_karpenter_worst_price(const struct fg_karpenter_types *types, uint32_t type,
                                        uint32_t zone_mask, uint32_t capacity_mask);

#endif
