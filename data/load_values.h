/* load_values.h - the values a load model is made of: fractions, times of day, distributions.
 *
 * For load_model.c and load_shapes.c. What cannot be read is noted in the decoder, and *out is
 * left alone.
 */
#ifndef FARGAUGE_DATA_LOAD_VALUES_H
#define FARGAUGE_DATA_LOAD_VALUES_H

#include "data/decode.h"
#include "models/distribution.h"

/* Where a fault of a key is noted: at its value, else at the map. */
const struct fg_value *fg_load_place_of(const struct fg_value *map, const char *key);
/* The key is there, and not null. */
bool fg_load_is_named(const struct fg_value *map, const char *key);
void fg_load_require(struct fg_decoder *decoder, const struct fg_value *map, const char *key,
                     const char *what);

/* "0.6" or "60%", up to `most_nano`. */
void fg_load_read_fraction(struct fg_decoder *decoder, const struct fg_value *value,
                           const char *key, int64_t most_nano, int64_t *out);
/* "14:00" -> seconds of the day. */
void fg_load_read_clock(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                        uint32_t *out);

/* As a field's `read`. "+01:00" -> int32_t seconds. */
void fg_load_read_offset(struct fg_decoder *decoder, const struct fg_value *value, void *out);
/* As a field's `read`: struct fg_distribution. */
void fg_load_read_distribution(struct fg_decoder *decoder, const struct fg_value *value, void *out);

#endif
