/* utf8.h - texts from outside, as people may see them: code points counted, what is no UTF-8
 * and what would steer a terminal replaced. */
#ifndef FARGAUGE_REPORTS_UTF8_H
#define FARGAUGE_REPORTS_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/memory.h"

enum { FG_UTF8_REPLACEMENT = 0xFFFD };

/* The code point at *at, which moves behind it; U+FFFD for a byte that starts none. 0 at the
 * end, and *at stays. */
uint32_t fg_utf8_next(const char **at);
/* Writes 1 to 4 bytes and returns how many. */
size_t fg_utf8_put(uint32_t code, char out[4]);
/* Code points in `text`. */
size_t fg_utf8_length(const char *text);
/* The byte offset behind the first `count` code points, or the length if there are fewer. */
size_t fg_utf8_offset(const char *text, size_t count);
/* A copy in which control characters are '?' and bad bytes U+FFFD. */
const char *fg_utf8_clean(struct fg_arena *arena, const char *text);

#endif
