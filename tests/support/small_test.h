/* small_test.h - what tests of whole replays share: a scenario, a trace and a result made anew for
 * each test, and what a study plans. */
#ifndef FARGAUGE_TESTS_SMALL_TEST_H
#define FARGAUGE_TESTS_SMALL_TEST_H

#include "tests/support/small_world.h"

/* A small scenario, no pods, no result. */
void fg_small_test_open(struct fg_scenario *scenario, struct fg_small_trace *trace,
                        struct fg_result *result);
void fg_small_test_close(struct fg_small_trace *trace, struct fg_result *result);
/* Adds what befalls the cluster, in order of time. Static storage: at most 4 in a scenario. */
void fg_small_plan(struct fg_scenario *scenario, struct fg_planned_event event);
/* Seconds of instances that were bought, on-demand and Spot; `type` NULL = of all types. */
int64_t fg_small_node_seconds(const struct fg_result *result, const char *type);

#endif
