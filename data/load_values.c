#include "data/load_values.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "models/money.h"

enum { DAY_S = 86400, NANO = 1000000000 };

const struct fg_value *fg_load_place_of(const struct fg_value *map, const char *key)
{
    const struct fg_value *value = fg_value_find(map, key);
    return value != NULL ? value : map;
}

bool fg_load_is_named(const struct fg_value *map, const char *key)
{
    const struct fg_value *value = fg_value_find(map, key);
    return value != NULL && value->kind != FG_VALUE_NULL;
}

void fg_load_require(struct fg_decoder *decoder, const struct fg_value *map, const char *key,
                     const char *what)
{
    if (!fg_load_is_named(map, key))
        fg_decode_fault(decoder, map, "%s has no %s; expected one", what, key);
}

/* ---- single values ---- */

void fg_load_read_fraction(struct fg_decoder *decoder, const struct fg_value *value,
                           const char *key, int64_t most_nano, int64_t *out)
{
    char found[96], text[32] = "";
    struct fg_error ignored = {0};
    int64_t nano = -1;
    size_t length = value->kind == FG_VALUE_TEXT ? strlen(value->text) : 0;
    bool percent = length > 1 && value->text[length - 1] == '%';
    if (length > 0 && length < sizeof text)
        snprintf(text, sizeof text, "%.*s", (int)(length - percent), value->text);
    if (fg_money_parse_usd(text, &nano, &ignored) != FG_OK)
        nano = -1;
    nano = percent && nano > 0 ? nano / 100 : nano;
    if (nano < 0 || nano > most_nano)
        fg_decode_fault(decoder, value,
                        "%s is %s; expected a fraction such as 0.6 or 60%%, 0 to %d", key,
                        fg_value_describe(value, found), (int)(most_nano / NANO));
    else
        *out = nano;
}

/* "14:00" -> seconds of the day, at most 24:00. */
static bool parse_clock(const char *text, uint32_t *out)
{
    if (strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789") != 2 ||
        strspn(text + 3, "0123456789") != 2)
        return false;
    uint32_t hour = (uint32_t)(text[0] - '0') * 10 + (uint32_t)(text[1] - '0');
    uint32_t minute = (uint32_t)(text[3] - '0') * 10 + (uint32_t)(text[4] - '0');
    *out = hour * 3600 + minute * 60;
    return minute < 60 && *out <= DAY_S;
}

void fg_load_read_clock(struct fg_decoder *decoder, const struct fg_value *value, const char *key,
                        uint32_t *out)
{
    char found[96];
    uint32_t seconds;
    if (value->kind == FG_VALUE_TEXT && parse_clock(value->text, &seconds))
        *out = seconds;
    else
        fg_decode_fault(decoder, value, "%s is %s; expected a time of day such as 14:00", key,
                        fg_value_describe(value, found));
}
void fg_load_read_offset(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    enum { OFFSET_MAX_S = 14 * 3600 };
    char found[96];
    uint32_t seconds = 0;
    const char *text = value->kind == FG_VALUE_TEXT ? value->text : "";
    bool signed_text = text[0] == '+' || text[0] == '-';
    if (signed_text && parse_clock(text + 1, &seconds) && seconds <= OFFSET_MAX_S)
        *(int32_t *)out = text[0] == '-' ? -(int32_t)seconds : (int32_t)seconds;
    else
        fg_decode_fault(decoder, value,
                        "utcOffset is %s; expected hours and minutes such as +01:00 or -05:30",
                        fg_value_describe(value, found));
}

/* ---- distributions ---- */

struct parameters {
    uint32_t scale_s, high_s;
    int64_t shape_nano;
};

#define SCALE(key)                                                                                 \
    {                                                                                              \
        key, FG_FIELD_SECONDS, offsetof(struct parameters, scale_s), NULL                          \
    }
#define SHAPE(key)                                                                                 \
    {                                                                                              \
        key, FG_FIELD_NANO, offsetof(struct parameters, shape_nano), NULL                          \
    }
static const struct fg_field uniform_fields[] = {
    SCALE("low"),
    {"high", FG_FIELD_SECONDS, offsetof(struct parameters, high_s), NULL},
    {0},
};
static const struct fg_field exponential_fields[] = {SCALE("mean"), {0}};
static const struct fg_field lognormal_fields[] = {SCALE("median"), SHAPE("sigma"), {0}};
static const struct fg_field pareto_fields[] = {SCALE("least"), SHAPE("shape"), {0}};
static const struct fg_field weibull_fields[] = {SCALE("scale"), SHAPE("shape"), {0}};

static void set_kind(struct fg_decoder *decoder, const struct fg_value *value,
                     struct fg_distribution *out, enum fg_distribution_kind kind)
{
    if (out->kind != FG_DISTRIBUTION_NONE)
        fg_decode_fault(decoder, value, "a second distribution; expected only one");
    out->kind = kind;
}

/* Every parameter must be named and above 0. */
static void read_parameters(struct fg_decoder *decoder, const struct fg_value *value,
                            const char *what, const struct fg_field *fields,
                            enum fg_distribution_kind kind, struct fg_distribution *out)
{
    struct parameters parameters = {0};
    set_kind(decoder, value, out, kind);
    fg_decode_map(decoder, value, what, fields, &parameters);
    for (const struct fg_field *field = fields; field->key != NULL && fg_decode_is_good(decoder);
         field++) {
        const char *at = (const char *)&parameters + field->offset;
        bool zero = field->kind == FG_FIELD_NANO ? *(const int64_t *)(const void *)at == 0
                                                 : *(const uint32_t *)(const void *)at == 0;
        fg_load_require(decoder, value, field->key, what);
        if (fg_load_is_named(value, field->key) && zero)
            fg_decode_fault(decoder, fg_load_place_of(value, field->key),
                            "%s of %s is 0; expected more than 0", field->key, what);
    }
    if (kind == FG_DISTRIBUTION_UNIFORM && parameters.high_s < parameters.scale_s)
        fg_decode_fault(decoder, fg_load_place_of(value, "high"),
                        "high is %u s, below low, which is %u s; expected low to high",
                        parameters.high_s, parameters.scale_s);
    out->scale_s = parameters.scale_s;
    out->high_s = parameters.high_s;
    out->shape_nano = parameters.shape_nano;
}

static void read_fixed(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_distribution *distribution = out;
    set_kind(decoder, value, distribution, FG_DISTRIBUTION_FIXED);
    if (fg_decode_seconds(decoder, value, "fixed", &distribution->scale_s) &&
        distribution->scale_s == 0)
        fg_decode_fault(decoder, value, "a duration is '%s'; expected at least 1s", value->text);
}

static void read_uniform(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_parameters(decoder, value, "uniform", uniform_fields, FG_DISTRIBUTION_UNIFORM, out);
}
static void read_exponential(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_parameters(decoder, value, "exponential", exponential_fields, FG_DISTRIBUTION_EXPONENTIAL,
                    out);
}
static void read_lognormal(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_parameters(decoder, value, "lognormal", lognormal_fields, FG_DISTRIBUTION_LOGNORMAL, out);
}
static void read_pareto(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_parameters(decoder, value, "pareto", pareto_fields, FG_DISTRIBUTION_PARETO, out);
}
static void read_weibull(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    read_parameters(decoder, value, "weibull", weibull_fields, FG_DISTRIBUTION_WEIBULL, out);
}

static const struct fg_field distribution_fields[] = {
    {"fixed", FG_FIELD_FUNCTION, 0, read_fixed},
    {"uniform", FG_FIELD_FUNCTION, 0, read_uniform},
    {"exponential", FG_FIELD_FUNCTION, 0, read_exponential},
    {"lognormal", FG_FIELD_FUNCTION, 0, read_lognormal},
    {"pareto", FG_FIELD_FUNCTION, 0, read_pareto},
    {"weibull", FG_FIELD_FUNCTION, 0, read_weibull},
    {"atLeast", FG_FIELD_SECONDS, offsetof(struct fg_distribution, at_least_s), NULL},
    {"atMost", FG_FIELD_SECONDS, offsetof(struct fg_distribution, at_most_s), NULL},
    {0},
};

void fg_load_read_distribution(struct fg_decoder *decoder, const struct fg_value *value, void *out)
{
    struct fg_distribution distribution = {.at_least_s = 1, .at_most_s = 30 * DAY_S};
    if (value->kind == FG_VALUE_TEXT) {
        read_fixed(decoder, value, &distribution);
    } else {
        fg_decode_map(decoder, value, "a distribution", distribution_fields, &distribution);
        if (distribution.kind == FG_DISTRIBUTION_NONE && fg_decode_is_good(decoder))
            fg_decode_fault(decoder, value,
                            "the distribution is not named; expected fixed, uniform, exponential, "
                            "lognormal, pareto or weibull");
    }
    if (distribution.at_least_s == 0)
        fg_decode_fault(decoder, fg_load_place_of(value, "atLeast"),
                        "atLeast is 0; expected at least 1s");
    if (distribution.at_most_s < distribution.at_least_s)
        fg_decode_fault(decoder, fg_load_place_of(value, "atMost"),
                        "atMost is %u s, below atLeast, which is %u s; expected more",
                        distribution.at_most_s, distribution.at_least_s);
    if (distribution.kind == FG_DISTRIBUTION_FIXED && !fg_load_is_named(value, "atMost") &&
        distribution.scale_s > distribution.at_most_s)
        distribution.at_most_s = distribution.scale_s;
    *(struct fg_distribution *)out = distribution;
}
