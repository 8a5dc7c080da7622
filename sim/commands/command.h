/* command.h - the command line: one row a command, one table of options each.
 *
 * A command gets its parsed arguments and returns the exit status: 0 done, 1 the machine failed,
 * 2 the command line or an input is wrong. Results go to standard output or files, everything
 * else to standard error. The option tables are the one source of --help, which the bash
 * completion reads.
 */
#ifndef FARGAUGE_SIM_COMMANDS_COMMAND_H
#define FARGAUGE_SIM_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/status.h"
#include "models/catalog.h"

#define FG_VERSION "0.1.0"

/* An option: its name without dashes, what its value is called, and its help. */
struct fg_option {
    const char *name;
    char letter;       /* 'o' for -o; 0 = none */
    const char *value; /* "FILE", "N", "text|csv|html|json"; NULL = a switch */
    const char *help;
};

/* An option as it was given: its number in the command's table. */
struct fg_given_option {
    int number;
    const char *value;
};

/* The parsed command line: options in table order, values NULL where not given. */
struct fg_arguments {
    const struct fg_command *command;
    const char *values[24]; /* by the option's index, the last given; "" for a switch that is on */
    uint32_t given_count;
    struct fg_given_option *given; /* all of them, in order */
    uint32_t operand_count;
    const char *const *operands;
};

struct fg_command {
    const char *name;
    const char *operands; /* "STUDY", "DB", "INPUT..." */
    uint32_t operand_min, operand_max;
    const char *summary;             /* one line */
    const struct fg_option *options; /* ends with a row whose name is NULL */
    fg_status (*run)(const struct fg_arguments *arguments, struct fg_error *error);
};

/* The value of an option by name, or NULL. Asking for a name not in the table is our bug. */
const char *fg_argument(const struct fg_arguments *arguments, const char *name);
bool fg_argument_is_on(const struct fg_arguments *arguments, const char *name);
/* For options that may be given several times: the next value from *cursor (0 at first) on, or
 * NULL. */
const char *fg_argument_next(const struct fg_arguments *arguments, const char *name,
                             uint32_t *cursor);
/* --format: true for json, false for text; anything else is refused. */
fg_status fg_argument_json(const struct fg_arguments *arguments, bool *out, struct fg_error *error);
/* A whole number from 1 to `most`; *inout stays where the option is not given. */
fg_status fg_argument_count(const struct fg_arguments *arguments, const char *name, long most,
                            long *inout, struct fg_error *error);
/* --catalog DIR or the compiled-in tables. */
fg_status fg_argument_catalog(const struct fg_arguments *arguments, struct fg_catalog *out,
                              struct fg_error *error);

/* One line on standard error, whatever the fault quotes. */
void fg_command_print_fault(const struct fg_error *fault);

extern const struct fg_command fg_command_run, fg_command_report, fg_command_explain,
    fg_command_check, fg_command_size, fg_command_match, fg_command_node, fg_command_decide,
    fg_command_import, fg_command_generate, fg_command_breakeven, fg_command_catalog,
    fg_command_catalog_types, fg_command_catalog_prices, fg_command_catalog_update,
    fg_command_compare, fg_command_commitments;

/* What run returns, beside fg_status, when --fail-over was passed: exit status 3. */
#define FG_TOO_EXPENSIVE ((fg_status)3)

/* Reads argv, runs the command, prints the error if there is one; returns the exit status. */
int fg_command_main(int argc, char **argv);

#endif
