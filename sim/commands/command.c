#include "sim/commands/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "reports/utf8.h"

enum {
    OPTIONS_MAX =
        sizeof((struct fg_arguments *)0)->values / sizeof *((struct fg_arguments *)0)->values
};

static const struct fg_command *const commands[] = {
    &fg_command_run,           &fg_command_report,         &fg_command_explain,
    &fg_command_check,         &fg_command_size,           &fg_command_match,
    &fg_command_node,          &fg_command_decide,         &fg_command_import,
    &fg_command_generate,      &fg_command_breakeven,      &fg_command_catalog,
    &fg_command_catalog_types, &fg_command_catalog_prices, &fg_command_catalog_update,
    &fg_command_compare,       &fg_command_commitments,
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

/* ---- what a command asks ---- */

const char *fg_argument(const struct fg_arguments *arguments, const char *name)
{
    for (uint32_t i = 0; arguments->command->options[i].name != NULL; i++)
        if (strcmp(arguments->command->options[i].name, name) == 0)
            return arguments->values[i];
    fg_assert_failed("the option is in the command's table", __FILE__, __LINE__);
}

const char *fg_argument_next(const struct fg_arguments *arguments, const char *name,
                             uint32_t *cursor)
{
    while (*cursor < arguments->given_count) {
        const struct fg_given_option *given = &arguments->given[(*cursor)++];
        if (strcmp(arguments->command->options[given->number].name, name) == 0)
            return given->value;
    }
    return NULL;
}

bool fg_argument_is_on(const struct fg_arguments *arguments, const char *name)
{
    return fg_argument(arguments, name) != NULL;
}

fg_status fg_argument_json(const struct fg_arguments *arguments, bool *out, struct fg_error *error)
{
    const char *format = fg_argument(arguments, "format");
    *out = format != NULL && strcmp(format, "json") == 0;
    if (format != NULL && !*out && strcmp(format, "text") != 0)
        return fg_error_set(error, FG_BAD_INPUT, "--format is '%s'; expected text or json", format);
    return FG_OK;
}

fg_status fg_argument_count(const struct fg_arguments *arguments, const char *name, long most,
                            long *inout, struct fg_error *error)
{
    const char *text = fg_argument(arguments, name);
    char *end;
    if (text == NULL)
        return FG_OK;
    long value = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > most)
        return fg_error_set(error, FG_BAD_INPUT, "--%s is '%s'; expected a number from 1 to %ld",
                            name, text, most);
    *inout = value;
    return FG_OK;
}

fg_status fg_argument_catalog(const struct fg_arguments *arguments, struct fg_catalog *out,
                              struct fg_error *error)
{
    return fg_catalog_read(fg_argument(arguments, "catalog"), out, error);
}

void fg_command_print_fault(const struct fg_error *fault)
{
    char text[1400];
    struct fg_arena arena = {0};
    fg_error_text(fault, text, sizeof text);
    fprintf(stderr, "fargauge: %s\n", fg_utf8_clean(&arena, text));
    fg_arena_release(&arena);
}

/* ---- help ---- */

static void print_option(const struct fg_option *option)
{
    char left[96];
    snprintf(left, sizeof left, "%s%c%s--%s%s%s", option->letter != 0 ? "-" : "  ",
             option->letter != 0 ? option->letter : ' ', option->letter != 0 ? ", " : " ",
             option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    printf("  %-34s %s\n", left, option->help);
}

static void print_command_help(const struct fg_command *command)
{
    printf("fargauge %s %s%s[options]\n\n%s\n\n", command->name, command->operands,
           *command->operands != '\0' ? " " : "", command->summary);
    for (const struct fg_option *option = command->options; option->name != NULL; option++)
        print_option(option);
}

static void print_help(FILE *out)
{
    fprintf(
        out,
        "fargauge: what a Kubernetes workload costs on Amazon EKS, on EC2 nodes, on Fargate and "
        "on both\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  fargauge %-14s %-11s %s\n", commands[i]->name, commands[i]->operands,
                commands[i]->summary);
    fprintf(out, "\n  fargauge COMMAND --help   its options\n"
                 "  fargauge --version\n\n"
                 "Exit status: 0 done, 1 the run failed, 2 the command line or an input is wrong,\n"
                 "3 a scenario costs more a month than --fail-over allows.\n");
}

/* ---- the command line ---- */

/* A name may be two words, as "catalog types"; *out_words is how many of the arguments it is. */
static const struct fg_command *find_command(int argc, char **argv, int *out_words)
{
    char pair[64] = "";
    if (argc > 1)
        snprintf(pair, sizeof pair, "%s %s", argv[0], argv[1]);
    for (*out_words = 2; *out_words > 0; (*out_words)--)
        for (int i = 0; i < COMMAND_COUNT; i++)
            if (strcmp(commands[i]->name, *out_words == 2 ? pair : argv[0]) == 0)
                return commands[i];
    return NULL;
}

static fg_status unknown_command(const char *name, struct fg_error *error)
{
    const char *names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i]->name;
    const char *nearest = fg_nearest_name(name, names, COMMAND_COUNT);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT, "unknown command '%s'; did you mean '%s'?", name,
                            nearest);
    return fg_error_set(error, FG_BAD_INPUT,
                        "unknown command '%s'; expected one of those that 'fargauge --help' lists",
                        name);
}

static fg_status unknown_option(const struct fg_command *command, const char *argument,
                                struct fg_error *error)
{
    const char *names[OPTIONS_MAX];
    const char *name = argument + strspn(argument, "-");
    uint32_t count = 0;
    for (; command->options[count].name != NULL; count++)
        names[count] = command->options[count].name;
    const char *nearest = fg_nearest_name(name, names, count);
    if (nearest != NULL)
        return fg_error_set(error, FG_BAD_INPUT, "unknown option '%s'; did you mean '--%s'?",
                            argument, nearest);
    return fg_error_set(
        error, FG_BAD_INPUT,
        "unknown option '%s'; expected one of those that 'fargauge %s --help' lists", argument,
        command->name);
}

/* The number of the option that `argument` ("--name", "--name=value", "-o") names, or -1. */
static int find_option(const struct fg_command *command, const char *argument)
{
    for (int i = 0; command->options[i].name != NULL; i++) {
        const struct fg_option *option = &command->options[i];
        size_t length = strlen(option->name);
        if (argument[0] == '-' && argument[1] == option->letter && option->letter != 0)
            return i;
        if (strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, option->name, length) == 0 &&
            (argument[2 + length] == '\0' || argument[2 + length] == '='))
            return i;
    }
    return -1;
}

/* Takes argv[*at], an option, and its value, which may be the next argument. */
static fg_status take_option(const struct fg_command *command, int argc, char **argv, int *at,
                             struct fg_arguments *out, struct fg_error *error)
{
    const char *argument = argv[*at];
    int number = find_option(command, argument);
    if (number < 0)
        return unknown_option(command, argument, error);
    const struct fg_option *option = &command->options[number];
    const char *value = NULL;
    if (argument[1] == '-')
        value = strchr(argument, '=') != NULL ? strchr(argument, '=') + 1 : NULL;
    else if (argument[2] != '\0')
        value = argument + 2;
    if (option->value == NULL) {
        if (value != NULL)
            return fg_error_set(error, FG_BAD_INPUT, "--%s takes no value", option->name);
        value = "";
    } else if (value == NULL) {
        if (*at + 1 >= argc)
            return fg_error_set(error, FG_BAD_INPUT, "--%s needs a value: %s", option->name,
                                option->value);
        value = argv[++*at];
    }
    out->values[number] = value;
    out->given[out->given_count++] = (struct fg_given_option){number, value};
    return FG_OK;
}

static fg_status parse(const struct fg_command *command, int argc, char **argv,
                       const char **operands, struct fg_given_option *given,
                       struct fg_arguments *out, struct fg_error *error)
{
    bool only_operands = false;
    *out = (struct fg_arguments){.command = command, .operands = operands, .given = given};
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            fg_status status = take_option(command, argc, argv, &i, out, error);
            if (status != FG_OK)
                return status;
        } else {
            operands[out->operand_count++] = argv[i];
        }
    }
    if (out->operand_count < command->operand_min || out->operand_count > command->operand_max)
        return fg_error_set(
            error, FG_BAD_INPUT, "'fargauge %s' takes %s; see 'fargauge %s --help'", command->name,
            *command->operands != '\0' ? command->operands : "no operands", command->name);
    return FG_OK;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static fg_status run_command(int argc, char **argv, struct fg_error *error)
{
    int words;
    const struct fg_command *command = find_command(argc - 1, argv + 1, &words);
    if (command == NULL)
        return unknown_command(argv[1], error);
    argc -= 1 + words;
    argv += 1 + words;
    if (wants_help(argc, argv)) {
        print_command_help(command);
        return FG_OK;
    }
    const char **operands = fg_allocate((size_t)argc + 1, sizeof *operands);
    struct fg_given_option *given = fg_allocate((size_t)argc + 1, sizeof *given);
    struct fg_arguments arguments;
    fg_status status = parse(command, argc, argv, operands, given, &arguments, error);
    if (status == FG_OK)
        status = command->run(&arguments, error);
    free(operands);
    free(given);
    return status;
}

static fg_status run_first_argument(int argc, char **argv, struct fg_error *error)
{
    static const char *const help[] = {"--help", "-h", "help"};
    if (argc < 2) {
        print_help(stderr);
        return FG_BAD_INPUT;
    }
    for (size_t i = 0; i < sizeof help / sizeof *help; i++) {
        if (strcmp(argv[1], help[i]) == 0) {
            print_help(stdout);
            return FG_OK;
        }
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("fargauge %s\n", FG_VERSION);
        return FG_OK;
    }
    return run_command(argc, argv, error);
}

int fg_command_main(int argc, char **argv)
{
    struct fg_error error = {0};
    fg_status status = run_first_argument(argc, argv, &error);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && error.status == FG_OK)
        status = fg_error_set(&error, FG_FAILED, "standard output cannot be written: %s",
                              strerror(errno != 0 ? errno : EIO));
    if (error.status != FG_OK)
        fg_command_print_fault(&error);
    return (int)status;
}
