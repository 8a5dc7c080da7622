#include "sim/replay/outcomes.h"

#include <stdlib.h>
#include <string.h>

static int compare_waits(const void *a, const void *b)
{
    const struct fg_wait_count *left = a, *right = b;
    return (left->wait_s > right->wait_s) - (left->wait_s < right->wait_s);
}

/* Sorted, each wait once. */
static void merge_waits(struct fg_waits *waits)
{
    if (waits->count == 0)
        return;
    qsort(waits->items, waits->count, sizeof *waits->items, compare_waits);
    uint32_t last = 0;
    for (uint32_t i = 1; i < waits->count; i++) {
        if (waits->items[i].wait_s == waits->items[last].wait_s)
            waits->items[last].pods += waits->items[i].pods;
        else
            waits->items[++last] = waits->items[i];
    }
    waits->count = last + 1;
}

void fg_waits_add(struct fg_waits *waits, uint32_t wait_s, uint32_t pods)
{
    if (waits->count > 0 && waits->items[waits->count - 1].wait_s == wait_s) {
        waits->items[waits->count - 1].pods += pods;
        return;
    }
    if (waits->count == waits->capacity) {
        merge_waits(waits);
        if (waits->count * 2 >= waits->capacity)
            waits->items = fg_grow(waits->items, &waits->capacity, waits->capacity * 2 + 8,
                                   sizeof *waits->items);
    }
    waits->items[waits->count++] = (struct fg_wait_count){wait_s, pods};
}

void fg_waits_release(struct fg_waits *waits)
{
    free(waits->items);
    memset(waits, 0, sizeof *waits);
}

/* The smallest wait that at least `percent` of the pods do not exceed (nearest rank). */
static uint32_t percentile(const struct fg_waits *waits, uint64_t pods, uint64_t percent)
{
    uint64_t rank = (pods * percent + 99) / 100, seen = 0;
    for (uint32_t i = 0; i < waits->count; i++) {
        seen += waits->items[i].pods;
        if (seen >= rank)
            return waits->items[i].wait_s;
    }
    return 0;
}

static int compare_keys(const struct fg_outcome_key *a, const struct fg_outcome_key *b)
{
    int order = strcmp(a->namespace_name, b->namespace_name);
    if (order == 0)
        order = strcmp(a->workload, b->workload);
    if (order == 0)
        order = strcmp(a->placed_on, b->placed_on);
    if (order == 0)
        order = (int)a->outcome - (int)b->outcome;
    return order != 0 ? order : strcmp(a->reason, b->reason);
}

static uint64_t key_hash(const struct fg_outcome_key *key)
{
    uint64_t hash = fg_hash_bytes(key->namespace_name, strlen(key->namespace_name), key->outcome);
    hash = fg_hash_bytes(key->workload, strlen(key->workload), hash);
    hash = fg_hash_bytes(key->placed_on, strlen(key->placed_on), hash);
    return fg_hash_bytes(key->reason, strlen(key->reason), hash);
}

uint32_t fg_outcomes_group(struct fg_outcomes *outcomes, const struct fg_outcome_key *key)
{
    uint64_t hash = key_hash(key);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&outcomes->index, hash, &cursor)) != UINT32_MAX)
        if (compare_keys(&outcomes->groups[number].key, key) == 0)
            return number;
    number = outcomes->count++;
    outcomes->groups =
        fg_grow(outcomes->groups, &outcomes->capacity, outcomes->count, sizeof *outcomes->groups);
    outcomes->groups[number] = (struct fg_outcome_group){.key = *key};
    fg_index_put(&outcomes->index, hash, number);
    return number;
}

static int compare_groups(const void *a, const void *b)
{
    return compare_keys(&((const struct fg_outcome_group *)a)->key,
                        &((const struct fg_outcome_group *)b)->key);
}

static struct fg_outcome_row row_of(const struct fg_outcome_group *group)
{
    return (struct fg_outcome_row){
        .namespace_name = group->key.namespace_name,
        .workload = group->key.workload,
        .placed_on = group->key.placed_on,
        .outcome = group->key.outcome,
        .reason = group->key.reason,
        .pods = group->pods,
        .wait_p50_s = percentile(&group->waits, group->pods, 50),
        .wait_p95_s = percentile(&group->waits, group->pods, 95),
        .wait_max_s = percentile(&group->waits, group->pods, 100),
    };
}

void fg_outcomes_close(struct fg_outcomes *outcomes, struct fg_result *result)
{
    struct fg_waits ran = {0};
    uint64_t ran_pods = 0;
    if (outcomes->count > 0)
        qsort(outcomes->groups, outcomes->count, sizeof *outcomes->groups, compare_groups);
    result->outcomes = fg_allocate(outcomes->count, sizeof *result->outcomes);
    result->outcome_capacity = result->outcome_count = outcomes->count;
    for (uint32_t i = 0; i < outcomes->count; i++) {
        struct fg_outcome_group *group = &outcomes->groups[i];
        bool has_run =
            group->key.outcome == FG_OUTCOME_COMPLETED || group->key.outcome == FG_OUTCOME_RUNNING;
        merge_waits(&group->waits);
        result->outcomes[i] = row_of(group);
        for (uint32_t w = 0; has_run && w < group->waits.count; w++)
            fg_waits_add(&ran, group->waits.items[w].wait_s, group->waits.items[w].pods);
        if (has_run)
            ran_pods += group->pods;
        else if (strcmp(group->key.reason, FG_REASON_WAITS_AGAIN) != 0)
            result->summary.never_ran += group->pods;
        fg_waits_release(&group->waits);
    }
    merge_waits(&ran);
    result->summary.wait_p50_s = percentile(&ran, ran_pods, 50);
    result->summary.wait_p95_s = percentile(&ran, ran_pods, 95);
    result->summary.wait_max_s = percentile(&ran, ran_pods, 100);
    fg_waits_release(&ran);
    free(outcomes->groups);
    fg_index_release(&outcomes->index);
    memset(outcomes, 0, sizeof *outcomes);
}
