/* offers.h - the nodes that a cluster can have: those of its node groups, those there are, and what
 * its NodePools could launch now. */
#ifndef FARGAUGE_SIM_REPLAY_OFFERS_H
#define FARGAUGE_SIM_REPLAY_OFFERS_H

#include "models/node_capacity.h"
#include "models/scenario.h"

struct fg_world;

enum { FG_OFFER_NO_KIND = UINT32_MAX };

struct fg_offer {
    const struct fg_instance_type *type; /* in the catalog */
    bool is_spot;
    uint32_t kind; /* of the world's nodes; FG_OFFER_NO_KIND = none has been launched */
    /* What pods can ask for: allocatable less the DaemonSets that run on all such nodes. */
    struct fg_node_capacity room;
    fg_nanodollars instance_nano; /* of an instance-hour */
    fg_nanodollars node_nano;     /* with its root volume, address and fee; a month is 730 hours */
};
struct fg_offers {
    uint32_t count, capacity;
    struct fg_offer *items; /* free() them */
};

/* Adds them to the list. */
void fg_offers_collect(const struct fg_world *world, struct fg_offers *out);
/* Whether a pod of the scheduling class could run on such a node that is empty, as far as can be
 * told before there is one. */
bool fg_offer_takes(const struct fg_world *world, const struct fg_offer *offer,
                    uint32_t scheduling_class);

#endif
