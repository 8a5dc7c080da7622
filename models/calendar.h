/* calendar.h - UTC dates, instants and durations as people write them. Proleptic Gregorian,
 * no leap seconds, no time zones but the offset in an RFC 3339 text. */
#ifndef FARGAUGE_MODELS_CALENDAR_H
#define FARGAUGE_MODELS_CALENDAR_H

#include <stdint.h>

#include "models/base/status.h"

typedef int64_t fg_unix_s; /* seconds since 1970-01-01T00:00:00Z */
typedef int32_t fg_day;    /* days since 1970-01-01 */

#define FG_DAY_UNKNOWN INT32_MIN

enum { FG_MONTH_HOURS = 730 }; /* a month of prices and comparisons, whatever the calendar */

/* "2026-03-02T00:00:00Z", "2026-03-02T01:00:00+01:00", also a date alone (midnight UTC).
 * Fractions of a second are cut off. */
fg_status fg_calendar_parse_instant(const char *text, fg_unix_s *out, struct fg_error *error);
/* "2026-09-01"; a month alone ("2026-05") is its first day. */
fg_status fg_calendar_parse_day(const char *text, fg_day *out, struct fg_error *error);
/* "90s" "10m" "1h30m" "30d" "2w", or a whole number of seconds. Never negative; at most
 * 4294967294 s. "500ms" is refused: time is whole seconds. */
fg_status fg_calendar_parse_duration(const char *text, uint32_t *out_s, struct fg_error *error);

const char *fg_calendar_print_instant(fg_unix_s instant, char buffer[32]); /* ...T..:..:..Z */
const char *fg_calendar_print_day(fg_day day, char buffer[16]);
const char *fg_calendar_print_duration(uint64_t seconds, char buffer[32]); /* "2h 5m", "45s" */

fg_day fg_calendar_day_of(fg_unix_s instant);
fg_unix_s fg_calendar_start_of_day(fg_day day);
/* Seconds in the calendar month the instant lies in: 86400 * 28 .. 31. */
uint32_t fg_calendar_month_seconds(fg_unix_s instant);

#endif
