#include "sim/replay/provisioner.h"

fg_status fg_provisioner_open(struct fg_world *world, struct fg_error *error)
{
    (void)error;
    (void)world;
    return FG_OK;
}
uint32_t fg_provisioner_next(const struct fg_world *world)
{
    (void)world;
    return FG_NEVER;
}
void fg_provisioner_pass(struct fg_world *world)
{
    (void)world;
}
void fg_provisioner_pod_waits(struct fg_world *world)
{
    (void)world;
}
void fg_provisioner_look_again(struct fg_world *world)
{
    (void)world;
}
void fg_provisioner_drift(struct fg_world *world, const char *node_pool)
{
    (void)world;
    (void)node_pool;
}
void fg_provisioner_release(struct fg_world *world)
{
    (void)world;
}
