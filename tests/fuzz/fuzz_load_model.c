/* Load models: whatever the bytes, loads that are whole, or one fault that says what is wrong. */
#include "data/load_model.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7 loses a buffer of its own after some syntax errors. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fg_arena arena = {0};
    struct fg_load_model model;
    struct fg_error error = {0};
    fg_status status =
        fg_load_model_parse("model.yaml", (const char *)data, size, &arena, &model, &error);
    FG_ASSERT(status == error.status);
    FG_ASSERT(status == FG_OK || *error.message != '\0');
    for (uint32_t i = 0; status == FG_OK && i < model.load_count; i++)
        FG_ASSERT(*model.loads[i].name != '\0');
    fg_arena_release(&arena);
    return 0;
}
