/* decode.h - a tree of values -> C structures, by tables of fields.
 *
 * A table has one row a key of a map; a key that is not in it is a fault, with the nearest known
 * one. Decoding goes on after a fault, so that all faults are found at once; what could not be
 * read keeps the value it had. A value of null leaves a field as it is.
 */
#ifndef FARGAUGE_DATA_DECODE_H
#define FARGAUGE_DATA_DECODE_H

#include "data/document.h"
#include "models/base/errors.h"
#include "models/labels.h"

struct fg_decoder {
    struct fg_arena *arena; /* owns the texts and lists that are made */
    struct fg_errors *all;  /* every fault once; NULL = nobody wants them */
    struct fg_error *first; /* the first fault */
    const void *context;    /* the caller's, for its own field functions */
    bool lenient; /* of objects that an API server wrote: keys that no table has are passed over */
};

enum fg_field_kind {
    FG_FIELD_TEXT,        /* const char * */
    FG_FIELD_BOOL,        /* bool: true or false */
    FG_FIELD_COUNT,       /* int64_t: a whole number, not negative */
    FG_FIELD_COUNT32,     /* the same in uint32_t */
    FG_FIELD_SECONDS,     /* uint32_t: "45s", "1h30m" or whole seconds */
    FG_FIELD_CPU,         /* int64_t: milli */
    FG_FIELD_BYTES,       /* int64_t */
    FG_FIELD_NANO,        /* int64_t: a decimal, in 10^-9 */
    FG_FIELD_PAIRS,       /* struct fg_pairs: a map of texts */
    FG_FIELD_FUNCTION,    /* whatever `read` makes of it */
    FG_FIELD_PASSED_OVER, /* known, and without effect on cost or capacity */
    FG_FIELD_UNSUPPORTED, /* known, and not in this version: a fault */
};

struct fg_field {
    const char *key;
    enum fg_field_kind kind;
    size_t offset; /* in the structure; for a function, of what it is given */
    void (*read)(struct fg_decoder *decoder, const struct fg_value *value, void *out);
};

/* Notes that the key at `place`, of a map that the caller reads by itself, is none of `known`; the
 * nearest of them is named. */
void fg_decode_fault_of_key(struct fg_decoder *decoder, const struct fg_value *map,
                            const struct fg_key *key, const char *what, const char *const *known,
                            uint32_t known_count);
/* Notes a fault at `place` (NULL: of the whole file). */
void fg_decode_fault(struct fg_decoder *decoder, const struct fg_value *place, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));
void fg_decode_fault_at(struct fg_decoder *decoder, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Notes what a function of models/ found wrong with the value. */
void fg_decode_fault_of(struct fg_decoder *decoder, const struct fg_value *place, const char *key,
                        const struct fg_error *cause);
static inline bool fg_decode_is_good(const struct fg_decoder *decoder)
{
    return decoder->first->status == FG_OK;
}

/* `what` names the map in messages ("a node group"). The table ends with a row without a key. A
 * section that is null is an empty one. */
void fg_decode_map(struct fg_decoder *decoder, const struct fg_value *map, const char *what,
                   const struct fg_field *fields, void *out);
/* The same of a list's item, which null is none of. False: it is no map, a fault was noted. */
bool fg_decode_item(struct fg_decoder *decoder, const struct fg_value *item, const char *what,
                    const struct fg_field *fields, void *out);
/* Checks the kind and notes a fault if it is another; null counts as an empty list. */
bool fg_decode_is_list(struct fg_decoder *decoder, const struct fg_value *value, const char *what);
bool fg_decode_is_map(struct fg_decoder *decoder, const struct fg_value *value, const char *what);
/* A map's value under `key`, which must be there and a text that is not empty, else a fault and
 * NULL. */
const char *fg_decode_required(struct fg_decoder *decoder, const struct fg_value *map,
                               const char *key, const char *what);

/* Single values; `key` is for messages. False: a fault was noted and *out left alone. */
bool fg_decode_text(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    const char **out);
bool fg_decode_bool(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    bool *out);
bool fg_decode_count(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t *out);
/* A whole number from `least` to `most`, which may be negative. */
bool fg_decode_whole(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t least, int64_t most, int64_t *out);
bool fg_decode_seconds(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                       uint32_t *out);
/* The same, or "Never": FG_DURATION_NEVER. */
bool fg_decode_seconds_or_never(struct fg_decoder *decoder, const struct fg_value *value,
                                const char *key, uint32_t *out);
/* "0.5" -> 500000000. Not negative, at most nine decimals. */
bool fg_decode_nano(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                    int64_t *out);
/* "0.5" -> 500000: from 0 to 1, at most six decimals. */
bool fg_decode_ratio(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     uint32_t *out_millionths);
/* "12.5%" -> 125000: from 0 to 100, at most four decimals. */
bool fg_decode_percent(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                       uint32_t *out_millionths);
/* A map of texts, sorted by key. */
bool fg_decode_pairs(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     struct fg_pairs *out);
bool fg_decode_cpu(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                   int64_t *out_milli);
bool fg_decode_bytes(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     int64_t *out);
/* One of `words` (NULL at the end): its number, or -1 and a fault. */
int fg_decode_word(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                   const char *const *words);
/* A text or a list of texts. */
bool fg_decode_texts(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                     const char ***out, uint32_t *out_count);

#endif
