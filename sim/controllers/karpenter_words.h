/* karpenter_words.h - label keys and values as numbers: within one table equal texts have equal
 * numbers. A table only grows, so numbers and texts stay good until it is released.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_KARPENTER_WORDS_H
#define FARGAUGE_SIM_CONTROLLERS_KARPENTER_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/index.h"
#include "models/base/memory.h"

/* Numbers from this one on are no words; callers may use them for values without a text. */
#define FG_WORD_LIMIT (UINT32_C(1) << 30)
#define FG_NO_WORD UINT32_MAX

struct fg_words {
    uint32_t count, capacity;
    struct fg_word *items;
    struct fg_index index;
    struct fg_arena arena;
};
struct fg_word {
    const char *text;
    int64_t number;
    bool is_number;     /* a whole decimal number */
    bool is_well_known; /* a label that Karpenter knows the values of, or can find out */
    bool is_restricted; /* kubernetes.io/hostname: never shown, not for pods to ask for */
};
/* Texts are copied. Other spellings of well-known labels ("beta.kubernetes.io/arch") get the
 * number of the one in use. */
uint32_t fg_words_key(struct fg_words *words, const char *key);
uint32_t fg_words_value(struct fg_words *words, const char *value);
static inline const char *fg_words_text(const struct fg_words *words, uint32_t word)
{
    return words->items[word].text;
}
/* [+-]digits, as far as 63 bits go; `out` is left alone otherwise. */
bool fg_words_parse_number(const char *text, int64_t *out);
/* Makes the key one of the well-known ones: labels of instance types. */
void fg_words_set_well_known(struct fg_words *words, uint32_t key);
void fg_words_release(struct fg_words *words);

#endif
