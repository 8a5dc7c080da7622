#include "data/digest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "models/base/memory.h"

struct fg_digester {
    XXH3_state_t *state;
};

struct fg_digester *fg_digester_open(void)
{
    struct fg_digester *digester = fg_allocate(1, sizeof *digester);
    digester->state = XXH3_createState();
    FG_ASSERT(digester->state != NULL);
    XXH3_128bits_reset(digester->state);
    return digester;
}

void fg_digester_add(struct fg_digester *digester, const void *bytes, size_t length)
{
    uint64_t size = length;
    XXH3_128bits_update(digester->state, &size, sizeof size);
    if (length > 0)
        XXH3_128bits_update(digester->state, bytes, length);
}

struct fg_digest fg_digester_close(struct fg_digester *digester)
{
    XXH128_canonical_t canonical;
    struct fg_digest digest;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(digester->state));
    memcpy(digest.bytes, canonical.digest, sizeof digest.bytes);
    XXH3_freeState(digester->state);
    free(digester);
    return digest;
}

fg_status fg_digest_file(const char *path, struct fg_digest *out, struct fg_error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return fg_error_set(error, FG_FAILED, "%s cannot be read: %s", path, strerror(errno));
    enum { PIECE_BYTES = 1 << 16 };
    char *piece = fg_allocate(PIECE_BYTES, 1);
    struct fg_digester *digester = fg_digester_open();
    size_t length;
    while ((length = fread(piece, 1, PIECE_BYTES, file)) > 0)
        fg_digester_add(digester, piece, length);
    bool failed = ferror(file) != 0;
    fclose(file);
    free(piece);
    *out = fg_digester_close(digester);
    return failed ? fg_error_set(error, FG_FAILED, "%s cannot be read to its end", path) : FG_OK;
}
