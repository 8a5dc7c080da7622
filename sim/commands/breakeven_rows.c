#include "sim/commands/breakeven_rows.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/index.h"
#include "models/ecs.h"
#include "models/fargate_profile.h"
#include "models/quantity.h"
#include "reports/figures.h"
#include "sim/replay/fargate_prices.h"

enum { HOUR_S = 3600, MONTH_HOURS = 730, DAY_HOURS = 24, MINIMUM_BILLED_S = 60 };

/* What is the same for all pods of a spec. */
struct spec_row {
    uint32_t request, workload; /* numbers of their rows */
    const char *refusal;        /* "" = Fargate runs it */
    int64_t storage_gib;        /* billed on Fargate */
};

struct filler {
    const struct fg_break_even_input *input;
    struct fg_break_even *out;
    struct fg_trim_market market; /* of Linux on x86 */
    int64_t sidecar_cpu_milli, sidecar_memory_bytes;
    struct fg_node_room *rooms[FG_ARCH_ANY + 1]; /* of the offers a pod of the architecture fits */
    uint32_t *room_offers[FG_ARCH_ANY + 1], room_counts[FG_ARCH_ANY + 1];
    struct spec_row *specs;
    struct fg_index requests, workloads;
    uint32_t workload_capacity;
};

/* ---- prices ---- */

/* Those of the scenario, also where it has no profile. */
static fg_status read_prices(struct filler *filler, struct fg_error *error)
{
    const struct fg_scenario *scenario = filler->input->scenario;
    struct fg_fargate_price price = {0};
    fg_status status =
        fg_fargate_price_read(scenario, filler->input->catalog,
                              fg_fargate_offer(FG_PLATFORM_LINUX, false), &price, error);
    filler->market = (struct fg_trim_market){
        .buyer = fg_fargate_buyer_of(&scenario->cluster, FG_PLATFORM_LINUX),
        .day = fg_calendar_day_of(scenario->start),
        .prices = {
            .vcpu = price.price[FG_FARGATE_VCPU].nano,
            .memory_gb = price.price[FG_FARGATE_MEMORY].nano,
            .storage_gb = price.has_storage_price ? price.price[FG_FARGATE_STORAGE].nano : 0,
        }};
    return status;
}

static void find_rooms(struct filler *filler)
{
    const struct fg_offers *offers = filler->input->offers;
    for (int arch = 0; arch <= FG_ARCH_ANY; arch++) {
        filler->rooms[arch] = fg_allocate(offers->count, sizeof *filler->rooms[arch]);
        filler->room_offers[arch] = fg_allocate(offers->count, sizeof *filler->room_offers[arch]);
        for (uint32_t i = 0; i < offers->count; i++) {
            const struct fg_offer *offer = &offers->items[i];
            if (arch != FG_ARCH_ANY && (int)offer->type->arch != arch)
                continue;
            filler->room_offers[arch][filler->room_counts[arch]] = i;
            filler->rooms[arch][filler->room_counts[arch]++] =
                (struct fg_node_room){offer->room.cpu_milli, offer->room.memory_bytes,
                                      offer->room.gpu_milli, offer->room.pods, offer->node_nano};
        }
    }
}

/* ---- requests ---- */

static bool is_request_of(const struct fg_request_row *row, const struct fg_pod_spec *spec,
                          bool on_fargate)
{
    return row->cpu_milli == spec->cpu_milli && row->memory_bytes == spec->memory_bytes &&
           row->ephemeral_bytes == spec->ephemeral_bytes && row->gpu_milli == spec->gpu_milli &&
           row->arch == spec->arch && row->on_fargate == on_fargate;
}

static void price_request(struct filler *filler, struct fg_request_row *row)
{
    int64_t storage_gib;
    const struct fg_room_request asked = {row->cpu_milli, row->memory_bytes, row->gpu_milli};
    if (row->on_fargate &&
        fg_fargate_size_for(filler->market.buyer, row->cpu_milli + filler->sidecar_cpu_milli,
                            row->memory_bytes + filler->sidecar_memory_bytes, filler->market.day,
                            &row->size) &&
        fg_fargate_billed_storage_for(filler->market.buyer, row->ephemeral_bytes, &storage_gib))
        row->fargate = fg_fargate_hourly(&filler->market.prices, &row->size, storage_gib);
    uint32_t room = fg_node_share_cheapest(filler->rooms[row->arch], filler->room_counts[row->arch],
                                           &asked, &row->share);
    if (room == UINT32_MAX)
        return;
    const struct fg_offer *offer =
        &filler->input->offers->items[filler->room_offers[row->arch][room]];
    row->node_type = offer->type->name;
    row->is_spot = offer->is_spot;
}

static uint32_t find_request(struct filler *filler, const struct fg_pod_spec *spec, bool on_fargate)
{
    struct fg_break_even *out = filler->out;
    const int64_t key[] = {spec->cpu_milli, spec->memory_bytes, spec->ephemeral_bytes,
                           spec->gpu_milli, spec->arch,         on_fargate};
    uint64_t hash = fg_hash_bytes(key, sizeof key, 1);
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&filler->requests, hash, &cursor)) != UINT32_MAX)
        if (is_request_of(&out->requests[number], spec, on_fargate))
            return number;
    number = out->request_count++;
    out->requests =
        fg_grow(out->requests, &out->request_capacity, out->request_count, sizeof *out->requests);
    out->requests[number] = (struct fg_request_row){
        .cpu_milli = spec->cpu_milli,
        .memory_bytes = spec->memory_bytes,
        .ephemeral_bytes = spec->ephemeral_bytes,
        .gpu_milli = spec->gpu_milli,
        .arch = spec->arch,
        .on_fargate = on_fargate,
    };
    price_request(filler, &out->requests[number]);
    fg_index_put(&filler->requests, hash, number);
    return number;
}

/* ---- workloads ---- */

static uint32_t find_workload(struct filler *filler, const char *namespace_name,
                              const char *workload)
{
    struct fg_break_even *out = filler->out;
    uint64_t hash = fg_hash_bytes(workload, strlen(workload),
                                  fg_hash_bytes(namespace_name, strlen(namespace_name), 1));
    uint32_t cursor = 0, number;
    while ((number = fg_index_next(&filler->workloads, hash, &cursor)) != UINT32_MAX)
        if (strcmp(out->workloads[number].workload, workload) == 0 &&
            strcmp(out->workloads[number].namespace_name, namespace_name) == 0)
            return number;
    number = out->workload_count++;
    out->workloads = fg_grow(out->workloads, &filler->workload_capacity, out->workload_count,
                             sizeof *out->workloads);
    out->workloads[number] = (struct fg_workload_row){
        .namespace_name = namespace_name, .workload = workload, .refusal = ""};
    fg_index_put(&filler->workloads, hash, number);
    return number;
}

static const char *refusal_of(const struct filler *filler, const struct fg_pod_spec *spec)
{
    const struct fg_cluster *cluster = &filler->input->scenario->cluster;
    char text[512];
    if (spec->kind == FG_KIND_DAEMONSET)
        return "a DaemonSet runs on every node, and not on Fargate";
    return fg_arena_string(
        filler->input->arena,
        cluster->orchestrator == FG_ORCHESTRATOR_ECS
            ? fg_ecs_refusal(cluster, NULL, spec, filler->market.day, text, sizeof text)
            : fg_fargate_refusal(cluster, spec, filler->market.day, text, sizeof text));
}

static void fill_specs(struct filler *filler)
{
    const struct fg_trace *trace = filler->input->trace;
    filler->specs = fg_allocate(trace->spec_count, sizeof *filler->specs);
    for (uint32_t i = 0; i < trace->spec_count; i++) {
        const struct fg_pod_spec *spec = &trace->specs[i];
        struct spec_row *row = &filler->specs[i];
        row->refusal = refusal_of(filler, spec);
        row->request = find_request(filler, spec, *row->refusal == '\0');
        row->workload = find_workload(filler, spec->namespace_name, spec->workload);
    }
}

/* ---- pods ---- */

/* Seconds that the pod has worked; of one that was evicted from its first start on. */
static int64_t run_seconds(const struct filler *filler, uint32_t pod, const struct fg_pod_row *row)
{
    const struct fg_trace *trace = filler->input->trace;
    if (row->start_s < 0)
        return 0;
    int64_t ran = (row->end_s >= 0 ? row->end_s : filler->out->cut_s) - row->start_s;
    int64_t work = fg_trace_span(trace, pod) == FG_SPAN_DURATION ? trace->span_s[pod] : ran;
    return ran < work ? ran : work;
}

/* And the image pull, and what a finished Job's pod is kept for, to the cut at most. */
static int64_t billed_seconds(const struct filler *filler, uint32_t pod,
                              const struct fg_pod_row *row, int64_t run_s)
{
    const struct fg_trace *trace = filler->input->trace;
    const struct fg_pod_spec *spec = &trace->specs[fg_trace_spec(trace, pod)];
    const struct fg_fargate_settings *fargate = &filler->input->scenario->cluster.fargate;
    bool is_job = spec->kind == FG_KIND_JOB || spec->kind == FG_KIND_CRONJOB;
    if (row->start_s < 0)
        return 0;
    int64_t kept = 0, left = (int64_t)filler->out->cut_s - row->start_s - run_s;
    if (is_job && !fargate->bill_until_termination && fg_trace_span(trace, pod) == FG_SPAN_DURATION)
        kept = spec->ttl_s < left ? spec->ttl_s : left;
    int64_t billed = fargate->image_pull_s + run_s + (kept > 0 ? kept : 0);
    return billed > MINIMUM_BILLED_S ? billed : MINIMUM_BILLED_S;
}

static fg_nanodollars for_seconds(fg_nanodollars per_hour, int64_t seconds)
{
    return fg_money_amount_half_even(seconds, (struct fg_price){per_hour, HOUR_S});
}

static void add_pod(struct filler *filler, uint32_t pod, const struct fg_pod_row *row)
{
    const struct fg_trace *trace = filler->input->trace;
    uint32_t number = fg_trace_spec(trace, pod);
    const struct spec_row *spec = &filler->specs[number];
    struct fg_workload_row *workload = &filler->out->workloads[spec->workload];
    struct fg_request_row *request = &filler->out->requests[spec->request];
    int64_t run_s = run_seconds(filler, pod, row);
    workload->pods++;
    workload->run_s += run_s;
    request->pods++;
    request->run_s += run_s;
    if (request->on_fargate) {
        workload->fargate += for_seconds(request->fargate, billed_seconds(filler, pod, row, run_s));
    } else {
        workload->refused++;
        workload->refusal = *workload->refusal == '\0' ? spec->refusal : workload->refusal;
    }
    if (request->node_type == NULL || trace->specs[number].kind == FG_KIND_DAEMONSET)
        workload->unpriced++;
    else
        workload->ec2 += for_seconds(request->share.per_hour, run_s);
}

static void add_bill(struct filler *filler)
{
    const struct fg_ledger *ledger = &filler->input->result->ledger;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        const struct fg_account *account = &ledger->accounts[row->account];
        if (*account->namespace_name == '\0')
            continue;
        uint32_t number = find_workload(filler, account->namespace_name, account->workload);
        filler->out->workloads[number].here += row->nano * row->hour_count;
    }
}

/* ---- trims and sums ---- */

static void add_trim(struct filler *filler, uint32_t number, bool of_memory)
{
    struct fg_break_even *out = filler->out;
    const struct fg_request_row *row = &out->requests[number];
    int64_t cpu = row->cpu_milli + filler->sidecar_cpu_milli;
    int64_t memory = row->memory_bytes + filler->sidecar_memory_bytes;
    struct fg_trim_row trim = {.request = number, .of_memory = of_memory};
    bool found = of_memory ? fg_fargate_trim_memory(&filler->market, cpu, memory, &trim.trim)
                           : fg_fargate_trim_cpu(&filler->market, cpu, memory, &trim.trim);
    trim.lower_by = of_memory ? memory - trim.trim.memory_bytes : cpu - trim.trim.cpu_milli;
    if (!found || trim.lower_by > (of_memory ? row->memory_bytes : row->cpu_milli))
        return; /* the sidecars alone are too large */
    trim.trim.cpu_milli -= filler->sidecar_cpu_milli;
    trim.trim.memory_bytes -= filler->sidecar_memory_bytes;
    trim.month = (fg_nanodollars)fg_money_divide_half_even(
        (__int128)trim.trim.saving * row->run_s * MONTH_HOURS, out->cut_s);
    out->trims = fg_grow(out->trims, &out->trim_capacity, out->trim_count + 1, sizeof *out->trims);
    out->trims[out->trim_count++] = trim;
}

static void add_trims(struct filler *filler)
{
    for (uint32_t i = 0; i < filler->out->request_count; i++) {
        if (!filler->out->requests[i].on_fargate || filler->out->requests[i].run_s == 0)
            continue;
        add_trim(filler, i, true);
        add_trim(filler, i, false);
    }
}

static void sum_up(struct filler *filler)
{
    struct fg_break_even *out = filler->out;
    const struct fg_capacity_rows *capacity = &filler->input->result->capacity;
    for (uint32_t i = 0; i < out->request_count; i++) {
        const struct fg_request_row *row = &out->requests[i];
        if (!row->on_fargate || row->node_type == NULL)
            continue;
        out->fargate += (__int128)row->fargate * row->run_s;
        out->share += (__int128)row->share.per_hour * row->run_s;
    }
    for (uint32_t i = 0; i < capacity->count; i++) {
        const struct fg_capacity_row *row = &capacity->items[i];
        if (strncmp(row->pool, "node", 4) != 0)
            continue;
        out->requested_units += ((__int128)9 * 1024 * row->cpu_requested_milli_s +
                                 (__int128)1000 * row->memory_requested_mib_s) *
                                row->hour_count;
        out->allocatable_units += ((__int128)9 * 1024 * row->cpu_allocatable_milli_s +
                                   (__int128)1000 * row->memory_allocatable_mib_s) *
                                  row->hour_count;
    }
}

/* ---- order ---- */

static int descending(__int128 left, __int128 right)
{
    return (left < right) - (left > right);
}

static int compare_requests(const void *a, const void *b)
{
    const struct fg_request_row *left = a, *right = b;
    int order = right->on_fargate - left->on_fargate;
    if (order == 0)
        order = descending((__int128)left->fargate * left->run_s,
                           (__int128)right->fargate * right->run_s);
    if (order == 0)
        order = descending(left->cpu_milli, right->cpu_milli);
    if (order == 0)
        order = descending(left->memory_bytes, right->memory_bytes);
    if (order == 0)
        order = descending(left->ephemeral_bytes, right->ephemeral_bytes);
    if (order == 0)
        order = descending(left->gpu_milli, right->gpu_milli);
    return order != 0 ? order : (int)left->arch - (int)right->arch;
}

static int compare_workloads(const void *a, const void *b)
{
    const struct fg_workload_row *left = a, *right = b;
    int order = descending(left->here, right->here);
    if (order == 0)
        order = strcmp(left->namespace_name, right->namespace_name);
    return order != 0 ? order : strcmp(left->workload, right->workload);
}

static int compare_trims(const void *a, const void *b)
{
    const struct fg_trim_row *left = a, *right = b;
    int order = descending(left->month, right->month);
    if (order == 0)
        order = (left->request > right->request) - (left->request < right->request);
    return order != 0 ? order : right->of_memory - left->of_memory;
}

static void sort(void *items, uint32_t count, size_t item_bytes,
                 int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, item_bytes, compare);
}

/* ---- the whole ---- */

static void open_filler(struct filler *filler)
{
    const struct fg_scenario *scenario = filler->input->scenario;
    for (uint32_t i = 0; i < scenario->cluster.fargate.sidecar_count; i++) {
        filler->sidecar_cpu_milli += scenario->cluster.fargate.sidecars[i].cpu_milli;
        filler->sidecar_memory_bytes += scenario->cluster.fargate.sidecars[i].memory_bytes;
    }
    find_rooms(filler);
}

static void close_filler(struct filler *filler)
{
    for (int arch = 0; arch <= FG_ARCH_ANY; arch++) {
        free(filler->rooms[arch]);
        free(filler->room_offers[arch]);
    }
    free(filler->specs);
    fg_index_release(&filler->requests);
    fg_index_release(&filler->workloads);
}

/* Rows of specs whose pods all came after the cut say nothing. */
static void drop_unseen(struct fg_break_even *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->request_count; i++)
        if (out->requests[i].pods > 0)
            out->requests[kept++] = out->requests[i];
    out->request_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < out->workload_count; i++)
        if (out->workloads[i].pods > 0 || out->workloads[i].here != 0)
            out->workloads[kept++] = out->workloads[i];
    out->workload_count = kept;
}

fg_status fg_break_even_fill(const struct fg_break_even_input *input, struct fg_break_even *out,
                             struct fg_error *error)
{
    struct filler filler = {.input = input, .out = out};
    *out = (struct fg_break_even){
        .study = input->study,
        .scenario = input->scenario->name,
        .region = input->scenario->region,
        .cut_s = input->result->summary.cut_s,
    };
    fg_status status = read_prices(&filler, error);
    if (status != FG_OK)
        return status;
    open_filler(&filler);
    fill_specs(&filler);
    for (uint32_t pod = 0; pod < input->result->pod_row_count; pod++)
        add_pod(&filler, pod, &input->result->pod_rows[pod]);
    add_bill(&filler);
    drop_unseen(out);
    sort(out->requests, out->request_count, sizeof *out->requests, compare_requests);
    add_trims(&filler);
    sum_up(&filler);
    sort(out->workloads, out->workload_count, sizeof *out->workloads, compare_workloads);
    sort(out->trims, out->trim_count, sizeof *out->trims, compare_trims);
    close_filler(&filler);
    return FG_OK;
}

void fg_break_even_release(struct fg_break_even *table)
{
    free(table->requests);
    free(table->workloads);
    free(table->trims);
    *table = (struct fg_break_even){0};
}

fg_nanodollars fg_break_even_month(const struct fg_break_even *table, fg_nanodollars amount)
{
    return (fg_nanodollars)fg_money_divide_half_even((__int128)amount * MONTH_HOURS * HOUR_S,
                                                     table->cut_s);
}

const char *fg_break_even_memory(struct fg_arena *arena, int64_t bytes)
{
    const int64_t gib = INT64_C(1024) * 1024 * 1024;
    char text[FG_DECIMAL_BYTES];
    if (bytes < gib || bytes % (gib / 4) != 0)
        return fg_arena_string(arena, fg_quantity_print_bytes(bytes, text));
    return fg_arena_format(arena, "%sGi", fg_figure_decimal(bytes, gib, text));
}

const char *fg_break_even_request(struct fg_arena *arena, const struct fg_request_row *row)
{
    char cpu[32];
    int64_t storage_gib = 0;
    bool is_bought =
        fg_fargate_billed_storage(row->ephemeral_bytes, &storage_gib) && storage_gib > 0;
    return fg_arena_format(arena, "%s %s%s%s", fg_quantity_print_cpu(row->cpu_milli, cpu),
                           fg_break_even_memory(arena, row->memory_bytes), is_bought ? " +" : "",
                           is_bought ? fg_break_even_memory(arena, row->ephemeral_bytes) : "");
}

/* Sums of long studies do not fit 64 bits; a figure of one decimal needs no more. */
static void shorten(__int128 *share, __int128 *fargate)
{
    while (*share > INT64_MAX / 32 || *fargate > INT64_MAX / 32) {
        *share /= 2;
        *fargate /= 2;
    }
}

const char *fg_break_even_packing(struct fg_arena *arena, __int128 share, __int128 fargate)
{
    shorten(&share, &fargate);
    return fg_figure_percent(arena, (int64_t)share, (int64_t)fargate);
}

const char *fg_break_even_hours(struct fg_arena *arena, __int128 share, __int128 fargate)
{
    shorten(&share, &fargate);
    return fg_figure_tenths(arena, (int64_t)share * DAY_HOURS, (int64_t)fargate);
}
