/* status.h - how a function says that it failed, and why.
 *
 * Three kinds of fault are kept apart: our own bug (FG_ASSERT, the program stops), the
 * machine's fault (FG_FAILED, exit 1) and the user's slip (FG_BAD_INPUT, exit 2). A function
 * that can fail returns an fg_status and fills the caller's struct fg_error; the first error
 * wins, so calls can be chained. On success the error is left untouched. Nothing here prints.
 */
#ifndef FARGAUGE_MODELS_BASE_STATUS_H
#define FARGAUGE_MODELS_BASE_STATUS_H

#include <stdint.h>

typedef enum fg_status {
    FG_OK = 0,
    FG_FAILED = 1,    /* the machine: disk full, unreadable file, no memory */
    FG_BAD_INPUT = 2, /* the command line or an input file is wrong */
} fg_status;

/* Zero it before use. `file` is empty and `line` 0 where the fault has no place. */
struct fg_error {
    fg_status status;
    char file[256];
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, 0 = unknown */
    char message[1024];
};

/* Both return `status`, so that `return fg_error_set(...)` reads well. Messages are lower
 * case, have no full stop, quote the offending value and say what was expected. */
fg_status fg_error_set(struct fg_error *error, fg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
fg_status fg_error_at(struct fg_error *error, const char *file, uint32_t line, uint32_t column,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Names the file where none is named, if it is the input's fault. Returns the error's status. */
fg_status fg_error_name_file(struct fg_error *error, const char *file);

/* "file:line:column: message", with what is unknown left out. Returns `buffer`. */
const char *fg_error_text(const struct fg_error *error, char *buffer, uint32_t buffer_bytes);

/* A fault of the program itself; stays on in release builds. */
#define FG_ASSERT(condition)                                                                       \
    ((condition) ? (void)0 : fg_assert_failed(#condition, __FILE__, __LINE__))
_Noreturn void fg_assert_failed(const char *condition, const char *file, int line);

#endif
