/* fargauge: what a Kubernetes workload costs on EKS, on EC2 nodes, on Fargate and on both. */
#include "sim/commands/command.h"

int main(int argc, char **argv)
{
    return fg_command_main(argc, argv);
}
