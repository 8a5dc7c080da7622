/* Which pods are alike: their specs as bytes, without labels and annotations that nobody reads. */
#include "sim/commands/decide.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"

struct fg_spec_keys {
    struct fg_index index;
    uint32_t count, capacity;
    const char **keys;
};

/* ---- labels that some selector names ---- */

static uint64_t hash_key(const char *key)
{
    return fg_hash_bytes(key, strlen(key), 0);
}

static bool has_key(const struct fg_spec_keys *keys, const char *key)
{
    uint32_t cursor = 0, i;
    while ((i = fg_index_next(&keys->index, hash_key(key), &cursor)) != UINT32_MAX)
        if (strcmp(keys->keys[i], key) == 0)
            return true;
    return false;
}

static void add_key(struct fg_spec_keys *keys, const char *key)
{
    if (has_key(keys, key))
        return;
    keys->keys = fg_grow((void *)(uintptr_t)keys->keys, &keys->capacity, keys->count + 1,
                         sizeof *keys->keys);
    fg_index_put(&keys->index, hash_key(key), keys->count);
    keys->keys[keys->count++] = key;
}

static void add_selector(struct fg_spec_keys *keys, const struct fg_label_selector *selector)
{
    for (uint32_t i = 0; i < selector->labels.count; i++)
        add_key(keys, selector->labels.items[i].key);
    for (uint32_t i = 0; i < selector->expressions.count; i++)
        add_key(keys, selector->expressions.items[i].key);
}

static void add_terms(struct fg_spec_keys *keys, const struct fg_pod_terms *terms)
{
    for (uint32_t i = 0; i < terms->count; i++)
        add_selector(keys, &terms->items[i].selector);
}

static void add_rules(struct fg_spec_keys *keys, const struct fg_pod_rules *rules)
{
    if (rules == NULL)
        return;
    add_terms(keys, &rules->required_affinity);
    add_terms(keys, &rules->preferred_affinity);
    add_terms(keys, &rules->required_anti_affinity);
    add_terms(keys, &rules->preferred_anti_affinity);
    add_selector(keys, &rules->owner_selector);
    for (uint32_t i = 0; i < rules->spread.count; i++)
        add_selector(keys, &rules->spread.items[i].selector);
}

struct fg_spec_keys *fg_spec_keys_of(const struct fg_kube_objects *objects)
{
    struct fg_spec_keys *keys = fg_allocate(1, sizeof *keys);
    for (uint32_t i = 0; i < objects->pod_count; i++)
        add_rules(keys, objects->pods[i].spec.rules);
    for (uint32_t i = 0; i < objects->daemon_set_count; i++)
        add_rules(keys, objects->daemon_sets[i].spec.rules);
    for (uint32_t i = 0; i < objects->budget_count; i++)
        add_selector(keys, &objects->budgets[i].selector);
    return keys;
}

void fg_spec_keys_free(struct fg_spec_keys *keys)
{
    fg_index_release(&keys->index);
    free((void *)(uintptr_t)keys->keys);
    free(keys);
}

/* ---- bytes ---- */

static void put(struct fg_bytes *out, const void *bytes, size_t length)
{
    out->bytes = fg_grow(out->bytes, &out->capacity, out->length + (uint32_t)length, 1);
    memcpy(out->bytes + out->length, bytes, length);
    out->length += (uint32_t)length;
}

static void put_number(struct fg_bytes *out, int64_t number)
{
    put(out, &number, sizeof number);
}

static void put_text(struct fg_bytes *out, const char *text)
{
    put(out, text != NULL ? text : "\1", text != NULL ? strlen(text) + 1 : 2);
}

static void put_texts(struct fg_bytes *out, const char *const *texts, uint32_t count)
{
    put_number(out, count);
    for (uint32_t i = 0; i < count; i++)
        put_text(out, texts[i]);
}

static void put_pairs(struct fg_bytes *out, const struct fg_pairs *pairs)
{
    put_number(out, pairs->count);
    for (uint32_t i = 0; i < pairs->count; i++) {
        put_text(out, pairs->items[i].key);
        put_text(out, pairs->items[i].value);
    }
}

static void put_requirements(struct fg_bytes *out, const struct fg_requirements *requirements)
{
    put_number(out, requirements->count);
    for (uint32_t i = 0; i < requirements->count; i++) {
        const struct fg_requirement *item = &requirements->items[i];
        put_text(out, item->key);
        put_number(out, item->operator_);
        put_texts(out, item->values, item->value_count);
    }
}

static void put_selector(struct fg_bytes *out, const struct fg_label_selector *selector)
{
    put_number(out, selector->nothing);
    put_text(out, selector->workload);
    put_pairs(out, &selector->labels);
    put_requirements(out, &selector->expressions);
}

static void put_node_terms(struct fg_bytes *out, const struct fg_node_terms *terms)
{
    put_number(out, terms->count);
    for (uint32_t i = 0; i < terms->count; i++) {
        put_requirements(out, &terms->items[i].expressions);
        put_requirements(out, &terms->items[i].fields);
        put_number(out, terms->items[i].weight);
    }
}

static void put_pod_terms(struct fg_bytes *out, const struct fg_pod_terms *terms)
{
    put_number(out, terms->count);
    for (uint32_t i = 0; i < terms->count; i++) {
        const struct fg_pod_term *term = &terms->items[i];
        put_selector(out, &term->selector);
        put_texts(out, term->namespaces, term->namespace_count);
        put_number(out, term->all_namespaces);
        put_text(out, term->topology_key);
        put_number(out, term->weight);
    }
}

static void put_spread(struct fg_bytes *out, const struct fg_spread_constraints *spread)
{
    put_number(out, spread->count);
    for (uint32_t i = 0; i < spread->count; i++) {
        const struct fg_spread_constraint *item = &spread->items[i];
        put_number(out, item->max_skew);
        put_text(out, item->topology_key);
        put_number(out, item->hard);
        put_selector(out, &item->selector);
        put_number(out, item->min_domains);
        put_number(out, item->ignores_node_affinity * 2 + item->honors_node_taints);
    }
}

static void put_rules(struct fg_bytes *out, const struct fg_pod_rules *rules)
{
    put_number(out, rules != NULL);
    if (rules == NULL)
        return;
    put_node_terms(out, &rules->required_nodes);
    put_node_terms(out, &rules->preferred_nodes);
    put_pod_terms(out, &rules->required_affinity);
    put_pod_terms(out, &rules->preferred_affinity);
    put_pod_terms(out, &rules->required_anti_affinity);
    put_pod_terms(out, &rules->preferred_anti_affinity);
    put_spread(out, &rules->spread);
    put_selector(out, &rules->owner_selector);
    put_number(out, rules->port_count);
    for (uint32_t i = 0; i < rules->port_count; i++) {
        put_text(out, rules->ports[i].protocol);
        put_text(out, rules->ports[i].ip);
        put_number(out, rules->ports[i].port);
    }
    put_number(out, rules->extended.count);
    for (uint32_t i = 0; i < rules->extended.count; i++) {
        put_text(out, rules->extended.items[i].name);
        put_number(out, rules->extended.items[i].amount);
    }
    put_text(out, rules->node_name);
    put_text(out, rules->volume_zone);
    put_number(out, rules->ebs_volumes);
    put_texts(out, rules->images, rules->image_count);
    put_number(out, rules->preemption);
    put_number(out, rules->scored_cpu_milli);
    put_number(out, rules->scored_memory_bytes);
}

/* Annotations that controllers read. */
static bool is_read(const char *annotation)
{
    static const char *const prefixes[] = {"cluster-autoscaler.kubernetes.io/", "karpenter.sh/",
                                           "controller.kubernetes.io/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(annotation, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void put_labels(struct fg_bytes *out, const struct fg_pod_spec *spec,
                       const struct fg_spec_keys *keys)
{
    for (uint32_t i = 0; i < spec->labels.count; i++)
        if (has_key(keys, spec->labels.items[i].key)) {
            put_text(out, spec->labels.items[i].key);
            put_text(out, spec->labels.items[i].value);
        }
    put_number(out, -1);
    for (uint32_t i = 0; i < spec->annotations.count; i++)
        if (is_read(spec->annotations.items[i].key)) {
            put_text(out, spec->annotations.items[i].key);
            put_text(out, spec->annotations.items[i].value);
        }
    put_number(out, -1);
}

void fg_spec_print(const struct fg_pod_spec *spec, const struct fg_spec_keys *keys, int state,
                   struct fg_bytes *out)
{
    put_number(out, state);
    put_text(out, spec->namespace_name);
    put_number(out, spec->kind);
    put_number(out, spec->arch);
    put_labels(out, spec, keys);
    put_pairs(out, &spec->node_selector);
    put_number(out, spec->tolerations.count);
    for (uint32_t i = 0; i < spec->tolerations.count; i++) {
        const struct fg_toleration *toleration = &spec->tolerations.items[i];
        put_text(out, toleration->key);
        put_text(out, toleration->value);
        put_number(out, toleration->exists * 8 + (int)toleration->effect);
    }
    put_number(out, spec->cpu_milli);
    put_number(out, spec->memory_bytes);
    put_number(out, spec->ephemeral_bytes);
    put_number(out, spec->gpu_milli);
    put_number(out, spec->cpu_named * 2 + spec->memory_named);
    put_number(out, spec->priority);
    put_number(out, spec->features);
    put_rules(out, spec->rules);
}
