/* cron.h - cron expressions as Kubernetes' CronJobs have them (robfig's standard parser).
 *
 * Five fields: minute, hour, day of month, month or JAN-DEC, day of week 0-6 or SUN-SAT (7 is
 * refused). Lists, ranges, steps; "N/step" runs from N to the field's end; "?" is "*". @hourly
 * and its like, and "@every 90m". Of the two day fields both must match while one of them has a
 * star, else either may; a step above 1 takes the star away.
 */
#ifndef FARGAUGE_MODELS_CRON_H
#define FARGAUGE_MODELS_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "models/calendar.h"

struct fg_cron {
    uint64_t minutes, hours, days, months, weekdays; /* bit by value */
    bool any_day, any_weekday;                       /* the field has a star */
    uint32_t every_s;                                /* "@every": the fields are not used */
};

/* On FG_BAD_INPUT `error` names the field, its value and what was expected. */
fg_status fg_cron_parse(const char *text, struct fg_cron *out, struct fg_error *error);

/* The first time strictly after `after`, in local time of a fixed offset from UTC; false if there
 * is none within five years (30 February). */
bool fg_cron_next(const struct fg_cron *cron, fg_unix_s after, int32_t utc_offset_s,
                  fg_unix_s *out);

#endif
