/* store_write.h - the rows of one result, into tables that are there. */
#ifndef FARGAUGE_DATA_STORE_WRITE_H
#define FARGAUGE_DATA_STORE_WRITE_H

#include <sqlite3.h>

#include "data/store.h"

/* The statements that put one result's rows in, prepared once. */
struct fg_store_writer;
fg_status fg_store_writer_open(sqlite3 *database, enum fg_ledger_detail detail, bool with_pods,
                               struct fg_store_writer **out, struct fg_error *error);
/* Without a transaction of its own. */
fg_status fg_store_writer_put(struct fg_store_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error);
void fg_store_writer_close(struct fg_store_writer *writer);

#endif
