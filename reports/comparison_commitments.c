#include "reports/comparison_commitments.h"

#include "reports/query.h"

static fg_nanodollars mean_of(sqlite3_stmt *query, int column, int64_t runs)
{
    return (fg_nanodollars)fg_money_divide_half_even(sqlite3_column_int64(query, column), runs);
}

/* Scenarios are still in the study's order here. */
fg_status fg_comparison_read_commitments(sqlite3 *database, struct fg_comparison *out,
                                         struct fg_error *error)
{
    sqlite3_stmt *query;
    fg_status status = fg_query_prepare(
        database,
        "SELECT s.position, count(DISTINCT r.id), sum(h.hourly_nano * h.hour_count),"
        " sum(h.used_nano * h.hour_count), sum(h.other_nano * h.hour_count)"
        " FROM run r JOIN scenario s ON s.id = r.scenario_id"
        "  JOIN commitment_hour h ON h.run_id = r.id"
        " WHERE r.done = 1 GROUP BY s.id",
        &query, error);
    while (status == FG_OK && fg_query_next(query)) {
        int64_t position = sqlite3_column_int64(query, 0), runs = sqlite3_column_int64(query, 1);
        if (position < out->scenario_count)
            out->scenarios[position].commitments = (struct fg_commitment_use){
                .paid_nano = mean_of(query, 2, runs),
                .used_nano = mean_of(query, 3, runs),
                .other_nano = mean_of(query, 4, runs),
            };
    }
    return fg_query_finish(query, status, error);
}
