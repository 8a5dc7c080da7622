#include "models/calendar.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

/* Days since 1970 of a proleptic Gregorian date: counts from 1 March of year 0, so that the leap
 * day is a year's last. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Reads exactly `digits` digits and moves on; -1 if there are not so many. */
static int read_number(const char **text, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *text += digits;
    return value;
}

/* "2026-03-02"; with `month_alone` also "2026-03". */
static bool read_date(const char **text, bool month_alone, int64_t *out_days)
{
    int year = read_number(text, 4);
    if (year < 1 || *(*text)++ != '-')
        return false;
    int month = read_number(text, 2), day = 1;
    if (month < 1 || month > 12)
        return false;
    if (!(month_alone && **text == '\0')) {
        if (*(*text)++ != '-')
            return false;
        day = read_number(text, 2);
        if (day < 1 || day > days_in_month(year, month))
            return false;
    }
    *out_days = days_from_date(year, month, day);
    return true;
}

/* "12:30:00", seconds and their fraction may be missing. */
static bool read_time(const char **text, int *out_s)
{
    int hour = read_number(text, 2), second = 0;
    if (hour < 0 || hour > 23 || *(*text)++ != ':')
        return false;
    int minute = read_number(text, 2);
    if (minute < 0 || minute > 59)
        return false;
    if (**text == ':') {
        (*text)++;
        second = read_number(text, 2);
        if (second < 0 || second > 59)
            return false;
        if (**text == '.') {
            (*text)++;
            if (read_number(text, 1) < 0)
                return false;
            while (**text >= '0' && **text <= '9')
                (*text)++;
        }
    }
    *out_s = hour * HOUR_S + minute * MINUTE_S + second;
    return true;
}

/* "Z", "+01:00", nothing: seconds east of UTC. */
static bool read_offset(const char **text, int *out_s)
{
    *out_s = 0;
    if (**text == 'Z' || **text == 'z') {
        (*text)++;
        return true;
    }
    if (**text != '+' && **text != '-')
        return **text == '\0';
    int sign = *(*text)++ == '-' ? -1 : 1;
    int hour = read_number(text, 2);
    if (hour < 0 || hour > 23 || *(*text)++ != ':')
        return false;
    int minute = read_number(text, 2);
    *out_s = sign * (hour * HOUR_S + minute * MINUTE_S);
    return minute >= 0 && minute <= 59;
}

fg_status fg_calendar_parse_instant(const char *text, fg_unix_s *out, struct fg_error *error)
{
    const char *at = text;
    int64_t days = 0;
    int seconds = 0, offset = 0;
    bool good = read_date(&at, false, &days);
    if (good && (*at == 'T' || *at == 't' || *at == ' ')) {
        at++;
        good = read_time(&at, &seconds) && read_offset(&at, &offset);
    }
    if (!good || *at != '\0')
        return fg_error_set(error, FG_BAD_INPUT,
                            "'%.64s' is not an instant; expected RFC 3339 such as "
                            "2026-03-02T00:00:00Z",
                            text);
    *out = days * DAY_S + seconds - offset;
    return FG_OK;
}

fg_status fg_calendar_parse_day(const char *text, fg_day *out, struct fg_error *error)
{
    const char *at = text;
    int64_t days;
    if (!read_date(&at, true, &days) || *at != '\0')
        return fg_error_set(error, FG_BAD_INPUT,
                            "'%.64s' is not a date; expected one such as 2026-09-01", text);
    *out = (fg_day)days;
    return FG_OK;
}

fg_status fg_calendar_parse_duration(const char *text, uint32_t *out_s, struct fg_error *error)
{
    static const struct {
        char letter;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', MINUTE_S}, {'h', HOUR_S}, {'d', DAY_S}, {'w', 7 * DAY_S}};
    const uint64_t limit = UINT32_MAX - 1;
    uint64_t total = 0;
    const char *at = text;
    bool good = *at != '\0';
    while (good && *at != '\0') {
        uint64_t value = 0;
        const char *first = at;
        for (; *at >= '0' && *at <= '9' && value <= limit; at++)
            value = value * 10 + (uint64_t)(*at - '0');
        good = at > first && value <= limit;
        if (!good)
            break;
        uint32_t unit = 0;
        if (*at == '\0' && first == text) { /* a bare number is seconds */
            unit = 1;
        } else {
            for (size_t i = 0; i < sizeof units / sizeof *units; i++)
                if (units[i].letter == *at)
                    unit = units[i].seconds;
            at += unit != 0;
        }
        total += value * unit;
        good = unit != 0 && total <= limit;
    }
    if (!good)
        return fg_error_set(error, FG_BAD_INPUT,
                            "'%.64s' is not a duration; expected whole seconds or such as 90s, "
                            "10m, 1h30m, 30d, 2w, at most 49710d",
                            text);
    *out_s = (uint32_t)total;
    return FG_OK;
}

fg_day fg_calendar_day_of(fg_unix_s instant)
{
    fg_unix_s day = instant / DAY_S;
    return (fg_day)(instant % DAY_S < 0 ? day - 1 : day);
}

fg_unix_s fg_calendar_start_of_day(fg_day day)
{
    return (fg_unix_s)day * DAY_S;
}

const char *fg_calendar_print_day(fg_day day, char buffer[16])
{
    int64_t year;
    int month, day_of_month;
    date_from_days(day, &year, &month, &day_of_month);
    char text[64];
    snprintf(text, sizeof text, "%04" PRId64 "-%02d-%02d", year, month, day_of_month);
    snprintf(buffer, 16, "%.15s", text);
    return buffer;
}

const char *fg_calendar_print_instant(fg_unix_s instant, char buffer[32])
{
    char day[16];
    fg_day number = fg_calendar_day_of(instant);
    int second = (int)(instant - fg_calendar_start_of_day(number));
    snprintf(buffer, 32, "%sT%02d:%02d:%02dZ", fg_calendar_print_day(number, day), second / HOUR_S,
             second / MINUTE_S % 60, second % 60);
    return buffer;
}

const char *fg_calendar_print_duration(uint64_t seconds, char buffer[32])
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'d', DAY_S}, {'h', HOUR_S}, {'m', MINUTE_S}, {'s', 1}};
    int length = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t count = seconds / units[i].seconds;
        seconds %= units[i].seconds;
        if (count > 0 && length < 28)
            length += snprintf(buffer + length, (size_t)(32 - length), "%s%" PRIu64 "%c",
                               length > 0 ? " " : "", count, units[i].letter);
    }
    if (length == 0)
        snprintf(buffer, 32, "0s");
    return buffer;
}

uint32_t fg_calendar_month_seconds(fg_unix_s instant)
{
    int64_t year;
    int month, day;
    date_from_days(fg_calendar_day_of(instant), &year, &month, &day);
    return (uint32_t)days_in_month(year, month) * DAY_S;
}
