/* shapes.h - shapes and kinds of machines as they come into a world: node groups open theirs at the
 * start, node pools as they launch. */
#ifndef FARGAUGE_SIM_REPLAY_SHAPES_H
#define FARGAUGE_SIM_REPLAY_SHAPES_H

#include "sim/replay/world.h"

/* A shape with pool, type, allocatable and prices set; returns its number. */
uint32_t fg_shapes_add(struct fg_world *world, const struct fg_shape *shape);
/* The label has this value in a new list; the old one may be shared and stays as it is. */
void fg_shapes_set_label(struct fg_world *world, struct fg_pairs *labels, const char *key,
                         const char *value);
/* A kind of the shape with these labels (the well-known ones are added) and taints. */
uint32_t fg_shapes_add_kind(struct fg_world *world, uint32_t shape, const char *zone,
                            const struct fg_pairs *labels, const struct fg_taints *taints);
/* The share of the shape's meter that the owner's pods are booked on. */
uint32_t fg_shape_share(struct fg_world *world, uint32_t shape, uint32_t owner);
/* Other prices hold from the hour that begins now. */
fg_status fg_shapes_reprice(struct fg_world *world, uint32_t shape, struct fg_error *error);
void fg_shapes_release(struct fg_shapes *shapes);

#endif
