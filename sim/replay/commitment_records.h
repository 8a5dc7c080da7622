/* commitment_records.h - what the commitments of a replay were used for, hour by hour. */
#ifndef FARGAUGE_SIM_REPLAY_COMMITMENT_RECORDS_H
#define FARGAUGE_SIM_REPLAY_COMMITMENT_RECORDS_H

#include "models/result.h"

void fg_commitment_records_add_hour(struct fg_commitment_records *records,
                                    const struct fg_commitment_hour *hour);
void fg_commitment_records_add_cover(struct fg_commitment_records *records,
                                     const struct fg_coverage_row *cover);
/* Sorts as struct fg_commitment_records says; equal neighbours become one row. */
void fg_commitment_records_close(struct fg_commitment_records *records);

#endif
