/* scale_up.h - how many nodes of which group Cluster Autoscaler would ask for (rules C3, C4).
 *
 * Pods that wait come as runs in queue order. First those fall away that fit on nodes that are
 * there or coming; for each group that may grow, the rest is packed onto new nodes; the expander
 * picks a group, limits clip it, similar groups share it.
 * Source: kubernetes/autoscaler 1.34 core/scaleup/orchestrator, core/podlistprocessor, estimator,
 * processors/nodegroupset.
 */
#ifndef FARGAUGE_SIM_CONTROLLERS_SCALE_UP_H
#define FARGAUGE_SIM_CONTROLLERS_SCALE_UP_H

#include "sim/controllers/expander.h"
#include "sim/controllers/simulation.h"

/* Pods of a class that follow one another in the queue. */
struct fg_waiting_pods {
    uint32_t class_number;
    uint32_t owner;  /* pods of one class and owner are decided on together */
    int64_t pods;    /* fg_scale_up_filter leaves those without a place */
    bool has_option; /* set by fg_scale_up_choose: some group could take one */
};

struct fg_scaling_group {
    const char *name;
    struct fg_fresh_node fresh;      /* what a new node is taken to be */
    struct fg_node_capacity machine; /* its whole capacity */
    bool is_from_zero;               /* not after a real node: never similar to those that are */
    bool is_held;                    /* no template, unhealthy, or backed off */
    int64_t size, max_size;          /* size: with what has been asked for */
};

struct fg_scale_up_question {
    const struct fg_autoscaler_settings *settings;
    struct fg_simulation *simulation; /* looks at all nodes that are there or coming */
    uint32_t group_count;
    const struct fg_scaling_group *groups;
    uint32_t waiting_count;
    struct fg_waiting_pods *waiting;
    int64_t ready_nodes, upcoming_nodes;
    uint64_t luck; /* picks among equally good groups */
};

struct fg_growth {
    uint32_t group;
    int64_t nodes;
};
/* free() the lists. */
struct fg_scale_up_answer {
    uint32_t growth_count;
    struct fg_growth *growth;
    uint32_t tie_count; /* groups as good as the chosen one, that one included */
    uint32_t *ties;
};

/* Where pods of a run have a place. free(items). */
struct fg_filtered_pods {
    uint32_t run, slot;
    int64_t pods;
};
struct fg_filtered {
    uint32_t count, capacity;
    struct fg_filtered_pods *items;
};
/* Takes the pods that have a place off the runs; they stay booked in the simulation. `filtered`
 * may be NULL. */
void fg_scale_up_filter(struct fg_simulation *simulation, struct fg_waiting_pods *waiting,
                        uint32_t waiting_count, struct fg_filtered *filtered);
/* What grows for the pods of the runs; the simulation is as before. `answer` is {0} before. */
void fg_scale_up_choose(const struct fg_scale_up_question *question,
                        struct fg_scale_up_answer *answer);

#endif
