#include "reports/csv_writer.h"

#include <string.h>

#include "reports/figures.h"

static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void fg_csv_put_nothing(struct fg_csv_writer *csv)
{
    if (csv->started)
        fputc(',', csv->out);
    csv->started = true;
}

void fg_csv_put_text(struct fg_csv_writer *csv, const char *text)
{
    const char *before = is_formula(text) ? "'" : "";
    fg_csv_put_nothing(csv);
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fprintf(csv->out, "%s%s", before, text);
        return;
    }
    fprintf(csv->out, "\"%s", before);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', csv->out);
        fputc(*text, csv->out);
    }
    fputc('"', csv->out);
}

void fg_csv_put_ratio(struct fg_csv_writer *csv, __int128 numerator, __int128 denominator)
{
    char text[FG_DECIMAL_BYTES];
    fg_csv_put_nothing(csv);
    if (denominator != 0)
        fputs(fg_figure_decimal(denominator < 0 ? -numerator : numerator,
                                denominator < 0 ? -denominator : denominator, text),
              csv->out);
}

void fg_csv_end_line(struct fg_csv_writer *csv)
{
    fputc('\n', csv->out);
    csv->started = false;
}
