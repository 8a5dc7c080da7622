/* distribution.h - how long things last: whole seconds drawn from a distribution.
 *
 * By quantiles (GSL): the caller brings a uniform number, so that a draw depends on nothing but
 * what it is for. The result is rounded to whole seconds and kept between at_least_s and
 * at_most_s, whatever the distribution says.
 */
#ifndef FARGAUGE_MODELS_DISTRIBUTION_H
#define FARGAUGE_MODELS_DISTRIBUTION_H

#include <stdint.h>

enum fg_distribution_kind {
    FG_DISTRIBUTION_NONE, /* not named */
    FG_DISTRIBUTION_FIXED,
    FG_DISTRIBUTION_UNIFORM,
    FG_DISTRIBUTION_EXPONENTIAL,
    FG_DISTRIBUTION_LOGNORMAL,
    FG_DISTRIBUTION_PARETO,
    FG_DISTRIBUTION_WEIBULL,
};

struct fg_distribution {
    enum fg_distribution_kind kind;
    uint32_t scale_s;    /* the value, the lower bound, the mean, the median, the least, the
                            scale: in the order of the kinds; >= 1 */
    uint32_t high_s;     /* UNIFORM: the upper bound, >= scale_s */
    int64_t shape_nano;  /* LOGNORMAL: sigma; PARETO and WEIBULL: the shape; > 0 */
    uint32_t at_least_s; /* >= 1 */
    uint32_t at_most_s;  /* >= at_least_s */
};

/* `uniform` lies within 0 and 1, both excluded. */
uint32_t fg_distribution_quantile_s(const struct fg_distribution *distribution, double uniform);

#endif
