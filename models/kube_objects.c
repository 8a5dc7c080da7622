#include "models/kube_objects.h"

#include <stdlib.h>
#include <string.h>

void fg_kube_objects_release(struct fg_kube_objects *objects)
{
    free(objects->nodes);
    free(objects->pods);
    free(objects->budgets);
    free(objects->classes);
    free(objects->owners);
    free(objects->daemon_sets);
    fg_arena_release(&objects->arena);
    fg_strings_release(&objects->texts);
    memset(objects, 0, sizeof *objects);
}
