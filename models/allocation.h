/* allocation.h - who bears the cost: how a bill is told by namespace, by workload or by a label of
 * the pods, and how the cost that nobody asked for is shared.
 *
 * Direct cost is what is booked on pods. All else is shared cost: what nobody requested of the
 * nodes, DaemonSets, the cluster's fee, commitments that were not used, lines of no namespace, and
 * the namespaces that the study names as shared. It is shown apart, or spread over the names that
 * have direct cost or pods: evenly, or by their direct cost. Shares are rounded down, and what is
 * left of the nanodollars goes one by one to the largest remainders, then in the order of the list;
 * so direct and shared cost add up to the bill. Where there is nobody to bear it, it stays apart.
 */
#ifndef FARGAUGE_MODELS_ALLOCATION_H
#define FARGAUGE_MODELS_ALLOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/memory.h"
#include "models/labels.h"
#include "models/money.h"

enum fg_share_rule { FG_SHARE_APART, FG_SHARE_EVEN, FG_SHARE_BY_SHARE, FG_SHARE_RULE_COUNT };
const char *fg_share_rule_name(enum fg_share_rule rule); /* "apart" "even" "by share" */
/* The same words, and "share". */
bool fg_share_rule_parse(const char *text, enum fg_share_rule *out);

/* pricing.allocation. A dimension is "namespace", "workload" or "label:KEY". */
struct fg_allocation_settings {
    enum fg_share_rule shared; /* all shared cost but ... */
    enum fg_share_rule idle;   /* ... what nobody requested of the nodes */
    uint32_t namespace_count;
    const char **namespaces; /* whose cost is shared: patterns with * and ? */
    uint32_t dimension_count;
    const char **dimensions;
};

#define FG_DIMENSION_NAMESPACE "namespace"
#define FG_DIMENSION_WORKLOAD "workload"
/* The key of "label:team", or NULL. */
const char *fg_dimension_label(const char *dimension);
/* Namespace, workload or a label whose key may stand in an account's group. */
bool fg_dimension_is_known(const char *text);

/* An account's group: the labels that the dimensions name, "team=shop;tier=web"; a label that is
 * not there is "team=". A ';' or '\' of a value has a '\' before it. "" where no dimension is a
 * label. The text lives in the arena. */
const char *fg_allocation_group(const struct fg_allocation_settings *settings,
                                const struct fg_pairs *labels, struct fg_arena *arena);
/* The value of a label in a group; "" where it is not. */
const char *fg_allocation_group_value(const char *group, const char *key, struct fg_arena *arena);

/* Sets shares[i] to its part of `amount` (>= 0), evenly or by the weights (>= 0); with weights that
 * are all 0 evenly. The shares add up to the amount; count >= 1. */
void fg_allocation_share(fg_nanodollars amount, enum fg_share_rule rule,
                         const fg_nanodollars *weights, uint32_t count, fg_nanodollars *shares);

#endif
