/* price_book.h - the prices one scenario is billed with, looked up once. */
#ifndef FARGAUGE_SIM_REPLAY_PRICE_BOOK_H
#define FARGAUGE_SIM_REPLAY_PRICE_BOOK_H

#include "models/catalog.h"
#include "models/ledger.h"
#include "models/scenario.h"
#include "sim/replay/fargate_prices.h"

/* One thing a node is billed for while it runs, and what it comes to. */
struct fg_node_price {
    enum fg_charge charge;
    const char *sku;
    int64_t amount;           /* how much a node has of it: 1 instance, GiB, IOPS, MiB/s */
    int64_t divisor;          /* of `amount`, where that is in parts of a unit; 0 = whole units */
    bool by_month;            /* the price is for a calendar month, else for an hour */
    fg_nanodollars nano;      /* as agreed */
    fg_nanodollars list_nano; /* public */
    struct fg_found_price found;
    const char *item; /* in the catalog */
};

/* Lines that nodes drive; more are refused where the study is read. */
enum { FG_NODE_LINES_MAX = 8 };
/* Instance, volume with two extras, fee, address, lines. */
enum { FG_NODE_PRICES_MAX = 6 + FG_NODE_LINES_MAX };
struct fg_node_prices {
    uint32_t count;
    struct fg_node_price items[FG_NODE_PRICES_MAX];
};

/* Of one unit of a line, as agreed and public; nothing was found for a price of the planner's. */
struct fg_line_price {
    fg_nanodollars nano, list_nano;
    struct fg_found_price found;
};

struct fg_price_book {
    struct fg_fargate_price fargate[FG_FARGATE_OFFERS];
    struct fg_node_prices *groups; /* by node group */
    struct fg_price control_plane, extended_support;
    struct fg_found_price control_plane_found, extended_support_found;
    struct fg_price tier; /* of a provisioned control plane, on top */
    struct fg_found_price tier_found;
    struct fg_line_price *lines; /* by line of the scenario */
};
/* The cluster's own fees alone: control_plane, extended_support, tier. */
fg_status fg_price_book_read_fees(const struct fg_scenario *scenario,
                                  const struct fg_catalog *catalog, struct fg_price_book *out,
                                  struct fg_error *error);
/* The catalog's name of a tier's fee; NULL = there is no such tier. */
const char *fg_price_book_tier_item(const char *tier);

/* Looks up what the scenario can need: Fargate's prices only if there is a profile. A price that
 * is not there is an error that names the thing and the region. */
fg_status fg_price_book_read(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             struct fg_price_book *out, struct fg_error *error);
/* The public Spot price of an instance-hour: by the catalog's saving or the scenario's own. */
fg_status fg_price_book_spot(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             const char *instance_type, struct fg_found_price *out,
                             struct fg_error *error);

/* What decides the bill of a node. */
struct fg_machine {
    const struct fg_instance_type *type;
    const struct fg_volume *volume; /* its root */
    bool is_spot;
    bool is_auto_mode; /* launched by EKS Auto Mode: its fee is charged */
    bool has_public_ipv4;
    const char *pool; /* "nodegroup:a": which lines nodes drive there; NULL = none with a pattern */
};
fg_status fg_price_book_read_machine(const struct fg_scenario *scenario,
                                     const struct fg_catalog *catalog,
                                     const struct fg_machine *machine, struct fg_node_prices *out,
                                     struct fg_error *error);
/* What a volume is billed, appended to `out`, which must have room for three. */
fg_status fg_price_book_read_volume(const struct fg_scenario *scenario,
                                    const struct fg_catalog *catalog,
                                    const struct fg_volume *volume, struct fg_node_prices *out,
                                    struct fg_error *error);
fg_status fg_price_book_line(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                             const struct fg_cost_line *line, struct fg_line_price *out,
                             struct fg_error *error);
void fg_price_book_release(struct fg_price_book *book);

#endif
