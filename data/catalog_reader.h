/* catalog_reader.h - the catalog's CSV tables -> struct fg_catalog. */
#ifndef FARGAUGE_DATA_CATALOG_READER_H
#define FARGAUGE_DATA_CATALOG_READER_H

#include "models/base/status.h"
#include "models/catalog.h"

/* Reads the tables compiled into the program (directory NULL) or those of `directory`, where all
 * of instance_types.csv ec2_prices.csv fargate_prices.csv eks_prices.csv eks_versions.csv
 * other_prices.csv spot.csv must stand; commitment_rates.csv may be missing, which is no rates. A
 * bad row is an error with file, line and column. */
fg_status fg_catalog_read(const char *directory, struct fg_catalog *out, struct fg_error *error);
void fg_catalog_release(struct fg_catalog *catalog);

/* The tables by number, for those who write them; the name is NULL past the last one. The order is
 * that of fg_embedded_table. */
enum fg_catalog_table_number {
    FG_TABLE_TYPES,
    FG_TABLE_EC2,
    FG_TABLE_FARGATE,
    FG_TABLE_EKS,
    FG_TABLE_VERSIONS,
    FG_TABLE_OTHER,
    FG_TABLE_SPOT,
    FG_TABLE_RATES,
    FG_TABLE_COUNT
};
const char *fg_catalog_table_name(uint32_t number);
const char *const *fg_catalog_table_columns(uint32_t number); /* NULL at the end */

#endif
