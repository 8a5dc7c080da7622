/* csv_stream.h - the rows of a CSV text (RFC 4180, by libcsv), one at a time, as its bytes come in.
 *
 * For files that do not fit into memory: what is held is one row, of at most a megabyte. A row
 * whose quoting is broken is told to the taker, and reading goes on with the next line.
 */
#ifndef FARGAUGE_DATA_CSV_STREAM_H
#define FARGAUGE_DATA_CSV_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

/* A row and the line it begins on. The cells live until the taker returns; NULL = the quoting is
 * broken. What is not FG_OK ends the reading. */
typedef fg_status fg_csv_taker(uint32_t line, const char *const *cells, uint32_t count, void *user);

struct fg_csv_stream;
struct fg_csv_stream *fg_csv_stream_open(fg_csv_taker *take, void *user);
/* Both return the taker's status. */
fg_status fg_csv_stream_feed(struct fg_csv_stream *stream, const char *bytes, size_t length);
/* Takes a last row that has no line end, and frees the stream. */
fg_status fg_csv_stream_close(struct fg_csv_stream *stream);

#endif
