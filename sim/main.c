/* fargauge: what a Kubernetes workload costs on EKS, on EC2 nodes, on Fargate and on both. */
#include "sim/commands/command.h"

#include <signal.h>

int main(int argc, char **argv)
{
    /* A file that may not grow is a full disk: an error to report, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    return fg_command_main(argc, argv);
}
