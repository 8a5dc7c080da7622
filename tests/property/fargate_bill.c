/* Fargate's bill as anyone would add it up: pod by pod, hour by hour, on a sheet of paper of its
 * own. Sizes, hours, rounding and prices stand here once more; nothing but the replay's result
 * and the trace is taken from the program. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/random_world.h"

enum { PARTS = 3, MAX_HOURS = 64, MAX_SHEETS = 64 };
#define MI (1024LL * 1024)

/* Dollars of tests/support/small_world, by 10^-9: a vCPU-hour, a GB-hour, a GB-hour of storage. */
static const int64_t nano_per_hour[PARTS] = {40000000, 4000000, 100000};
/* How many thousandths of a vCPU, MiB, GB these prices are for. */
static const int64_t priced_amount[PARTS] = {1000, 1024, 1};
static const char *const charge_names[PARTS] = {"fargate-vcpu", "fargate-memory",
                                                "fargate-storage"};

/* The smallest that holds 256 MiB more than asked for. False: none. */
static bool size_of(int64_t cpu, int64_t memory, int64_t *out_cpu, int64_t *out_mib)
{
    static const struct {
        int64_t cpu, from_gb, to_gb, step_gb;
    } table[] = {{1000, 2, 8, 1},
                 {2000, 4, 16, 1},
                 {4000, 8, 30, 1},
                 {8000, 16, 60, 4},
                 {16000, 32, 120, 8}};
    static const int64_t quarter[] = {512, 1024, 2048}, half[] = {1024, 2048, 3072, 4096};
    int64_t needed = memory + 256 * MI;
    for (int i = 0; i < 3 && cpu <= 250; i++)
        if (quarter[i] * MI >= needed)
            return *out_cpu = 250, *out_mib = quarter[i], true;
    for (int i = 0; i < 4 && cpu <= 500; i++)
        if (half[i] * MI >= needed)
            return *out_cpu = 500, *out_mib = half[i], true;
    for (int row = 0; row < 5; row++)
        for (int64_t gb = table[row].from_gb; gb <= table[row].to_gb; gb += table[row].step_gb)
            if (cpu <= table[row].cpu && gb * 1024 * MI >= needed)
                return *out_cpu = table[row].cpu, *out_mib = gb * 1024, true;
    return false;
}

static int64_t storage_above_20(int64_t bytes)
{
    int64_t gb = bytes / (1024 * MI) + (bytes % (1024 * MI) != 0);
    return gb > 20 ? gb - 20 : 0;
}

/* A sheet an account: part x (namespace, workload), a column an hour. */
struct sheet {
    const char *namespace_name, *workload;
    int64_t bought[PARTS][MAX_HOURS]; /* amount-seconds */
};
struct book {
    uint32_t count;
    struct sheet sheets[MAX_SHEETS];
};

static struct sheet *sheet_of(struct book *book, const struct fg_pod_spec *spec)
{
    for (uint32_t i = 0; i < book->count; i++)
        if (strcmp(book->sheets[i].namespace_name, spec->namespace_name) == 0 &&
            strcmp(book->sheets[i].workload, spec->workload) == 0)
            return &book->sheets[i];
    assert_true(book->count < MAX_SHEETS);
    struct sheet *sheet = &book->sheets[book->count++];
    *sheet = (struct sheet){.namespace_name = spec->namespace_name, .workload = spec->workload};
    return sheet;
}

static void book_pod(struct book *book, const struct fg_random_world *world, uint32_t spec_number,
                     int64_t from, int64_t to)
{
    const struct fg_pod_spec *spec = &world->pods.trace.specs[spec_number];
    const struct fg_fargate_settings *fargate = &world->scenario.cluster.fargate;
    int64_t amount[PARTS], cpu = spec->cpu_milli, memory = spec->memory_bytes;
    for (uint32_t i = 0; i < fargate->sidecar_count; i++) {
        cpu += fargate->sidecars[i].cpu_milli;
        memory += fargate->sidecars[i].memory_bytes;
    }
    assert_true(size_of(cpu, memory, &amount[0], &amount[1]));
    amount[2] = storage_above_20(spec->ephemeral_bytes);
    if (to - from < 60)
        to = from + 60;
    int64_t first_hour = world->scenario.start / 3600;
    for (int64_t instant = world->scenario.start + from; instant < world->scenario.start + to;
         instant++) {
        int64_t hour = instant / 3600 - first_hour;
        assert_true(hour < MAX_HOURS);
        for (int part = 0; part < PARTS; part++)
            sheet_of(book, spec)->bought[part][hour] += amount[part];
    }
}

static int64_t price(int part, int64_t bought)
{
    __int128 numerator = (__int128)bought * nano_per_hour[part];
    __int128 denominator = (__int128)3600 * priced_amount[part];
    __int128 whole = numerator / denominator, rest = numerator % denominator;
    if (rest * 2 > denominator || (rest * 2 == denominator && whole % 2 != 0))
        whole++;
    return (int64_t)whole;
}

/* What the program has for this part, sheet and hour. */
static int64_t billed(const struct fg_ledger *ledger, const struct sheet *sheet, int part,
                      int64_t hour)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        const struct fg_account *account = &ledger->accounts[row->account];
        if (hour >= row->first_hour && hour < row->first_hour + (int64_t)row->hour_count &&
            strcmp(fg_charge_name(account->charge), charge_names[part]) == 0 &&
            strcmp(account->namespace_name, sheet->namespace_name) == 0 &&
            strcmp(account->workload, sheet->workload) == 0)
            sum += row->nano;
    }
    return sum;
}

static int64_t total_billed(const struct fg_ledger *ledger, uint32_t *out_rows)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < ledger->row_count; i++) {
        const struct fg_ledger_row *row = &ledger->rows[i];
        const char *charge = fg_charge_name(ledger->accounts[row->account].charge);
        if (strncmp(charge, "fargate", 7) != 0)
            continue;
        sum += row->nano * row->hour_count;
        *out_rows += row->hour_count;
    }
    return sum;
}

/* Each account's hours to the nanodollar, and the whole within what the rows were rounded by. */
static void compare(const struct fg_random_world *world, const struct book *book,
                    const struct fg_result *result)
{
    int64_t sum = 0;
    __int128 exact = 0; /* by 1 / (3600 * 1024000) nanodollar */
    uint32_t rows = 0;
    for (uint32_t i = 0; i < book->count; i++) {
        for (int part = 0; part < PARTS; part++) {
            for (int64_t h = 0; h < MAX_HOURS; h++) {
                int64_t bought = book->sheets[i].bought[part][h];
                assert_int_equal(billed(&result->ledger, &book->sheets[i], part,
                                        world->scenario.start / 3600 + h),
                                 price(part, bought));
                sum += price(part, bought);
                exact += (__int128)bought * nano_per_hour[part] * (1024000 / priced_amount[part]);
            }
        }
    }
    int64_t total = total_billed(&result->ledger, &rows);
    assert_int_equal(total, sum);
    __int128 off = exact - (__int128)total * 3600 * 1024000;
    off = off < 0 ? -off : off;
    assert_true(off * 2 <= (__int128)rows * 3600 * 1024000);
}

static struct fg_result replay(const struct fg_random_world *world, bool *out_good)
{
    struct fg_result result;
    struct fg_error error = {0};
    const struct fg_replay_input input = {.scenario = &world->scenario,
                                          .catalog = fg_small_catalog(),
                                          .trace = &world->pods.trace,
                                          .with_pods = true};
    *out_good = fg_replay(&input, &result, &error) == FG_OK;
    return result;
}

static int64_t kept_after_work(const struct fg_random_world *world, const struct fg_pod_spec *spec)
{
    bool is_job = spec->kind == FG_KIND_JOB || spec->kind == FG_KIND_CRONJOB;
    return is_job && !world->scenario.cluster.fargate.bill_until_termination ? spec->ttl_s : 0;
}

static bool is_taken(const struct fg_random_world *world, const struct fg_pod_spec *spec)
{
    int64_t cpu = spec->cpu_milli, memory = spec->memory_bytes, unused;
    for (uint32_t i = 0; i < world->scenario.cluster.fargate.sidecar_count; i++) {
        cpu += world->scenario.cluster.fargate.sidecars[i].cpu_milli;
        memory += world->scenario.cluster.fargate.sidecars[i].memory_bytes;
    }
    return spec->kind != FG_KIND_DAEMONSET && spec->features == 0 && spec->gpu_milli == 0 &&
           spec->arch == FG_ARCH_AMD64 && spec->ephemeral_bytes <= 175 * 1024 * MI &&
           fg_pairs_find(&spec->annotations, "eks.amazonaws.com/compute-type") == NULL &&
           size_of(cpu, memory, &unused, &unused);
}

/* From the trace alone: with quota, rate and addresses for all, pods start when they come. */
static void book_trace(struct book *book, const struct fg_random_world *world, int64_t cut)
{
    const struct fg_trace *trace = &world->pods.trace;
    const struct fg_fargate_settings *fargate = &world->scenario.cluster.fargate;
    for (uint32_t pod = 0; pod < trace->pod_count; pod++) {
        const struct fg_pod_spec *spec = &trace->specs[trace->spec_and_span[pod] & FG_SPEC_MASK];
        uint32_t span = trace->spec_and_span[pod] >> FG_SPEC_BITS;
        int64_t arrival = trace->arrival_s[pod], pull = arrival + fargate->provision_delay_s;
        int64_t end = cut;
        if (arrival >= cut || !is_taken(world, spec))
            continue;
        if (span == FG_SPAN_DURATION)
            end = pull + fargate->image_pull_s + trace->span_s[pod] + kept_after_work(world, spec);
        else if (span == FG_SPAN_END)
            end = trace->span_s[pod] > arrival ? trace->span_s[pod] : arrival;
        end = end < cut ? end : cut;
        /* One deleted as its pull would begin is gone first; work of no length is done. */
        if (pull < end || (span == FG_SPAN_DURATION && pull < cut))
            book_pod(book, world, trace->spec_and_span[pod] & FG_SPEC_MASK, pull, end);
    }
}

static void bill_of_the_trace_is_the_sum_pod_by_pod(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) / 4, good_worlds = 0;
    for (uint32_t i = 0; i < worlds; i++) {
        struct fg_random_world world;
        bool good;
        fg_random_world_make(100000 + i, FG_WORLD_FARGATE, &world);
        world.scenario.cluster.fargate.launch_burst = 100000;
        world.scenario.cluster.fargate.vcpu_quota_milli = FG_UNLIMITED;
        world.scenario.cluster.subnet_count = 0;
        struct fg_result result = replay(&world, &good);
        if (good) {
            struct book *book = calloc(1, sizeof *book);
            assert_non_null(book);
            book_trace(book, &world, result.summary.cut_s);
            compare(&world, book, &result);
            free(book);
            fg_result_release(&result);
        }
        good_worlds += good;
        fg_random_world_release(&world);
    }
    assert_true(good_worlds > worlds / 2);
}

/* With limits: when pods start is taken from the result, what they cost is not. Pods deleted
 * while they pull their image are billed too, so worlds without a pull are used. */
static void bill_under_limits_is_the_sum_of_what_ran(void **state)
{
    (void)state;
    uint32_t worlds = fg_random_world_count(2000) / 4, good_worlds = 0;
    for (uint32_t i = 0; i < worlds; i++) {
        struct fg_random_world world;
        bool good;
        fg_random_world_make(200000 + i, FG_WORLD_FARGATE, &world);
        world.scenario.cluster.fargate.image_pull_s = 0;
        struct fg_result result = replay(&world, &good);
        struct book *book = calloc(1, sizeof *book);
        assert_non_null(book);
        for (uint32_t row = 0; good && row < result.pod_row_count; row++) {
            const struct fg_pod_row *pod = &result.pod_rows[row];
            int64_t end = pod->end_s < 0 ? (int64_t)result.summary.cut_s : pod->end_s;
            if (pod->start_s >= 0 && strncmp(pod->placed_on, "fargate:", 8) == 0)
                book_pod(book, &world, world.pods.trace.spec_and_span[row] & FG_SPEC_MASK,
                         pod->start_s, end);
        }
        if (good) {
            compare(&world, book, &result);
            fg_result_release(&result);
        }
        good_worlds += good;
        free(book);
        fg_random_world_release(&world);
    }
    assert_true(good_worlds > worlds / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bill_of_the_trace_is_the_sum_pod_by_pod),
        cmocka_unit_test(bill_under_limits_is_the_sum_of_what_ran),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
