/* focus_json.h - the two forms of JSON in a FOCUS export. */
#ifndef FARGAUGE_TESTS_FOCUS_JSON_H
#define FARGAUGE_TESTS_FOCUS_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* An object whose keys are unique and whose values are texts, numbers, true, false or null. */
bool fg_focus_json_is_pairs(const char *text);
/* {"Elements": [such objects]} */
bool fg_focus_json_has_elements(const char *text);
/* The next key of an object that is_pairs has accepted. */
bool fg_focus_json_next_key(const char **at, char *key, size_t key_bytes);

#endif
