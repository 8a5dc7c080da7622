#include "bench/measure.h"

#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/random.h"

void fg_bench_check(bool good, const char *what)
{
    if (good)
        return;
    printf("WRONG ANSWER: %s\n", what);
    exit(1);
}

void fg_bench_require(fg_status status, const struct fg_error *error)
{
    char text[1400];
    if (status == FG_OK)
        return;
    printf("FAILED: %s\n", fg_error_text(error, text, sizeof text));
    exit(1);
}

struct fg_bench_cost fg_bench_apart(void (*work)(void *context), void *context)
{
    struct rusage usage;
    int state;
    fflush(stdout);
    double start = omp_get_wtime();
    pid_t child = fork();
    fg_bench_check(child >= 0, "fork");
    if (child == 0) {
        work(context);
        fflush(stdout);
        _exit(0);
    }
    fg_bench_check(wait4(child, &state, 0, &usage) == child && state == 0, "a bench's own process");
    return (struct fg_bench_cost){omp_get_wtime() - start, (int64_t)usage.ru_maxrss * 1024};
}

void fg_bench_line(const char *name, const char *aim, const char *format, ...)
{
    char figures[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figures, sizeof figures, format, arguments);
    va_end(arguments);
    printf("%-46s  %-44s  aim: %s\n", name, figures, aim);
    fflush(stdout);
}

/* ---- files ---- */

static char folder[64];

static void remove_folder(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", folder);
}

const char *fg_bench_folder(void)
{
    if (*folder == '\0') {
        strcpy(folder, "/tmp/fargauge-bench-XXXXXX");
        fg_bench_check(mkdtemp(folder) != NULL, "a folder for the bench's files");
        atexit(remove_folder);
    }
    return folder;
}

static const char *path_of(const char *name)
{
    static char paths[8][128];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", fg_bench_folder(), name);
    return path;
}

const char *fg_bench_file(const char *name, const char *text)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "w");
    fg_bench_check(file != NULL, path);
    fputs(text, file);
    fg_bench_check(fclose(file) == 0, path);
    return path;
}

const char *fg_bench_trace(uint32_t pods, uint32_t seconds, const char *name)
{
    static const char *const memories[] = {"256Mi", "512Mi", "1Gi", "3Gi", "7Gi"};
    const char *path = path_of(name);
    FILE *file = fopen(path, "w");
    fg_bench_check(file != NULL, path);
    fputs("namespace,workload,kind,pod,labels,arrival_s,duration_s,cpu,memory\n", file);
    for (uint32_t i = 0; i < pods; i++) {
        uint64_t random = fg_random_u64(11, 0, FG_RANDOM_GENERATE, i);
        uint32_t workload = (uint32_t)(random % 40);
        uint32_t work_s = 60 + (uint32_t)((random >> 8) % 3000 * ((random >> 24) & 0xff) / 128);
        fprintf(file, "%s,work-%u,Job,work-%u-%u,app=work-%u;tier=%s,%u,%u,%um,%s\n",
                workload < 20 ? "jobs" : "shop", workload, workload, i, workload,
                workload % 2 == 0 ? "front" : "back", (uint32_t)((uint64_t)i * seconds / pods),
                work_s, 100 + workload % 8 * 200, memories[workload % 5]);
    }
    fg_bench_check(fclose(file) == 0, path);
    return path;
}
