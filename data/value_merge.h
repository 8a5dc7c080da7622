/* value_merge.h - trees of values made from others: defaults under a scenario, a sweep's value
 * put at its path, and the words and bytes that a tree comes to. */
#ifndef FARGAUGE_DATA_VALUE_MERGE_H
#define FARGAUGE_DATA_VALUE_MERGE_H

#include "data/decode.h"
#include "data/digest.h"

/* `over` on top of `base` (either may be NULL): maps merge key by key, a list or a text replaces
 * what is there, null takes it away. A map over something else, or something else over a map, is
 * a fault; `base` counts then, so that nobody stumbles over it again. */
const struct fg_value *fg_value_merge(struct fg_decoder *decoder, const struct fg_value *base,
                                      const struct fg_value *over);

/* `root` with `value` at a path such as "cluster.managedNodeGroups[0].instanceType". Maps that
 * are missing on the way are made, what is there and no map, or a list's item that is not there,
 * is a fault at `place`; the tree is then as it was. */
const struct fg_value *fg_value_put(struct fg_decoder *decoder, const struct fg_value *root,
                                    const char *path, const struct fg_value *value,
                                    const struct fg_value *place);
/* Whether a path of map keys ("cluster.fargate.imagePull") leads to something but null. */
bool fg_value_has(const struct fg_value *root, const char *path);

/* The tree in one line: texts as they are, "[a, b]", "{k: v}". Owned by the arena. */
const char *fg_value_print(const struct fg_value *value, struct fg_arena *arena);
/* Adds all that the tree says, but not where it says it. */
void fg_value_digest(const struct fg_value *value, struct fg_digester *digester);

#endif
