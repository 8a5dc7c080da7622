#include "models/distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double quantile(const struct fg_distribution *distribution, double uniform)
{
    double scale = distribution->scale_s;
    double shape = (double)distribution->shape_nano * 1e-9;
    switch (distribution->kind) {
    case FG_DISTRIBUTION_UNIFORM:
        return gsl_cdf_flat_Pinv(uniform, scale, distribution->high_s);
    case FG_DISTRIBUTION_EXPONENTIAL:
        return gsl_cdf_exponential_Pinv(uniform, scale);
    case FG_DISTRIBUTION_LOGNORMAL:
        return gsl_cdf_lognormal_Pinv(uniform, log(scale), shape);
    case FG_DISTRIBUTION_PARETO:
        return gsl_cdf_pareto_Pinv(uniform, shape, scale);
    case FG_DISTRIBUTION_WEIBULL:
        return gsl_cdf_weibull_Pinv(uniform, scale, shape);
    case FG_DISTRIBUTION_NONE:
    case FG_DISTRIBUTION_FIXED:
        break;
    }
    return scale;
}

uint32_t fg_distribution_quantile_s(const struct fg_distribution *distribution, double uniform)
{
    double seconds = quantile(distribution, uniform);
    if (seconds >= distribution->at_most_s)
        return distribution->at_most_s;
    if (seconds <= distribution->at_least_s)
        return distribution->at_least_s;
    return (uint32_t)llround(seconds);
}
