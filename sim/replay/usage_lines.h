/* usage_lines.h - a bill's usage as commitments see it: one line for each instance type, and for
 * Fargate's vCPU and memory, in each clock hour. */
#ifndef FARGAUGE_SIM_REPLAY_USAGE_LINES_H
#define FARGAUGE_SIM_REPLAY_USAGE_LINES_H

#include "models/catalog.h"
#include "models/commitment.h"
#include "models/ledger.h"
#include "sim/replay/zone_hours.h"

enum { FG_NO_LINE = UINT32_MAX };

struct fg_usage_lines {
    const struct fg_ledger *ledger; /* as it was opened with; borrowed */
    uint32_t account_count;
    uint32_t *line_of;             /* by account; FG_NO_LINE = commitments do not cover it */
    uint32_t *next_row, *rows_end; /* by account */
    uint32_t count, capacity;
    struct fg_usage_line *items;            /* of the hour that was summed last */
    uint32_t *first_account;                /* by line */
    struct fg_zone_usage *zones;            /* of all lines, by (line, zone) */
    const struct fg_zone_hours *zone_hours; /* NULL = no zone is known */
    struct fg_arena arena;
};

/* `ledger` must stay as it is while the lines are used. Bare metal's size is the catalog's; a
 * catalog of NULL knows none. */
void fg_usage_lines_open(struct fg_usage_lines *lines, const struct fg_ledger *ledger,
                         const char *region, const struct fg_catalog *catalog,
                         const struct fg_zone_hours *zone_hours);
/* The account's row of `hour`, or NULL. Hours are asked for in rising order. */
const struct fg_ledger_row *fg_usage_lines_row(struct fg_usage_lines *lines, uint32_t account,
                                               int32_t hour);
/* Sets the quantities and amounts of all lines to those of the hour. */
void fg_usage_lines_sum(struct fg_usage_lines *lines, int32_t hour);
void fg_usage_lines_release(struct fg_usage_lines *lines);

#endif
