#include "sim/commands/json_out.h"

#include <string.h>

void fg_json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20)
            fprintf(out, "\\u%04x", *at);
        else
            fputc(*at, out);
    }
    fputc('"', out);
}

static void print_without_zeros(FILE *out, char *text)
{
    size_t length = strlen(text);
    while (length > 1 && text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    fprintf(out, "%.*s", (int)length, text);
}

void fg_json_thousandths(FILE *out, int64_t thousandths)
{
    char text[48];
    fg_money_print(thousandths * 1000000, 9, text);
    print_without_zeros(out, text);
}

void fg_json_usd(FILE *out, fg_nanodollars amount)
{
    char text[48];
    fg_money_print(amount, 9, text);
    print_without_zeros(out, text);
}
