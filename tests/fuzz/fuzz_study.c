/* Study files: whatever the bytes, scenarios that are whole, or faults that say what is wrong. */
#include "data/study.h"

#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7 loses a buffer of its own after some syntax errors. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static const struct fg_catalog *catalog(void)
{
    static struct fg_catalog read;
    struct fg_error error = {0};
    if (read.type_count == 0)
        FG_ASSERT(fg_catalog_read(NULL, &read, &error) == FG_OK);
    return &read;
}

static void check_pools_and_events(const struct fg_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->node_pool_count; i++) {
        const struct fg_node_pool *pool = &cluster->node_pools[i];
        FG_ASSERT(*pool->name != '\0' && pool->budget_count > 0 && pool->weight <= 100);
        for (uint32_t r = 0; r < pool->requirements.count; r++)
            FG_ASSERT(*pool->requirements.items[r].key != '\0');
    }
    for (uint32_t i = 1; i < cluster->event_count; i++)
        FG_ASSERT(cluster->events[i - 1].at_s <= cluster->events[i].at_s);
}

static void check_scenario(const struct fg_scenario *scenario)
{
    FG_ASSERT(*scenario->name != '\0');
    FG_ASSERT(fg_catalog_has_region(catalog(), scenario->region));
    FG_ASSERT(scenario->trace.file_count > 0);
    FG_ASSERT(scenario->replication_count > 0);
    for (uint32_t i = 0; i < scenario->cluster.node_group_count; i++) {
        const struct fg_node_group *group = &scenario->cluster.node_groups[i];
        FG_ASSERT(*group->name != '\0' && group->zone_count > 0);
        FG_ASSERT(fg_catalog_find_type(catalog(), group->instance_type) != NULL);
        FG_ASSERT(0 <= group->min_size && group->min_size <= group->desired_capacity &&
                  group->desired_capacity <= group->max_size);
    }
    for (uint32_t i = 0; i < scenario->cluster.profile_count; i++)
        FG_ASSERT(*scenario->cluster.profiles[i].name != '\0' &&
                  scenario->cluster.profiles[i].selector_count > 0);
    check_pools_and_events(&scenario->cluster);
}

/* Sweeps multiply: a few hundred values already make a million scenarios. */
static bool is_too_wide(const uint8_t *data, size_t size)
{
    uint32_t commas = 0;
    for (size_t i = 0; i < size; i++)
        commas += data[i] == ',' || data[i] == '-';
    return commas > 60 && memmem(data, size, "sweep", 5) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fg_study study;
    struct fg_errors faults = {0};
    struct fg_error error = {0};
    if (is_too_wide(data, size))
        return 0;
    fg_status status =
        fg_study_parse("study.yaml", (const char *)data, size, catalog(), &study, &faults, &error);
    FG_ASSERT((status == FG_OK) == (faults.count == 0));
    FG_ASSERT(status == error.status);
    for (uint32_t i = 0; i < faults.count; i++)
        FG_ASSERT(*faults.items[i].message != '\0' &&
                  strcmp(faults.items[i].file, "study.yaml") == 0);
    FG_ASSERT(status != FG_OK || (study.name != NULL && study.scenario_count > 0));
    for (uint32_t i = 0; status == FG_OK && i < study.scenario_count; i++)
        check_scenario(&study.scenarios[i]);
    if (status == FG_OK)
        fg_study_release(&study);
    free(faults.items);
    return 0;
}
