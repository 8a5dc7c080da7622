/* store_ledger.h - the rows of a result's bill: accounts, amounts, commitments. */
#ifndef FARGAUGE_DATA_STORE_LEDGER_H
#define FARGAUGE_DATA_STORE_LEDGER_H

#include <sqlite3.h>

#include "data/store.h"

/* The statements that put a bill in, prepared once. */
struct fg_ledger_writer;
fg_status fg_ledger_writer_open(sqlite3 *database, enum fg_ledger_detail detail,
                                struct fg_ledger_writer **out, struct fg_error *error);
/* Without a transaction of its own. What commitments covered is put in at the hour's detail only;
 * how much of them was used by the hour, in few rows, at every detail. */
fg_status fg_ledger_writer_put(struct fg_ledger_writer *writer, int64_t run_id,
                               const struct fg_result *result, struct fg_error *error);
void fg_ledger_writer_close(struct fg_ledger_writer *writer);

#endif
