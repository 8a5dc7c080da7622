/* labels.h - labels, taints and tolerations, and how they match.
 *
 * All texts are borrowed: they live as long as the trace or the scenario they came with.
 */
#ifndef FARGAUGE_MODELS_LABELS_H
#define FARGAUGE_MODELS_LABELS_H

#include <stdbool.h>
#include <stdint.h>

struct fg_pair {
    const char *key;
    const char *value;
};

/* Labels, annotations, node selectors: sorted by key (byte order), each key once. */
struct fg_pairs {
    uint32_t count;
    struct fg_pair *items;
};

enum fg_effect {
    FG_EFFECT_ANY,
    FG_EFFECT_NO_SCHEDULE,
    FG_EFFECT_PREFER_NO_SCHEDULE,
    FG_EFFECT_NO_EXECUTE
};

struct fg_taint {
    const char *key;
    const char *value;
    enum fg_effect effect; /* never ANY */
};
struct fg_taints {
    uint32_t count;
    struct fg_taint *items;
};

/* Key "" with `exists` tolerates every taint; effect ANY every effect. */
struct fg_toleration {
    const char *key;
    const char *value;
    bool exists; /* operator Exists; else Equal */
    enum fg_effect effect;
};
struct fg_tolerations {
    uint32_t count;
    struct fg_toleration *items;
};

/* The value under `key`, or NULL. */
const char *fg_pairs_find(const struct fg_pairs *pairs, const char *key);
/* Sorts by key and checks that no key stands twice; false if one does. */
bool fg_pairs_sort(struct fg_pairs *pairs);
/* Every pair of `wanted` is in `present`. */
bool fg_pairs_contain(const struct fg_pairs *present, const struct fg_pairs *wanted);

/* `*` is any run of characters, `?` exactly one, nothing else is special; whole string, case
 * sensitive (rules P1). */
bool fg_glob_match(const char *pattern, const char *text);

bool fg_tolerates(const struct fg_tolerations *tolerations, const struct fg_taint *taint);
/* The first taint with effect NoSchedule or NoExecute that is not tolerated, or NULL. */
const struct fg_taint *fg_taints_find_untolerated(const struct fg_taints *taints,
                                                  const struct fg_tolerations *tolerations);
/* "NoSchedule" ... ; false if unknown. Both spellings, NoSchedule and NO_SCHEDULE. */
bool fg_effect_parse(const char *text, enum fg_effect *out);
const char *fg_effect_name(enum fg_effect effect);

#endif
