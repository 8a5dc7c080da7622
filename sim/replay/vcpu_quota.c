#include "sim/replay/vcpu_quota.h"

static int64_t *taken_of(struct fg_world *world, const struct fg_shape *shape)
{
    enum fg_quota_family family = fg_quota_family_of(shape->type->name);
    return &world->quota_vcpus[shape->machine.is_spot][family];
}

static int64_t quota_of(const struct fg_world *world, const struct fg_shape *shape)
{
    enum fg_quota_family family = fg_quota_family_of(shape->type->name);
    const struct fg_quotas *quotas = &world->cluster->quotas;
    return shape->machine.is_spot ? quotas->spot_vcpus[family] : quotas->on_demand_vcpus[family];
}

static void note_lack(struct fg_world *world, const struct fg_shape *shape)
{
    struct fg_summary *summary = &world->result->summary;
    if (summary->lacking_quota != NULL)
        return;
    summary->lacking_quota =
        fg_arena_format(&world->arena, "%s %s vCPU", shape->machine.is_spot ? "Spot" : "On-Demand",
                        fg_quota_family_name(fg_quota_family_of(shape->type->name)));
    summary->lacking_quota_s = world->clock.now;
}

bool fg_vcpu_quota_take(struct fg_world *world, uint32_t number)
{
    const struct fg_shape *shape = world->shapes.items[number];
    int64_t *taken = taken_of(world, shape), quota = quota_of(world, shape);
    if (quota != FG_UNLIMITED && *taken + shape->type->vcpu > quota) {
        note_lack(world, shape);
        return false;
    }
    *taken += shape->type->vcpu;
    int64_t *peak = &world->result->summary.peak_ec2_vcpu[shape->machine.is_spot];
    int64_t all = 0;
    for (uint32_t family = 0; family < FG_QUOTA_FAMILY_COUNT; family++)
        all += world->quota_vcpus[shape->machine.is_spot][family];
    *peak = all > *peak ? all : *peak;
    return true;
}

void fg_vcpu_quota_give(struct fg_world *world, uint32_t number)
{
    const struct fg_shape *shape = world->shapes.items[number];
    *taken_of(world, shape) -= shape->type->vcpu;
}

int64_t fg_vcpu_quota_taken(const struct fg_world *world, enum fg_quota_family family, bool is_spot)
{
    return world->quota_vcpus[is_spot][family];
}
