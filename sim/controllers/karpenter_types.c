#include "sim/controllers/karpenter_types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/status.h"
#include "models/instance_name.h"

#define MIB (INT64_C(1024) * 1024)
#define GIB (1024 * MIB)

enum {
    ARM_FIRMWARE_MIB = 64,
    DEFAULT_MAX_PODS = 110, /* where the ENI formula does not apply */
    AUTO_MODE_MAX_PODS = 110,
    HOST_NETWORK_PODS = 2,
    DEFAULT_VOLUME_GIB = 20,
    WINDOWS_VOLUME_GIB = 50,
    WHOLE_GPU = 1000, /* per mille */
};

const char *fg_capacity_type_name(enum fg_capacity_type type)
{
    return type == FG_CAPACITY_SPOT ? "spot" : "on-demand";
}

/* ---- capacity (rules K5) ---- */

static bool family_is(const struct fg_node_class *node_class, const char *prefix)
{
    return node_class->ami_family != NULL &&
           strncmp(node_class->ami_family, prefix, strlen(prefix)) == 0;
}

static int64_t eni_pods(const struct fg_instance_type *type, int64_t reserved_enis)
{
    int64_t enis = (int64_t)type->max_enis - reserved_enis;
    return enis <= 0 ? 0 : enis * ((int64_t)type->ipv4_per_eni - 1) + HOST_NETWORK_PODS;
}

static int64_t pods_of(const struct fg_instance_type *type, const struct fg_node_class *node_class,
                       const struct fg_karpenter_settings *settings, bool auto_mode)
{
    int64_t pods = node_class->max_pods;
    if (pods == 0)
        pods = family_is(node_class, "Windows") ? DEFAULT_MAX_PODS
                                                : eni_pods(type, settings->reserved_enis);
    int64_t by_core = node_class->pods_per_core * type->vcpu;
    if (by_core > 0 && by_core < pods && !family_is(node_class, "Bottlerocket"))
        pods = by_core;
    return auto_mode && pods > AUTO_MODE_MAX_PODS ? AUTO_MODE_MAX_PODS : pods;
}

/* AL2 and its kin reserve by the ENI formula whatever maxPods says. */
static int64_t reserved_memory(const struct fg_instance_type *type,
                               const struct fg_node_class *node_class, int64_t pods)
{
    if (node_class->kube_reserved_memory_bytes >= 0)
        return node_class->kube_reserved_memory_bytes;
    bool by_pods = family_is(node_class, "Bottlerocket") || family_is(node_class, "Windows");
    return fg_kube_reserved_memory_mib(by_pods ? pods : eni_pods(type, 0)) * MIB;
}

static int64_t gpus_of(const struct fg_instance_type *type)
{
    bool nvidia = strcmp(fg_gpu_manufacturer(type->gpu_model), "nvidia") == 0;
    return nvidia && type->gpu_per_mille >= WHOLE_GPU ? (int64_t)type->gpu_count * WHOLE_GPU : 0;
}

void fg_karpenter_type_capacity(const struct fg_instance_type *type,
                                const struct fg_node_class *node_class,
                                const struct fg_karpenter_settings *settings, bool auto_mode,
                                struct fg_node_capacity *capacity,
                                struct fg_node_capacity *allocatable)
{
    int64_t mib = type->memory_mib - (type->arch == FG_ARCH_ARM64 ? ARM_FIRMWARE_MIB : 0);
    int64_t volume_gib = node_class->root != NULL           ? node_class->root->size_gib
                         : family_is(node_class, "Windows") ? WINDOWS_VOLUME_GIB
                                                            : DEFAULT_VOLUME_GIB;
    *capacity = (struct fg_node_capacity){
        .cpu_milli = (int64_t)type->vcpu * 1000,
        .memory_bytes =
            (mib - (mib * settings->vm_memory_overhead_millionths + 999999) / 1000000) * MIB,
        .ephemeral_bytes = volume_gib * GIB,
        .gpu_milli = gpus_of(type),
        .pods = pods_of(type, node_class, settings, auto_mode),
    };
    *allocatable = *capacity;
    allocatable->cpu_milli -=
        node_class->system_reserved_cpu_milli + (node_class->kube_reserved_cpu_milli >= 0
                                                     ? node_class->kube_reserved_cpu_milli
                                                     : fg_kube_reserved_cpu_milli(type->vcpu));
    allocatable->memory_bytes -= node_class->system_reserved_memory_bytes +
                                 node_class->eviction_hard_memory_bytes +
                                 reserved_memory(type, node_class, capacity->pods);
    allocatable->ephemeral_bytes -= GIB + (volume_gib * GIB + 9) / 10;
}

/* ---- labels ---- */

static uint64_t *new_set(struct fg_karpenter_types *types)
{
    return fg_arena_allocate(&types->arena, types->word_count, sizeof(uint64_t));
}

static struct fg_type_label *label_of(struct fg_karpenter_types *types, struct fg_words *words,
                                      const char *key_text)
{
    uint32_t key = fg_words_key(words, key_text);
    for (uint32_t i = 0; i < types->label_count; i++)
        if (types->labels[i].key == key)
            return &types->labels[i];
    fg_words_set_well_known(words, key);
    types->labels = fg_grow(types->labels, &types->label_capacity, types->label_count + 1,
                            sizeof *types->labels);
    struct fg_type_label *label = &types->labels[types->label_count++];
    *label = (struct fg_type_label){.key = key, .without = new_set(types)};
    for (uint32_t i = 0; i < types->count; i++)
        fg_bit_set(label->without, i);
    return label;
}

static void put_value(struct fg_karpenter_types *types, struct fg_type_label *label, uint32_t type,
                      uint32_t value)
{
    uint32_t at = 0;
    while (at < label->value_count && label->values[at] != value)
        at++;
    if (at == label->value_count) {
        uint32_t capacity = label->value_capacity;
        label->values = fg_grow(label->values, &capacity, at + 1, sizeof *label->values);
        label->types =
            fg_grow((void *)label->types, &label->value_capacity, at + 1, sizeof *label->types);
        label->values[at] = value;
        label->types[at] = new_set(types);
        label->value_count++;
    }
    fg_bit_set(label->types[at], type);
    label->without[type / 64] &= ~(UINT64_C(1) << (type % 64));
}

struct labelling {
    struct fg_karpenter_types *types;
    struct fg_words *words;
    const char *prefix;
    uint32_t type;
};

/* An empty text: the type lacks the label. */
static void put(const struct labelling *at, const char *key, const char *value)
{
    struct fg_type_label *label = label_of(at->types, at->words, key);
    if (*value != '\0')
        put_value(at->types, label, at->type, fg_words_value(at->words, value));
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

static void put_labels(const struct labelling *at, const struct fg_instance_type *type,
                       const struct fg_karpenter_types_source *source)
{
    bool windows = family_is(source->node_class, "Windows");
    put(at, "node.kubernetes.io/instance-type", type->name);
    put(at, "kubernetes.io/arch", fg_arch_name(type->arch));
    put(at, "kubernetes.io/os", !windows ? "linux" : type->arch == FG_ARCH_AMD64 ? "windows" : "");
    put(at, "topology.kubernetes.io/region", source->region);
    put(at, "node.kubernetes.io/windows-build", "");
    for (uint32_t i = 0; i < source->zone_count; i++)
        put(at, "topology.kubernetes.io/zone", source->zones[i]);
    for (int i = 0; i < FG_CAPACITY_TYPES; i++)
        put(at, "karpenter.sh/capacity-type", fg_capacity_type_name((enum fg_capacity_type)i));
    put_machine(at, type);
    put_devices(at, type);
}

/* ---- steps ---- */

static int64_t amount_of(const struct fg_node_capacity *capacity, enum fg_fit resource)
{
    switch (resource) {
    case FG_FIT_CPU:
        return capacity->cpu_milli;
    case FG_FIT_MEMORY:
        return capacity->memory_bytes;
    case FG_FIT_EPHEMERAL:
        return capacity->ephemeral_bytes;
    case FG_FIT_PODS:
        return capacity->pods;
    case FG_FIT_GPU:
    case FG_FITS:
        break;
    }
    return capacity->gpu_milli;
}

static int compare_amounts(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void fill_steps(struct fg_karpenter_types *types, enum fg_fit resource)
{
    struct fg_type_steps *steps = &types->steps[resource];
    steps->amounts = fg_arena_allocate(&types->arena, types->count, sizeof *steps->amounts);
    for (uint32_t i = 0; i < types->count; i++)
        steps->amounts[i] = amount_of(&types->allocatable[i], resource);
    qsort(steps->amounts, types->count, sizeof *steps->amounts, compare_amounts);
    for (uint32_t i = 0; i < types->count; i++)
        if (steps->count == 0 || steps->amounts[steps->count - 1] != steps->amounts[i])
            steps->amounts[steps->count++] = steps->amounts[i];
    steps->types = fg_arena_allocate(&types->arena, (size_t)steps->count * types->word_count,
                                     sizeof *steps->types);
    for (uint32_t s = 0; s < steps->count; s++)
        for (uint32_t i = 0; i < types->count; i++)
            if (amount_of(&types->allocatable[i], resource) >= steps->amounts[s])
                fg_bit_set(steps->types + (size_t)s * types->word_count, i);
}

/* Accelerators by the resource that their device plugins offer. */
static const struct {
    const char *name, *manufacturer;
    bool is_gpu;
} devices[] = {
    {"amd.com/gpu", "amd", true},
    {"aws.amazon.com/neuron", "aws", false},
    {"habana.ai/gaudi", "habana", true},
};
enum { DEVICE_KINDS = sizeof devices / sizeof *devices };

static void fill_extended(struct fg_karpenter_types *types)
{
    types->extended_count = DEVICE_KINDS;
    types->extended = fg_arena_allocate(&types->arena, DEVICE_KINDS, sizeof *types->extended);
    for (uint32_t d = 0; d < DEVICE_KINDS; d++) {
        struct fg_type_extended *extended = &types->extended[d];
        extended->name = devices[d].name;
        extended->amounts =
            fg_arena_allocate(&types->arena, types->count, sizeof *extended->amounts);
        for (uint32_t i = 0; i < types->count; i++) {
            const struct fg_instance_type *type = types->types[i];
            const char *maker = devices[d].is_gpu
                                    ? fg_gpu_manufacturer(type->gpu_model)
                                    : fg_accelerator_manufacturer(type->accelerator_model);
            if (strcmp(maker, devices[d].manufacturer) == 0)
                extended->amounts[i] =
                    devices[d].is_gpu ? type->gpu_count : type->accelerator_count;
        }
    }
}

static bool is_exotic(const struct fg_karpenter_types *types, uint32_t type)
{
    bool exotic =
        strstr(types->types[type]->size, "metal") != NULL || types->capacity[type].gpu_milli > 0;
    for (uint32_t d = 0; d < types->extended_count; d++)
        exotic |= types->extended[d].amounts[type] > 0;
    return exotic;
}

/* ---- all of it ---- */

void fg_karpenter_types_reprice(struct fg_karpenter_types *types, const struct fg_words *words,
                                const struct fg_karpenter_market *market)
{
    uint32_t kinds = types->zone_count * FG_CAPACITY_TYPES;
    for (uint32_t i = 0; i < kinds; i++)
        memset(types->offered[i], 0, types->word_count * sizeof(uint64_t));
    for (uint32_t type = 0; type < types->count; type++) {
        for (uint32_t i = 0; i < kinds; i++) {
            const char *zone = fg_words_text(words, types->zones[i / FG_CAPACITY_TYPES]);
            fg_nanodollars price = market->price(market->context, types->types[type], zone,
                                                 (enum fg_capacity_type)(i % FG_CAPACITY_TYPES));
            types->prices[type * kinds + i] = price < 0 ? -1 : price;
            if (price >= 0)
                fg_bit_set(types->offered[i], type);
        }
    }
}

static void fill_columns(struct fg_karpenter_types *types,
                         const struct fg_karpenter_types_source *source)
{
    struct fg_arena *arena = &types->arena;
    types->types = fg_arena_allocate(arena, types->count, sizeof *types->types);
    types->capacity = fg_arena_allocate(arena, types->count, sizeof *types->capacity);
    types->allocatable = fg_arena_allocate(arena, types->count, sizeof *types->allocatable);
    types->is_exotic = fg_arena_allocate(arena, types->count, sizeof *types->is_exotic);
    types->sound = new_set(types);
    for (uint32_t i = 0; i < types->count; i++) {
        types->types[i] = &source->catalog->types[i];
        fg_karpenter_type_capacity(types->types[i], source->node_class, source->settings,
                                   source->auto_mode, &types->capacity[i], &types->allocatable[i]);
        const struct fg_node_capacity *left = &types->allocatable[i];
        if (left->cpu_milli >= 0 && left->memory_bytes >= 0 && left->ephemeral_bytes >= 0)
            fg_bit_set(types->sound, i);
    }
    fill_extended(types);
    for (uint32_t i = 0; i < types->count; i++)
        types->is_exotic[i] = is_exotic(types, i);
    for (int resource = 0; resource < FG_FITS; resource++)
        fill_steps(types, (enum fg_fit)resource);
}

void fg_karpenter_types_fill(struct fg_karpenter_types *types, struct fg_words *words,
                             const struct fg_karpenter_types_source *source,
                             const struct fg_karpenter_market *market)
{
    FG_ASSERT(source->zone_count <= FG_KARPENTER_MAX_ZONES);
    *types = (struct fg_karpenter_types){
        .count = source->catalog->type_count,
        .word_count = (source->catalog->type_count + 63) / 64,
        .zone_count = source->zone_count,
    };
    fill_columns(types, source);
    uint32_t *zones = fg_arena_allocate(&types->arena, types->zone_count, sizeof *zones);
    for (uint32_t i = 0; i < types->zone_count; i++)
        zones[i] = fg_words_value(words, source->zones[i]);
    types->zones = zones;
    struct labelling at = {
        .types = types,
        .words = words,
        .prefix = source->auto_mode ? "eks.amazonaws.com/" : "karpenter.k8s.aws/",
    };
    for (at.type = 0; at.type < types->count; at.type++)
        put_labels(&at, types->types[at.type], source);
    uint32_t kinds = types->zone_count * FG_CAPACITY_TYPES;
    types->prices =
        fg_arena_allocate(&types->arena, (size_t)types->count * kinds, sizeof *types->prices);
    types->offered = fg_arena_allocate(&types->arena, kinds, sizeof *types->offered);
    for (uint32_t i = 0; i < kinds; i++)
        types->offered[i] = new_set(types);
    fg_karpenter_types_reprice(types, words, market);
}

void fg_karpenter_types_release(struct fg_karpenter_types *types)
{
    for (uint32_t i = 0; i < types->label_count; i++) {
        free(types->labels[i].values);
        free((void *)types->labels[i].types);
    }
    free(types->labels);
    fg_arena_release(&types->arena);
    *types = (struct fg_karpenter_types){0};
}

/* ---- asking ---- */

uint32_t fg_karpenter_types_find(const struct fg_karpenter_types *types, const char *name)
{
    uint32_t low = 0, high = types->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(types->types[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < types->count && strcmp(types->types[low]->name, name) == 0 ? low : UINT32_MAX;
}

void fg_karpenter_types_narrow(const struct fg_karpenter_types *types, const struct fg_words *words,
                               const struct fg_karpenter_requirement *requirement, uint64_t *set)
{
    const struct fg_type_label *label = NULL;
    for (uint32_t i = 0; i < types->label_count && label == NULL; i++)
        if (types->labels[i].key == requirement->key)
            label = &types->labels[i];
    if (label == NULL)
        return;
    enum fg_requirement_form form = fg_karpenter_requirement_form(requirement);
    bool absent_is_fine = form == FG_FORM_NOT_IN || form == FG_FORM_DOES_NOT_EXIST;
    for (uint32_t w = 0; w < types->word_count; w++) {
        uint64_t allowed = absent_is_fine ? label->without[w] : 0;
        if ((set[w] & ~allowed) == 0)
            continue;
        for (uint32_t v = 0; v < label->value_count; v++)
            if ((set[w] & label->types[v][w] & ~allowed) != 0 &&
                fg_karpenter_requirement_allows(words, requirement, label->values[v]))
                allowed |= label->types[v][w];
        set[w] &= allowed;
    }
}

const uint64_t *fg_karpenter_types_with(const struct fg_karpenter_types *types,
                                        enum fg_fit resource, int64_t amount)
{
    const struct fg_type_steps *steps = &types->steps[resource];
    uint32_t low = 0, high = steps->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (steps->amounts[middle] < amount)
            low = middle + 1;
        else
            high = middle;
    }
    return low < steps->count ? steps->types + (size_t)low * types->word_count : NULL;
}

void fg_karpenter_types_offered(const struct fg_karpenter_types *types, uint32_t zone_mask,
                                uint32_t capacity_mask, uint64_t *out)
{
    memset(out, 0, types->word_count * sizeof *out);
    for (uint32_t zone = 0; zone < types->zone_count; zone++)
        for (uint32_t kind = 0; kind < FG_CAPACITY_TYPES; kind++)
            if ((zone_mask >> zone & 1) != 0 && (capacity_mask >> kind & 1) != 0)
                for (uint32_t w = 0; w < types->word_count; w++)
                    out[w] |= types->offered[zone * FG_CAPACITY_TYPES + kind][w];
}

uint32_t fg_karpenter_zone_mask(const struct fg_karpenter_types *types,
                                const struct fg_words *words,
                                const struct fg_karpenter_requirements *requirements,
                                uint32_t zone_key)
{
    const struct fg_karpenter_requirement *asked =
        fg_karpenter_requirements_find(requirements, zone_key);
    uint32_t mask = 0;
    for (uint32_t zone = 0; zone < types->zone_count; zone++)
        if (asked == NULL || fg_karpenter_requirement_allows(words, asked, types->zones[zone]))
            mask |= UINT32_C(1) << zone;
    return mask;
}

fg_nanodollars fg_karpenter_lowest_price(const struct fg_karpenter_types *types, uint32_t type,
                                         uint32_t zone_mask, uint32_t capacity_mask)
{
    fg_nanodollars lowest = -1;
    for (uint32_t zone = 0; zone < types->zone_count; zone++) {
        for (int kind = 0; kind < FG_CAPACITY_TYPES; kind++) {
            fg_nanodollars price =
                fg_karpenter_price(types, type, zone, (enum fg_capacity_type)kind);
            if ((zone_mask >> zone & 1) != 0 && (capacity_mask >> kind & 1) != 0 && price >= 0 &&
                (lowest < 0 || price < lowest))
                lowest = price;
        }
    }
    return lowest;
}

fg_nanodollars fg_karpenter_worst_price(const struct fg_karpenter_types *types, uint32_t type,
                                        uint32_t zone_mask, uint32_t capacity_mask)
{
    for (int kind = FG_CAPACITY_SPOT; kind >= FG_CAPACITY_ON_DEMAND; kind--) {
        fg_nanodollars worst = -1;
        for (uint32_t zone = 0; zone < types->zone_count; zone++) {
            fg_nanodollars price =
                fg_karpenter_price(types, type, zone, (enum fg_capacity_type)kind);
            if ((zone_mask >> zone & 1) != 0 && price > worst)
                worst = price;
        }
        if ((capacity_mask >> kind & 1) != 0 && worst >= 0)
            return worst;
    }
    return -1;
}
