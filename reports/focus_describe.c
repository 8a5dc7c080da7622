#include "reports/focus_describe.h"

#include <stdlib.h>
#include <string.h>

#include "models/instance_name.h"
#include "reports/focus_places.h"
#include "reports/json_writer.h"

/* ---- services ---- */

struct service {
    const char *name, *category, *subcategory;
    const char *code; /* in ids */
};
static const struct service eks = {"Amazon Elastic Container Service for Kubernetes", "Compute",
                                   "Containers", "eks"};
static const struct service ecs = {"Amazon Elastic Container Service", "Compute", "Containers",
                                   "ecs"};
static const struct service ec2 = {"Amazon Elastic Compute Cloud", "Compute", "Virtual Machines",
                                   "ec2"};
static const struct service ebs = {"Amazon Elastic Block Store", "Storage", "Block Storage", "ebs"};
static const struct service vpc = {"Amazon Virtual Private Cloud", "Networking",
                                   "Network Infrastructure", "vpc"};
static const struct service plans = {"Savings Plans for AWS Compute usage", "Compute",
                                     "Other (Compute)", "savings-plan"};
static const struct service other = {"Other", "Other", "Other (Other)", "other"};

static const struct service *service_of(const struct fg_focus_context *context,
                                        enum fg_charge charge)
{
    const struct service *containers = context->is_ecs ? &ecs : &eks;
    switch (charge) {
    case FG_CHARGE_FARGATE_VCPU:
    case FG_CHARGE_FARGATE_MEMORY:
    case FG_CHARGE_FARGATE_STORAGE:
        return containers;
    case FG_CHARGE_AUTO_MODE:
    case FG_CHARGE_CONTROL_PLANE:
    case FG_CHARGE_EXTENDED_SUPPORT:
        return &eks;
    case FG_CHARGE_EC2_ON_DEMAND:
    case FG_CHARGE_EC2_SPOT:
    case FG_CHARGE_RESERVED_INSTANCE:
        return &ec2;
    case FG_CHARGE_EBS:
    case FG_CHARGE_EBS_IOPS:
    case FG_CHARGE_EBS_THROUGHPUT:
        return &ebs;
    case FG_CHARGE_PUBLIC_IPV4:
        return &vpc;
    case FG_CHARGE_SAVINGS_PLAN:
        return &plans;
    default:
        return &other;
    }
}

/* ---- cells ---- */

void fg_focus_put(const struct fg_focus_context *context, struct fg_focus_row *row,
                  enum fg_focus_column column, const char *text)
{
    row->cells[column] = fg_focus_text(&context->form, text, context->arena);
}

static struct fg_focus_cell kept_usd(const struct fg_focus_context *context, fg_nanodollars nano)
{
    char buffer[FG_FOCUS_NUMBER_BYTES];
    struct fg_focus_cell cell = fg_focus_usd(nano, buffer);
    cell.text = fg_arena_copy(context->arena, cell.text, cell.length);
    return cell;
}

void fg_focus_put_prices(const struct fg_focus_context *context, struct fg_focus_row *row,
                         fg_nanodollars list_nano, fg_nanodollars contract_nano)
{
    struct fg_focus_cell list = kept_usd(context, list_nano);
    struct fg_focus_cell contract = kept_usd(context, contract_nano);
    row->cells[FG_FOCUS_LIST_UNIT_PRICE] = list;
    row->cells[FG_FOCUS_PRICING_CURRENCY_LIST_UNIT_PRICE] = list;
    row->cells[FG_FOCUS_CONTRACTED_UNIT_PRICE] = contract;
    row->cells[FG_FOCUS_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE] = contract;
}

static void put_region(const struct fg_focus_context *context, struct fg_focus_row *row,
                       const char *region)
{
    fg_focus_put(context, row, FG_FOCUS_REGION_ID, region);
    fg_focus_put(context, row, FG_FOCUS_REGION_NAME,
                 region == NULL ? NULL : fg_focus_region_name(region));
}

/* What all rows of the export have. */
static void put_common(const struct fg_focus_context *context, struct fg_focus_row *row,
                       const struct service *service)
{
    static const char aws[] = "AWS", usd[] = "USD", type[] = "AWS Account";
    *row = (struct fg_focus_row){0};
    fg_focus_put(context, row, FG_FOCUS_BILLING_ACCOUNT_ID, context->account_id);
    fg_focus_put(context, row, FG_FOCUS_BILLING_ACCOUNT_NAME, context->run.study);
    fg_focus_put(context, row, FG_FOCUS_BILLING_ACCOUNT_TYPE, type);
    fg_focus_put(context, row, FG_FOCUS_SUB_ACCOUNT_ID, context->account_id);
    fg_focus_put(context, row, FG_FOCUS_SUB_ACCOUNT_NAME, context->run.study);
    fg_focus_put(context, row, FG_FOCUS_SUB_ACCOUNT_TYPE, type);
    fg_focus_put(context, row, FG_FOCUS_BILLING_CURRENCY, usd);
    fg_focus_put(context, row, FG_FOCUS_PRICING_CURRENCY, usd);
    fg_focus_put(context, row, FG_FOCUS_INVOICE_ISSUER_NAME, aws);
    fg_focus_put(context, row, FG_FOCUS_PROVIDER_NAME, aws);
    fg_focus_put(context, row, FG_FOCUS_PUBLISHER_NAME, aws);
    fg_focus_put(context, row, FG_FOCUS_SERVICE_PROVIDER_NAME, aws);
    fg_focus_put(context, row, FG_FOCUS_HOST_PROVIDER_NAME, aws);
    fg_focus_put(context, row, FG_FOCUS_SERVICE_NAME, service->name);
    fg_focus_put(context, row, FG_FOCUS_SERVICE_CATEGORY, service->category);
    fg_focus_put(context, row, FG_FOCUS_SERVICE_SUBCATEGORY, service->subcategory);
    fg_focus_put(context, row, FG_FOCUS_X_SCENARIO, context->run.scenario);
}

/* ---- JSON ---- */

struct json_text {
    char *text;
    size_t length;
    struct fg_json_writer json;
};

static void open_json(struct json_text *json)
{
    *json = (struct json_text){0};
    json->json.out = open_memstream(&json->text, &json->length);
    FG_ASSERT(json->json.out != NULL);
    json->json.layout = FG_JSON_TIGHT;
    fg_json_open(&json->json, '{');
}

static const char *close_json(struct json_text *json, struct fg_arena *arena)
{
    fg_json_close(&json->json, '}');
    fclose(json->json.out);
    const char *out = json->length > 2 ? fg_arena_copy(arena, json->text, json->length) : NULL;
    free(json->text);
    return out;
}

static void add_pair(struct json_text *json, const char *key, const char *value)
{
    if (value != NULL && *value != '\0')
        fg_json_named_text(&json->json, key, value);
}

/* The labels of an account's group (models/allocation.h), each as "label:KEY". */
static void add_labels(struct json_text *json, const char *group, struct fg_arena *arena)
{
    char *pair = fg_arena_allocate(arena, strlen(group) + sizeof "label:", 1);
    while (*group != '\0') {
        size_t length = (size_t)sprintf(pair, "label:");
        for (; *group != '\0' && *group != ';'; group++) {
            if (*group == '\\' && group[1] != '\0')
                group++;
            pair[length++] = *group;
        }
        pair[length] = '\0';
        group += *group == ';';
        char *equals = strchr(pair, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        add_pair(json, pair, equals + 1);
    }
}

static void add_owner(struct json_text *json, const struct fg_account *account,
                      struct fg_arena *arena)
{
    add_pair(json, "namespace", account->namespace_name);
    add_pair(json, "workload", account->workload);
    add_labels(json, account->group, arena);
}

/* Tags, and where a charge is split over workloads, from 1.3 on those of the workload apart. */
static void put_tags(const struct fg_focus_context *context, const struct fg_account *account,
                     struct fg_focus_row *row)
{
    struct json_text json;
    bool apart = context->form.version >= FG_FOCUS_1_3 && fg_focus_is_split(account);
    open_json(&json);
    if (!apart)
        add_owner(&json, account, context->arena);
    add_pair(&json, "pool", account->pool);
    add_pair(&json, "scenario", context->run.scenario);
    fg_focus_put(context, row, FG_FOCUS_TAGS, close_json(&json, context->arena));
    if (!apart)
        return;
    open_json(&json);
    add_owner(&json, account, context->arena);
    fg_focus_put(context, row, FG_FOCUS_ALLOCATED_TAGS, close_json(&json, context->arena));
}

/* ---- skus ---- */

static bool has_part(const char *sku, const char *part)
{
    return strstr(sku, part) != NULL;
}

static const char *fargate_meter(const struct fg_focus_context *context,
                                 const struct fg_account *account, const char *what)
{
    return fg_arena_format(context->arena, "%sFargate-%s%s",
                           has_part(account->sku, "/spot") ? "SpotUsage:" : "",
                           has_part(account->sku, "/arm64")    ? "ARM-"
                           : has_part(account->sku, "windows") ? "Windows-"
                                                               : "",
                           what);
}

static const char *meter_of(const struct fg_focus_context *context,
                            const struct fg_focus_account *own)
{
    const char *sku = own->account.sku;
    switch (own->account.charge) {
    case FG_CHARGE_FARGATE_VCPU:
        return fargate_meter(context, &own->account, "vCPU-Hours:perCPU");
    case FG_CHARGE_FARGATE_MEMORY:
        return fargate_meter(context, &own->account, "GB-Hours");
    case FG_CHARGE_FARGATE_STORAGE:
        return "Fargate-EphemeralStorage-GB-Hours";
    case FG_CHARGE_EC2_ON_DEMAND:
        return fg_arena_format(context->arena, "BoxUsage:%s", sku);
    case FG_CHARGE_EC2_SPOT:
        return fg_arena_format(context->arena, "SpotUsage:%s", sku);
    case FG_CHARGE_EBS:
        return fg_arena_format(context->arena, "EBS:VolumeUsage.%s", sku);
    case FG_CHARGE_EBS_IOPS:
        return fg_arena_format(context->arena, "EBS:VolumeP-IOPS.%s", sku);
    case FG_CHARGE_EBS_THROUGHPUT:
        return fg_arena_format(context->arena, "EBS:VolumeP-Throughput.%s", sku);
    case FG_CHARGE_AUTO_MODE:
        return fg_arena_format(context->arena, "EKS-Auto:%s-management-hours", sku);
    case FG_CHARGE_PUBLIC_IPV4:
        return "PublicIPv4:InUseAddress";
    case FG_CHARGE_CONTROL_PLANE:
        return "AmazonEKS-Hours:perCluster";
    case FG_CHARGE_EXTENDED_SUPPORT:
        return "AmazonEKS-Hours:extendedSupport";
    default:
        return own->charge_name;
    }
}

static bool is_volume(enum fg_charge charge)
{
    return charge == FG_CHARGE_EBS || charge == FG_CHARGE_EBS_IOPS ||
           charge == FG_CHARGE_EBS_THROUGHPUT;
}

static void add_instance(struct json_text *json, const char *type)
{
    struct fg_instance_name parts;
    fg_instance_name_parse(type, &parts);
    add_pair(json, "InstanceType", type);
    add_pair(json, "InstanceSeries", parts.family);
    add_pair(json, "OperatingSystem", "Linux");
}

static const char *price_details(const struct fg_focus_context *context,
                                 const struct fg_account *account)
{
    struct json_text json;
    const char *sku = account->sku, *slash = strchr(sku, '/');
    open_json(&json);
    if (account->charge <= FG_CHARGE_FARGATE_STORAGE && slash != NULL) {
        add_pair(&json, "OperatingSystem", has_part(sku, "windows") ? "Windows" : "Linux");
        add_pair(&json, "x_Architecture", has_part(slash, "arm64") ? "arm64" : "amd64");
    } else if (account->charge == FG_CHARGE_EC2_ON_DEMAND ||
               account->charge == FG_CHARGE_EC2_SPOT || account->charge == FG_CHARGE_AUTO_MODE) {
        add_instance(&json, sku);
    } else if (is_volume(account->charge)) {
        bool is_disk =
            strcmp(sku, "st1") == 0 || strcmp(sku, "sc1") == 0 || strcmp(sku, "standard") == 0;
        add_pair(&json, "DiskType", is_disk ? "HDD" : "SSD");
        add_pair(&json, "x_VolumeType", sku);
    }
    return close_json(&json, context->arena);
}

static bool is_dynamic(const struct fg_account *account)
{
    return account->charge == FG_CHARGE_EC2_SPOT ||
           (account->charge <= FG_CHARGE_FARGATE_STORAGE && has_part(account->sku, "/spot"));
}

/* What is bought on demand and on Spot is one thing at two prices. */
static void put_sku(const struct fg_focus_context *context, const struct fg_focus_account *own,
                    struct fg_focus_row *row)
{
    const struct fg_account *account = &own->account;
    const char *thing = own->charge_name, *code = service_of(context, account->charge)->code;
    if (account->charge == FG_CHARGE_EC2_ON_DEMAND || account->charge == FG_CHARGE_EC2_SPOT)
        thing = "instance";
    else if (account->charge == FG_CHARGE_EBS_IOPS)
        thing = "ebs-iops";
    else if (account->charge == FG_CHARGE_EBS_THROUGHPUT)
        thing = "ebs-throughput";
    const char *id = fg_arena_format(context->arena, "%s/%s/%s/%s", context->run.region, code,
                                     thing, account->sku);
    fg_focus_put(context, row, FG_FOCUS_SKU_ID, id);
    fg_focus_put(
        context, row, FG_FOCUS_SKU_PRICE_ID,
        fg_arena_format(context->arena, "%s/%s", id, is_dynamic(account) ? "spot" : "on-demand"));
    fg_focus_put(context, row, FG_FOCUS_SKU_METER, meter_of(context, own));
    fg_focus_put(context, row, FG_FOCUS_SKU_PRICE_DETAILS, price_details(context, account));
}

/* ---- usage ---- */

bool fg_focus_is_split(const struct fg_account *account)
{
    return account->charge >= FG_CHARGE_EC2_ON_DEMAND && account->charge <= FG_CHARGE_PUBLIC_IPV4;
}

/* The pool, by AWS's name where AWS has one. */
static void put_resource(const struct fg_focus_context *context, const struct fg_account *account,
                         struct fg_focus_row *row)
{
    static const struct {
        const char *kind, *part, *type;
    } kinds[] = {{"fargate", "fargateprofile/", "Fargate Profile"},
                 {"nodegroup", "nodegroup/", "Node Group"},
                 {"nodepool", "nodepool/", "Node Pool"},
                 {"cluster", "cluster/", "Cluster"}};
    const struct fg_focus_run *run = &context->run;
    size_t length = strcspn(account->pool, ":");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strlen(kinds[i].kind) != length || strncmp(kinds[i].kind, account->pool, length) != 0)
            continue;
        const char *name = account->pool[length] == ':' ? &account->pool[length + 1] : NULL;
        fg_focus_put(context, row, FG_FOCUS_RESOURCE_ID,
                     fg_arena_format(context->arena, "arn:aws:%s:%s:%s:%s%s%s%s",
                                     context->is_ecs ? ecs.code : eks.code, run->region,
                                     context->account_id, kinds[i].part, run->scenario,
                                     name != NULL ? "/" : "", name != NULL ? name : ""));
        fg_focus_put(context, row, FG_FOCUS_RESOURCE_NAME, name != NULL ? name : run->scenario);
        fg_focus_put(context, row, FG_FOCUS_RESOURCE_TYPE, kinds[i].type);
    }
}

static void put_allocation(const struct fg_focus_context *context, const struct fg_account *account,
                           struct fg_focus_row *row)
{
    if (!fg_focus_is_split(account))
        return;
    fg_focus_put(context, row, FG_FOCUS_ALLOCATED_METHOD_ID, "requests-vcpu-9-gib-1-gpu-90");
    if (strcmp(account->workload, FG_WORKLOAD_IDLE) == 0)
        return;
    bool named = *account->namespace_name != '\0';
    fg_focus_put(context, row, FG_FOCUS_ALLOCATED_RESOURCE_ID,
                 fg_arena_format(context->arena, "%s%s%s", account->namespace_name,
                                 named ? "/" : "", account->workload));
    fg_focus_put(context, row, FG_FOCUS_ALLOCATED_RESOURCE_NAME, account->workload);
}

void fg_focus_describe_usage(const struct fg_focus_context *context,
                             const struct fg_focus_account *own, struct fg_focus_row *row)
{
    const struct fg_account *account = &own->account;
    const char *unit = fg_charge_unit(account->charge);
    put_common(context, row, service_of(context, account->charge));
    fg_focus_put(context, row, FG_FOCUS_CHARGE_CATEGORY, "Usage");
    fg_focus_put(context, row, FG_FOCUS_CHARGE_FREQUENCY, "Usage-Based");
    fg_focus_put(context, row, FG_FOCUS_CHARGE_DESCRIPTION,
                 fg_arena_format(context->arena, "%s %s in %s", own->charge_name, account->sku,
                                 context->run.region));
    fg_focus_put(context, row, FG_FOCUS_PRICING_CATEGORY,
                 is_dynamic(account) ? "Dynamic" : "Standard");
    fg_focus_put(context, row, FG_FOCUS_PRICING_UNIT, unit);
    fg_focus_put(context, row, FG_FOCUS_CONSUMED_UNIT, unit);
    fg_focus_put_prices(context, row, account->list_unit_nano, account->contract_unit_nano);
    put_region(context, row, context->run.region);
    put_resource(context, account, row);
    put_sku(context, own, row);
    put_tags(context, account, row);
    put_allocation(context, account, row);
    fg_focus_put(context, row, FG_FOCUS_X_ALLOCATION_GROUP, account->group);
    fg_focus_put(context, row, FG_FOCUS_X_CHARGE, own->charge_name);
    fg_focus_put(context, row, FG_FOCUS_X_NAMESPACE, account->namespace_name);
    fg_focus_put(context, row, FG_FOCUS_X_POOL, account->pool);
    fg_focus_put(context, row, FG_FOCUS_X_WORKLOAD, account->workload);
}

/* ---- commitments ---- */

static const char *type_of(const struct fg_commitment *commitment)
{
    static const char *const types[FG_COMMITMENT_KIND_COUNT] = {
        [FG_ZONAL_RESERVATION] = "Zonal Reserved Instance",
        [FG_REGIONAL_RESERVATION] = "Regional Reserved Instance",
        [FG_EC2_INSTANCE_PLAN] = "EC2 Instance Savings Plan",
        [FG_COMPUTE_PLAN] = "Compute Savings Plan",
    };
    return types[commitment->kind];
}

/* A Compute plan is bought for all regions. */
static const char *region_of(const struct fg_focus_context *context,
                             const struct fg_commitment *commitment)
{
    if (commitment->kind == FG_COMPUTE_PLAN)
        return NULL;
    return *commitment->region != '\0' ? commitment->region : context->run.region;
}

const char *fg_focus_commitment_id(const struct fg_focus_context *context,
                                   const struct fg_commitment *commitment)
{
    if (fg_commitment_is_plan(commitment->kind))
        return fg_arena_format(context->arena, "arn:aws:savingsplans::%s:savingsplan/%s",
                               context->account_id, commitment->name);
    return fg_arena_format(context->arena, "arn:aws:ec2:%s:%s:reserved-instances/%s",
                           region_of(context, commitment), context->account_id, commitment->name);
}

void fg_focus_put_commitment(const struct fg_focus_context *context,
                             const struct fg_commitment *commitment, struct fg_focus_row *row)
{
    bool is_plan = fg_commitment_is_plan(commitment->kind);
    fg_focus_put(context, row, FG_FOCUS_COMMITMENT_DISCOUNT_ID,
                 fg_focus_commitment_id(context, commitment));
    fg_focus_put(context, row, FG_FOCUS_COMMITMENT_DISCOUNT_NAME, commitment->name);
    fg_focus_put(context, row, FG_FOCUS_COMMITMENT_DISCOUNT_CATEGORY, is_plan ? "Spend" : "Usage");
    fg_focus_put(context, row, FG_FOCUS_COMMITMENT_DISCOUNT_TYPE, type_of(commitment));
    fg_focus_put(context, row, FG_FOCUS_COMMITMENT_DISCOUNT_UNIT, is_plan ? "USD" : "Hours");
}

static const char *terms_of(const struct fg_focus_context *context,
                            const struct fg_commitment *commitment)
{
    const char *payment = fg_payment_name(commitment->payment);
    if (commitment->term_years == 0)
        return payment;
    return fg_arena_format(context->arena, "%uy-%s", commitment->term_years, payment);
}

static void put_commitment_sku(const struct fg_focus_context *context,
                               const struct fg_commitment *commitment, struct fg_focus_row *row)
{
    const char *region = region_of(context, commitment);
    const char *of = *commitment->instance_type != '\0' ? commitment->instance_type
                     : *commitment->family != '\0'      ? commitment->family
                                                        : "all";
    bool is_plan = fg_commitment_is_plan(commitment->kind);
    const char *id =
        fg_arena_format(context->arena, "%s/%s/%s/%s", region != NULL ? region : "global",
                        is_plan ? "savings-plan" : "reserved-instance",
                        fg_commitment_kind_name(commitment->kind), of);
    const char *terms = terms_of(context, commitment);
    fg_focus_put(context, row, FG_FOCUS_SKU_ID, id);
    fg_focus_put(context, row, FG_FOCUS_SKU_PRICE_ID,
                 fg_arena_format(context->arena, "%s/%s", id, terms));
    fg_focus_put(context, row, FG_FOCUS_SKU_METER,
                 fg_arena_format(context->arena, "%s:%s",
                                 commitment->kind == FG_COMPUTE_PLAN ? "ComputeSP"
                                 : is_plan                           ? "EC2SP"
                                                                     : "HeavyUsage",
                                 of));
}

void fg_focus_describe_commitment(const struct fg_focus_context *context,
                                  const struct fg_commitment *commitment, struct fg_focus_row *row)
{
    bool is_plan = fg_commitment_is_plan(commitment->kind);
    const struct fg_account cluster = {
        .pool = "cluster", .namespace_name = "", .workload = "", .group = ""};
    put_common(context, row, is_plan ? &plans : &ec2);
    fg_focus_put_commitment(context, commitment, row);
    put_region(context, row, region_of(context, commitment));
    fg_focus_put(context, row, FG_FOCUS_RESOURCE_ID, fg_focus_commitment_id(context, commitment));
    fg_focus_put(context, row, FG_FOCUS_RESOURCE_NAME, commitment->name);
    fg_focus_put(context, row, FG_FOCUS_RESOURCE_TYPE, type_of(commitment));
    put_commitment_sku(context, commitment, row);
    put_tags(context, &cluster, row);
    fg_focus_put(context, row, FG_FOCUS_X_CHARGE,
                 fg_charge_name(is_plan ? FG_CHARGE_SAVINGS_PLAN : FG_CHARGE_RESERVED_INSTANCE));
    fg_focus_put(context, row, FG_FOCUS_X_POOL, cluster.pool);
}
