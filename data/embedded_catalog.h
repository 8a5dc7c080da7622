/* embedded_catalog.h - the tables of data/catalog, compiled into the program. */
#ifndef FARGAUGE_DATA_EMBEDDED_CATALOG_H
#define FARGAUGE_DATA_EMBEDDED_CATALOG_H

#include <stddef.h>

struct fg_embedded_table {
    const char *name; /* "ec2_prices.csv" */
    const char *bytes, *end;
};
/* NULL past the last one; the order is that of the catalog reader's tables. */
const struct fg_embedded_table *fg_embedded_table(size_t number);

#endif
