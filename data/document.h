/* document.h - YAML (and with it JSON) -> a tree of values, each of which knows its place.
 *
 * By libfyaml. Scalars stay texts: what they mean is for those who read them. Aliases share the
 * tree of their anchor; "<<" merges maps below a map's own keys. Refused, with file and line: a
 * key that stands twice, keys that are not scalars, nesting deeper than 100, and documents that
 * aliases blow up to more than FG_DOCUMENT_VALUES_MAX values.
 */
#ifndef FARGAUGE_DATA_DOCUMENT_H
#define FARGAUGE_DATA_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/base/status.h"

enum { FG_DOCUMENT_VALUES_MAX = 5000000, FG_DOCUMENT_DEPTH_MAX = 100 };

enum fg_value_kind { FG_VALUE_NULL, FG_VALUE_TEXT, FG_VALUE_LIST, FG_VALUE_MAP };

struct fg_key {
    const char *text;
    uint32_t line, column;
};

/* Never changed once it is made; what is derived from it shares its parts. */
struct fg_value {
    enum fg_value_kind kind;
    const char *file;
    uint32_t line, column;         /* from 1 */
    const char *text;              /* TEXT */
    uint32_t count;                /* LIST, MAP */
    const struct fg_value **items; /* of a list, or the values of a map */
    struct fg_key *keys;           /* MAP */
    uint64_t size;                 /* values in this tree, aliases counted in full */
};

/* Reads a file's one document; more than one, or none, is refused. Everything is owned by
 * `arena`. FG_FAILED: the file cannot be read. */
fg_status fg_document_read(const char *path, struct fg_arena *arena, const struct fg_value **out,
                           struct fg_error *error);
/* The same of bytes in memory; `file` is for messages. */
fg_status fg_document_parse(const char *file, const char *bytes, size_t length,
                            struct fg_arena *arena, const struct fg_value **out,
                            struct fg_error *error);
/* Every document of a stream in turn. `take` says with its status whether to go on; what it wants
 * to say it puts into the same `error`. A stream without any is no fault. */
typedef fg_status fg_document_taker(const struct fg_value *document, void *user);
fg_status fg_document_parse_each(const char *file, const char *bytes, size_t length,
                                 struct fg_arena *arena, fg_document_taker *take, void *user,
                                 struct fg_error *error);

/* The value under a key of a map, or NULL; also NULL if `map` is NULL or no map. */
const struct fg_value *fg_value_find(const struct fg_value *map, const char *key);
/* "a list", "a map", "nothing", "'text'": for messages. Returns `buffer`. */
const char *fg_value_describe(const struct fg_value *value, char buffer[96]);

#endif
