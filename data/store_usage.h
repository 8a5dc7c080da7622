/* store_usage.h - what Savings Plans can cover of a result's bill, and the plans' rates. */
#ifndef FARGAUGE_DATA_STORE_USAGE_H
#define FARGAUGE_DATA_STORE_USAGE_H

#include <sqlite3.h>

#include "data/store.h"

/* The statements that put it in, prepared once. */
struct fg_usage_writer;
fg_status fg_usage_writer_open(sqlite3 *database, enum fg_ledger_detail detail,
                               struct fg_usage_writer **out, struct fg_error *error);
/* Without a transaction of its own; usage is put in at the hour's detail only. */
fg_status fg_usage_writer_put(struct fg_usage_writer *writer, int64_t run_id,
                              const struct fg_result *result, struct fg_error *error);
void fg_usage_writer_close(struct fg_usage_writer *writer);

#endif
