#include "data/price_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "data/price_list_parts.h"

enum { CHUNK_BYTES = 1 << 18 };

static bool looks_like_json(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length && strchr(" \t\r\n", bytes[at]) != NULL)
        at++;
    return at < length && (bytes[at] == '{' || bytes[at] == '[' ||
                           (bytes[at] == '"' && at + 1 < length && bytes[at + 1] == '{'));
}

static fg_status open_file(const char *path, gzFile *out, struct fg_error *error)
{
    struct stat info;
    errno = 0;
    bool is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    *out = is_folder ? NULL : gzopen(path, "rb");
    if (*out == NULL)
        return fg_error_set(error, FG_FAILED, "%s cannot be read: %s", path,
                            strerror(is_folder    ? EISDIR
                                     : errno != 0 ? errno
                                                  : ENOMEM));
    gzbuffer(*out, CHUNK_BYTES);
    return FG_OK;
}

/* The next bytes; 0 at the end, which with damaged gzip data comes early. */
static fg_status next_chunk(gzFile stream, const char *path, char *chunk, size_t *out_length,
                            const char **out_damage, struct fg_error *error)
{
    int got = gzread(stream, chunk, CHUNK_BYTES), code;
    *out_length = got > 0 ? (size_t)got : 0;
    if (got > 0)
        return FG_OK;
    const char *message = gzerror(stream, &code);
    if (code == Z_ERRNO)
        return fg_error_set(error, FG_FAILED, "%s cannot be read to its end: %s", path,
                            strerror(errno));
    if (code != Z_OK && code != Z_STREAM_END)
        *out_damage = message;
    return FG_OK;
}

/* One of the two is used, as the first chunk looks. */
struct readers {
    struct fg_listed_csv *csv;
    struct fg_listed_json *json;
};

static fg_status feed(struct readers *readers, struct fg_listed_file *file, const char *bytes,
                      size_t length, bool *out_more, struct fg_error *error)
{
    if (readers->csv == NULL && readers->json == NULL) {
        if (looks_like_json(bytes, length))
            readers->json = fg_listed_json_open(file);
        else
            readers->csv = fg_listed_csv_open(file);
    }
    if (readers->csv != NULL)
        return fg_listed_csv_feed(readers->csv, bytes, length, error);
    *out_more = fg_listed_json_feed(readers->json, bytes, length);
    return FG_OK;
}

fg_status fg_price_list_read(const char *path, struct fg_price_list *list, struct fg_error *error)
{
    struct fg_listed_file file = {
        .list = list, .path = path, .offer_code = "", .version = "", .published = FG_DAY_UNKNOWN};
    struct readers readers = {NULL, NULL};
    const char *damage = NULL;
    size_t length = 1;
    bool more = true;
    gzFile stream;
    fg_status status = open_file(path, &stream, error);
    if (status != FG_OK)
        return status;
    char *chunk = fg_allocate(CHUNK_BYTES, 1);
    while (status == FG_OK && more) {
        status = next_chunk(stream, path, chunk, &length, &damage, error);
        if (length == 0)
            break;
        if (status == FG_OK)
            status = feed(&readers, &file, chunk, length, &more, error);
    }
    if (readers.json != NULL)
        fg_listed_json_close(readers.json, more && status == FG_OK && damage == NULL);
    if (readers.csv != NULL) {
        fg_status closed = fg_listed_csv_close(readers.csv, error);
        status = status == FG_OK ? closed : status;
    }
    if (status == FG_OK && damage != NULL)
        fg_listed_note_bad(&file, 0, "the gzip data is cut off or damaged: %s", damage);
    if (status == FG_OK && readers.csv == NULL && readers.json == NULL && damage == NULL)
        status = fg_error_at(error, path, 0, 0, "the file is empty; expected a price list");
    free(chunk);
    gzclose(stream);
    return status;
}

void fg_price_list_release(struct fg_price_list *list)
{
    free(list->prices);
    free(list->types);
    fg_index_release(&list->type_index);
    fg_strings_release(&list->strings);
    *list = (struct fg_price_list){0};
}
