/* store_schema.h - the database's tables and views, as SQL, and what its planner is told of them.
 */
#ifndef FARGAUGE_DATA_STORE_SCHEMA_H
#define FARGAUGE_DATA_STORE_SCHEMA_H

enum {
    FG_STORE_APPLICATION_ID = 0x46474155, /* "FGAU" */
    FG_STORE_SCHEMA_VERSION = 4,
    FG_STORE_RANGE_HOURS = 744, /* no row of the ledger stands for more; hourly_cost counts on it */
};

extern const char fg_store_tables_sql[];
extern const char fg_store_views_sql[];
/* After the tables. */
extern const char fg_store_statistics_sql[];

#endif
