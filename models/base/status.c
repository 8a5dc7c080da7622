#include "models/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(struct fg_error *error, fg_status status, const char *file, uint32_t line,
                 uint32_t column, const char *format, va_list arguments)
{
    if (error == NULL || error->status != FG_OK)
        return;
    error->status = status;
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    error->line = line;
    error->column = column;
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

fg_status fg_error_set(struct fg_error *error, fg_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, NULL, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

fg_status fg_error_at(struct fg_error *error, const char *file, uint32_t line, uint32_t column,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, FG_BAD_INPUT, file, line, column, format, arguments);
    va_end(arguments);
    return FG_BAD_INPUT;
}

fg_status fg_error_name_file(struct fg_error *error, const char *file)
{
    if (error->status == FG_BAD_INPUT && *error->file == '\0')
        snprintf(error->file, sizeof error->file, "%s", file);
    return error->status;
}

const char *fg_error_text(const struct fg_error *error, char *buffer, uint32_t buffer_bytes)
{
    if (error->file[0] == '\0')
        snprintf(buffer, buffer_bytes, "%s", error->message);
    else if (error->line == 0)
        snprintf(buffer, buffer_bytes, "%s: %s", error->file, error->message);
    else if (error->column == 0)
        snprintf(buffer, buffer_bytes, "%s:%u: %s", error->file, error->line, error->message);
    else
        snprintf(buffer, buffer_bytes, "%s:%u:%u: %s", error->file, error->line, error->column,
                 error->message);
    return buffer;
}

void fg_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "fargauge: internal error: %s does not hold (%s:%d)\n", condition, file, line);
    abort();
}
