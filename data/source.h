/* source.h - a file's bytes, unpacked if it is gzip. */
#ifndef FARGAUGE_DATA_SOURCE_H
#define FARGAUGE_DATA_SOURCE_H

#include <stddef.h>

#include "models/base/status.h"

struct fg_source {
    char *bytes; /* free() by release; one NUL behind the last byte */
    size_t length;
};

/* Reads all of `path`. gzip is known by its first two bytes, not by the name. FG_FAILED: the file
 * cannot be read; FG_BAD_INPUT: the gzip data is cut off or damaged. */
fg_status fg_source_read(const char *path, struct fg_source *out, struct fg_error *error);
void fg_source_release(struct fg_source *source);

#endif
