#include "data/embedded_catalog.h"

/* The assembler puts each file between two symbols, in read-only data. */
#define EMBED(symbol, path)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "_begin\n" #symbol "_begin:\n"                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #symbol "_end\n" #symbol "_end:\n"                                          \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char symbol##_begin[], symbol##_end[]

EMBED(fg_instance_types, "data/catalog/instance_types.csv");
EMBED(fg_ec2_prices, "data/catalog/ec2_prices.csv");
EMBED(fg_fargate_prices, "data/catalog/fargate_prices.csv");
EMBED(fg_eks_prices, "data/catalog/eks_prices.csv");
EMBED(fg_eks_versions, "data/catalog/eks_versions.csv");
EMBED(fg_other_prices, "data/catalog/other_prices.csv");

const struct fg_embedded_table *fg_embedded_table(size_t number)
{
    static const struct fg_embedded_table tables[] = {
        {"instance_types.csv", fg_instance_types_begin, fg_instance_types_end},
        {"ec2_prices.csv", fg_ec2_prices_begin, fg_ec2_prices_end},
        {"fargate_prices.csv", fg_fargate_prices_begin, fg_fargate_prices_end},
        {"eks_prices.csv", fg_eks_prices_begin, fg_eks_prices_end},
        {"eks_versions.csv", fg_eks_versions_begin, fg_eks_versions_end},
        {"other_prices.csv", fg_other_prices_begin, fg_other_prices_end},
    };
    return number < sizeof tables / sizeof *tables ? &tables[number] : NULL;
}
