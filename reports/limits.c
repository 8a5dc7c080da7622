#include "reports/limits.h"

#include "reports/figures.h"

enum { SCENARIOS_SHOWN = 8 };

/* There is room: two for each scenario, and what is said of all. */
static void say(struct fg_limit_sentences *sentences, const char *sentence)
{
    sentences->items[sentences->count++] = sentence;
}

static struct fg_limit_sentences room_for(const struct fg_comparison *comparison,
                                          struct fg_arena *arena)
{
    struct fg_limit_sentences out = {.capacity = comparison->scenario_count * 2 + 2};
    out.items = fg_arena_allocate(arena, out.capacity, sizeof *out.items);
    return out;
}

static void say_how_many_more(struct fg_limit_sentences *sentences, struct fg_arena *arena,
                              uint32_t found, const char *what)
{
    if (found > SCENARIOS_SHOWN)
        say(sentences, fg_arena_format(arena, "%u more scenario%s %s.", found - SCENARIOS_SHOWN,
                                       found - SCENARIOS_SHOWN == 1 ? "" : "s", what));
}

static void say_subnets(const struct fg_comparison *comparison, struct fg_arena *arena,
                        struct fg_limit_sentences *sentences)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        char instant[32];
        if (scenario->disruptions.dry_subnet == NULL || ++found > SCENARIOS_SHOWN)
            continue;
        fg_calendar_print_instant(scenario->start + scenario->disruptions.dry_s, instant);
        say(sentences, fg_arena_format(arena, "%s: %s first had no address for a pod at %s.",
                                       scenario->name, scenario->disruptions.dry_subnet, instant));
    }
    say_how_many_more(sentences, arena, found, "met a subnet without an address");
}

static void say_who_waits_again(const struct fg_comparison *comparison, struct fg_arena *arena,
                                struct fg_limit_sentences *sentences)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        int64_t pods = scenario->disruptions.waiting_again;
        if (pods > 0 && ++found <= SCENARIOS_SHOWN)
            say(sentences, fg_arena_format(arena, "%s: %s %s evicted and not back at the end.",
                                           scenario->name, fg_figure_count(arena, pods),
                                           pods == 1 ? "pod that ran was" : "pods that ran were"));
    }
    say_how_many_more(sentences, arena, found, "had pods that were not back at the end");
}

struct fg_limit_sentences fg_limits_of_disruptions(const struct fg_comparison *comparison,
                                                   struct fg_arena *arena)
{
    struct fg_limit_sentences out = room_for(comparison, arena);
    say_subnets(comparison, arena, &out);
    say_who_waits_again(comparison, arena, &out);
    return out;
}

/* "shop/web (us-east-1a, 1,204.5 pod-hours), shop/api (...) and 3 more" */
static const char *lone_list(struct fg_arena *arena, const struct fg_compared_scenario *scenario)
{
    const char *text = "";
    for (uint32_t i = 0; i < scenario->lone_shown; i++) {
        const struct fg_lone_workload *lone = &scenario->lones[i];
        text = fg_arena_format(arena, "%s%s%s/%s (%s, %s pod-hours)", text, i > 0 ? ", " : "",
                               lone->namespace_name, lone->workload, lone->zone,
                               fg_figure_tenths(arena, lone->pod_seconds, 3600));
    }
    return scenario->lone_count > scenario->lone_shown
               ? fg_arena_format(arena, "%s and %u more", text,
                                 scenario->lone_count - scenario->lone_shown)
               : text;
}

static void say_who_has_one_zone(const struct fg_comparison *comparison, struct fg_arena *arena,
                                 struct fg_limit_sentences *sentences)
{
    uint32_t found = 0;
    const char *names = "";
    for (uint32_t i = 0; i < comparison->scenario_count; i++)
        if (comparison->scenarios[i].zone_loss.zone_count == 1 && ++found <= SCENARIOS_SHOWN)
            names = fg_arena_format(arena, "%s%s%s (%s)", names, found > 1 ? ", " : "",
                                    comparison->scenarios[i].name,
                                    comparison->scenarios[i].zone_loss.zone);
    if (found > SCENARIOS_SHOWN)
        names = fg_arena_format(arena, "%s and %u more", names, found - SCENARIOS_SHOWN);
    if (found > 0)
        say(sentences,
            fg_arena_format(arena, "All nodes are in one zone, whose loss takes them all: %s.",
                            names));
}

struct fg_limit_sentences fg_limits_of_zones(const struct fg_comparison *comparison,
                                             struct fg_arena *arena)
{
    struct fg_limit_sentences out = room_for(comparison, arena);
    uint32_t found = 0;
    for (uint32_t i = 0; i < comparison->scenario_count; i++) {
        const struct fg_compared_scenario *scenario = &comparison->scenarios[i];
        if (scenario->lone_count > 0 && ++found <= SCENARIOS_SHOWN)
            say(&out, fg_arena_format(arena, "%s: workloads in one zone alone: %s.", scenario->name,
                                      lone_list(arena, scenario)));
    }
    say_how_many_more(&out, arena, found, "had workloads in one zone");
    say_who_has_one_zone(comparison, arena, &out);
    return out;
}
