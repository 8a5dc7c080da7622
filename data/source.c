#include "data/source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "models/base/memory.h"

static char *grown(char *bytes, size_t length)
{
    char *moved = realloc(bytes, length);
    if (moved == NULL)
        free(bytes);
    return moved;
}

static fg_status no_room(const char *path, struct fg_error *error)
{
    return fg_error_set(error, FG_FAILED, "%s does not fit into memory", path);
}

static fg_status read_all(const char *path, struct fg_source *out, struct fg_error *error)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0 || S_ISDIR(info.st_mode)) {
        int reason = file != NULL && S_ISDIR(info.st_mode) ? EISDIR : errno;
        if (file != NULL)
            fclose(file);
        return fg_error_set(error, FG_FAILED, "%s cannot be read: %s", path, strerror(reason));
    }
    size_t capacity = info.st_size > 0 ? (size_t)info.st_size + 1 : 65536, length = 0, got;
    char *bytes = malloc(capacity);
    while (bytes != NULL && (got = fread(bytes + length, 1, capacity - 1 - length, file)) > 0) {
        length += got;
        if (length == capacity - 1)
            bytes = grown(bytes, capacity *= 2);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    if (bytes == NULL)
        return no_room(path, error);
    bytes[length] = '\0';
    *out = (struct fg_source){bytes, length};
    return failed ? fg_error_set(error, FG_FAILED, "%s cannot be read to its end", path) : FG_OK;
}

/* Unpacks all members of packed gzip data. */
static fg_status unpack(const char *path, const struct fg_source *packed, struct fg_source *out,
                        struct fg_error *error)
{
    z_stream stream = {0};
    size_t capacity = packed->length * 4 + 65536, length = 0, given = 0;
    char *bytes = malloc(capacity);
    int code = inflateInit2(&stream, 15 + 16);
    while (bytes != NULL && code == Z_OK) {
        if (stream.avail_in == 0 && given < packed->length) {
            size_t piece = packed->length - given < 1u << 30 ? packed->length - given : 1u << 30;
            stream.next_in = (Bytef *)packed->bytes + given;
            stream.avail_in = (uInt)piece;
            given += piece;
        }
        if (capacity - 1 - length == 0)
            bytes = grown(bytes, capacity *= 2);
        if (bytes == NULL)
            break;
        size_t room = capacity - 1 - length < 1u << 30 ? capacity - 1 - length : 1u << 30;
        stream.next_out = (Bytef *)bytes + length;
        stream.avail_out = (uInt)room;
        code = inflate(&stream, Z_NO_FLUSH);
        length += room - stream.avail_out;
        if (code == Z_STREAM_END && (stream.avail_in > 0 || given < packed->length))
            code = inflateReset(&stream);
        else if (code == Z_OK && stream.avail_in == 0 && given == packed->length &&
                 stream.avail_out > 0)
            code = Z_BUF_ERROR; /* it wants more and there is none */
    }
    inflateEnd(&stream);
    if (bytes == NULL)
        return no_room(path, error);
    bytes[length] = '\0';
    *out = (struct fg_source){bytes, length};
    if (code == Z_STREAM_END)
        return FG_OK;
    return fg_error_at(error, path, 0, 0,
                       code == Z_BUF_ERROR
                           ? "the gzip data ends after %zu bytes of packed data: the file is cut "
                             "off; expected a whole .gz file"
                           : "the gzip data is damaged (%zu bytes packed); expected a .gz file",
                       packed->length);
}

fg_status fg_source_read(const char *path, struct fg_source *out, struct fg_error *error)
{
    *out = (struct fg_source){0};
    struct fg_source packed = {0};
    fg_status status = read_all(path, &packed, error);
    bool gzip = status == FG_OK && packed.length >= 2 && (unsigned char)packed.bytes[0] == 0x1f &&
                (unsigned char)packed.bytes[1] == 0x8b;
    if (!gzip) {
        *out = packed;
    } else {
        status = unpack(path, &packed, out, error);
        fg_source_release(&packed);
    }
    if (status != FG_OK)
        fg_source_release(out);
    return status;
}

void fg_source_release(struct fg_source *source)
{
    free(source->bytes);
    *source = (struct fg_source){0};
}
