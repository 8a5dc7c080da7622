#include "sim/controllers/karpenter_type_labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/instance_name.h"
#include "sim/controllers/karpenter_capacity.h"

enum { WHOLE_GPU = 1000 }; /* per mille */

/* ---- one label ---- */

/* A type in the making of the labels. */
struct labelling {
    struct fg_type_labels *labels;
    struct fg_words *words;
    struct fg_arena *arena;
    const struct fg_labelled_types *all;
    const char *prefix;
    uint32_t type;
};

static uint64_t *new_set(const struct labelling *at)
{
    return fg_arena_allocate(at->arena, at->all->word_count, sizeof(uint64_t));
}

static struct fg_type_label *label_of(const struct labelling *at, const char *key_text)
{
    struct fg_type_labels *labels = at->labels;
    uint32_t key = fg_words_key(at->words, key_text);
    for (uint32_t i = 0; i < labels->count; i++)
        if (labels->items[i].key == key)
            return &labels->items[i];
    fg_words_set_well_known(at->words, key);
    labels->items =
        fg_grow(labels->items, &labels->capacity, labels->count + 1, sizeof *labels->items);
    struct fg_type_label *label = &labels->items[labels->count++];
    *label = (struct fg_type_label){.key = key, .without = new_set(at)};
    for (uint32_t i = 0; i < at->all->count; i++)
        fg_bit_set(label->without, i);
    return label;
}

static void put_value(const struct labelling *at, struct fg_type_label *label, uint32_t value)
{
    uint32_t i = 0;
    while (i < label->value_count && label->values[i] != value)
        i++;
    if (i == label->value_count) {
        uint32_t capacity = label->value_capacity;
        label->values = fg_grow(label->values, &capacity, i + 1, sizeof *label->values);
        label->types =
            fg_grow((void *)label->types, &label->value_capacity, i + 1, sizeof *label->types);
        label->values[i] = value;
        label->types[i] = new_set(at);
        label->value_count++;
    }
    fg_bit_set(label->types[i], at->type);
    fg_bit_clear(label->without, at->type);
}

/* An empty text: the type lacks the label. */
static void put(const struct labelling *at, const char *key, const char *value)
{
    struct fg_type_label *label = label_of(at, key);
    if (*value != '\0')
        put_value(at, label, fg_words_value(at->words, value));
}

static void put_own(const struct labelling *at, const char *name, const char *value)
{
    char key[96];
    snprintf(key, sizeof key, "%s%s", at->prefix, name);
    put(at, key, value);
}

static void put_number(const struct labelling *at, const char *name, int64_t number, bool there)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    put_own(at, name, there ? text : "");
}

/* "A10G" -> "a10g", "Radeon Pro V520" -> "radeon-pro-v520". */
static const char *kebab(const char *text, char *buffer, size_t bytes)
{
    size_t length = 0;
    for (; text[length] != '\0' && length + 1 < bytes; length++) {
        char letter = text[length];
        buffer[length] = letter == ' '                    ? '-'
                         : letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a')
                                                          : letter;
    }
    buffer[length] = '\0';
    return buffer;
}

static void put_devices(const struct labelling *at, const struct fg_instance_type *type)
{
    char text[96];
    bool gpu = type->gpu_count > 0;
    put_own(at, "instance-gpu-name", kebab(gpu ? type->gpu_model : "", text, sizeof text));
    put_own(at, "instance-gpu-manufacturer", gpu ? fg_gpu_manufacturer(type->gpu_model) : "");
    put_number(at, "instance-gpu-count",
               type->gpu_per_mille >= WHOLE_GPU ? (int64_t)type->gpu_count : 0, gpu);
    put_number(at, "instance-gpu-memory", type->gpu_memory_mib, gpu);
    bool other = type->accelerator_count > 0;
    put_own(at, "instance-accelerator-name",
            kebab(other ? type->accelerator_model : "", text, sizeof text));
    put_own(at, "instance-accelerator-manufacturer",
            other ? fg_accelerator_manufacturer(type->accelerator_model) : "");
    put_number(at, "instance-accelerator-count", type->accelerator_count, other);
}

static void put_machine(const struct labelling *at, const struct fg_instance_type *type)
{
    static const char *const makers[] = {"intel", "amd", "aws"};
    static const char *const hypervisors[] = {"", "nitro", "xen"};
    put_number(at, "instance-cpu", type->vcpu, true);
    put_own(at, "instance-cpu-manufacturer", makers[type->cpu_manufacturer]);
    put_number(at, "instance-cpu-sustained-clock-speed-mhz", type->cpu_mhz, true);
    put_number(at, "instance-memory", type->memory_mib, true);
    put_number(at, "instance-ebs-bandwidth", type->ebs_mbps, type->ebs_mbps > 0);
    put_number(at, "instance-network-bandwidth", type->network_mbps, type->network_mbps > 0);
    put_own(at, "instance-category", type->category);
    put_own(at, "instance-capability-flex", type->flex ? "true" : "false");
    put_own(at, "instance-family", type->family);
    put_number(at, "instance-generation", type->generation, type->generation > 0);
    put_number(at, "instance-local-nvme", type->local_nvme_gb, type->local_nvme_gb > 0);
    put_own(at, "instance-size", type->size);
    put_own(at, "instance-hypervisor", hypervisors[type->hypervisor]);
    put_own(at, "instance-encryption-in-transit-supported",
            type->encryption_in_transit ? "true" : "false");
    put_own(at, "instance-tenancy", "default");
    put_own(at, "instance-tenancy", "dedicated");
    put_own(at, "capacity-reservation-id", "");
    put_own(at, "capacity-reservation-type", "");
    put_own(at, "capacity-reservation-interruptible", "");
}

static void put_labels(const struct labelling *at, const struct fg_instance_type *type)
{
    const struct fg_labelled_types *all = at->all;
    bool windows = all->is_windows;
    put(at, "node.kubernetes.io/instance-type", type->name);
    put(at, "kubernetes.io/arch", fg_arch_name(type->arch));
    put(at, "kubernetes.io/os", !windows ? "linux" : type->arch == FG_ARCH_AMD64 ? "windows" : "");
    put(at, "topology.kubernetes.io/region", all->region);
    put(at, "node.kubernetes.io/windows-build", "");
    for (uint32_t i = 0; i < all->zone_count; i++)
        put(at, "topology.kubernetes.io/zone", all->zones[i]);
    for (int i = 0; i < FG_CAPACITY_TYPES; i++)
        put(at, "karpenter.sh/capacity-type", fg_capacity_type_name((enum fg_capacity_type)i));
    put_machine(at, type);
    put_devices(at, type);
}

/* ---- all of them ---- */

void fg_type_labels_fill(struct fg_type_labels *labels, struct fg_words *words,
                         struct fg_arena *arena, const struct fg_labelled_types *types)
{
    struct labelling at = {
        .labels = labels,
        .words = words,
        .arena = arena,
        .all = types,
        .prefix = types->auto_mode ? "eks.amazonaws.com/" : "karpenter.k8s.aws/",
    };
    for (at.type = 0; at.type < types->count; at.type++)
        put_labels(&at, types->types[at.type]);
}

const struct fg_type_label *fg_type_labels_find(const struct fg_type_labels *labels, uint32_t key)
{
    for (uint32_t i = 0; i < labels->count; i++)
        if (labels->items[i].key == key)
            return &labels->items[i];
    return NULL;
}

void fg_type_labels_release(struct fg_type_labels *labels)
{
    for (uint32_t i = 0; i < labels->count; i++) {
        free(labels->items[i].values);
        free((void *)labels->items[i].types);
    }
    free(labels->items);
    *labels = (struct fg_type_labels){0};
}
