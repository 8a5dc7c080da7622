#include "sim/replay/offers.h"

#include <stdlib.h>

#include "sim/controllers/karpenter_offers.h"
#include "sim/replay/provisioner.h"

enum { MONTH_HOURS = 730 };

static void set_prices(struct fg_offer *offer, const struct fg_node_prices *prices)
{
    for (uint32_t i = 0; i < prices->count; i++) {
        const struct fg_node_price *price = &prices->items[i];
        __int128 nano = (__int128)price->nano * price->amount;
        if (price->divisor > 0)
            nano = fg_money_divide_half_even(nano, price->divisor);
        if (price->by_month)
            nano = fg_money_divide_half_even(nano, MONTH_HOURS);
        if (price->charge == FG_CHARGE_EC2_ON_DEMAND || price->charge == FG_CHARGE_EC2_SPOT)
            offer->instance_nano += (fg_nanodollars)nano;
        offer->node_nano += (fg_nanodollars)nano;
    }
}

static void add(struct fg_offers *offers, const struct fg_offer *offer)
{
    if (offer->instance_nano <= 0)
        return;
    offers->items =
        fg_grow(offers->items, &offers->capacity, offers->count + 1, sizeof *offers->items);
    offers->items[offers->count++] = *offer;
}

static int64_t rest(int64_t allocatable, int64_t taken)
{
    return allocatable > taken ? allocatable - taken : 0;
}

static struct fg_node_capacity without(const struct fg_node_capacity *allocatable,
                                       const struct fg_node_use *use)
{
    return (struct fg_node_capacity){
        .cpu_milli = rest(allocatable->cpu_milli, use->cpu_milli),
        .memory_bytes = rest(allocatable->memory_bytes, use->memory_bytes),
        .ephemeral_bytes = rest(allocatable->ephemeral_bytes, use->ephemeral_bytes),
        .gpu_milli = rest(allocatable->gpu_milli, use->gpu_milli),
        .pods = rest(allocatable->pods, use->pods),
    };
}

/* ---- nodes of a kind that is known ---- */

static void collect_kinds(const struct fg_world *world, struct fg_offers *out)
{
    for (uint32_t kind = 0; kind < world->shapes.kind_count; kind++) {
        if (world->shapes.kinds[kind].shape == UINT32_MAX)
            continue; /* a template of Cluster Autoscaler's, not a node */
        const struct fg_shape *shape = fg_world_kind_shape(world, kind);
        struct fg_offer offer = {
            .type = shape->type,
            .is_spot = shape->machine.is_spot,
            .kind = kind,
            .room = without(&shape->allocatable, &world->shapes.kinds[kind].daemons),
        };
        set_prices(&offer, &shape->prices);
        add(out, &offer);
    }
}

/* ---- what a NodePool could launch ---- */

static bool runs_everywhere(const struct fg_daemon_template *template,
                            const struct fg_instance_type *type, const struct fg_taints *taints)
{
    return template->selector->count == 0 &&
           (template->arch == FG_ARCH_ANY || template->arch == type->arch) &&
           fg_taints_find_untolerated(taints, template->tolerations) == NULL;
}

/* Where not all of the cluster's DaemonSets fit together, none is sure to run. */
static struct fg_node_use sure_daemons(const struct fg_world *world,
                                       const struct fg_instance_type *type,
                                       const struct fg_taints *taints,
                                       const struct fg_node_capacity *allocatable)
{
    struct fg_node_use all = {0}, sure = {0};
    for (uint32_t i = 0; i < world->daemon_count; i++) {
        const struct fg_daemon_template *template = &world->daemons[i];
        if (!fg_scheduler_fits(allocatable, &all, &template->request))
            return (struct fg_node_use){0};
        fg_use_add(&all, &template->request, 1);
        if (runs_everywhere(template, type, taints))
            fg_use_add(&sure, &template->request, 1);
    }
    return sure;
}

static void collect_pool(const struct fg_world *world, uint32_t number, struct fg_offers *out)
{
    const struct fg_karpenter *karpenter = world->provisioner->karpenter;
    const struct fg_karpenter_types *types = fg_karpenter_pool_types(karpenter, number);
    const struct fg_node_pool *pool = &world->cluster->node_pools[number];
    struct fg_karpenter_offer *launches =
        fg_allocate((size_t)types->count * FG_CAPACITY_TYPES, sizeof *launches);
    uint32_t count = fg_karpenter_pool_offers(karpenter, number, launches);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t type = launches[i].type;
        struct fg_shape shape;
        if (!fg_provisioner_shape(world, number, type, launches[i].capacity, &shape))
            continue;
        struct fg_node_use daemons =
            sure_daemons(world, shape.type, &pool->taints, &shape.allocatable);
        struct fg_offer offer = {
            .type = shape.type,
            .is_spot = shape.machine.is_spot,
            .kind = FG_OFFER_NO_KIND,
            .room = without(&shape.allocatable, &daemons),
        };
        set_prices(&offer, &shape.prices);
        add(out, &offer);
    }
    free(launches);
}

void fg_offers_collect(const struct fg_world *world, struct fg_offers *out)
{
    collect_kinds(world, out);
    for (uint32_t i = 0; world->provisioner != NULL && i < world->cluster->node_pool_count; i++)
        collect_pool(world, i, out);
}

bool fg_offer_takes(const struct fg_world *world, const struct fg_offer *offer,
                    uint32_t scheduling_class)
{
    static const struct fg_node_use nothing;
    const struct fg_state_class *class = &world->state.classes[scheduling_class];
    if (!fg_scheduler_fits(&offer->room, &nothing, &class->request))
        return false;
    if (offer->kind != FG_OFFER_NO_KIND)
        return fg_state_eligible(&world->state, scheduling_class, offer->kind);
    return class->spec->arch == FG_ARCH_ANY || class->spec->arch == offer->type->arch;
}
