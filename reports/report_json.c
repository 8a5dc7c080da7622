/* The report as one JSON object: the verdict, every figure of every scenario, the assumptions. */
#include "reports/formats.h"

#include "reports/allocation_json.h"
#include "reports/json_writer.h"
#include "reports/verdict.h"

/* null where it is not known */
static void put_known_count(struct fg_json_writer *json, const char *key, bool known, int64_t value)
{
    fg_json_key(json, key);
    if (known)
        fg_json_put_integer(json, value);
    else
        fg_json_put_null(json);
}

static void put_known_usd(struct fg_json_writer *json, const char *key, bool known,
                          fg_nanodollars amount)
{
    fg_json_key(json, key);
    if (known)
        fg_json_put_usd(json, amount);
    else
        fg_json_put_null(json);
}

/* ---- verdict ---- */

static void put_verdict(struct fg_json_writer *json, const struct fg_comparison *comparison)
{
    struct fg_arena arena = {0};
    struct fg_verdict verdict;
    fg_verdict_find(comparison, &arena, &verdict);
    bool found = verdict.cheapest_count > 0;
    const struct fg_compared_scenario *cheapest = found ? &comparison->scenarios[0] : NULL;
    fg_json_key(json, "verdict");
    fg_json_open(json, '{');
    fg_json_key(json, "cheapest");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < verdict.cheapest_count; i++)
        fg_json_put_text(json, comparison->scenarios[i].name);
    fg_json_close(json, ']');
    put_known_usd(json, "usd_per_month", found, found ? cheapest->month.mean : 0);
    put_known_usd(json, "difference_to_baseline_usd_per_month", found && cheapest->has_difference,
                  found ? cheapest->difference : 0);
    fg_json_key(json, "text");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < verdict.sentence_count; i++)
        fg_json_put_text(json, verdict.sentences[i]);
    fg_json_close(json, ']');
    fg_json_close(json, '}');
    fg_verdict_release(&verdict);
    fg_arena_release(&arena);
}

/* ---- scenarios ---- */

static void put_missing(struct fg_json_writer *json, const struct fg_compared_scenario *scenario)
{
    fg_json_key(json, "replications_missing");
    fg_json_open(json, '[');
    for (uint32_t r = 0; r < scenario->replication_count; r++)
        if (!scenario->replications[r].done)
            fg_json_put_integer(json, r);
    fg_json_close(json, ']');
}

static void put_costs(struct fg_json_writer *json, const struct fg_comparison *comparison,
                      const struct fg_compared_scenario *scenario)
{
    bool done = scenario->done_count > 0;
    put_known_usd(json, "total_usd", done, scenario->total.mean);
    put_known_usd(json, "total_usd_p5", done, scenario->total.p5);
    put_known_usd(json, "total_usd_p95", done, scenario->total.p95);
    put_known_usd(json, "usd_per_month", scenario->has_month, scenario->month.mean);
    put_known_usd(json, "usd_per_month_p5", scenario->has_month, scenario->month.p5);
    put_known_usd(json, "usd_per_month_p95", scenario->has_month, scenario->month.p95);
    put_known_usd(json, "billed_usd", done, scenario->billed_total);
    put_known_usd(json, "before_commitments_usd", done, scenario->contract_total);
    put_known_usd(json, "list_usd", done, scenario->list_total);
    put_known_usd(json, "ec2_usd", done, scenario->groups[FG_COST_EC2]);
    put_known_usd(json, "fargate_usd", done, scenario->groups[FG_COST_FARGATE]);
    put_known_usd(json, "control_plane_usd", done, scenario->groups[FG_COST_CONTROL_PLANE]);
    put_known_usd(json, "other_usd", done, scenario->groups[FG_COST_OTHER]);
    fg_json_key(json, "charges_usd");
    fg_json_open(json, '{');
    for (uint32_t c = 0; c < comparison->charge_count; c++)
        if (scenario->charges[c] != 0)
            fg_json_named_usd(json, comparison->charge_names[c], scenario->charges[c]);
    fg_json_close(json, '}');
    const struct fg_compared_scenario *baseline = &comparison->scenarios[comparison->baseline];
    put_known_usd(json, "difference_to_baseline_usd_per_month", scenario->has_difference,
                  scenario->difference);
    fg_json_named_ratio(json, "difference_to_baseline_share", scenario->difference,
                        scenario->has_difference ? baseline->month.mean : 0);
}

static void put_capacity(struct fg_json_writer *json, const struct fg_compared_scenario *scenario)
{
    bool done = scenario->done_count > 0;
    put_known_count(json, "peak_nodes", done, scenario->peak_nodes);
    fg_json_named_ratio(json, "peak_fargate_vcpu", scenario->peak_fargate_vcpu_milli,
                        done ? 1000 : 0);
    fg_json_named_ratio(json, "idle_share", scenario->node_idle_nano, scenario->node_nano);
    put_known_usd(json, "fargate_rounding_waste_usd", done, scenario->fargate_waste_nano);
    fg_json_named_ratio(json, "fargate_rounding_waste_share", scenario->fargate_waste_nano,
                        scenario->groups[FG_COST_FARGATE]);
    put_known_usd(json, "usd_per_requested_vcpu_hour", scenario->has_vcpu_hour_price,
                  scenario->per_requested_vcpu_hour);
    put_known_count(json, "pods", done, scenario->pod_count);
    put_known_count(json, "pods_never_ran", done, scenario->never_ran);
    put_known_count(json, "pods_left_out", done, scenario->left_out);
    put_known_count(json, "wait_p95_s", done, scenario->wait_p95_s);
}

static void put_bounds(struct fg_json_writer *json, const struct fg_compared_scenario *scenario)
{
    bool done = scenario->done_count > 0;
    put_known_usd(json, "compute_usd", done, scenario->compute_nano);
    put_known_usd(json, "least_possible_usd", done, scenario->bound_nano);
    fg_json_named_ratio(json, "above_least_possible", scenario->compute_nano - scenario->bound_nano,
                        scenario->bound_nano);
    put_known_usd(json, "least_possible_with_spread_usd", done, scenario->bound_spread_nano);
    fg_json_named_ratio(json, "above_least_possible_with_spread",
                        scenario->compute_nano - scenario->bound_spread_nano,
                        scenario->bound_spread_nano);
}

static void put_instant_or_null(struct fg_json_writer *json, const char *key, bool known,
                                fg_unix_s instant)
{
    char text[32];
    fg_json_key(json, key);
    if (known)
        fg_json_put_text(json, fg_calendar_print_instant(instant, text));
    else
        fg_json_put_null(json);
}

static void put_text_or_null(struct fg_json_writer *json, const char *key, const char *text)
{
    fg_json_key(json, key);
    if (text != NULL)
        fg_json_put_text(json, text);
    else
        fg_json_put_null(json);
}

static void put_disruptions(struct fg_json_writer *json,
                            const struct fg_compared_scenario *scenario)
{
    const struct fg_disruptions *from = &scenario->disruptions;
    bool done = scenario->done_count > 0, dry = from->dry_subnet != NULL;
    fg_json_key(json, "disruptions");
    fg_json_open(json, '{');
    put_known_count(json, "spot_interruptions", done, from->spot_interruptions);
    put_known_count(json, "nodes_removed", done, from->disrupted_nodes);
    put_known_count(json, "pods_evicted", done, from->evictions);
    put_known_count(json, "pods_waiting_again", done, from->waiting_again);
    fg_json_named_ratio(json, "work_hours_redone", from->lost_work_s, done ? 3600 : 0);
    put_known_count(json, "pods_preempted", done, from->preempted_pods);
    put_known_count(json, "longest_wait_s", done, from->longest_wait_s);
    put_instant_or_null(json, "longest_wait_hour", from->longest_wait_s > 0,
                        from->longest_wait_hour * 3600);
    put_text_or_null(json, "dry_subnet", from->dry_subnet);
    put_instant_or_null(json, "dry_at", dry, scenario->start + from->dry_s);
    fg_json_close(json, '}');
}

static void put_lone_workloads(struct fg_json_writer *json,
                               const struct fg_compared_scenario *scenario)
{
    fg_json_named_integer(json, "workloads_of_several_pods", scenario->several_count);
    fg_json_named_integer(json, "workloads_in_one_zone", scenario->lone_count);
    fg_json_key(json, "largest_in_one_zone");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < scenario->lone_shown; i++) {
        const struct fg_lone_workload *lone = &scenario->lones[i];
        fg_json_open(json, '{');
        fg_json_named_text(json, "namespace", lone->namespace_name);
        fg_json_named_text(json, "workload", lone->workload);
        fg_json_named_text(json, "zone", lone->zone);
        fg_json_named_ratio(json, "pod_hours", lone->pod_seconds, 3600);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

/* null without commitments */
static void put_commitments(struct fg_json_writer *json,
                            const struct fg_compared_scenario *scenario)
{
    const struct fg_commitment_use *use = &scenario->commitments;
    fg_json_key(json, "commitments");
    if (use->paid_nano == 0) {
        fg_json_put_null(json);
        return;
    }
    fg_json_open(json, '{');
    fg_json_named_usd(json, "usd", use->paid_nano);
    fg_json_named_usd(json, "used_here_usd", use->used_nano);
    fg_json_named_usd(json, "other_usage_usd", use->other_nano);
    fg_json_named_usd(json, "unused_usd", use->paid_nano - use->used_nano - use->other_nano);
    fg_json_close(json, '}');
}

/* null where there were no nodes */
static void put_zone_loss(struct fg_json_writer *json, const struct fg_compared_scenario *scenario)
{
    const struct fg_zone_loss *loss = &scenario->zone_loss;
    fg_json_key(json, "fullest_zone");
    if (loss->zone == NULL) {
        fg_json_put_null(json);
        return;
    }
    fg_json_open(json, '{');
    fg_json_named_text(json, "zone", loss->zone);
    fg_json_named_integer(json, "zones", loss->zone_count);
    put_instant_or_null(json, "worst_hour", true, (fg_unix_s)loss->hour * 3600);
    fg_json_named_ratio(json, "vcpu_share", loss->cpu_requested_milli_s,
                        loss->all_cpu_requested_milli_s);
    fg_json_named_ratio(json, "memory_share", loss->memory_requested_mib_s,
                        loss->all_memory_requested_mib_s);
    fg_json_named_ratio(json, "vcpu_left", loss->cpu_headroom_milli_s,
                        (__int128)loss->seconds * 1000);
    fg_json_named_ratio(json, "memory_gib_left", loss->memory_headroom_mib_s,
                        (__int128)loss->seconds * 1024);
    put_lone_workloads(json, scenario);
    fg_json_close(json, '}');
}

static void put_reasons(struct fg_json_writer *json, const struct fg_compared_scenario *scenario)
{
    fg_json_key(json, "never_ran");
    fg_json_open(json, '[');
    for (uint32_t i = 0; i < scenario->reason_count; i++) {
        const struct fg_never_ran *reason = &scenario->reasons[i];
        fg_json_open(json, '{');
        fg_json_named_text(json, "reason", reason->reason);
        fg_json_key(json, "numbers_of_nodes_vary");
        fg_json_put_boolean(json, reason->numbers_vary);
        fg_json_named_integer(json, "pods", reason->pods);
        fg_json_named_integer(json, "workloads", reason->workload_count);
        fg_json_named_text(json, "most_in_namespace", reason->namespace_name);
        fg_json_named_text(json, "most_in_workload", reason->workload);
        fg_json_close(json, '}');
    }
    fg_json_close(json, ']');
}

static fg_status put_scenario(sqlite3 *database, struct fg_json_writer *json,
                              const struct fg_comparison *comparison,
                              const struct fg_compared_scenario *scenario, struct fg_error *error)
{
    char start[32];
    fg_status status = FG_OK;
    fg_json_open(json, '{');
    fg_json_named_text(json, "scenario", scenario->name);
    fg_json_named_text(json, "region", scenario->region);
    fg_json_named_text(json, "start", fg_calendar_print_instant(scenario->start, start));
    fg_json_named_integer(json, "simulated_s", scenario->cut_s);
    fg_json_named_integer(json, "replications", scenario->replication_count);
    put_missing(json, scenario);
    fg_json_key(json, "everything_ran");
    fg_json_put_boolean(json, scenario->ran_everything);
    put_costs(json, comparison, scenario);
    put_capacity(json, scenario);
    put_bounds(json, scenario);
    put_disruptions(json, scenario);
    put_commitments(json, scenario);
    put_zone_loss(json, scenario);
    put_reasons(json, scenario);
    if (scenario->allocation_named && scenario->done_count > 0)
        status = fg_allocation_json(database, comparison, scenario, json, error);
    fg_json_close(json, '}');
    return status;
}

/* ---- assumptions ---- */

static void put_assumption(struct fg_json_writer *json, const struct fg_comparison *comparison,
                           const struct fg_assumption *assumption)
{
    fg_json_open(json, '{');
    fg_json_named_text(json, "kind", assumption->kind);
    fg_json_named_text(json, "text", assumption->text);
    fg_json_key(json, "scenarios");
    if (assumption->scenario_count == 0) {
        fg_json_put_null(json);
    } else {
        fg_json_open(json, '[');
        for (uint32_t i = 0; i < assumption->scenario_count; i++)
            fg_json_put_text(json, comparison->scenarios[assumption->scenarios[i]].name);
        fg_json_close(json, ']');
    }
    fg_json_close(json, '}');
}

fg_status fg_report_json(sqlite3 *database, const struct fg_comparison *comparison, FILE *out,
                         struct fg_error *error)
{
    struct fg_json_writer json = {.out = out};
    fg_status status = FG_OK;
    fg_json_open(&json, '{');
    fg_json_named_text(&json, "study", comparison->study);
    fg_json_named_text(&json, "program_version", comparison->program_version);
    fg_json_key(&json, "baseline");
    if (comparison->scenario_count > 0)
        fg_json_put_text(&json, comparison->scenarios[comparison->baseline].name);
    else
        fg_json_put_null(&json);
    put_verdict(&json, comparison);
    fg_json_key(&json, "scenarios");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; status == FG_OK && i < comparison->scenario_count; i++)
        status = put_scenario(database, &json, comparison, &comparison->scenarios[i], error);
    fg_json_close(&json, ']');
    fg_json_key(&json, "assumptions");
    fg_json_open(&json, '[');
    for (uint32_t i = 0; i < comparison->assumption_count; i++)
        put_assumption(&json, comparison, &comparison->assumptions[i]);
    fg_json_close(&json, ']');
    fg_json_close(&json, '}');
    fg_json_finish(&json);
    return status;
}
