/* make_snapshots - writes random clusters as YAML, for the golden cases:
 *
 *     make_snapshots MODE SEED [COUNT] -o DIR
 *
 * MODE is kube-scheduler, cluster-autoscaler, karpenter or karpenter-consolidation; the files are
 * DIR/SEED.yaml and on, three digits or more. DIR must exist.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/random_snapshot.h"

struct order {
    enum fg_snapshot_mode mode;
    uint64_t seed, count;
    const char *folder;
};

static bool parse_number(const char *text, uint64_t *out)
{
    char *end;
    *out = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool parse_order(int argc, char **argv, struct order *out)
{
    *out = (struct order){.count = 1};
    if (argc < 5 || argc > 6 || strcmp(argv[argc - 2], "-o") != 0)
        return false;
    out->folder = argv[argc - 1];
    return fg_snapshot_mode_parse(argv[1], &out->mode) && parse_number(argv[2], &out->seed) &&
           (argc == 5 || parse_number(argv[3], &out->count));
}

static bool write_snapshot(const struct order *order, uint64_t seed)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%03" PRIu64 ".yaml", order->folder, seed);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        return false;
    }
    fg_random_snapshot_write(file, order->mode, seed);
    bool good = !ferror(file);
    if (fclose(file) != 0 || !good) {
        perror(path);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct order order;
    if (!parse_order(argc, argv, &order)) {
        fputs("usage: make_snapshots MODE SEED [COUNT] -o DIR\n", stderr);
        return 2;
    }
    for (uint64_t i = 0; i < order.count; i++)
        if (!write_snapshot(&order, order.seed + i))
            return 1;
    return 0;
}
