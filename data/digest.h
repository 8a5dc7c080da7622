/* digest.h - 128 bit digests (XXH3), by which results are found again. */
#ifndef FARGAUGE_DATA_DIGEST_H
#define FARGAUGE_DATA_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

struct fg_digest {
    uint8_t bytes[16];
};

/* Collects pieces: the digest depends on each piece's bytes and length, and on their order. */
struct fg_digester;
struct fg_digester *fg_digester_open(void);
void fg_digester_add(struct fg_digester *digester, const void *bytes, size_t length);
struct fg_digest fg_digester_close(struct fg_digester *digester); /* frees it */

/* Of a file's bytes as they are on disk. A file that cannot be read is FG_FAILED. */
fg_status fg_digest_file(const char *path, struct fg_digest *out, struct fg_error *error);

#endif
