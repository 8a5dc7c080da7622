/* lower_bound.h - finds the values of models/lower_bound.h that are best for an hour's demand.
 *
 * GLPK solves the linear program. The values that are best for one demand are so for all demands
 * that the same offers serve, so the corners found are kept, and an hour that one of them is
 * known to be best for is not solved: a year of hours takes as many solutions as there are
 * different mixes of offers in it. For the same offers and demands in the same order the values
 * are the same.
 */
#ifndef FARGAUGE_SIM_REPLAY_LOWER_BOUND_H
#define FARGAUGE_SIM_REPLAY_LOWER_BOUND_H

#include "models/lower_bound.h"

struct fg_lower_bound;

/* The offers are pruned and copied. One thread each. */
struct fg_lower_bound *fg_lower_bound_new(const struct fg_bound_offer *offers, uint32_t count);
void fg_lower_bound_free(struct fg_lower_bound *bound);

/* At least what the demand, in unit-seconds, costs on any nodes of the offers; within a millionth
 * of the linear program's optimum. A resource that no offer has is worth nothing. */
fg_bound_value fg_lower_bound_of(struct fg_lower_bound *bound,
                                 const struct fg_bound_amounts *demand);
/* How often the program was solved. */
uint32_t fg_lower_bound_solutions(const struct fg_lower_bound *bound);

#endif
