/* What Karpenter would do now. */
#include "sim/commands/decide.h"

fg_status fg_decide_karpenter(struct fg_snapshot *snapshot, struct fg_error *error)
{
    (void)snapshot;
    return fg_error_set(error, FG_BAD_INPUT,
                        "--controller karpenter is not supported by this version of fargauge");
}
