#include "sim/replay/usage_records.h"

#include <stdlib.h>
#include <string.h>

#include "models/commitment.h"
#include "models/other_usage.h"
#include "sim/replay/clock.h"
#include "sim/replay/usage_lines.h"

/* What is being recorded. */
struct recording {
    const struct fg_scenario *scenario;
    struct fg_result *result;
    struct fg_usage_lines lines;
    bool has_reservations;
    struct fg_commitment_left *left; /* by commitment */
    uint32_t next_other;             /* row of the other usage */
    uint32_t line_capacity;
    uint32_t sum_capacity;
    struct fg_recorded_hours *sums; /* of the hour, by line */
    uint32_t last_capacity;
    uint32_t *last_row; /* by line; UINT32_MAX = none yet */
};

/* ---- lines ---- */

static const char *copy(struct fg_result *result, const char *text)
{
    return text == NULL ? NULL : fg_arena_string(&result->arena, text);
}

static uint32_t add_line(struct recording *recording, const struct fg_usage_line *line,
                         bool is_other)
{
    struct fg_usage_records *records = &recording->result->usage;
    uint32_t number = records->line_count++;
    records->lines = fg_grow(records->lines, &recording->line_capacity, records->line_count,
                             sizeof *records->lines);
    recording->sums = fg_grow(recording->sums, &recording->sum_capacity, records->line_count,
                              sizeof *recording->sums);
    recording->last_row = fg_grow(recording->last_row, &recording->last_capacity,
                                  records->line_count, sizeof *recording->last_row);
    recording->sums[number] = (struct fg_recorded_hours){.line = number};
    recording->last_row[number] = UINT32_MAX;
    records->lines[number] = (struct fg_recorded_line){
        .is_other = is_other,
        .line = {.service = line->service,
                 .item = copy(recording->result, line->item),
                 .family = copy(recording->result, line->family),
                 .region = copy(recording->result, line->region),
                 .list_unit_nano = line->list_unit_nano},
    };
    return number;
}

static uint32_t line_of_other(struct recording *recording, const struct fg_usage_line *line)
{
    const struct fg_usage_records *records = &recording->result->usage;
    for (uint32_t i = recording->lines.count; i < records->line_count; i++) {
        const struct fg_usage_line *known = &records->lines[i].line;
        if (known->list_unit_nano == line->list_unit_nano && strcmp(known->item, line->item) == 0 &&
            strcmp(known->region, line->region) == 0)
            return i;
    }
    return add_line(recording, line, true);
}

/* ---- an hour ---- */

/* Zonal and regional reservations take theirs; plans do not. */
static void reserve(struct recording *recording, struct fg_usage_line *lines, uint32_t count)
{
    const struct fg_scenario *scenario = recording->scenario;
    struct fg_covers covers = {0};
    if (recording->has_reservations && count > 0)
        fg_commitments_cover(scenario->commitments, scenario->commitment_count, recording->left,
                             lines, count, &covers);
    fg_covers_release(&covers);
}

static void open_reservations(struct recording *recording, int32_t hour)
{
    const struct fg_scenario *scenario = recording->scenario;
    if (!recording->has_reservations)
        return;
    fg_commitments_open(scenario->commitments, scenario->commitment_count,
                        (fg_unix_s)hour * FG_HOUR_S, recording->left);
    for (uint32_t i = 0; i < scenario->commitment_count; i++)
        if (fg_commitment_is_plan(scenario->commitments[i].kind))
            recording->left[i].is_in_force = false;
}

static void add_to_sum(struct recording *recording, uint32_t number,
                       const struct fg_usage_line *line)
{
    struct fg_recorded_hours *sum = &recording->sums[number];
    sum->quantity += (int64_t)line->quantity;
    sum->list_nano += line->list_nano;
    sum->contract_nano += line->contract_nano;
}

static void add_others(struct recording *recording, int32_t hour)
{
    const struct fg_other_usage *other = recording->scenario->other_usage;
    uint32_t *next = &recording->next_other, count = 0;
    if (other == NULL)
        return;
    while (*next < other->count && other->rows[*next].hour < hour)
        ++*next;
    while (*next + count < other->count && other->rows[*next + count].hour == hour)
        count++;
    struct fg_usage_line *lines = fg_allocate((size_t)count + 1, sizeof *lines);
    struct fg_zone_usage *zones = fg_allocate((size_t)count + 1, sizeof *zones);
    for (uint32_t i = 0; i < count; i++)
        lines[i] = fg_other_usage_line(&other->rows[*next + i], &zones[i]);
    reserve(recording, lines, count);
    for (uint32_t i = 0; i < count; i++)
        add_to_sum(recording, line_of_other(recording, &lines[i]), &lines[i]);
    free(zones);
    free(lines);
}

/* Appends the line's sum, or lengthens the row before; one of nothing is left out. */
static void put_row(struct recording *recording, struct fg_recorded_hours *sum, int32_t hour)
{
    struct fg_usage_records *records = &recording->result->usage;
    uint32_t *last = &recording->last_row[sum->line];
    struct fg_recorded_hours *before = *last == UINT32_MAX ? NULL : &records->rows[*last];
    if (sum->quantity == 0 && sum->list_nano == 0)
        return;
    if (before != NULL && before->first_hour + (int64_t)before->hour_count == hour &&
        before->quantity == sum->quantity && before->list_nano == sum->list_nano &&
        before->contract_nano == sum->contract_nano) {
        before->hour_count++;
        return;
    }
    *last = records->row_count++;
    records->rows =
        fg_grow(records->rows, &records->row_capacity, records->row_count, sizeof *records->rows);
    sum->first_hour = hour;
    sum->hour_count = 1;
    records->rows[*last] = *sum;
}

static void record_hour(struct recording *recording, int32_t hour)
{
    struct fg_usage_lines *lines = &recording->lines;
    fg_usage_lines_sum(lines, hour);
    for (uint32_t i = 0; i < recording->result->usage.line_count; i++)
        recording->sums[i] = (struct fg_recorded_hours){.line = i};
    open_reservations(recording, hour);
    add_others(recording, hour);
    reserve(recording, lines->items, lines->count);
    for (uint32_t i = 0; i < lines->count; i++)
        add_to_sum(recording, i, &lines->items[i]);
    for (uint32_t i = 0; i < recording->result->usage.line_count; i++)
        put_row(recording, &recording->sums[i], hour);
}

static int compare_rows(const void *a, const void *b)
{
    const struct fg_recorded_hours *left = a, *right = b;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->first_hour < right->first_hour ? -1 : left->first_hour > right->first_hour;
}

static bool has_reservations(const struct fg_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->commitment_count; i++)
        if (!fg_commitment_is_plan(scenario->commitments[i].kind))
            return true;
    return false;
}

void fg_usage_records_make(const struct fg_scenario *scenario, const struct fg_catalog *catalog,
                           const struct fg_zone_hours *zone_hours, uint32_t cut_s,
                           struct fg_result *result)
{
    fg_unix_s end = scenario->start + cut_s;
    struct recording recording = {
        .scenario = scenario,
        .result = result,
        .has_reservations = has_reservations(scenario),
        .left = fg_allocate((size_t)scenario->commitment_count + 1, sizeof *recording.left),
    };
    struct fg_usage_records *records = &result->usage;
    fg_usage_lines_open(&recording.lines, &result->ledger, scenario->region, catalog, zone_hours);
    for (uint32_t i = 0; i < recording.lines.count; i++)
        add_line(&recording, &recording.lines.items[i], false);
    for (fg_unix_s hour = scenario->start / FG_HOUR_S; hour * FG_HOUR_S < end; hour++)
        record_hour(&recording, (int32_t)hour);
    if (records->row_count > 0)
        qsort(records->rows, records->row_count, sizeof *records->rows, compare_rows);
    fg_usage_lines_release(&recording.lines);
    free(recording.left);
    free(recording.sums);
    free(recording.last_row);
}
