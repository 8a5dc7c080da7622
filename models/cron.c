#include "models/cron.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400, MINUTE_S = 60, YEARS_MAX = 5 };

/* ---- the five fields ---- */

struct field {
    const char *name;
    uint32_t least, most;
    const char *const *words; /* of least, least + 1 ...; NULL = numbers only */
    const char *expected;
};

static const char *const month_words[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                          "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekday_words[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

enum { FIELD_COUNT = 5, FIELD_BYTES = 64 };
static const struct field fields[FIELD_COUNT] = {
    {"minute", 0, 59, NULL, "0 to 59"},
    {"hour", 0, 23, NULL, "0 to 23"},
    {"day of month", 1, 31, NULL, "1 to 31"},
    {"month", 1, 12, month_words, "1 to 12 or JAN to DEC"},
    {"day of week", 0, 6, weekday_words, "0 to 6 or SUN to SAT"},
};

static const struct {
    const char *name, *meaning;
} macros[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
};

static fg_status refuse(const struct field *field, const char *text, struct fg_error *error)
{
    return fg_error_set(error, FG_BAD_INPUT,
                        "cron field '%s' is '%s'; expected %s, with lists "
                        "(1,2), ranges (1-5) and steps (*/5)",
                        field->name, text, field->expected);
}

/* A number or a name of the field. */
static bool read_value(const struct field *field, const char *text, uint32_t *out)
{
    for (uint32_t i = 0; field->words != NULL && field->words[i] != NULL; i++) {
        if (strcasecmp(field->words[i], text) == 0) {
            *out = field->least + i;
            return true;
        }
    }
    size_t length = strlen(text);
    if (length == 0 || length > 4 || strspn(text, "0123456789") != length)
        return false;
    *out = (uint32_t)strtoul(text, NULL, 10);
    return *out >= field->least && *out <= field->most;
}

/* "*", "3", "1-5", each with "/step"; cuts `text` up. */
static bool read_range(const struct field *field, char *text, uint64_t *bits, bool *star)
{
    uint32_t first = field->least, last = field->most, step = 1;
    char *slash = strchr(text, '/');
    if (slash != NULL) {
        const char *digits = slash + 1;
        *slash = '\0';
        if (*digits == '\0' || strlen(digits) > 6 || strspn(digits, "0123456789") != strlen(digits))
            return false;
        step = (uint32_t)strtoul(digits, NULL, 10);
    }
    char *dash = strchr(text, '-');
    bool any = strcmp(text, "*") == 0 || strcmp(text, "?") == 0;
    if (dash != NULL)
        *dash = '\0';
    if (!any && !read_value(field, text, &first))
        return false;
    if (dash != NULL && !read_value(field, dash + 1, &last))
        return false;
    if (!any && dash == NULL && slash == NULL)
        last = first;
    if (step == 0 || first > last)
        return false;
    for (uint32_t value = first; value <= last; value += step)
        *bits |= 1ULL << value;
    *star = *star || (any && step == 1);
    return true;
}

static fg_status read_field(const struct field *field, const char *text, uint64_t *bits, bool *star,
                            struct fg_error *error)
{
    char copy[FIELD_BYTES], *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    *bits = 0;
    *star = false;
    for (char *part = rest; part != NULL; part = rest) {
        rest = strchr(part, ',');
        if (rest != NULL)
            *rest++ = '\0';
        if (!read_range(field, part, bits, star))
            return refuse(field, text, error);
    }
    return FG_OK;
}

/* Cuts the next field off *rest; false at the end of the text. */
static bool next_field(const char **rest, char out[FIELD_BYTES])
{
    *rest += strspn(*rest, " \t");
    size_t length = strcspn(*rest, " \t");
    snprintf(out, FIELD_BYTES, "%.*s", (int)(length < FIELD_BYTES ? length : FIELD_BYTES - 1),
             *rest);
    *rest += length;
    return length > 0;
}

static fg_status read_fields(const char *text, struct fg_cron *out, struct fg_error *error)
{
    uint64_t *bits[FIELD_COUNT] = {&out->minutes, &out->hours, &out->days, &out->months,
                                   &out->weekdays};
    bool star[FIELD_COUNT];
    char parts[FIELD_COUNT][FIELD_BYTES], more[FIELD_BYTES];
    const char *rest = text;
    int count = 0;
    while (count < FIELD_COUNT && next_field(&rest, parts[count]))
        count++;
    if (count < FIELD_COUNT || next_field(&rest, more))
        return fg_error_set(error, FG_BAD_INPUT,
                            "cron expression '%s' has %s fields; expected five: minute, hour, day "
                            "of month, month, day of week",
                            text, count < FIELD_COUNT ? "too few" : "too many");
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (strlen(parts[i]) == FIELD_BYTES - 1)
            return fg_error_set(error, FG_BAD_INPUT,
                                "cron field '%s' is too long; expected under %d characters",
                                fields[i].name, FIELD_BYTES - 1);
        fg_status status = read_field(&fields[i], parts[i], bits[i], &star[i], error);
        if (status != FG_OK)
            return status;
    }
    out->any_day = star[2];
    out->any_weekday = star[4];
    return FG_OK;
}

static fg_status read_macro(const char *text, struct fg_cron *out, struct fg_error *error)
{
    static const char every[] = "@every ";
    struct fg_error cause = {0};
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        if (strcasecmp(macros[i].name, text) == 0)
            return read_fields(macros[i].meaning, out, error);
    if (strncmp(text, every, strlen(every)) != 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "cron expression '%s' is unknown; expected five fields, @yearly, "
                            "@monthly, @weekly, @daily, @hourly or '@every 90m'",
                            text);
    if (fg_calendar_parse_duration(text + strlen(every), &out->every_s, &cause) != FG_OK)
        return fg_error_set(error, FG_BAD_INPUT, "cron expression '%s': %s", text, cause.message);
    if (out->every_s == 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "cron expression '%s' never ends; expected at least 1s", text);
    return FG_OK;
}

fg_status fg_cron_parse(const char *text, struct fg_cron *out, struct fg_error *error)
{
    *out = (struct fg_cron){0};
    if (text[0] == '@')
        return read_macro(text, out, error);
    if (strncmp(text, "TZ=", 3) == 0 || strncmp(text, "CRON_TZ=", 8) == 0)
        return fg_error_set(error, FG_BAD_INPUT,
                            "cron expression '%s' names a time zone; expected five fields", text);
    return read_fields(text, out, error);
}

/* ---- the next time ---- */

struct date {
    fg_day day; /* since 1970 */
    uint32_t month, day_of_month;
};

static struct date date_of(fg_day day)
{
    char text[16], *end;
    fg_calendar_print_day(day, text);
    strtol(text, &end, 10);
    unsigned long month = strtoul(end + 1, &end, 10);
    return (struct date){day, (uint32_t)month, (uint32_t)strtoul(end + 1, NULL, 10)};
}

static void step_day(struct date *date)
{
    uint32_t month_days = fg_calendar_month_seconds(fg_calendar_start_of_day(date->day)) / DAY_S;
    date->day++;
    if (++date->day_of_month <= month_days)
        return;
    date->day_of_month = 1;
    date->month = date->month % 12 + 1;
}

static bool day_matches(const struct fg_cron *cron, const struct date *date)
{
    uint32_t weekday = (uint32_t)(((int64_t)date->day % 7 + 11) % 7); /* 1970 began on a Thursday */
    bool day = (cron->days >> date->day_of_month & 1) != 0;
    bool of_week = (cron->weekdays >> weekday & 1) != 0;
    if ((cron->months >> date->month & 1) == 0)
        return false;
    return cron->any_day || cron->any_weekday ? day && of_week : day || of_week;
}

/* The first matching minute of a day at or after `minute`, or -1. */
static int32_t find_minute(const struct fg_cron *cron, int32_t minute)
{
    enum { HOUR_MINUTES = 60 };
    for (int32_t hour = minute / HOUR_MINUTES; hour < 24; hour++) {
        int32_t first = hour == minute / HOUR_MINUTES ? minute % HOUR_MINUTES : 0;
        uint64_t left = cron->minutes >> first;
        if ((cron->hours >> hour & 1) != 0 && left != 0)
            return hour * HOUR_MINUTES + first + __builtin_ctzll(left);
    }
    return -1;
}

bool fg_cron_next(const struct fg_cron *cron, fg_unix_s after, int32_t utc_offset_s, fg_unix_s *out)
{
    if (cron->every_s > 0) {
        *out = after + cron->every_s;
        return true;
    }
    fg_unix_s local = after + utc_offset_s;
    fg_day first_day = fg_calendar_day_of(local);
    int32_t minute = (int32_t)((local - fg_calendar_start_of_day(first_day)) / MINUTE_S) + 1;
    struct date date = date_of(first_day);
    for (int32_t i = 0; i <= YEARS_MAX * 366; i++, step_day(&date), minute = 0) {
        int32_t found = day_matches(cron, &date) ? find_minute(cron, minute) : -1;
        if (found < 0)
            continue;
        *out = fg_calendar_start_of_day(date.day) + (fg_unix_s)found * MINUTE_S - utc_offset_s;
        return true;
    }
    return false;
}
