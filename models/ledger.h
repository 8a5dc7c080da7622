/* ledger.h - the bill of one replication: amounts by (account, clock hour).
 *
 * Rows that repeat hour after hour are one row with a count. Quantities are whole base units of
 * the account; amounts are nanodollars, rounded half to even once per (account, hour).
 */
#ifndef FARGAUGE_MODELS_LEDGER_H
#define FARGAUGE_MODELS_LEDGER_H

#include <stdint.h>

#include "models/base/memory.h"
#include "models/money.h"

/* One row a charge: constant, name on the bill, unit, base units per unit.
 * vCPU: milli-vCPU-seconds; GB: MiB-seconds; storage: GiB-seconds; instances, their Auto Mode fee
 * and their addresses: micro-instance-seconds (so that shares of a node add up); volumes: 10^-9
 * GB-months, and of what they have above their baseline under the same name; cluster: seconds;
 * lines of the planner's own ("other:" and the sku's first word): microseconds, starts, 10^-9 GB;
 * savings plans: seconds in which some of the commitment was unused; reserved instances: what of
 * them was. */
#define FG_CHARGE_LIST(X)                                                                          \
    X(FARGATE_VCPU, "fargate-vcpu", "vCPU-Hours", 3600000)                                         \
    X(FARGATE_MEMORY, "fargate-memory", "GB-Hours", 3686400)                                       \
    X(FARGATE_STORAGE, "fargate-storage", "GB-Hours", 3600)                                        \
    X(EC2_ON_DEMAND, "ec2-on-demand", "Hours", 3600000000)                                         \
    X(EC2_SPOT, "ec2-spot", "Hours", 3600000000)                                                   \
    X(EBS, "ebs", "GB-Months", 1000000000)                                                         \
    X(EBS_IOPS, "ebs", "IOPS-Months", 1000000000)                                                  \
    X(EBS_THROUGHPUT, "ebs", "MiBps-Months", 1000000000)                                           \
    X(AUTO_MODE, "eks-auto-mode", "Hours", 3600000000)                                             \
    X(PUBLIC_IPV4, "public-ipv4", "Hours", 3600000000)                                             \
    X(CONTROL_PLANE, "eks-control-plane", "Hours", 3600)                                           \
    X(EXTENDED_SUPPORT, "eks-extended-support", "Hours", 3600)                                     \
    X(OTHER_HOURS, "other", "Hours", 3600000000)                                                   \
    X(OTHER_STARTS, "other", "Starts", 1)                                                          \
    X(OTHER_GB, "other", "GB", 1000000000)                                                         \
    X(SAVINGS_PLAN, "savings-plan", "Hours", 3600)                                                 \
    X(RESERVED_INSTANCE, "reserved-instance", "Hours", 3600000000)

enum fg_charge {
#define X(constant, name, unit, base) FG_CHARGE_##constant,
    FG_CHARGE_LIST(X)
#undef X
        FG_CHARGE_COUNT
};
const char *fg_charge_name(enum fg_charge charge);
const char *fg_charge_unit(enum fg_charge charge);
int64_t fg_charge_base_per_unit(enum fg_charge charge);

#define FG_WORKLOAD_IDLE "(idle)"
#define FG_WORKLOAD_SYSTEM "(system)"

/* What an amount is booked on; within it the unit and its price are constant. Texts that are not
 * there are "" or NULL. */
struct fg_account {
    enum fg_charge charge;
    const char *pool;           /* fargate:P, nodegroup:N, cluster */
    const char *sku;            /* "m5.large", "linux/amd64", "gp3", "1.35", a line's name; */
                                /* after a space what else tells accounts apart */
    const char *namespace_name; /* "" for (idle), (system) and the cluster */
    const char *workload;       /* "" for the cluster */
    const char *group;          /* by the labels that pricing.allocation names: "team=shop" */
    /* Of one unit on the bill: public, and as agreed with AWS before any commitment. */
    fg_nanodollars list_unit_nano, contract_unit_nano;
};
/* "ec2-on-demand"; of a line "other:nat". Returns `buffer` for the latter. */
const char *fg_account_charge_name(const struct fg_account *account, char buffer[128]);
/* By all fields in order. */
int fg_account_compare(const struct fg_account *a, const struct fg_account *b);

/* Hours are counted from 1970-01-01T00:00:00Z. */
struct fg_ledger_row {
    uint32_t account;
    int32_t first_hour;
    uint32_t hour_count; /* >= 1; quantity and amount are those of each of these hours */
    int64_t quantity;
    fg_nanodollars nano;
};

/* What an hour's amount would be at public prices, what it is as agreed before commitments, and
 * what AWS writes on the bill of that hour: nothing for what a commitment covers. The amount of the
 * row itself is the amortised one, commitments spread over what they covered. */
struct fg_row_cost {
    fg_nanodollars list_nano, contract_nano, billed_nano;
};

/* Accounts sorted by all their fields in order; rows by (account, first_hour), never
 * overlapping. */
struct fg_ledger {
    uint32_t account_count, row_count;
    uint32_t account_capacity, row_capacity;
    struct fg_account *accounts;
    struct fg_ledger_row *rows;
    struct fg_row_cost *costs; /* by row; NULL where all are the row's amount */
};

void fg_ledger_release(struct fg_ledger *ledger);
/* Sets `costs` by the accounts' prices where any account's public one differs from the agreed one:
 * a row's quantity at the public price, rounded half to even. */
void fg_ledger_set_list_costs(struct fg_ledger *ledger);
struct fg_row_cost fg_ledger_cost(const struct fg_ledger *ledger, uint32_t row);
/* The sum of all rows. */
fg_nanodollars fg_ledger_total(const struct fg_ledger *ledger);

#endif
