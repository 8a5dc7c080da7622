#include "sim/replay/world.h"

#include <stdarg.h>
#include <stdio.h>

void fg_world_say(struct fg_world *world, uint32_t pod, const char *format, ...)
{
    if (!FG_WATCHED(world, pod))
        return;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    world->input->watch->say(world->input->watch, world->clock.now, text);
}

void fg_pod_list_append(struct fg_world *world, struct fg_pod_list *list, uint32_t pod)
{
    world->links[pod] = (struct fg_pod_link){FG_NO_POD, list->last};
    if (list->last == FG_NO_POD)
        list->first = pod;
    else
        world->links[list->last].next = pod;
    list->last = pod;
}

void fg_world_expect_end(struct fg_world *world, uint32_t pod, uint32_t time)
{
    fg_event_put(&world->ends, time, fg_due_word(FG_DUE_POD_END, pod));
    world->ends_due++;
}

void fg_world_count_requested(struct fg_world *world, const struct fg_pod_spec *spec,
                              uint32_t seconds)
{
    world->result->summary.requested_cpu_milli_s += (__int128)seconds * spec->cpu_milli;
    world->result->summary.requested_memory_mib_s +=
        (__int128)seconds * (spec->memory_bytes / (1024 * 1024));
}
