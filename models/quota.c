#include "models/quota.h"

#include <string.h>

static const char *const names[FG_QUOTA_FAMILY_COUNT] = {
    "standard", "dl", "f", "g", "highMemory", "hpc", "inf", "p", "trn", "x"};

const char *fg_quota_family_name(enum fg_quota_family family)
{
    return names[family];
}

bool fg_quota_family_parse(const char *text, enum fg_quota_family *out)
{
    for (int i = 0; i < FG_QUOTA_FAMILY_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum fg_quota_family)i;
            return true;
        }
    }
    return false;
}

/* The letters that a family's name begins with: "m" of m6i, "vt" of vt1, "u" of u-6tb1. */
static const struct letters {
    const char *text;
    enum fg_quota_family family;
} letters[] = {
    {"dl", FG_QUOTA_DL}, {"f", FG_QUOTA_F},           {"g", FG_QUOTA_G},     {"gr", FG_QUOTA_G},
    {"vt", FG_QUOTA_G},  {"u", FG_QUOTA_HIGH_MEMORY}, {"hpc", FG_QUOTA_HPC}, {"inf", FG_QUOTA_INF},
    {"p", FG_QUOTA_P},   {"trn", FG_QUOTA_TRN},       {"x", FG_QUOTA_X},
};

enum fg_quota_family fg_quota_family_of(const char *instance_type)
{
    size_t length = strspn(instance_type, "abcdefghijklmnopqrstuvwxyz");
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (strlen(letters[i].text) == length &&
            strncmp(letters[i].text, instance_type, length) == 0)
            return letters[i].family;
    return FG_QUOTA_STANDARD;
}
