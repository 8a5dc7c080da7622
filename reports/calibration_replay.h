/* calibration_replay.h - the bill of one replication, from the database, in the form of models/
 * billing.h. */
#ifndef FARGAUGE_REPORTS_CALIBRATION_REPLAY_H
#define FARGAUGE_REPORTS_CALIBRATION_REPLAY_H

#include <sqlite3.h>

#include "models/billing.h"

/* How fine the database's costs are. */
enum fg_replay_step { FG_REPLAY_HOURS, FG_REPLAY_DAYS, FG_REPLAY_TOTAL };

struct fg_replay {
    sqlite3 *database;
    const char *study, *scenario, *region;
    uint32_t replication, replication_count;
    enum fg_replay_step step;
    fg_unix_s from, to;   /* its whole hours or days; of totals all of it */
    fg_unix_s start, end; /* of the replay itself */
    int64_t run_id;
    struct fg_arena arena; /* owns the texts */
};

/* Opens the database; `scenario` NULL = the only one. FG_BAD_INPUT: no such scenario, or it has
 * not been run. Close after a failure too. */
fg_status fg_replay_open(const char *path, const char *scenario, uint32_t replication,
                         struct fg_replay *out, struct fg_error *error);
/* What the replay books in [from, to), which begins and ends with its steps. Release `out` after a
 * failure too. */
fg_status fg_replay_read(const struct fg_replay *replay, fg_unix_s from, fg_unix_s to,
                         struct fg_billing *out, struct fg_error *error);
void fg_replay_close(struct fg_replay *replay);

/* The first and last instants of the replay's steps that lie in [*from, *to). */
void fg_replay_whole_steps(const struct fg_replay *replay, fg_unix_s *from, fg_unix_s *to);

#endif
