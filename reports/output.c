#include "reports/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static fg_status cannot_write(const char *path, int code, struct fg_error *error)
{
    return fg_error_set(error, FG_FAILED, "cannot write %s: %s",
                        path != NULL ? path : "to standard output", strerror(code));
}

/* A place where a new file may take the old one's: nothing, or a regular file. */
static bool may_replace(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 || S_ISREG(info.st_mode);
}

static fg_status open_beside(const char *path, struct fg_output *out, struct fg_error *error)
{
    char *resolved = realpath(path, NULL); /* a link stays one */
    out->path = fg_arena_string(&out->arena, resolved != NULL ? resolved : path);
    free(resolved);
    out->temporary = fg_arena_format(&out->arena, "%s.%ld.part", out->path, (long)getpid());
    int descriptor = open(out->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor >= 0)
        out->file = fdopen(descriptor, "w");
    return out->file != NULL ? FG_OK : cannot_write(path, errno, error);
}

static void release(struct fg_output *output)
{
    fg_arena_release(&output->arena);
    *output = (struct fg_output){0};
}

fg_status fg_output_open(const char *path, struct fg_output *out, struct fg_error *error)
{
    *out = (struct fg_output){0};
    fg_status status = FG_OK;
    if (path == NULL) {
        out->file = stdout;
    } else if (may_replace(path)) {
        status = open_beside(path, out, error);
    } else {
        out->path = fg_arena_string(&out->arena, path);
        out->file = fopen(path, "w");
        if (out->file == NULL)
            status = cannot_write(path, errno, error);
    }
    if (status != FG_OK)
        release(out);
    return status;
}

fg_status fg_output_close(struct fg_output *output, fg_status status, struct fg_error *error)
{
    errno = 0;
    bool failed = fflush(output->file) != 0 || ferror(output->file) != 0;
    int code = errno != 0 ? errno : EIO;
    if (output->file != stdout && fclose(output->file) != 0 && !failed) {
        failed = true;
        code = errno;
    }
    if (!failed && status == FG_OK && output->temporary != NULL &&
        rename(output->temporary, output->path) != 0) {
        failed = true;
        code = errno;
    }
    if (output->temporary != NULL && (failed || status != FG_OK))
        unlink(output->temporary);
    if (failed && status == FG_OK)
        status = cannot_write(output->path, code, error);
    release(output);
    return status;
}
