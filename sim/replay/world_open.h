/* world_open.h - a world before its first second and after its last. */
#ifndef FARGAUGE_SIM_REPLAY_WORLD_OPEN_H
#define FARGAUGE_SIM_REPLAY_WORLD_OPEN_H

#include "sim/replay/world.h"

/* `world` is zero; the nodes of second 0 stand then. FG_BAD_INPUT: a price, an instance type or a
 * volume type is not known. Released also when it fails. */
fg_status fg_world_open(struct fg_world *world, const struct fg_replay_input *input, uint32_t cut_s,
                        struct fg_result *result, struct fg_error *error);
/* At the cut: books what still is, ends the bills and fills the result. */
fg_status fg_world_close(struct fg_world *world, struct fg_error *error);
void fg_world_release(struct fg_world *world);

#endif
