#include "reports/focus_cells.h"

#include <stdbool.h>
#include <string.h>

#include "reports/utf8.h"

/* ---- texts ---- */

/* A bad byte reads as U+FFFD too, but of one byte. */
static bool is_utf8(const char *text)
{
    uint32_t code;
    for (const char *at = text; (code = fg_utf8_next(&at)) != 0; text = at)
        if (code == FG_UTF8_REPLACEMENT && at == text + 1)
            return false;
    return true;
}

static const char *repair(const char *text, struct fg_arena *arena)
{
    char *out = fg_arena_allocate(arena, strlen(text) * 3 + 1, 1);
    size_t length = 0;
    uint32_t code;
    while ((code = fg_utf8_next(&text)) != 0)
        length += fg_utf8_put(code, &out[length]);
    return out;
}

static const char *quote(const char *text, struct fg_arena *arena)
{
    char *out = fg_arena_allocate(arena, strlen(text) * 2 + 3, 1);
    size_t length = 0;
    out[length++] = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            out[length++] = '"';
        out[length++] = *text;
    }
    out[length] = '"';
    return out;
}

struct fg_focus_cell fg_focus_text(const struct fg_focus_form *form, const char *text,
                                   struct fg_arena *arena)
{
    if (text == NULL || *text == '\0')
        return (struct fg_focus_cell){0};
    if (!is_utf8(text))
        text = repair(text, arena);
    if (strpbrk(text, ",\"\r\n") != NULL || strcmp(text, form->null_word) == 0)
        text = quote(text, arena);
    return (struct fg_focus_cell){text, strlen(text)};
}

/* ---- numbers ---- */

/* whole.fraction, the fraction in units of 10^-places. */
static struct fg_focus_cell put_decimal(bool negative, uint64_t whole, uint64_t fraction,
                                        int places, char *buffer)
{
    char *end = buffer + FG_FOCUS_NUMBER_BYTES, *start = end;
    for (; places > 0 && fraction % 10 == 0; places--)
        fraction /= 10;
    if (places > 0) {
        for (; places > 0; places--) {
            *--start = (char)('0' + fraction % 10);
            fraction /= 10;
        }
        *--start = '.';
    }
    do {
        *--start = (char)('0' + whole % 10);
        whole /= 10;
    } while (whole > 0);
    if (negative)
        *--start = '-';
    return (struct fg_focus_cell){start, (size_t)(end - start)};
}

struct fg_focus_cell fg_focus_usd(fg_nanodollars amount, char buffer[FG_FOCUS_NUMBER_BYTES])
{
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    return put_decimal(amount < 0, size / FG_NANO_PER_DOLLAR, size % FG_NANO_PER_DOLLAR, 9, buffer);
}

struct fg_focus_cell fg_focus_ratio(__int128 numerator, __int128 denominator,
                                    char buffer[FG_FOCUS_NUMBER_BYTES])
{
    enum { PLACES = 15 };
    static const int64_t unit = 1000000000000000;
    __int128 scaled = fg_money_divide_half_even(numerator * unit, denominator);
    bool negative = scaled < 0;
    scaled = negative ? -scaled : scaled;
    return put_decimal(negative, (uint64_t)(scaled / unit), (uint64_t)(scaled % unit), PLACES,
                       buffer);
}

/* ---- lines ---- */

void fg_focus_write_header(const struct fg_focus_form *form, FILE *out)
{
    const char *before = "";
    for (int i = 0; i < FG_FOCUS_COLUMN_COUNT; i++) {
        enum fg_focus_column column = (enum fg_focus_column)i;
        if (fg_focus_column_since(column) > (int)form->version)
            continue;
        fprintf(out, "%s%s", before, fg_focus_column_name(column));
        before = ",";
    }
    fputc('\n', out);
}

void fg_focus_write_row(const struct fg_focus_form *form, const struct fg_focus_row *row, FILE *out)
{
    size_t null_length = strlen(form->null_word);
    bool started = false;
    for (int i = 0; i < FG_FOCUS_COLUMN_COUNT; i++) {
        if (fg_focus_column_since((enum fg_focus_column)i) > (int)form->version)
            continue;
        if (started)
            putc_unlocked(',', out);
        started = true;
        const struct fg_focus_cell *cell = &row->cells[i];
        if (cell->text != NULL)
            fwrite_unlocked(cell->text, 1, cell->length, out);
        else if (null_length > 0)
            fwrite_unlocked(form->null_word, 1, null_length, out);
    }
    putc_unlocked('\n', out);
}
