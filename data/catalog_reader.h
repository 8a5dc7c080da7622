/* catalog_reader.h - the catalog's CSV tables -> struct fg_catalog. */
#ifndef FARGAUGE_DATA_CATALOG_READER_H
#define FARGAUGE_DATA_CATALOG_READER_H

#include "models/base/status.h"
#include "models/catalog.h"

/* Reads the tables compiled into the program (directory NULL) or those of `directory`, where all
 * of instance_types.csv ec2_prices.csv fargate_prices.csv eks_prices.csv eks_versions.csv
 * other_prices.csv spot.csv must stand. A bad row is an error with file, line and column. */
fg_status fg_catalog_read(const char *directory, struct fg_catalog *out, struct fg_error *error);
void fg_catalog_release(struct fg_catalog *catalog);

#endif
