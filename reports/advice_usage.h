/* advice_usage.h - what Savings Plans can cover of a replication, as the store has it. */
#ifndef FARGAUGE_REPORTS_ADVICE_USAGE_H
#define FARGAUGE_REPORTS_ADVICE_USAGE_H

#include "models/commitment_choice.h"
#include "reports/calibration_replay.h"

struct fg_advice_usage {
    struct fg_choice_usage choice; /* its arrays are the arena's, but for the hours */
    uint32_t hours_capacity;
    struct fg_choice_hours *hours;
    uint32_t commitment_count; /* all that the run had, reservations too, by number */
    struct fg_commitment *commitments;
    struct fg_arena arena;
};

/* Release `out` after a failure too. */
fg_status fg_advice_usage_read(const struct fg_replay *replay, struct fg_advice_usage *out,
                               struct fg_error *error);
void fg_advice_usage_release(struct fg_advice_usage *usage);

/* The rates that plans of the study itself name for this kind, term and payment (of an EC2
 * Instance plan this family), the scenario's own first; appended, but for what is there already. */
fg_status fg_advice_study_rates(const struct fg_replay *replay, struct fg_arena *arena,
                                struct fg_commitment *plan, struct fg_error *error);

#endif
