/* price_book.h - the prices one scenario is billed with, looked up once. */
#ifndef FARGAUGE_SIM_REPLAY_PRICE_BOOK_H
#define FARGAUGE_SIM_REPLAY_PRICE_BOOK_H

#include "models/catalog.h"
#include "models/ledger.h"
#include "models/scenario.h"
#include "sim/replay/fargate_meter.h"

/* One thing a node is billed for while it runs, and what it comes to. */
struct fg_node_price {
    enum fg_charge charge;
    const char *sku;
    int64_t amount;           /* how much a node has of it: 1 instance, GiB, IOPS, MiB/s */
    bool by_month;            /* the price is for a calendar month, else for an hour */
    fg_nanodollars nano;      /* as agreed */
    fg_nanodollars list_nano; /* public */
    struct fg_found_price found;
    const char *item; /* in the catalog */
};

enum { FG_NODE_PRICES_MAX = 6 }; /* instance, volume with two extras, fee, address */
struct fg_node_prices {
    uint32_t count;
    struct fg_node_price items[FG_NODE_PRICES_MAX];
};

struct fg_price_book {
    struct fg_price fargate[FG_FARGATE_PARTS]; /* as agreed; `found` are public prices */
    struct fg_found_price fargate_found[FG_FARGATE_PARTS];
    bool has_storage_price;        /* not known in every region; an error only where it is needed */
    struct fg_node_prices *groups; /* by node group */
    struct fg_price control_plane, extended_support;
    struct fg_found_price control_plane_found, extended_support_found;
};

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
};
fg_status fg_price_book_read_machine(const struct fg_scenario *scenario,
                                     const struct fg_catalog *catalog,
                                     const struct fg_machine *machine, struct fg_node_prices *out,
                                     struct fg_error *error);
void fg_price_book_release(struct fg_price_book *book);

#endif
