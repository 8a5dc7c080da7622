/* replay.h - one scenario, one trace, one replication -> what it costs and what became of it.
 *
 * One thread. Catalog, trace and scenario are only read, so many replays can share them; the
 * result borrows texts of all three, which must outlive it.
 */
#ifndef FARGAUGE_SIM_REPLAY_REPLAY_H
#define FARGAUGE_SIM_REPLAY_REPLAY_H

#include "sim/replay/replay_input.h"

/* On FG_OK `out` is released with fg_result_release. FG_BAD_INPUT: a price, an
 * instance type, a volume type or a Kubernetes version is not known, or no pod ever ends and the
 * study names no duration. */
fg_status fg_replay(const struct fg_replay_input *input, struct fg_result *out,
                    struct fg_error *error);

#endif
