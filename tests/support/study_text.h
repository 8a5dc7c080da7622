/* study_text.h - studies written in a test: one read at a time, kept until the test ends.
 *
 * Functions fail the test that calls them. Texts added by a test begin in line 4: above them stand
 * the study's name, region us-east-1 and a trace; below them one scenario, "a".
 */
#ifndef FARGAUGE_TESTS_STUDY_TEXT_H
#define FARGAUGE_TESTS_STUDY_TEXT_H

#include "data/study.h"

/* As cmocka's setup and teardown of a group, and teardown of each test. */
int fg_text_open_catalog(void **state);
int fg_text_close_catalog(void **state);
int fg_text_end(void **state);

/* What the last call read and found wrong. */
const struct fg_study *fg_text_study(void);
const struct fg_errors *fg_text_faults(void);

fg_status fg_text_parse(const char *yaml);
fg_status fg_text_read_file(const char *path, struct fg_error *error);
void fg_text_reads(const char *yaml);
/* One fault, in this line, which says all of this. */
void fg_text_faults_with(const char *yaml, uint32_t line, const char *message);
bool fg_text_has_fault(uint32_t line, const char *message);

/* The same with these lines from line 4. */
const struct fg_scenario *fg_text_scenario(const char *lines);
void fg_text_scenario_faults(const char *lines, uint32_t line, const char *message);

#endif
