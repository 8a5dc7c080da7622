/* load_shapes.h - the shapes a load can have, as a load model writes them.
 *
 * For load_model.c. Each reads the map under the shape's key into the load and sets its shape;
 * faults are noted in the decoder.
 */
#ifndef FARGAUGE_DATA_LOAD_SHAPES_H
#define FARGAUGE_DATA_LOAD_SHAPES_H

#include "data/decode.h"
#include "models/load.h"

void fg_load_read_service(struct fg_decoder *decoder, const struct fg_value *value,
                          struct fg_load *out);
void fg_load_read_cron(struct fg_decoder *decoder, const struct fg_value *value,
                       struct fg_load *out);
void fg_load_read_batch(struct fg_decoder *decoder, const struct fg_value *value,
                        struct fg_load *out);
void fg_load_read_office(struct fg_decoder *decoder, const struct fg_value *value,
                         struct fg_load *out);

#endif
