/* What of a price list a cluster's bill needs, and what the catalog calls it.
 *
 * Products are told apart by their usage type, which in most regions has the region's code and a
 * dash before it ("EUC1-NatGateway-Hours"), and by the operation where that is not enough. */
#include <stdio.h>
#include <string.h>

#include "data/catalog_reader.h"
#include "data/price_list_parts.h"

/* ---- cells by name ---- */

/* Lower case, letters and digits alone: so a CSV column and a JSON key are the same. */
static const char *const cell_names[FG_CELL_COUNT] = {
    [FG_CELL_SKU] = "sku",
    [FG_CELL_FAMILY] = "productfamily",
    [FG_CELL_REGION] = "regioncode",
    [FG_CELL_LOCATION] = "location",
    [FG_CELL_LOCATION_TYPE] = "locationtype",
    [FG_CELL_INSTANCE_TYPE] = "instancetype",
    [FG_CELL_SYSTEM] = "operatingsystem",
    [FG_CELL_TENANCY] = "tenancy",
    [FG_CELL_SOFTWARE] = "preinstalledsw",
    [FG_CELL_LICENCE] = "licensemodel",
    [FG_CELL_CAPACITY] = "capacitystatus",
    [FG_CELL_MARKET] = "marketoption",
    [FG_CELL_USAGE] = "usagetype",
    [FG_CELL_OPERATION] = "operation",
    [FG_CELL_VCPU] = "vcpu",
    [FG_CELL_MEMORY] = "memory",
    [FG_CELL_PROCESSOR] = "physicalprocessor",
    [FG_CELL_CLOCK] = "clockspeed",
    [FG_CELL_GPU] = "gpu",
    [FG_CELL_CURRENT] = "currentgeneration",
    [FG_CELL_TERM_TYPE] = "termtype",
    [FG_CELL_EFFECTIVE] = "effectivedate",
    [FG_CELL_BEGIN] = "startingrange",
    [FG_CELL_UNIT] = "unit",
    [FG_CELL_PRICE] = "priceperunit",
    [FG_CELL_CURRENCY] = "currency",
    [FG_CELL_LEASE] = "leasecontractlength",
    [FG_CELL_PURCHASE] = "purchaseoption",
    [FG_CELL_CLASS] = "offeringclass",
};

/* Lists of Savings Plans say these of what the plan takes something off. */
static const struct {
    const char *name;
    enum fg_listed_cell cell;
} aliases[] = {
    {"beginrange", FG_CELL_BEGIN},
    {"discountedrate", FG_CELL_PRICE},
    {"discountedusagetype", FG_CELL_USAGE},
    {"discountedoperation", FG_CELL_OPERATION},
    {"discountedregioncode", FG_CELL_REGION},
    {"discountedinstancetype", FG_CELL_INSTANCE_TYPE},
};

int fg_listed_cell_number(const char *name, size_t length)
{
    char plain[32];
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        char letter = name[i];
        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if ((letter < 'a' || letter > 'z') && (letter < '0' || letter > '9'))
            continue;
        if (at + 1 == sizeof plain)
            return -1;
        plain[at++] = letter;
    }
    plain[at] = '\0';
    for (int i = 0; i < FG_CELL_COUNT; i++)
        if (strcmp(plain, cell_names[i]) == 0)
            return i;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(plain, aliases[i].name) == 0)
            return (int)aliases[i].cell;
    return -1;
}

/* ---- items by usage type ---- */

/* A usage type without the region's code; an empty operation stands for any. */
struct usage_rule {
    const char *usage, *operation;
    uint8_t table, column, variant;
    const char *names[3]; /* by tier */
    const char *unit;     /* in other_prices.csv */
};

static const struct usage_rule usage_rules[] = {
    /* Fargate */
    {"Fargate-vCPU-Hours:perCPU",
     "",
     FG_TABLE_FARGATE,
     0,
     FG_LISTED_AMD64_LINUX,
     {"fargate"},
     NULL},
    {"Fargate-GB-Hours", "", FG_TABLE_FARGATE, 1, FG_LISTED_AMD64_LINUX, {"fargate"}, NULL},
    {"Fargate-ARM-vCPU-Hours:perCPU",
     "",
     FG_TABLE_FARGATE,
     0,
     FG_LISTED_ARM64_LINUX,
     {"fargate"},
     NULL},
    {"Fargate-ARM-GB-Hours", "", FG_TABLE_FARGATE, 1, FG_LISTED_ARM64_LINUX, {"fargate"}, NULL},
    {"Fargate-Windows-vCPU-Hours:perCPU",
     "",
     FG_TABLE_FARGATE,
     0,
     FG_LISTED_AMD64_WINDOWS,
     {"fargate"},
     NULL},
    {"Fargate-Windows-GB-Hours",
     "",
     FG_TABLE_FARGATE,
     1,
     FG_LISTED_AMD64_WINDOWS,
     {"fargate"},
     NULL},
    {"Fargate-EphemeralStorage-GB-Hours",
     "",
     FG_TABLE_FARGATE,
     2,
     FG_LISTED_ANY_FARGATE,
     {"fargate"},
     NULL},
    {"Fargate-Windows-OS-Hours:perCPU",
     "",
     FG_TABLE_OTHER,
     0,
     0,
     {"fargate_windows_os"},
     "vcpu_hour"},
    /* the cluster */
    {"AmazonEKS-Hours:perCluster", "", FG_TABLE_EKS, 0, 0, {FG_ITEM_CONTROL_PLANE}, NULL},
    {"AmazonEKS-Hours:extendedSupport", "", FG_TABLE_EKS, 0, 0, {FG_ITEM_EXTENDED_SUPPORT}, NULL},
    {"AmazonEKS-Hours:XL-ProvisionedTier",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"control_plane_provisioned_xl_surcharge"},
     NULL},
    {"AmazonEKS-Hours:2XL-ProvisionedTier",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"control_plane_provisioned_2xl_surcharge"},
     NULL},
    {"AmazonEKS-Hours:4XL-ProvisionedTier",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"control_plane_provisioned_4xl_surcharge"},
     NULL},
    {"AmazonEKS-Hours:8XL-ProvisionedTier",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"control_plane_provisioned_8xl_surcharge"},
     NULL},
    {"AmazonEKS-Local-Outposts-Hours:perCluster",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"local_cluster_on_outposts"},
     NULL},
    {"AmazonEKSCapabilities-ArgoCD-Hours:perCapability",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_argocd"},
     NULL},
    {"AmazonEKSCapabilities-ArgoCD-CR-Hours:perCustomResource",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_argocd_per_application"},
     NULL},
    {"AmazonEKSCapabilities-ACK-Hours:perCapability",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_ack"},
     NULL},
    {"AmazonEKSCapabilities-ACK-CR-Hours:perCustomResource",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_ack_per_resource"},
     NULL},
    {"AmazonEKSCapabilities-KRO-Hours:perCapability",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_kro"},
     NULL},
    {"AmazonEKSCapabilities-KRO-CR-Hours:perCustomResource",
     "",
     FG_TABLE_EKS,
     0,
     0,
     {"capability_kro_per_instance"},
     NULL},
    /* volumes */
    {"EBS:VolumeUsage", "", FG_TABLE_OTHER, 0, 0, {"ebs_magnetic"}, "gb_month"},
    {"EBS:VolumeUsage.gp2", "", FG_TABLE_OTHER, 0, 0, {"ebs_gp2"}, "gb_month"},
    {"EBS:VolumeUsage.gp3", "", FG_TABLE_OTHER, 0, 0, {"ebs_gp3"}, "gb_month"},
    {"EBS:VolumeUsage.piops", "", FG_TABLE_OTHER, 0, 0, {"ebs_io1"}, "gb_month"},
    {"EBS:VolumeUsage.io2", "", FG_TABLE_OTHER, 0, 0, {"ebs_io2"}, "gb_month"},
    {"EBS:VolumeUsage.st1", "", FG_TABLE_OTHER, 0, 0, {"ebs_st1"}, "gb_month"},
    {"EBS:VolumeUsage.sc1", "", FG_TABLE_OTHER, 0, 0, {"ebs_sc1"}, "gb_month"},
    {"EBS:VolumeP-IOPS.gp3", "", FG_TABLE_OTHER, 0, 0, {"ebs_gp3_iops_above_3000"}, "iops_month"},
    {"EBS:VolumeP-IOPS.piops", "", FG_TABLE_OTHER, 0, 0, {"ebs_io1_iops"}, "iops_month"},
    {"EBS:VolumeP-IOPS.io2", "", FG_TABLE_OTHER, 0, 0, {"ebs_io2_iops"}, "iops_month"},
    {"EBS:VolumeP-Throughput.gp3",
     "",
     FG_TABLE_OTHER,
     0,
     0,
     {"ebs_gp3_throughput_above_125"},
     "mibps_month"},
    {"EBS:SnapshotUsage", "", FG_TABLE_OTHER, 0, 0, {"ebs_snapshot"}, "gb_month"},
    {"CPUCredits:t3", "", FG_TABLE_OTHER, 0, 0, {"t3_unlimited_cpu_credit"}, "vcpu_hour"},
    /* the network */
    {"PublicIPv4:InUseAddress", "", FG_TABLE_OTHER, 0, 0, {FG_ITEM_PUBLIC_IPV4}, "hour"},
    {"PublicIPv4:IdleAddress", "", FG_TABLE_OTHER, 0, 0, {"public_ipv4_idle"}, "hour"},
    {"NatGateway-Hours", "", FG_TABLE_OTHER, 0, 0, {"nat_gateway"}, "hour"},
    {"NatGateway-Bytes", "", FG_TABLE_OTHER, 0, 0, {"nat_gateway_data"}, "gb"},
    {"VpcEndpoint-Hours", "", FG_TABLE_OTHER, 0, 0, {"interface_vpc_endpoint"}, "az_hour"},
    {"VpcEndpoint-Bytes",
     "",
     FG_TABLE_OTHER,
     0,
     0,
     {"interface_vpc_endpoint_data_first_1pb", "interface_vpc_endpoint_data_1_to_5pb",
      "interface_vpc_endpoint_data_over_5pb"},
     "gb"},
    {"LoadBalancerUsage", "LoadBalancing:Application", FG_TABLE_OTHER, 0, 0, {"alb"}, "hour"},
    {"LoadBalancerUsage", "LoadBalancing:Network", FG_TABLE_OTHER, 0, 0, {"nlb"}, "hour"},
    {"LoadBalancerUsage", "LoadBalancing", FG_TABLE_OTHER, 0, 0, {"clb"}, "hour"},
    {"LCUUsage", "LoadBalancing:Application", FG_TABLE_OTHER, 0, 0, {"alb_lcu"}, "lcu_hour"},
    {"LCUUsage", "LoadBalancing:Network", FG_TABLE_OTHER, 0, 0, {"nlb_lcu"}, "nlcu_hour"},
    {"DataProcessing-Bytes", "LoadBalancing", FG_TABLE_OTHER, 0, 0, {"clb_data"}, "gb"},
};
enum { RULE_COUNT = sizeof usage_rules / sizeof *usage_rules };

static const struct usage_rule *find_rule(const char *usage, const char *operation)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (strcmp(usage_rules[i].usage, usage) == 0 &&
            (*usage_rules[i].operation == '\0' || strcmp(usage_rules[i].operation, operation) == 0))
            return &usage_rules[i];
    return NULL;
}

const char *fg_listed_unit(const char *item)
{
    for (int i = 0; i < RULE_COUNT; i++)
        for (int tier = 0; tier < 3 && usage_rules[i].names[tier] != NULL; tier++)
            if (strcmp(usage_rules[i].names[tier], item) == 0)
                return usage_rules[i].unit;
    return NULL;
}

/* ---- regions ---- */

/* Lists of before 2021 have no region codes but the names of places. */
static const char *region_of(const char *location)
{
    static const struct {
        const char *location, *region;
    } places[] = {
        {"AWS GovCloud (US)", "us-gov-west-1"},
        {"AWS GovCloud (US-East)", "us-gov-east-1"},
        {"AWS GovCloud (US-West)", "us-gov-west-1"},
        {"Africa (Cape Town)", "af-south-1"},
        {"Asia Pacific (Hong Kong)", "ap-east-1"},
        {"Asia Pacific (Mumbai)", "ap-south-1"},
        {"Asia Pacific (Osaka)", "ap-northeast-3"},
        {"Asia Pacific (Osaka-Local)", "ap-northeast-3"},
        {"Asia Pacific (Seoul)", "ap-northeast-2"},
        {"Asia Pacific (Singapore)", "ap-southeast-1"},
        {"Asia Pacific (Sydney)", "ap-southeast-2"},
        {"Asia Pacific (Tokyo)", "ap-northeast-1"},
        {"Canada (Central)", "ca-central-1"},
        {"EU (Frankfurt)", "eu-central-1"},
        {"EU (Ireland)", "eu-west-1"},
        {"EU (London)", "eu-west-2"},
        {"EU (Milan)", "eu-south-1"},
        {"EU (Paris)", "eu-west-3"},
        {"EU (Stockholm)", "eu-north-1"},
        {"Middle East (Bahrain)", "me-south-1"},
        {"South America (Sao Paulo)", "sa-east-1"},
        {"US East (N. Virginia)", "us-east-1"},
        {"US East (Ohio)", "us-east-2"},
        {"US West (N. California)", "us-west-1"},
        {"US West (Oregon)", "us-west-2"},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].location, location) == 0)
            return places[i].region;
    return "";
}

static bool is_wanted_region(const struct fg_price_list *list, const char *region)
{
    for (uint32_t i = 0; i < list->region_count; i++)
        if (strcmp(list->regions[i], region) == 0)
            return true;
    return list->regions == NULL;
}

/* ---- products ---- */

const char *fg_listed_text(struct fg_price_list *list, const char *text)
{
    return fg_strings_intern(&list->strings, text, strlen(text));
}

static bool is(const char *cell, const char *wanted)
{
    return strcmp(cell, wanted) == 0;
}

/* Lists have "" where a column or key is younger than they are. */
static bool is_or_unsaid(const char *cell, const char *wanted)
{
    return *cell == '\0' || strcmp(cell, wanted) == 0;
}

static bool is_plain_instance(const char *const *cells)
{
    if (is(cells[FG_CELL_TERM_TYPE], FG_LISTED_SAVINGS_PLAN))
        return is(cells[FG_CELL_OPERATION], "RunInstances");
    return is(cells[FG_CELL_SYSTEM], "Linux") && is(cells[FG_CELL_TENANCY], "Shared") &&
           is(cells[FG_CELL_SOFTWARE], "NA") && is(cells[FG_CELL_OPERATION], "RunInstances") &&
           is_or_unsaid(cells[FG_CELL_CAPACITY], "Used") &&
           is_or_unsaid(cells[FG_CELL_MARKET], "OnDemand") &&
           is_or_unsaid(cells[FG_CELL_LICENCE], "No License required");
}

/* "EKS-Auto:m7i.large-management-hours" -> "auto_mode_m7i.large", or NULL. */
static const char *auto_mode_item(struct fg_price_list *list, const char *usage)
{
    static const char before[] = "EKS-Auto:", after[] = "-management-hours";
    size_t length = strlen(usage), around = sizeof before - 1 + sizeof after - 1;
    char item[96];
    if (strncmp(usage, before, sizeof before - 1) != 0 || length <= around ||
        strcmp(usage + length - (sizeof after - 1), after) != 0)
        return NULL;
    snprintf(item, sizeof item, "auto_mode_%.*s", (int)(length - around),
             usage + sizeof before - 1);
    return fg_listed_text(list, item);
}

static bool find_names(struct fg_price_list *list, const char *const *cells,
                       struct fg_listed_item *out)
{
    const char *usage = cells[FG_CELL_USAGE], *dash = strchr(usage, '-');
    const char *parts[] = {usage, dash != NULL ? dash + 1 : ""};
    const char *box = strstr(usage, "BoxUsage");
    if (box != NULL && (box == usage || box[-1] == '-') && *cells[FG_CELL_INSTANCE_TYPE] != '\0') {
        out->table = FG_TABLE_EC2;
        out->names[0] = cells[FG_CELL_INSTANCE_TYPE];
        return is_plain_instance(cells);
    }
    for (int i = 0; i < 2 && *parts[i] != '\0'; i++) {
        const struct usage_rule *rule = find_rule(parts[i], cells[FG_CELL_OPERATION]);
        if (rule != NULL) {
            *out = (struct fg_listed_item){
                .table = rule->table, .column = rule->column, .variant = rule->variant};
            memcpy(out->names, rule->names, sizeof out->names);
            return true;
        }
        out->table = FG_TABLE_EKS;
        out->names[0] = auto_mode_item(list, parts[i]);
        if (out->names[0] != NULL)
            return true;
    }
    return false;
}

enum fg_listed_verdict fg_listed_item_find(struct fg_price_list *list, const char *const *cells,
                                           struct fg_listed_item *out, const char **out_why)
{
    *out = (struct fg_listed_item){0};
    if (!is_or_unsaid(cells[FG_CELL_LOCATION_TYPE], "AWS Region") || !find_names(list, cells, out))
        return FG_LISTED_UNWANTED;
    const char *region = cells[FG_CELL_REGION];
    if (*region == '\0')
        region = region_of(cells[FG_CELL_LOCATION]);
    if (*region == '\0') {
        *out_why = "the product has no region";
        return FG_LISTED_BAD;
    }
    if (!is_wanted_region(list, region))
        return FG_LISTED_UNWANTED;
    out->region = fg_listed_text(list, region);
    for (int tier = 0; tier < 3; tier++)
        if (out->names[tier] != NULL)
            out->names[tier] = fg_listed_text(list, out->names[tier]);
    return FG_LISTED_WANTED;
}
