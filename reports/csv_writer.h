/* csv_writer.h - cells of a CSV file (RFC 4180), one after the other.
 *
 * A text that a spreadsheet would take for a formula is defused with a ' in front. Faults of
 * writing stay in the file's error flag.
 */
#ifndef FARGAUGE_REPORTS_CSV_WRITER_H
#define FARGAUGE_REPORTS_CSV_WRITER_H

#include <stdbool.h>
#include <stdio.h>

/* {.out = file} is at the start of a line. */
struct fg_csv_writer {
    FILE *out;
    bool started; /* a cell stands before on this line */
};

void fg_csv_put_text(struct fg_csv_writer *csv, const char *text);
/* A plain decimal of at most nine places; empty where the denominator is 0. */
void fg_csv_put_ratio(struct fg_csv_writer *csv, __int128 numerator, __int128 denominator);
void fg_csv_put_nothing(struct fg_csv_writer *csv);
void fg_csv_end_line(struct fg_csv_writer *csv);

#endif
