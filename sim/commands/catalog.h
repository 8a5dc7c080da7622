/* catalog.h - what the commands on the catalog share. */
#ifndef FARGAUGE_SIM_COMMANDS_CATALOG_H
#define FARGAUGE_SIM_COMMANDS_CATALOG_H

#include "sim/commands/command.h"

/* An unknown region is an error with the nearest known one. */
fg_status fg_catalog_check_region(const struct fg_catalog *catalog, const char *region,
                                  struct fg_error *error);
/* --as-of DAY; FG_DAY_UNKNOWN, which is the newest, where it is not given. */
fg_status fg_catalog_argument_day(const struct fg_arguments *arguments, fg_day *out,
                                  struct fg_error *error);

#endif
