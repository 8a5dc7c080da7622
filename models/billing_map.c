#include "models/billing_map.h"

#include <string.h>
#include <strings.h>

#include "models/labels.h"

/* Where the sku stands. */
enum sku_place {
    NO_SKU,
    AFTER_COLON, /* up to "-management-hours" */
    VOLUME_TYPE, /* after the dot; Amazon writes piops for io1 and nothing for standard */
    FIXED,       /* in the rule */
};

struct rule {
    const char *usage_type; /* a pattern */
    const char *charge;
    const char *unit;
    enum sku_place place;
    const char *sku;
};

/* Usage types as AWS's price list has them; Fargate's for pods and for tasks are the same. */
static const struct rule rules[] = {
    {"BoxUsage:*", "ec2-on-demand", "Hours", AFTER_COLON, NULL},
    {"BoxUsage", "ec2-on-demand", "Hours", FIXED, "m1.small"},
    {"SpotUsage:Fargate-vCPU-Hours*", "fargate-vcpu", "vCPU-Hours", FIXED, "linux/amd64/spot"},
    {"SpotUsage-Fargate-vCPU-Hours*", "fargate-vcpu", "vCPU-Hours", FIXED, "linux/amd64/spot"},
    {"SpotUsage:Fargate-GB-Hours*", "fargate-memory", "GB-Hours", FIXED, "linux/amd64/spot"},
    {"SpotUsage-Fargate-GB-Hours*", "fargate-memory", "GB-Hours", FIXED, "linux/amd64/spot"},
    {"SpotUsage:*", "ec2-spot", "Hours", AFTER_COLON, NULL},
    {"EBS:VolumeUsage*", "ebs", "GB-Months", VOLUME_TYPE, NULL},
    {"EBS:VolumeP-IOPS.*", "ebs", "IOPS-Months", VOLUME_TYPE, NULL},
    {"EBS:VolumeP-Throughput.*", "ebs", "MiBps-Months", VOLUME_TYPE, NULL},
    {"AmazonEKS-Hours:perCluster", "eks-control-plane", "Hours", NO_SKU, NULL},
    {"AmazonEKS-Hours:extendedSupport", "eks-extended-support", "Hours", NO_SKU, NULL},
    {"EKS-Auto:*", "eks-auto-mode", "Hours", AFTER_COLON, NULL},
    {"Fargate-vCPU-Hours*", "fargate-vcpu", "vCPU-Hours", FIXED, "linux/amd64"},
    {"Fargate-GB-Hours*", "fargate-memory", "GB-Hours", FIXED, "linux/amd64"},
    {"Fargate-EphemeralStorage-GB-Hours*", "fargate-storage", "GB-Hours", FIXED, "linux/amd64"},
    {"Fargate-ARM-vCPU-Hours*", "fargate-vcpu", "vCPU-Hours", FIXED, "linux/arm64"},
    {"Fargate-ARM-GB-Hours*", "fargate-memory", "GB-Hours", FIXED, "linux/arm64"},
    {"Fargate-Windows-vCPU-Hours*", "fargate-vcpu", "vCPU-Hours", FIXED, "windows/amd64"},
    {"Fargate-Windows-GB-Hours*", "fargate-memory", "GB-Hours", FIXED, "windows/amd64"},
    {"PublicIPv4:InUseAddress", "public-ipv4", "Hours", NO_SKU, NULL},
};

/* The charges that a replay books, and the unit and the place of the sku where a planner's rule
 * names one. What commitments cost has no quantity that both sides count alike. */
static const struct rule charges[] = {
    {NULL, "fargate-vcpu", "vCPU-Hours", FIXED, "linux/amd64"},
    {NULL, "fargate-memory", "GB-Hours", FIXED, "linux/amd64"},
    {NULL, "fargate-storage", "GB-Hours", FIXED, "linux/amd64"},
    {NULL, "ec2-on-demand", "Hours", AFTER_COLON, NULL},
    {NULL, "ec2-spot", "Hours", AFTER_COLON, NULL},
    {NULL, "ebs", "GB-Months", VOLUME_TYPE, NULL},
    {NULL, "eks-auto-mode", "Hours", AFTER_COLON, NULL},
    {NULL, "public-ipv4", "Hours", NO_SKU, NULL},
    {NULL, "eks-control-plane", "Hours", NO_SKU, NULL},
    {NULL, "eks-extended-support", "Hours", NO_SKU, NULL},
    {NULL, "savings-plan", "", NO_SKU, NULL},
    {NULL, "reserved-instance", "", NO_SKU, NULL},
};
enum { RULE_COUNT = sizeof rules / sizeof *rules, CHARGE_COUNT = sizeof charges / sizeof *charges };

#define OTHER "other:"

const char *fg_usage_type_plain(const char *usage_type)
{
    enum { SHORT_NAME = 4 }; /* USE1, APN1, CAN1; Ireland alone is EU */
    size_t length = strspn(usage_type, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    bool has_digit = strcspn(usage_type, "0123456789") < length;
    bool is_region = (length == SHORT_NAME && has_digit) || strncmp(usage_type, "EU-", 3) == 0;
    return is_region && usage_type[length] == '-' ? usage_type + length + 1 : usage_type;
}

static const char *volume_type(const char *usage_type)
{
    const char *dot = strchr(usage_type, '.');
    if (dot == NULL)
        return "standard";
    return strcmp(dot, ".piops") == 0 ? "io1" : dot + 1;
}

static const char *find_sku(const struct rule *rule, const char *plain, struct fg_arena *arena)
{
    const char *colon = strrchr(plain, ':');
    switch (rule->place) {
    case AFTER_COLON: {
        const char *sku = colon != NULL ? colon + 1 : "";
        const char *end = strstr(sku, "-management-hours");
        return fg_arena_copy(arena, sku, end != NULL ? (size_t)(end - sku) : strlen(sku));
    }
    case VOLUME_TYPE: {
        const char *type = volume_type(plain); /* io2's dearer tiers are named io2.tier2 */
        return fg_arena_copy(arena, type, strcspn(type, "."));
    }
    case FIXED:
        return rule->sku;
    case NO_SKU:
        break;
    }
    return "";
}

static const struct rule *find_charge(const char *name)
{
    for (size_t i = 0; i < CHARGE_COUNT; i++)
        if (strcmp(charges[i].charge, name) == 0)
            return &charges[i];
    return NULL;
}

bool fg_billing_map_knows(const char *charge)
{
    return find_charge(charge) != NULL || strcmp(charge, "none") == 0 ||
           (strncmp(charge, OTHER, strlen(OTHER)) == 0 && charge[strlen(OTHER)] != '\0');
}

static const char *own_charge(const struct fg_billing_map *own, const char *plain)
{
    for (uint32_t i = 0; i < own->count; i++)
        if (fg_glob_match(own->rules[i].pattern, plain))
            return own->rules[i].charge;
    return NULL;
}

/* Whether the product is EC2 as a CUR or FOCUS names it, or not told. */
static bool is_ec2(const char *product)
{
    return *product == '\0' || strcmp(product, "AmazonEC2") == 0 ||
           fg_glob_match("Amazon Elastic Compute Cloud*", product);
}

/* EMR, GameLift and Lightsail call their own fees for instances BoxUsage too. */
static const struct rule *find_rule(const char *plain, const char *product)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (fg_glob_match(rules[i].usage_type, plain) &&
            (strncmp(rules[i].charge, "ec2-", 4) != 0 || is_ec2(product)))
            return &rules[i];
    return NULL;
}

/* Amazon sells throughput in GiB a second. */
static uint32_t unit_factor(const struct rule *rule, const char *unit)
{
    bool is_throughput = strcmp(rule->unit, "MiBps-Months") == 0;
    return is_throughput && strncasecmp(unit, "MiBps", 5) != 0 ? 1024 : 1;
}

/* The units of lines of the planner's own that the bill counts too, as it may spell them. */
static const char *line_unit(const char *unit)
{
    if (strcasecmp(unit, "Hrs") == 0 || strcasecmp(unit, "Hours") == 0)
        return "Hours";
    return strcasecmp(unit, "GB") == 0 ? "GB" : "";
}

struct fg_mapped_usage fg_billing_map_find(const struct fg_billing_map *own, const char *product,
                                           const char *usage_type, const char *unit,
                                           struct fg_arena *arena)
{
    const char *plain = fg_usage_type_plain(usage_type);
    const char *named = own_charge(own, plain);
    const struct rule *rule = find_rule(plain, product);
    if (named != NULL && strncmp(named, OTHER, strlen(OTHER)) == 0)
        return (struct fg_mapped_usage){named, line_unit(unit), "", 1};
    if (named != NULL && strcmp(named, "none") == 0)
        rule = NULL;
    else if (named != NULL && (rule == NULL || strcmp(rule->charge, named) != 0))
        rule = find_charge(named);
    if (rule == NULL)
        return (struct fg_mapped_usage){"", "", "", 1};
    return (struct fg_mapped_usage){rule->charge, rule->unit, find_sku(rule, plain, arena),
                                    unit_factor(rule, unit)};
}

const char *fg_billing_sku(const char *charge, const char *sku, struct fg_arena *arena)
{
    const struct rule *rule = find_charge(charge);
    if (rule == NULL || rule->place == NO_SKU)
        return "";
    /* Nodes of a pool of many types have more behind it: "gp3 m5.large spot". */
    return fg_arena_copy(arena, sku, strcspn(sku, " "));
}

const char *fg_billing_unit(const char *charge, const char *unit)
{
    const struct rule *rule = find_charge(charge);
    if (rule == NULL)
        return line_unit(unit);
    return *rule->unit != '\0' ? unit : "";
}
