#include "models/base/errors.h"

#include <stdlib.h>

#include "models/base/memory.h"

void fg_errors_add(struct fg_errors *errors, const struct fg_error *error)
{
    errors->items =
        fg_grow(errors->items, &errors->capacity, errors->count + 1, sizeof *errors->items);
    errors->items[errors->count++] = *error;
}

void fg_errors_release(struct fg_errors *errors)
{
    free(errors->items);
    *errors = (struct fg_errors){0};
}
