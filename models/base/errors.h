/* errors.h - a list of faults, where all of them are wanted and not only the first. */
#ifndef FARGAUGE_MODELS_BASE_ERRORS_H
#define FARGAUGE_MODELS_BASE_ERRORS_H

#include "models/base/status.h"

/* {0} is an empty list. */
struct fg_errors {
    uint32_t count, capacity;
    struct fg_error *items;
};
void fg_errors_add(struct fg_errors *errors, const struct fg_error *error);
void fg_errors_release(struct fg_errors *errors);

#endif
