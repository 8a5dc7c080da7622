#include "sim/replay/image_cache.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "sim/replay/cost_lines.h"

#define NO_IMAGE UINT32_MAX
enum { LONGEST_S = 1000000000 };

struct image {
    const char *name; /* NULL = the workload's */
    uint32_t workload;
    int64_t bytes;
    uint32_t node_s, fargate_s; /* fargate_s FG_NEVER = the fixed time */
};

struct held_image {
    uint32_t image, ready_s;
};
/* What the node in a slot holds; another node in the slot holds nothing yet. */
struct node_images {
    uint32_t node; /* its number + 1 */
    uint32_t count, capacity;
    struct held_image *items;
};

struct fg_image_cache {
    uint32_t image_count, image_capacity;
    struct image *images;
    uint32_t *image_of; /* by spec; NO_IMAGE = its size is not known */
    uint32_t slot_count, slot_capacity;
    struct node_images *nodes; /* by slot */
    uint32_t *waited_s;        /* by pod; NULL = nobody asks for the pods' rows */
};

/* ---- open ---- */

static int64_t bytes_of(const struct fg_cluster *cluster, const struct fg_pod_spec *spec)
{
    if (spec->image_bytes > 0)
        return spec->image_bytes;
    for (uint32_t i = 0; i < cluster->image_rule_count; i++)
        if (fg_pod_filter_takes(&cluster->image_rules[i].pods, spec))
            return cluster->image_rules[i].bytes;
    return 0;
}

static uint32_t seconds_of(int64_t bytes, int64_t bytes_per_s)
{
    int64_t seconds = bytes / bytes_per_s + (bytes % bytes_per_s != 0);
    return seconds < LONGEST_S ? (uint32_t)seconds : LONGEST_S;
}

static bool is_same(const struct image *image, const char *name, uint32_t workload, int64_t bytes)
{
    if (image->bytes != bytes || (image->name == NULL) != (name == NULL))
        return false;
    return name == NULL ? image->workload == workload : strcmp(image->name, name) == 0;
}

static uint32_t find_image(struct fg_world *world, struct fg_index *index, uint32_t spec,
                           int64_t bytes)
{
    struct fg_image_cache *own = world->images;
    const char *name = world->trace->specs[spec].image;
    uint32_t workload = world->classes.items[spec].workload, cursor = 0, number;
    uint64_t hash = fg_hash_mix((uint64_t)bytes, name == NULL ? workload + 1 : 0);
    if (name != NULL)
        hash = fg_hash_bytes(name, strlen(name), hash);
    while ((number = fg_index_next(index, hash, &cursor)) != UINT32_MAX)
        if (is_same(&own->images[number], name, workload, bytes))
            return number;
    own->images =
        fg_grow(own->images, &own->image_capacity, own->image_count + 1, sizeof *own->images);
    int64_t on_nodes = world->cluster->nodes.pull_bytes_per_s;
    int64_t on_fargate = world->cluster->fargate.pull_bytes_per_s;
    own->images[own->image_count] = (struct image){
        .name = name,
        .workload = workload,
        .bytes = bytes,
        .node_s = on_nodes > 0 ? seconds_of(bytes, on_nodes) : 0,
        .fargate_s = on_fargate > 0 ? seconds_of(bytes, on_fargate) : FG_NEVER,
    };
    fg_index_put(index, hash, own->image_count);
    return own->image_count++;
}

void fg_image_cache_open(struct fg_world *world)
{
    const struct fg_trace *trace = world->trace;
    struct fg_index index = {0};
    bool any = world->cluster->image_rule_count > 0;
    for (uint32_t i = 0; i < trace->spec_count && !any; i++)
        any = trace->specs[i].image_bytes > 0;
    if (!any)
        return;
    struct fg_image_cache *own = fg_allocate(1, sizeof *own);
    world->images = own;
    own->image_of = fg_allocate(trace->spec_count, sizeof *own->image_of);
    for (uint32_t i = 0; i < trace->spec_count; i++) {
        int64_t bytes = bytes_of(world->cluster, &trace->specs[i]);
        own->image_of[i] = bytes > 0 ? find_image(world, &index, i, bytes) : NO_IMAGE;
    }
    if (world->input->with_pods)
        own->waited_s = fg_allocate(trace->pod_count, sizeof *own->waited_s);
    fg_index_release(&index);
}

static const struct image *image_of(const struct fg_world *world, uint32_t pod)
{
    const struct fg_image_cache *own = world->images;
    uint32_t number = own == NULL ? NO_IMAGE : own->image_of[fg_trace_spec(world->trace, pod)];
    return number == NO_IMAGE ? NULL : &own->images[number];
}

/* ---- nodes ---- */

static struct node_images *images_on(struct fg_world *world, uint32_t slot)
{
    struct fg_image_cache *own = world->images;
    uint32_t node = world->state.number_of[slot] + 1;
    if (slot >= own->slot_count) {
        own->nodes = fg_grow(own->nodes, &own->slot_capacity, slot + 1, sizeof *own->nodes);
        memset(&own->nodes[own->slot_count], 0, (slot + 1 - own->slot_count) * sizeof *own->nodes);
        own->slot_count = slot + 1;
    }
    struct node_images *images = &own->nodes[slot];
    if (images->node != node) {
        images->node = node;
        images->count = 0;
    }
    return images;
}

/* When the image is on the node. */
static uint32_t ready_on(struct fg_world *world, uint32_t pod, uint32_t slot,
                         const struct image *image)
{
    struct node_images *images = images_on(world, slot);
    uint32_t number = (uint32_t)(image - world->images->images);
    for (uint32_t i = 0; i < images->count; i++)
        if (images->items[i].image == number)
            return images->items[i].ready_s;
    uint32_t ready_s = world->clock.now + image->node_s;
    images->items =
        fg_grow(images->items, &images->capacity, images->count + 1, sizeof *images->items);
    images->items[images->count++] = (struct held_image){number, ready_s};
    fg_cost_lines_pulled(world, pod, fg_world_node_pool(world, slot), image->bytes);
    return ready_s;
}

uint32_t fg_image_cache_pull(struct fg_world *world, uint32_t pod, uint32_t slot)
{
    const struct image *image = image_of(world, pod);
    if (image == NULL)
        return 0;
    uint32_t ready_s = ready_on(world, pod, slot, image), now = world->clock.now;
    uint32_t wait_s = ready_s > now ? ready_s - now : 0;
    if (world->images->waited_s != NULL)
        world->images->waited_s[pod] = wait_s;
    return wait_s;
}

uint32_t fg_image_cache_waited(const struct fg_world *world, uint32_t pod)
{
    const struct fg_image_cache *own = world->images;
    return own == NULL || own->waited_s == NULL ? 0 : own->waited_s[pod];
}

/* ---- Fargate ---- */

bool fg_image_is_timed_on_fargate(const struct fg_world *world, uint32_t pod)
{
    const struct image *image = image_of(world, pod);
    return image != NULL && image->fargate_s != FG_NEVER;
}

uint32_t fg_image_fargate_pull_s(const struct fg_world *world, uint32_t pod)
{
    const struct image *image = image_of(world, pod);
    return image != NULL && image->fargate_s != FG_NEVER ? image->fargate_s
                                                         : world->cluster->fargate.image_pull_s;
}

void fg_image_pulled_on_fargate(struct fg_world *world, uint32_t pod, uint32_t pool)
{
    const struct image *image = image_of(world, pod);
    if (image != NULL)
        fg_cost_lines_pulled(world, pod, pool, image->bytes);
}

void fg_image_cache_release(struct fg_world *world)
{
    struct fg_image_cache *own = world->images;
    if (own == NULL)
        return;
    for (uint32_t i = 0; i < own->slot_count; i++)
        free(own->nodes[i].items);
    free(own->images);
    free(own->image_of);
    free(own->nodes);
    free(own->waited_s);
    free(own);
    world->images = NULL;
}
