/* quantity.h - Kubernetes quantities ("250m", "1.5Gi", "1e3"), exactly.
 *
 * Grammar and rounding are those of apimachinery's resource.Quantity: exact decimals down to
 * 10^-9 (finer is rounded away from zero), magnitude capped at 2^63-1. Conversions round up.
 * "." "+" and "-" alone, which upstream reads as zero, are refused.
 */
#ifndef FARGAUGE_MODELS_QUANTITY_H
#define FARGAUGE_MODELS_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

typedef __int128 fg_quantity; /* in units of 10^-9 */

/* Reads the whole of text[0..length). On FG_BAD_INPUT `error` says what is wrong with the value
 * ("quantity '1GB' has an unknown suffix 'GB'; expected one of ..."), without a place. */
fg_status fg_quantity_parse(const char *text, size_t length, fg_quantity *out,
                            struct fg_error *error);

/* A request: as above, and negative values are refused. Rounded up to whole milli / bytes. */
fg_status fg_quantity_parse_cpu(const char *text, size_t length, int64_t *out_milli,
                                struct fg_error *error);
fg_status fg_quantity_parse_bytes(const char *text, size_t length, int64_t *out_bytes,
                                  struct fg_error *error);
/* Whole things such as GPUs; a fraction is refused. */
fg_status fg_quantity_parse_count(const char *text, size_t length, int64_t *out_count,
                                  struct fg_error *error);

/* Canonical forms, exact, with the largest suffix: "250m" or "2"; of bytes, 0 or more, the family
 * that needs the smaller number: "8Gi", "1792Mi", "128M". Return `buffer`. */
const char *fg_quantity_print_cpu(int64_t milli, char buffer[32]);
const char *fg_quantity_print_bytes(int64_t bytes, char buffer[32]);

#endif
