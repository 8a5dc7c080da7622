#include "sim/commands/json_out.h"

#include <inttypes.h>
#include <string.h>

#include "reports/utf8.h"

void fg_json_text(FILE *out, const char *text)
{
    char bytes[4] = {0};
    uint32_t code;
    fputc('"', out);
    while ((code = fg_utf8_next(&text)) != 0) {
        if (code == '"' || code == '\\')
            fprintf(out, "\\%c", (char)code);
        else if (code < 0x20 || code == 0x7f)
            fprintf(out, "\\u%04" PRIx32, code);
        else
            fprintf(out, "%.*s", (int)fg_utf8_put(code, bytes), bytes);
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
