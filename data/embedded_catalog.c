#include "data/embedded_catalog.h"

#include "models/base/embed.h"

FG_EMBED(fg_instance_types, "data/catalog/instance_types.csv");
FG_EMBED(fg_ec2_prices, "data/catalog/ec2_prices.csv");
FG_EMBED(fg_fargate_prices, "data/catalog/fargate_prices.csv");
FG_EMBED(fg_eks_prices, "data/catalog/eks_prices.csv");
FG_EMBED(fg_eks_versions, "data/catalog/eks_versions.csv");
FG_EMBED(fg_other_prices, "data/catalog/other_prices.csv");
FG_EMBED(fg_spot_savings, "data/catalog/spot.csv");
FG_EMBED(fg_commitment_rates, "data/catalog/commitment_rates.csv");

const struct fg_embedded_table *fg_embedded_table(size_t number)
{
    static const struct fg_embedded_table tables[] = {
        {"instance_types.csv", fg_instance_types_begin, fg_instance_types_end},
        {"ec2_prices.csv", fg_ec2_prices_begin, fg_ec2_prices_end},
        {"fargate_prices.csv", fg_fargate_prices_begin, fg_fargate_prices_end},
        {"eks_prices.csv", fg_eks_prices_begin, fg_eks_prices_end},
        {"eks_versions.csv", fg_eks_versions_begin, fg_eks_versions_end},
        {"other_prices.csv", fg_other_prices_begin, fg_other_prices_end},
        {"spot.csv", fg_spot_savings_begin, fg_spot_savings_end},
        {"commitment_rates.csv", fg_commitment_rates_begin, fg_commitment_rates_end},
    };
    return number < sizeof tables / sizeof *tables ? &tables[number] : NULL;
}
