/* karpenter_type_labels.h - the labels of instance types, by value the types that have it.
 *
 * Source: karpenter-provider-aws v1.14 pkg/providers/instancetype/types.go (computeRequirements).
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_TYPE_LABELS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_TYPE_LABELS_H

#include "models/catalog.h"
#include "sim/controllers/karpenter_bits.h"
#include "sim/controllers/karpenter_words.h"

/* One label: which types have which value. */
struct fg_type_label {
    uint32_t key;
    uint32_t value_count, value_capacity;
    uint32_t *values; /* words */
    uint64_t **types; /* by value, a set */
    uint64_t *without;
};
struct fg_type_labels {
    uint32_t count, capacity;
    struct fg_type_label *items;
};

/* The types to be labelled, and what they all share. */
struct fg_labelled_types {
    uint32_t count, word_count; /* word_count: of a set */
    const struct fg_instance_type *const *types;
    const char *region;
    uint32_t zone_count;
    const char *const *zones;
    bool is_windows, auto_mode; /* auto_mode: eks.amazonaws.com/instance-... */
};
/* `labels` is {0} before; sets come from the arena. The labels' keys become well-known words. */
void fg_type_labels_fill(struct fg_type_labels *labels, struct fg_words *words,
                         struct fg_arena *arena, const struct fg_labelled_types *types);
/* NULL = no type has such a label. */
const struct fg_type_label *fg_type_labels_find(const struct fg_type_labels *labels, uint32_t key);
void fg_type_labels_release(struct fg_type_labels *labels);

#endif
