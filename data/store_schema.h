/* store_schema.h - the database's tables and views, as SQL. */
#ifndef FARGAUGE_DATA_STORE_SCHEMA_H
#define FARGAUGE_DATA_STORE_SCHEMA_H

enum {
    FG_STORE_APPLICATION_ID = 0x46474155, /* "FGAU" */
    FG_STORE_SCHEMA_VERSION = 2,
};

extern const char fg_store_tables_sql[];
extern const char fg_store_views_sql[];

#endif
