#include "sim/controllers/scratch.h"

#include <stdlib.h>

#include "models/base/memory.h"

struct fg_scratch *fg_scratch_new(uint32_t class_count)
{
    struct fg_scratch *scratch = fg_allocate(1, sizeof *scratch);
    scratch->view_count = class_count;
    scratch->views = fg_allocate(class_count, sizeof *scratch->views);
    return scratch;
}

void fg_scratch_make_room(struct fg_scratch *scratch, uint32_t candidates)
{
    uint32_t capacity = scratch->candidate_capacity, same = capacity, again = capacity;
    if (capacity >= candidates)
        return;
    scratch->raw = fg_grow(scratch->raw, &capacity, candidates, sizeof *scratch->raw);
    scratch->is_ignored =
        fg_grow(scratch->is_ignored, &same, candidates, sizeof *scratch->is_ignored);
    scratch->candidates =
        fg_grow(scratch->candidates, &again, candidates, sizeof *scratch->candidates);
    scratch->candidate_capacity = capacity;
}

void fg_scratch_free(struct fg_scratch *scratch)
{
    if (scratch == NULL)
        return;
    for (uint32_t c = 0; c < scratch->view_count; c++) {
        free(scratch->views[c].seen);
        free(scratch->views[c].scores);
    }
    free(scratch->views);
    free(scratch->checks);
    free(scratch->candidates);
    free(scratch->raw);
    free(scratch->is_ignored);
    free(scratch->marks);
    free(scratch->logs);
    for (uint32_t c = 0; c < scratch->image_class_count; c++)
        free(scratch->image_scores[c]);
    free(scratch->image_scores);
    free(scratch);
}
