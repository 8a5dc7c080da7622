#include "data/billing_export_rows.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data/csv_stream.h"
#include "models/base/memory.h"

enum { PIECE_BYTES = 1 << 18 };

struct rows {
    const char *file;
    fg_bill_row_taker *take;
    void *user;
    struct fg_error *error;
    uint32_t column_count; /* of the header; 0 = not read yet */
};

static fg_status take_row(uint32_t line, const char *const *cells, uint32_t count, void *user)
{
    struct rows *rows = user;
    const struct fg_bill_row row = {rows->file, line, count, cells};
    if (cells == NULL)
        return fg_error_at(rows->error, rows->file, line, 0,
                           "the quoting is broken, or a quote not closed; expected CSV as in RFC "
                           "4180, rows of at most a megabyte");
    if (rows->column_count == 0)
        rows->column_count = count;
    if (count != rows->column_count)
        return fg_error_at(rows->error, rows->file, line, 0,
                           "the row has %u cells; expected %u as in the header", count,
                           rows->column_count);
    return rows->take(&row, rows->user, rows->error);
}

/* What stands before the first row: the mark that some programs put before UTF-8, or the sign of a
 * format that people take for CSV. */
static fg_status check_start(const struct rows *rows, const char *bytes, size_t length,
                             size_t *out_skip)
{
    *out_skip = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (length >= 4 && memcmp(bytes, "PAR1", 4) == 0)
        return fg_error_at(rows->error, rows->file, 0, 0,
                           "the file is Parquet; expected CSV or CSV.gz, which AWS writes too");
    if (length >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return fg_error_at(rows->error, rows->file, 0, 0,
                           "the file is a zip archive; expected the CSV that is in it");
    return FG_OK;
}

static fg_status unreadable(const char *path, const char *reason, struct fg_error *error)
{
    return fg_error_set(error, FG_FAILED, "%s cannot be read: %s", path, reason);
}

static fg_status find_fault(gzFile file, const char *path, struct fg_error *error)
{
    int code = Z_OK, system_code = errno;
    const char *words = gzerror(file, &code);
    if (code == Z_OK || code == Z_STREAM_END)
        return FG_OK;
    if (code == Z_ERRNO || code == Z_MEM_ERROR)
        return unreadable(path, code == Z_ERRNO ? strerror(system_code) : words, error);
    return fg_error_at(error, path, 0, 0,
                       code == Z_BUF_ERROR ? "the gzip data is cut off; expected a whole .gz file"
                                           : "the gzip data is damaged; expected a .gz file");
}

static fg_status feed_file(gzFile file, struct rows *rows, struct fg_csv_stream *stream)
{
    char *piece = fg_allocate(PIECE_BYTES, 1);
    fg_status status = FG_OK;
    bool at_start = true;
    int length;
    errno = 0;
    while (status == FG_OK && (length = gzread(file, piece, PIECE_BYTES)) > 0) {
        size_t skip = 0;
        if (at_start)
            status = check_start(rows, piece, (size_t)length, &skip);
        if (status == FG_OK)
            status = fg_csv_stream_feed(stream, piece + skip, (size_t)length - skip);
        at_start = false;
    }
    free(piece);
    return status == FG_OK ? find_fault(file, rows->file, rows->error) : status;
}

fg_status fg_bill_rows_each(const char *path, fg_bill_row_taker *take, void *user,
                            struct fg_error *error)
{
    struct rows rows = {.file = path, .take = take, .user = user, .error = error};
    gzFile file = gzopen(path, "rb");
    if (file == NULL)
        return unreadable(path, strerror(errno != 0 ? errno : ENOMEM), error);
    gzbuffer(file, PIECE_BYTES);
    struct fg_csv_stream *stream = fg_csv_stream_open(take_row, &rows);
    fg_status status = feed_file(file, &rows, stream);
    gzclose(file);
    fg_status last = fg_csv_stream_close(stream); /* takes a row without a line end, too */
    status = status == FG_OK ? last : status;
    if (status == FG_OK && rows.column_count == 0)
        status = fg_error_at(error, path, 1, 0,
                             "the file is empty; expected the header of a CUR or FOCUS export");
    return status;
}
