/* Kubernetes quantities: whatever the bytes, a number or one message; what is printed reads back.
 */
#include "models/quantity.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_message(fg_status status, const struct fg_error *error)
{
    FG_ASSERT((status == FG_OK) == (error->status == FG_OK));
    FG_ASSERT((status == FG_OK) == (error->message[0] == '\0'));
}

static void read_cpu(const char *text, size_t length)
{
    struct fg_error error = {0};
    char printed[32];
    int64_t milli, again;
    fg_status status = fg_quantity_parse_cpu(text, length, &milli, &error);
    expect_message(status, &error);
    if (status != FG_OK)
        return;
    FG_ASSERT(milli >= 0);
    fg_quantity_print_cpu(milli, printed);
    FG_ASSERT(fg_quantity_parse_cpu(printed, strlen(printed), &again, &error) == FG_OK);
    FG_ASSERT(again == milli);
}

static void read_bytes(const char *text, size_t length)
{
    struct fg_error error = {0};
    char printed[32];
    int64_t bytes, again;
    fg_status status = fg_quantity_parse_bytes(text, length, &bytes, &error);
    expect_message(status, &error);
    if (status != FG_OK)
        return;
    FG_ASSERT(bytes >= 0);
    fg_quantity_print_bytes(bytes, printed);
    FG_ASSERT(fg_quantity_parse_bytes(printed, strlen(printed), &again, &error) == FG_OK);
    FG_ASSERT(again == bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct fg_error error = {0};
    fg_quantity quantity;
    int64_t count;
    expect_message(fg_quantity_parse(text, size, &quantity, &error), &error);
    error = (struct fg_error){0};
    expect_message(fg_quantity_parse_count(text, size, &count, &error), &error);
    read_cpu(text, size);
    read_bytes(text, size);
    return 0;
}
