#include "tests/support/focus_checker.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/calendar.h"
#include "tests/support/focus_json.h"

/* ---- what the specification says of columns ---- */

enum type { STRING, DECIMAL, DATE_TIME, PAIRS, ELEMENTS };
enum level { MANDATORY, OTHERS };
enum nulls { NOT_NULL, MAY_BE_NULL };

#define CATEGORIES                                                                                 \
    "AI and Machine Learning|Analytics|Business Applications|Compute|Databases|Developer Tools|"   \
    "Multicloud|Identity|Integration|Internet of Things|Management and Governance|Media|"          \
    "Migration|Mobile|Networking|Security|Storage|Web|Other"

/* The columns that AWS must have, and the allowed values, '|' between them. */
static const struct column {
    const char *name;
    enum type type;
    enum level level;
    enum nulls nulls;
    const char *allowed;
    int since;
} columns[] = {
    {"BilledCost", DECIMAL, MANDATORY, NOT_NULL, NULL, 2},
    {"EffectiveCost", DECIMAL, MANDATORY, NOT_NULL, NULL, 2},
    {"ListCost", DECIMAL, MANDATORY, NOT_NULL, NULL, 2},
    {"ContractedCost", DECIMAL, MANDATORY, NOT_NULL, NULL, 2},
    {"BillingAccountId", STRING, MANDATORY, NOT_NULL, NULL, 2},
    {"BillingAccountName", STRING, MANDATORY, MAY_BE_NULL, NULL, 2},
    {"BillingCurrency", STRING, MANDATORY, NOT_NULL, "USD|EUR|GBP|JPY|CNY", 2},
    {"BillingPeriodStart", DATE_TIME, MANDATORY, NOT_NULL, NULL, 2},
    {"BillingPeriodEnd", DATE_TIME, MANDATORY, NOT_NULL, NULL, 2},
    {"ChargePeriodStart", DATE_TIME, MANDATORY, NOT_NULL, NULL, 2},
    {"ChargePeriodEnd", DATE_TIME, MANDATORY, NOT_NULL, NULL, 2},
    {"ChargeCategory", STRING, MANDATORY, NOT_NULL, "Usage|Purchase|Tax|Credit|Adjustment", 2},
    {"ChargeClass", STRING, MANDATORY, MAY_BE_NULL, "Correction", 2},
    {"ChargeDescription", STRING, MANDATORY, MAY_BE_NULL, NULL, 2},
    {"InvoiceIssuerName", STRING, MANDATORY, NOT_NULL, NULL, 2},
    {"PricingQuantity", DECIMAL, MANDATORY, MAY_BE_NULL, NULL, 2},
    {"PricingUnit", STRING, MANDATORY, MAY_BE_NULL, NULL, 2},
    {"ProviderName", STRING, MANDATORY, NOT_NULL, NULL, 2},
    {"PublisherName", STRING, MANDATORY, NOT_NULL, NULL, 2},
    {"ServiceCategory", STRING, MANDATORY, NOT_NULL, CATEGORIES, 2},
    {"ServiceName", STRING, MANDATORY, NOT_NULL, NULL, 2},
    {"AvailabilityZone", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ChargeFrequency", STRING, OTHERS, NOT_NULL, "One-Time|Recurring|Usage-Based", 2},
    {"InvoiceId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ServiceSubcategory", STRING, OTHERS, NOT_NULL, NULL, 2},
    {"BillingAccountType", STRING, OTHERS, NOT_NULL, NULL, 2},
    {"CapacityReservationId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"CapacityReservationStatus", STRING, OTHERS, MAY_BE_NULL, "Used|Unused", 2},
    {"CommitmentDiscountCategory", STRING, OTHERS, MAY_BE_NULL, "Spend|Usage", 2},
    {"CommitmentDiscountId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"CommitmentDiscountName", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"CommitmentDiscountQuantity", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"CommitmentDiscountStatus", STRING, OTHERS, MAY_BE_NULL, "Used|Unused", 2},
    {"CommitmentDiscountType", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"CommitmentDiscountUnit", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ConsumedQuantity", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ConsumedUnit", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ContractedUnitPrice", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ListUnitPrice", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"PricingCategory", STRING, OTHERS, MAY_BE_NULL, "Standard|Dynamic|Committed|Other", 2},
    {"PricingCurrency", STRING, OTHERS, NOT_NULL, "USD|EUR|GBP|JPY|CNY", 2},
    {"PricingCurrencyContractedUnitPrice", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"PricingCurrencyEffectiveCost", DECIMAL, OTHERS, NOT_NULL, NULL, 2},
    {"PricingCurrencyListUnitPrice", DECIMAL, OTHERS, MAY_BE_NULL, NULL, 2},
    {"RegionId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"RegionName", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ResourceId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ResourceName", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ResourceType", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SkuId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SkuMeter", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SkuPriceDetails", PAIRS, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SkuPriceId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SubAccountId", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SubAccountName", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"SubAccountType", STRING, OTHERS, MAY_BE_NULL, NULL, 2},
    {"Tags", PAIRS, OTHERS, MAY_BE_NULL, NULL, 2},
    {"ServiceProviderName", STRING, OTHERS, NOT_NULL, NULL, 3},
    {"HostProviderName", STRING, OTHERS, MAY_BE_NULL, NULL, 3},
    {"ContractApplied", ELEMENTS, OTHERS, MAY_BE_NULL, NULL, 3},
    {"AllocatedMethodId", STRING, OTHERS, MAY_BE_NULL, NULL, 3},
    {"AllocatedMethodDetails", ELEMENTS, OTHERS, MAY_BE_NULL, NULL, 3},
    {"AllocatedResourceId", STRING, OTHERS, MAY_BE_NULL, NULL, 3},
    {"AllocatedResourceName", STRING, OTHERS, MAY_BE_NULL, NULL, 3},
    {"AllocatedTags", PAIRS, OTHERS, MAY_BE_NULL, NULL, 3},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* Each with the category's subcategories; "Other (CATEGORY)" goes with each. */
static const struct {
    const char *category, *subcategories;
} services[] = {
    {"Compute",
     "Containers|End User Computing|Quantum Compute|Serverless Compute|Virtual Machines"},
    {"Networking", "Application Networking|Content Delivery|Network Connectivity|"
                   "Network Infrastructure|Network Routing|Network Security"},
    {"Storage", "Backup Storage|Block Storage|File Storage|Object Storage|Storage Platforms"},
};

static const char sku_price_keys[] =
    "CoreCount|DiskMaxIops|DiskSpace|DiskType|GpuCount|InstanceType|InstanceSeries|MemorySize|"
    "NetworkMaxIops|NetworkMaxThroughput|OperatingSystem|Redundancy|StorageClass";

/* ---- checking ---- */

struct checking {
    const struct fg_focus_table *table;
    const struct fg_focus_rules *rules;
    int number_of[COLUMN_COUNT]; /* by column of the specification; -1 = not in the file */
    uint32_t row;
    char *fault;
};

__attribute__((format(printf, 2, 3))) static bool fails(const struct checking *checking,
                                                        const char *format, ...)
{
    char what[FG_FOCUS_FAULT_BYTES - 32];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(checking->fault, FG_FOCUS_FAULT_BYTES, "row %u: %s", checking->row + 1, what);
    return false;
}

static bool is_one_of(const char *text, const char *list)
{
    size_t length = strlen(text);
    for (const char *at = list; *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && strncmp(at, text, length) == 0)
            return true;
    return false;
}

static const struct fg_focus_field *field(const struct checking *checking, const char *name)
{
    static const struct fg_focus_field none = {"", false};
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (strcmp(columns[i].name, name) == 0 && checking->number_of[i] >= 0)
            return &checking->table->rows[checking->row][checking->number_of[i]];
    return &none;
}

static bool is_null_field(const struct checking *checking, const struct fg_focus_field *at)
{
    return !at->quoted &&
           (*at->text == '\0' || (*checking->rules->null_word != '\0' &&
                                  strcmp(at->text, checking->rules->null_word) == 0));
}

static bool is_null(const struct checking *checking, const char *name)
{
    return is_null_field(checking, field(checking, name));
}

static bool is(const struct checking *checking, const char *name, const char *text)
{
    return !is_null(checking, name) && strcmp(field(checking, name)->text, text) == 0;
}

static double number(const struct checking *checking, const char *name)
{
    return strtod(field(checking, name)->text, NULL);
}

/* ---- the header ---- */

static bool check_own_columns(const struct checking *checking)
{
    bool own = false;
    for (uint32_t i = 0; i < checking->table->column_count; i++) {
        const char *name = checking->table->header[i].text;
        bool known = false;
        for (int c = 0; c < COLUMN_COUNT; c++)
            known = known || checking->number_of[c] == (int)i;
        if (!known && strncmp(name, "x_", 2) != 0)
            return fails(checking, "unknown column %s", name);
        if (known && own)
            return fails(checking, "%s stands behind a column with x_", name);
        own = own || !known;
        for (uint32_t before = 0; before < i; before++)
            if (strcmp(checking->table->header[before].text, name) == 0)
                return fails(checking, "column %s stands twice", name);
    }
    return true;
}

static bool check_header(struct checking *checking)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        checking->number_of[i] = fg_focus_table_column(checking->table, columns[i].name);
        bool wanted = columns[i].since <= checking->rules->minor;
        if (!wanted && checking->number_of[i] >= 0)
            return fails(checking, "%s is of FOCUS 1.%d", columns[i].name, columns[i].since);
        if (wanted && checking->number_of[i] < 0)
            return fails(checking, "there is no column %s", columns[i].name);
    }
    return check_own_columns(checking);
}

/* ---- single cells ---- */

static bool is_decimal(const char *text)
{
    size_t whole, part;
    text += *text == '-';
    whole = strspn(text, "0123456789");
    text += whole;
    if (*text == '.') {
        part = strspn(++text, "0123456789");
        text += part;
        if (part == 0)
            return false;
    }
    if (*text == 'E') {
        text += text[1] == '-' ? 2 : 1;
        part = strspn(text, "0123456789");
        text += part;
        if (part == 0)
            return false;
    }
    return whole > 0 && *text == '\0';
}

static bool read_instant(const char *text, fg_unix_s *out)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    struct fg_error error = {0};
    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return fg_calendar_parse_instant(text, out, &error) == FG_OK;
}

static bool is_well_formed(const struct column *column, const char *text)
{
    fg_unix_s instant;
    switch (column->type) {
    case DECIMAL:
        return is_decimal(text);
    case DATE_TIME:
        return read_instant(text, &instant);
    case PAIRS:
        return fg_focus_json_is_pairs(text);
    case ELEMENTS:
        return fg_focus_json_has_elements(text);
    case STRING:
        break;
    }
    return column->allowed == NULL || is_one_of(text, column->allowed);
}

static bool check_cell(const struct checking *checking, const struct column *column,
                       const struct fg_focus_field *at)
{
    static const char stand_ins[] = "null|NULL|None|N/A|Not Applicable|-";
    if (is_null_field(checking, at))
        return column->nulls == MAY_BE_NULL || fails(checking, "%s is null", column->name);
    if (at->text[strspn(at->text, " ")] == '\0')
        return fails(checking, "%s is an empty text", column->name);
    if (column->type != STRING && at->quoted && column->type != PAIRS && column->type != ELEMENTS)
        return fails(checking, "%s is a quoted number or time", column->name);
    if (!at->quoted && is_one_of(at->text, stand_ins))
        return fails(checking, "%s has '%s' for null", column->name, at->text);
    return is_well_formed(column, at->text) ||
           fails(checking, "%s is '%.100s'", column->name, at->text);
}

static bool check_cells(const struct checking *checking)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (checking->number_of[i] >= 0 &&
            !check_cell(checking, &columns[i],
                        &checking->table->rows[checking->row][checking->number_of[i]]))
            return false;
    return true;
}

/* ---- cells of a row beside each other ---- */

/* Whether null goes with null; the second column may be null anyway where `may` is set. */
static bool check_together(const struct checking *checking)
{
    static const struct {
        const char *first, *second;
        bool may;
    } pairs[] = {
        {"CommitmentDiscountId", "CommitmentDiscountCategory", false},
        {"CommitmentDiscountId", "CommitmentDiscountType", false},
        {"CommitmentDiscountId", "CommitmentDiscountQuantity", false},
        {"CommitmentDiscountId", "CommitmentDiscountName", true},
        {"CommitmentDiscountId", "CommitmentDiscountStatus", true},
        {"CommitmentDiscountQuantity", "CommitmentDiscountUnit", false},
        {"CapacityReservationId", "CapacityReservationStatus", true},
        {"ConsumedQuantity", "ConsumedUnit", false},
        {"PricingQuantity", "PricingUnit", false},
        {"RegionId", "RegionName", false},
        {"ResourceId", "ResourceType", false},
        {"ResourceId", "ResourceName", true},
        {"SkuId", "SkuMeter", true},
        {"SkuPriceId", "SkuPriceDetails", true},
        {"SubAccountId", "SubAccountName", false},
        {"SubAccountId", "SubAccountType", false},
        {"AllocatedMethodId", "AllocatedMethodDetails", true},
        {"AllocatedMethodId", "AllocatedResourceId", true},
        {"AllocatedMethodId", "AllocatedTags", true},
        {"AllocatedResourceId", "AllocatedResourceName", true},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        bool first = is_null(checking, pairs[i].first), second = is_null(checking, pairs[i].second);
        if (first != second && !(pairs[i].may && !first))
            return fails(checking, "%s is %s, %s is %s", pairs[i].first,
                         first ? "null" : "not null", pairs[i].second,
                         second ? "null" : "not null");
    }
    return true;
}

/* Usage and purchases have a price; a commitment's usage says how it went. */
static bool check_kind(const struct checking *checking)
{
    static const char *const priced[] = {"ListUnitPrice",
                                         "ContractedUnitPrice",
                                         "PricingQuantity",
                                         "PricingCategory",
                                         "SkuId",
                                         "SkuPriceId",
                                         "PricingCurrencyListUnitPrice",
                                         "PricingCurrencyContractedUnitPrice"};
    bool usage = is(checking, "ChargeCategory", "Usage");
    bool purchase = is(checking, "ChargeCategory", "Purchase");
    bool unused = is(checking, "CommitmentDiscountStatus", "Unused");
    bool committed = !is_null(checking, "CommitmentDiscountId");
    for (size_t i = 0; (usage || purchase) && i < sizeof priced / sizeof *priced; i++)
        if (is_null(checking, priced[i]))
            return fails(checking, "%s of usage or a purchase is null", priced[i]);
    if (is_null(checking, "ConsumedQuantity") == (usage && !unused))
        return fails(checking,
                     "ConsumedQuantity is for usage but what is unused, and for it alone");
    if (purchase && is(checking, "ChargeFrequency", "Usage-Based"))
        return fails(checking, "ChargeFrequency of a purchase is Usage-Based");
    if (is_null(checking, "CommitmentDiscountStatus") == (usage && committed))
        return fails(checking, "CommitmentDiscountStatus is for usage of a commitment alone");
    if (is(checking, "PricingCategory", "Committed") != (usage && committed))
        return fails(checking, "PricingCategory is Committed for usage of a commitment alone");
    bool own = strcmp(field(checking, "ResourceId")->text,
                      field(checking, "CommitmentDiscountId")->text) == 0;
    if ((unused || (purchase && committed)) && !own)
        return fails(checking, "ResourceId of a purchase or what is unused is not the commitment");
    if (usage && committed && !unused && own)
        return fails(checking, "ResourceId of what is used is the commitment");
    return true;
}

static bool check_service(const struct checking *checking)
{
    const char *category = field(checking, "ServiceCategory")->text;
    const char *subcategory = field(checking, "ServiceSubcategory")->text;
    char others[64];
    snprintf(others, sizeof others, "Other (%s)", category);
    if (strcmp(subcategory, others) == 0)
        return true;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (strcmp(services[i].category, category) == 0 &&
            is_one_of(subcategory, services[i].subcategories))
            return true;
    return fails(checking, "ServiceSubcategory '%s' is not of '%s'", subcategory, category);
}

static bool check_details(const struct checking *checking)
{
    char key[64];
    const char *at = field(checking, "SkuPriceDetails")->text;
    if (is_null(checking, "SkuPriceDetails"))
        return true;
    while (fg_focus_json_next_key(&at, key, sizeof key))
        if (strncmp(key, "x_", 2) != 0 && !is_one_of(key, sku_price_keys))
            return fails(checking, "SkuPriceDetails has the key '%s'", key);
    return true;
}

/* ---- times ---- */

static bool check_periods(const struct checking *checking)
{
    fg_unix_s start, end, from, to;
    read_instant(field(checking, "BillingPeriodStart")->text, &start);
    read_instant(field(checking, "BillingPeriodEnd")->text, &end);
    read_instant(field(checking, "ChargePeriodStart")->text, &from);
    read_instant(field(checking, "ChargePeriodEnd")->text, &to);
    if (strcmp(field(checking, "BillingPeriodStart")->text + 7, "-01T00:00:00Z") != 0 ||
        end != start + fg_calendar_month_seconds(start))
        return fails(checking, "BillingPeriodStart and BillingPeriodEnd are no calendar month");
    if (from < start || from >= end)
        return fails(checking, "ChargePeriodStart is outside the billing period");
    if (to <= from)
        return fails(checking, "ChargePeriodEnd is not after ChargePeriodStart");
    if (!is(checking, "ChargeFrequency", "One-Time") && (to != from + 3600 || from % 3600 != 0))
        return fails(checking, "ChargePeriodStart and ChargePeriodEnd are no clock hour");
    return true;
}

/* ---- costs ---- */

static bool is_near(double a, double b)
{
    double off = fabs(a - b), size = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    return off <= 1e-9 || off <= 1e-6 * size;
}

static bool check_costs(const struct checking *checking)
{
    double quantity = number(checking, "PricingQuantity");
    bool purchase = is(checking, "ChargeCategory", "Purchase");
    bool committed = !is_null(checking, "CommitmentDiscountId");
    if (!is_near(number(checking, "ListUnitPrice") * quantity, number(checking, "ListCost")))
        return fails(checking, "ListCost is not ListUnitPrice times PricingQuantity");
    if (!is_near(number(checking, "ContractedUnitPrice") * quantity,
                 number(checking, "ContractedCost")))
        return fails(checking, "ContractedCost is not ContractedUnitPrice times PricingQuantity");
    if (number(checking, "ListUnitPrice") < 0 || number(checking, "ContractedUnitPrice") < 0)
        return fails(checking, "ListUnitPrice or ContractedUnitPrice is negative");
    if (purchase && committed && number(checking, "EffectiveCost") != 0)
        return fails(checking, "EffectiveCost of a purchase is not 0");
    if (!purchase && committed && number(checking, "BilledCost") != 0)
        return fails(checking, "BilledCost of what a commitment covers is not 0");
    if (!committed && !is_near(number(checking, "BilledCost"), number(checking, "EffectiveCost")))
        return fails(checking, "EffectiveCost is not BilledCost where nothing is committed");
    if (strcmp(field(checking, "PricingCurrencyEffectiveCost")->text,
               field(checking, "EffectiveCost")->text) != 0)
        return fails(checking, "PricingCurrencyEffectiveCost is not EffectiveCost");
    if (is(checking, "CommitmentDiscountCategory", "Spend") &&
        !is_near(number(checking, "CommitmentDiscountQuantity"),
                 number(checking, purchase ? "BilledCost" : "EffectiveCost")))
        return fails(checking, "CommitmentDiscountQuantity is not what it comes to");
    return true;
}

/* ---- over all rows ---- */

/* One value of the second for each of the first. */
static bool check_constant(struct checking *checking, const char *key, const char *value)
{
    const struct fg_focus_table *table = checking->table;
    int by = fg_focus_table_column(table, key), of = fg_focus_table_column(table, value);
    for (uint32_t i = 1; i < table->row_count; i++) {
        const char *own = table->rows[i][by].text;
        for (uint32_t before = i; before > 0; before--) {
            if (strcmp(table->rows[before - 1][by].text, own) != 0)
                continue;
            checking->row = i;
            if (strcmp(table->rows[before - 1][of].text, table->rows[i][of].text) != 0)
                return fails(checking, "%s of %s '%.100s' changes", value, key, own);
            break;
        }
    }
    return true;
}

static bool check_constants(struct checking *checking)
{
    static const char *const pairs[][2] = {
        {"ServiceName", "ServiceCategory"},
        {"ServiceName", "ServiceSubcategory"},
        {"SkuPriceId", "SkuId"},
        {"SkuPriceId", "SkuPriceDetails"},
        {"RegionId", "RegionName"},
        {"CommitmentDiscountId", "CommitmentDiscountUnit"},
        {"CommitmentDiscountId", "CommitmentDiscountType"},
        {"CommitmentDiscountId", "CommitmentDiscountCategory"},
        {"CommitmentDiscountId", "CommitmentDiscountName"},
        {"BillingCurrency", "InvoiceIssuerName"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!check_constant(checking, pairs[i][0], pairs[i][1]))
            return false;
    return true;
}

struct life {
    const char *id;
    int64_t paid, effective;
};
enum { MOST_LIVES = 16 };

/* Used and unused is what was paid, of each commitment. */
static bool check_lives(struct checking *checking)
{
    const struct fg_focus_table *table = checking->table;
    struct life lives[MOST_LIVES] = {{0}};
    int count = 0, number;
    for (checking->row = 0; checking->row < table->row_count; checking->row++) {
        if (is_null(checking, "CommitmentDiscountId"))
            continue;
        const char *id = field(checking, "CommitmentDiscountId")->text;
        for (number = 0; number < count && strcmp(lives[number].id, id) != 0;)
            number++;
        if (number == MOST_LIVES)
            return fails(checking, "more commitments than this program can check");
        count = number == count ? count + 1 : count;
        lives[number].id = id;
        lives[number].paid += fg_focus_table_nano(table, checking->row, "BilledCost");
        lives[number].effective += fg_focus_table_nano(table, checking->row, "EffectiveCost");
    }
    for (number = 0; number < count; number++)
        if (lives[number].paid != lives[number].effective)
            return fails(checking,
                         "EffectiveCost of %s comes to %" PRId64 ", its BilledCost to %" PRId64,
                         lives[number].id, lives[number].effective, lives[number].paid);
    return true;
}

bool fg_focus_table_check(const struct fg_focus_table *table, const struct fg_focus_rules *rules,
                          char fault[FG_FOCUS_FAULT_BYTES])
{
    struct checking checking = {.table = table, .rules = rules, .fault = fault};
    if (!check_header(&checking))
        return false;
    for (; checking.row < table->row_count; checking.row++)
        if (!check_cells(&checking) || !check_together(&checking) || !check_kind(&checking) ||
            !check_service(&checking) || !check_details(&checking) || !check_periods(&checking) ||
            !check_costs(&checking))
            return false;
    return check_constants(&checking) && (!rules->whole_terms || check_lives(&checking));
}
