#include "sim/controllers/scheduler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_CPU_MILLI = 100, DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024 };

static int64_t scored(int64_t by_containers, int64_t by_pod)
{
    return by_containers >= 0 ? by_containers : by_pod;
}

struct fg_request fg_request_of(const struct fg_pod_spec *spec)
{
    return (struct fg_request){
        .cpu_milli = spec->cpu_milli,
        .memory_bytes = spec->memory_bytes,
        .ephemeral_bytes = spec->ephemeral_bytes,
        .gpu_milli = spec->gpu_milli,
        .scored_cpu_milli = scored(spec->rules != NULL ? spec->rules->scored_cpu_milli : -1,
                                   spec->cpu_named ? spec->cpu_milli : DEFAULT_CPU_MILLI),
        .scored_memory_bytes =
            scored(spec->rules != NULL ? spec->rules->scored_memory_bytes : -1,
                   spec->memory_named ? spec->memory_bytes : DEFAULT_MEMORY_BYTES),
    };
}

static int64_t at_most(int64_t limit, int64_t free_amount, int64_t request)
{
    if (request == 0)
        return limit;
    int64_t room = free_amount < 0 ? 0 : free_amount / request;
    return room < limit ? room : limit;
}

int64_t fg_scheduler_room(const struct fg_node_capacity *allocatable, const struct fg_node_use *use,
                          const struct fg_request *request, int64_t limit)
{
    int64_t room = at_most(limit, allocatable->pods - use->pods, 1);
    room = at_most(room, allocatable->cpu_milli - use->cpu_milli, request->cpu_milli);
    room = at_most(room, allocatable->memory_bytes - use->memory_bytes, request->memory_bytes);
    room = at_most(room, allocatable->ephemeral_bytes - use->ephemeral_bytes,
                   request->ephemeral_bytes);
    return at_most(room, allocatable->gpu_milli - use->gpu_milli, request->gpu_milli);
}

/* 100 * part / whole, truncated as integers are: doubles hold both factors exactly (below 2^53)
 * and a quotient of at most 100 cannot round up to the next whole number. */
static uint32_t percent(int64_t part, int64_t whole)
{
    return (uint32_t)((double)(part * 100) / (double)whole);
}

static uint32_t resource_score(int64_t allocatable, int64_t used, bool most_allocated)
{
    if (most_allocated)
        return percent(used < allocatable ? used : allocatable, allocatable);
    return used > allocatable ? 0 : percent(allocatable - used, allocatable);
}

static double fraction(int64_t used, int64_t allocatable)
{
    return used > allocatable ? 1 : (double)used / (double)allocatable;
}

uint32_t fg_scheduler_balance(const struct fg_node_capacity *allocatable,
                              const struct fg_node_use *use, const struct fg_request *request)
{
    if (request->cpu_milli == 0 && request->memory_bytes == 0)
        return 0;
    if (allocatable->cpu_milli == 0 || allocatable->memory_bytes == 0)
        return 100;
    double cpu = fraction(use->cpu_milli + request->cpu_milli, allocatable->cpu_milli);
    double memory = fraction(use->memory_bytes + request->memory_bytes, allocatable->memory_bytes);
    double deviation = (cpu > memory ? cpu - memory : memory - cpu) / 2;
    return (uint32_t)((1 - deviation) * 100);
}

uint32_t fg_scheduler_score(const struct fg_node_capacity *allocatable,
                            const struct fg_node_use *use, const struct fg_request *request,
                            bool most_allocated)
{
    uint32_t sum = 0, resources = 0;
    if (allocatable->cpu_milli != 0 && ++resources)
        sum += resource_score(allocatable->cpu_milli,
                              use->scored_cpu_milli + request->scored_cpu_milli, most_allocated);
    if (allocatable->memory_bytes != 0 && ++resources)
        sum +=
            resource_score(allocatable->memory_bytes,
                           use->scored_memory_bytes + request->scored_memory_bytes, most_allocated);
    return (resources == 2 ? sum / 2 : sum) + fg_scheduler_balance(allocatable, use, request);
}

bool fg_scheduler_selects(const struct fg_pod_spec *spec, const struct fg_pairs *node_labels,
                          enum fg_arch node_arch)
{
    return (spec->arch == node_arch || spec->arch == FG_ARCH_ANY) &&
           fg_pairs_contain(node_labels, &spec->node_selector);
}

uint32_t fg_scheduler_sample(uint32_t node_count, uint32_t percentage)
{
    enum { MIN_NODES = 100, MIN_PERCENTAGE = 5 };
    if (node_count < MIN_NODES || percentage >= 100)
        return node_count;
    uint64_t adaptive = percentage;
    if (adaptive == 0)
        adaptive = 50 > node_count / 125 + MIN_PERCENTAGE ? 50 - node_count / 125 : MIN_PERCENTAGE;
    uint64_t nodes = node_count * adaptive / 100;
    return nodes < MIN_NODES ? MIN_NODES : (uint32_t)nodes;
}

uint32_t fg_scheduler_backoff_s(uint32_t attempts)
{
    enum { MAX_BACKOFF_S = 10 };
    uint32_t seconds = attempts > 4 ? MAX_BACKOFF_S : 1u << (attempts > 0 ? attempts - 1 : 0);
    return seconds < MAX_BACKOFF_S ? seconds : MAX_BACKOFF_S;
}

void fg_refusals_add(struct fg_refusals *refusals, const char *text, uint64_t nodes)
{
    for (uint32_t i = 0; i < refusals->text_count; i++) {
        if (strcmp(refusals->texts[i].text, text) == 0) {
            refusals->texts[i].nodes += nodes;
            return;
        }
    }
    if (refusals->text_count == FG_REFUSAL_TEXTS)
        return;
    uint32_t i = refusals->text_count++;
    snprintf(refusals->texts[i].text, sizeof refusals->texts[i].text, "%s", text);
    refusals->texts[i].nodes = nodes;
}

void fg_refusals_add_taint(struct fg_refusals *refusals, const char *key, const char *value,
                           uint64_t nodes)
{
    char text[sizeof refusals->texts[0].text];
    snprintf(text, sizeof text, "node(s) had untolerated taint {%s: %s}", key, value);
    fg_refusals_add(refusals, text, nodes);
}

void fg_refusals_add_fit(struct fg_refusals *refusals, const struct fg_node_capacity *allocatable,
                         const struct fg_node_use *use, const struct fg_request *request)
{
    const struct {
        const char *text;
        int64_t wanted, has;
    } resources[] = {
        {"Too many pods", 1, allocatable->pods - use->pods},
        {"Insufficient cpu", request->cpu_milli, allocatable->cpu_milli - use->cpu_milli},
        {"Insufficient memory", request->memory_bytes,
         allocatable->memory_bytes - use->memory_bytes},
        {"Insufficient ephemeral-storage", request->ephemeral_bytes,
         allocatable->ephemeral_bytes - use->ephemeral_bytes},
        {"Insufficient nvidia.com/gpu", request->gpu_milli,
         allocatable->gpu_milli - use->gpu_milli},
    };
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        if (resources[i].wanted > 0 && resources[i].wanted > resources[i].has)
            fg_refusals_add(refusals, resources[i].text, 1);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *fg_refusals_print(struct fg_refusals *refusals, char *buffer, uint32_t buffer_bytes)
{
    if (refusals->node_count == 0) {
        snprintf(buffer, buffer_bytes, "no nodes available to schedule pods");
        return buffer;
    }
    char lines[FG_REFUSAL_TEXTS][224];
    const char *sorted[FG_REFUSAL_TEXTS] = {NULL};
    for (uint32_t i = 0; i < refusals->text_count; i++) {
        snprintf(lines[i], sizeof lines[i], "%" PRIu64 " %s", refusals->texts[i].nodes,
                 refusals->texts[i].text);
        sorted[i] = lines[i];
    }
    qsort(sorted, refusals->text_count, sizeof *sorted, compare_texts);
    int length =
        snprintf(buffer, buffer_bytes, "0/%" PRIu64 " nodes are available:", refusals->node_count);
    for (uint32_t i = 0; i < refusals->text_count && length < (int)buffer_bytes; i++)
        length += snprintf(buffer + length, buffer_bytes - (uint32_t)length, "%s %s",
                           i == 0 ? "" : ",", sorted[i]);
    if (length < (int)buffer_bytes)
        snprintf(buffer + length, buffer_bytes - (uint32_t)length, ".");
    return buffer;
}
