#include "sim/controllers/karpenter_domains.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_DOMAINS = 25 };

static uint32_t *slot_of(const struct fg_domain_counts *counts, uint32_t domain)
{
    uint32_t at = (domain * UINT32_C(2654435761)) & (counts->capacity - 1);
    while (counts->domains[at] != domain && counts->domains[at] != FG_NO_WORD)
        at = (at + 1) & (counts->capacity - 1);
    return &counts->domains[at];
}

static void widen(struct fg_domain_counts *counts, struct fg_arena *arena)
{
    struct fg_domain_counts wider = {
        .used = counts->used,
        .busy = counts->busy,
        .capacity = counts->capacity == 0 ? 16 : counts->capacity * 2,
    };
    wider.domains = fg_arena_allocate(arena, wider.capacity, sizeof *wider.domains);
    wider.counts = fg_arena_allocate(arena, wider.capacity, sizeof *wider.counts);
    memset(wider.domains, 0xff, wider.capacity * sizeof *wider.domains);
    for (uint32_t i = 0; i < counts->capacity; i++) {
        if (counts->domains[i] == FG_NO_WORD)
            continue;
        uint32_t *at = slot_of(&wider, counts->domains[i]);
        *at = counts->domains[i];
        wider.counts[at - wider.domains] = counts->counts[i];
    }
    *counts = wider;
}

void fg_domains_add(struct fg_domain_counts *counts, struct fg_arena *arena, uint32_t domain,
                    int32_t pods)
{
    if (counts->used * 2 >= counts->capacity)
        widen(counts, arena);
    uint32_t *at = slot_of(counts, domain);
    counts->used += *at == FG_NO_WORD;
    *at = domain;
    int32_t *sum = &counts->counts[at - counts->domains];
    counts->busy += *sum == 0 && pods > 0;
    *sum += pods;
}

int32_t fg_domains_find(const struct fg_domain_counts *counts, uint32_t domain)
{
    if (counts->capacity == 0)
        return 0;
    const uint32_t *at = slot_of(counts, domain);
    return *at == FG_NO_WORD ? 0 : counts->counts[at - counts->domains];
}

/* ---- printing ---- */

struct shown {
    const char *name;
    int32_t pods;
};

static int compare_shown(const void *a, const void *b)
{
    return strcmp(((const struct shown *)a)->name, ((const struct shown *)b)->name);
}

const char *fg_domains_print(const struct fg_domain_counts *counts, const struct fg_words *words,
                             struct fg_arena *arena)
{
    struct shown *shown = fg_arena_allocate(arena, counts->capacity, sizeof *shown);
    uint32_t found = 0;
    for (uint32_t i = 0; i < counts->capacity; i++)
        if (counts->domains[i] < FG_WORD_LIMIT)
            shown[found++] =
                (struct shown){fg_words_text(words, counts->domains[i]), counts->counts[i]};
    qsort(shown, found, sizeof *shown, compare_shown);
    const char *text = "";
    for (uint32_t i = 0; i < found && i < SHOWN_DOMAINS; i++)
        text = fg_arena_format(arena, "%s%s%s: %d", text, i > 0 ? ", " : "", shown[i].name,
                               shown[i].pods);
    if (found > SHOWN_DOMAINS)
        text = fg_arena_format(arena, "%s and %u other(s)", text, found - SHOWN_DOMAINS);
    return text;
}
