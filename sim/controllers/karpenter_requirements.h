/* karpenter_requirements.h - sets of requirements on a node's labels, and whether two such sets
 * can both be met, as Karpenter reckons with them.
 *
 * A requirement is the set of values a label may have: some values (In), all but some (NotIn,
 * Exists), none at all (DoesNotExist), and bounds for whole numbers. Keys and values are words.
 * Requirements are never changed once made, so sets may share their values. All memory comes from
 * the arena that a function is given.
 * Source: kubernetes-sigs/karpenter v1.14 pkg/scheduling/requirement.go, requirements.go.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_REQUIREMENTS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_REQUIREMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/labels.h"
#include "models/pod.h"
#include "models/pod_rules.h"
#include "sim/controllers/karpenter_words.h"

/* ---- one requirement ---- */

struct fg_karpenter_requirement {
    uint32_t key;
    uint32_t min_values; /* so many values of it must stay; 0 = not asked for */
    bool complement;     /* all values but these */
    bool has_low, has_high;
    uint32_t value_count;
    const uint32_t *values; /* rising */
    int64_t low, high;      /* inclusive */
};

enum fg_requirement_form {
    FG_FORM_IN,
    FG_FORM_NOT_IN,
    FG_FORM_EXISTS, /* with bounds or without */
    FG_FORM_DOES_NOT_EXIST,
};
static inline enum fg_requirement_form
fg_karpenter_requirement_form(const struct fg_karpenter_requirement *requirement)
{
    if (requirement->complement)
        return requirement->value_count > 0 ? FG_FORM_NOT_IN : FG_FORM_EXISTS;
    return requirement->value_count > 0 ? FG_FORM_IN : FG_FORM_DOES_NOT_EXIST;
}

struct fg_karpenter_requirement fg_karpenter_requirement_of(struct fg_words *words,
                                                            struct fg_arena *arena,
                                                            const struct fg_requirement *source);
/* In [value]. */
struct fg_karpenter_requirement fg_karpenter_requirement_in(struct fg_arena *arena, uint32_t key,
                                                            uint32_t value);
/* In the values, which need not be in order; DoesNotExist for none. */
struct fg_karpenter_requirement fg_karpenter_requirement_in_all(struct fg_arena *arena,
                                                                uint32_t key,
                                                                const uint32_t *values,
                                                                uint32_t count);
bool fg_karpenter_requirement_allows(const struct fg_words *words,
                                     const struct fg_karpenter_requirement *requirement,
                                     uint32_t value);
/* What both allow; minValues is the larger. */
struct fg_karpenter_requirement
fg_karpenter_requirement_intersect(const struct fg_words *words, struct fg_arena *arena,
                                   const struct fg_karpenter_requirement *a,
                                   const struct fg_karpenter_requirement *b);
bool fg_karpenter_requirement_meets(const struct fg_words *words,
                                    const struct fg_karpenter_requirement *a,
                                    const struct fg_karpenter_requirement *b);
bool fg_karpenter_requirement_equal(const struct fg_karpenter_requirement *a,
                                    const struct fg_karpenter_requirement *b);
/* "topology.kubernetes.io/zone In [us-east-1a us-east-1b]", at most five values. */
const char *fg_karpenter_requirement_print(const struct fg_words *words, struct fg_arena *arena,
                                           const struct fg_karpenter_requirement *requirement);

/* ---- sets ---- */

struct fg_karpenter_requirements { /* by key, each once */
    uint32_t count, capacity;
    struct fg_karpenter_requirement *items;
};

/* NULL where the set says nothing of the key: anything goes. */
const struct fg_karpenter_requirement *
fg_karpenter_requirements_find(const struct fg_karpenter_requirements *set, uint32_t key);
/* A set of its own with the same requirements; room for `more` besides. */
struct fg_karpenter_requirements
fg_karpenter_requirements_copy(struct fg_arena *arena, const struct fg_karpenter_requirements *set,
                               uint32_t more);
/* A set that shares nothing with the other, not even values: it may outlive the other's arena. */
struct fg_karpenter_requirements
fg_karpenter_requirements_keep(struct fg_arena *arena, const struct fg_karpenter_requirements *set);
/* Joins the requirement in: what both it and the set's own allow. */
void fg_karpenter_requirements_add(const struct fg_words *words, struct fg_arena *arena,
                                   struct fg_karpenter_requirements *set,
                                   const struct fg_karpenter_requirement *requirement);
void fg_karpenter_requirements_add_all(const struct fg_words *words, struct fg_arena *arena,
                                       struct fg_karpenter_requirements *set,
                                       const struct fg_karpenter_requirements *other);
void fg_karpenter_requirements_add_labels(struct fg_words *words, struct fg_arena *arena,
                                          struct fg_karpenter_requirements *set,
                                          const struct fg_pairs *labels);
/* The labels that a pod of the spec selects, and its architecture. */
void fg_karpenter_requirements_add_spec(struct fg_words *words, struct fg_arena *arena,
                                        struct fg_karpenter_requirements *set,
                                        const struct fg_pod_spec *spec);
void fg_karpenter_requirements_add_terms(struct fg_words *words, struct fg_arena *arena,
                                         struct fg_karpenter_requirements *set,
                                         const struct fg_requirements *requirements);

/* Whether a node of `set` can meet `asked`. A label of which `set` says nothing is refused,
 * unless `asked` is NotIn or DoesNotExist, or the label is well known and `allow_well_known`
 * (a node that does not exist yet may get it). Where not NULL, `refused` gets the requirement of
 * `asked` that fails. */
bool fg_karpenter_requirements_compatible(const struct fg_words *words,
                                          const struct fg_karpenter_requirements *set,
                                          const struct fg_karpenter_requirements *asked,
                                          bool allow_well_known,
                                          const struct fg_karpenter_requirement **refused);
/* Why not, in Karpenter's words; "" if they are compatible. */
const char *fg_karpenter_requirements_refusal(const struct fg_words *words, struct fg_arena *arena,
                                              const struct fg_karpenter_requirements *set,
                                              const struct fg_karpenter_requirements *asked,
                                              bool allow_well_known);
bool fg_karpenter_requirements_have_min_values(const struct fg_karpenter_requirements *set);
/* Requirements in byte order, joined by ", "; restricted ones left out. */
const char *fg_karpenter_requirements_print(const struct fg_words *words, struct fg_arena *arena,
                                            const struct fg_karpenter_requirements *set);

#endif
