#include "tests/support/price_list_sample.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- products ---- */

/* What differs between the products of one type. */
struct flavour {
    const char *system, *tenancy, *software, *capacity, *usage, *operation, *location_type;
    int price_factor;
};
static const struct flavour flavours[] = {
    {"Windows", "Shared", "NA", "Used", "BoxUsage", "RunInstances:0002", "AWS Region", 10},
    {"Linux", "Shared", "NA", "Used", "BoxUsage", "RunInstances", "AWS Region", 1},
    {"Linux", "Shared", "SQL Std", "Used", "BoxUsage", "RunInstances:0004", "AWS Region", 10},
    {"Linux", "Dedicated", "NA", "Used", "DedicatedUsage", "RunInstances", "AWS Region", 10},
    {"Linux", "Shared", "NA", "UnusedCapacityReservation", "UnusedBox", "RunInstances",
     "AWS Region", 10},
    {"Linux", "Shared", "NA", "Used", "BoxUsage", "RunInstances", "AWS Local Zone", 10},
    {"RHEL", "Shared", "NA", "Used", "BoxUsage", "RunInstances:0010", "AWS Region", 10},
};
enum { FLAVOUR_COUNT = sizeof flavours / sizeof *flavours };

struct product {
    char sku[40], usage[80];
    const char *type, *region;
    const struct flavour *flavour;
    int64_t nano_per_hour;
};

/* Calls for each product in the same order. */
typedef void product_taker(const struct product *product, void *user);

static void each_product(const struct fg_price_list_sample *sample, product_taker *take, void *user)
{
    for (uint32_t r = 0; r < sample->region_count; r++)
        for (uint32_t t = 0; t < sample->type_count; t++)
            for (int f = 0; f < FLAVOUR_COUNT; f++) {
                struct product product = {.type = sample->types[t],
                                          .region = sample->regions[r],
                                          .flavour = &flavours[f]};
                product.nano_per_hour = (t + 1) * 1000000LL * flavours[f].price_factor;
                snprintf(product.sku, sizeof product.sku, "S%03u%06u%06d", r, t, f);
                snprintf(product.usage, sizeof product.usage, "%s%s:%s", r == 0 ? "" : "EUC1-",
                         flavours[f].usage, product.type);
                take(&product, user);
            }
}

/* ---- terms ---- */

struct term {
    const char *code, *lease, *purchase, *class;
    int years;
    int hourly_percent;  /* of the price; -1 = no such part */
    int upfront_percent; /* of a year at the price, a year; -1 = no such part */
};
static const struct term reserved_terms[] = {
    {"4NA7Y494T4", "1yr", "No Upfront", "standard", 1, 60, -1},
    {"HU7G6KETJZ", "1yr", "Partial Upfront", "standard", 1, 30, 30},
    {"6QCMYABX3D", "1yr", "All Upfront", "standard", 1, 0, 60},
    {"BPH4J8HBKS", "3yr", "No Upfront", "standard", 3, 60, -1},
    {"38NPMPTW36", "3yr", "Partial Upfront", "standard", 3, 30, 30},
    {"NQ3QZPMQV9", "3yr", "All Upfront", "standard", 3, 0, 60},
    {"7NE97W5U4E", "1yr", "No Upfront", "convertible", 1, 60, -1},
    {"CUZHX8X6JH", "1yr", "Partial Upfront", "convertible", 1, 30, 30},
    {"VJWZNREJX2", "1yr", "All Upfront", "convertible", 1, 0, 60},
    {"Z2E3P23VKM", "3yr", "No Upfront", "convertible", 3, 60, -1},
    {"R5XV2EPZQZ", "3yr", "Partial Upfront", "convertible", 3, 30, 30},
    {"MZU6U2429S", "3yr", "All Upfront", "convertible", 3, 0, 60},
};
static const struct term on_demand = {"JRTCKXETXF", "", "", "", 0, 100, -1};
enum { TERM_COUNT = sizeof reserved_terms / sizeof *reserved_terms, HOURS = 8760 };

/* Both parts of a term; AWS has ten decimals by the hour and none upfront. */
static void hourly_text(const struct product *product, const struct term *term, char out[32])
{
    int64_t nano = product->nano_per_hour * term->hourly_percent / 100;
    snprintf(out, 32, "%" PRId64 ".%09" PRId64 "0", nano / 1000000000, nano % 1000000000);
}

static void upfront_text(const struct product *product, const struct term *term, char out[32])
{
    int64_t nano = product->nano_per_hour * HOURS * term->years / 100 * term->upfront_percent;
    snprintf(out, 32, "%" PRId64 ".%09" PRId64, nano / 1000000000, nano % 1000000000);
}

/* ---- JSON ---- */

struct json {
    const struct fg_price_list_sample *sample;
    FILE *out;
    const char *comma;
    bool reserved;
    bool spoilt_region, spoilt_price, spoilt_date;
};

static void put_product(const struct product *product, bool with_region, FILE *out)
{
    const struct flavour *flavour = product->flavour;
    fprintf(out,
            "{\n      \"sku\" : \"%s\",\n      \"productFamily\" : \"Compute Instance\",\n"
            "      \"attributes\" : {\n        \"servicecode\" : \"AmazonEC2\",\n"
            "        \"location\" : \"%s\",\n        \"locationType\" : \"%s\",\n"
            "        \"instanceType\" : \"%s\",\n        \"currentGeneration\" : \"Yes\",\n"
            "        \"vcpu\" : \"4\",\n        \"physicalProcessor\" : \"Intel Xeon 8375C (Ice "
            "Lake)\",\n        \"clockSpeed\" : \"3.5 GHz\",\n        \"memory\" : \"15.25 GiB\",\n"
            "        \"tenancy\" : \"%s\",\n        \"operatingSystem\" : \"%s\",\n"
            "        \"licenseModel\" : \"No License required\",\n        \"usagetype\" : \"%s\",\n"
            "        \"operation\" : \"%s\",\n        \"capacitystatus\" : \"%s\",\n"
            "        \"marketoption\" : \"OnDemand\",\n        \"preInstalledSw\" : \"%s\",\n"
            "        \"processorFeatures\" : \"Intel AVX; Intel Turbo\"",
            product->sku, with_region ? "Somewhere" : "Nowhere", flavour->location_type,
            product->type, flavour->tenancy, flavour->system, product->usage, flavour->operation,
            flavour->capacity, flavour->software);
    if (with_region)
        fprintf(out, ",\n        \"regionCode\" : \"%s\"", product->region);
    fprintf(out, "\n      }\n    }");
}

static void put_dimension(const struct product *product, const struct term *term, const char *rate,
                          const char *unit, const char *price, FILE *out)
{
    fprintf(out,
            "            \"%s.%s.%s\" : {\n              \"rateCode\" : \"%s.%s.%s\",\n"
            "              \"description\" : \"a price\",\n",
            product->sku, term->code, rate, product->sku, term->code, rate);
    if (strcmp(unit, "Hrs") == 0)
        fprintf(out, "              \"beginRange\" : \"0\",\n              \"endRange\" : "
                     "\"Inf\",\n");
    fprintf(out,
            "              \"unit\" : \"%s\",\n              \"pricePerUnit\" : {\n"
            "                \"USD\" : \"%s\"\n              },\n              \"appliesTo\" : [ "
            "]\n            }",
            unit, price);
}

static void put_term(struct json *json, const struct product *product, const struct term *term)
{
    char hourly[32], upfront[32];
    bool wanted = product->flavour->price_factor == 1;
    bool spoil_date = wanted && json->sample->malformed && !json->spoilt_date;
    bool spoil_price =
        wanted && json->sample->malformed && json->spoilt_date && !json->spoilt_price;
    json->spoilt_date = json->spoilt_date || spoil_date;
    json->spoilt_price = json->spoilt_price || spoil_price;
    hourly_text(product, term, hourly);
    fprintf(json->out,
            "\"%s.%s\" : {\n          \"offerTermCode\" : \"%s\",\n          \"sku\" : \"%s\",\n"
            "          \"effectiveDate\" : \"%sT00:00:00Z\",\n          \"priceDimensions\" : {\n",
            product->sku, term->code, term->code, product->sku,
            spoil_date ? "soon" : json->sample->effective);
    put_dimension(product, term, "6YS6EN2CT7", "Hrs", spoil_price ? "a lot" : hourly, json->out);
    if (term->upfront_percent >= 0) {
        upfront_text(product, term, upfront);
        fprintf(json->out, ",\n");
        put_dimension(product, term, "2TG2D8R56U", "Quantity", upfront, json->out);
    }
    fprintf(json->out, "\n          },\n          \"termAttributes\" : {");
    if (term->years > 0)
        fprintf(json->out,
                "\n            \"LeaseContractLength\" : \"%s\",\n            \"OfferingClass\" : "
                "\"%s\",\n            \"PurchaseOption\" : \"%s\"\n          ",
                term->lease, term->class, term->purchase);
    fprintf(json->out, "}\n        }");
}

static void put_terms_of(struct json *json, const struct product *product, bool reserved)
{
    if (!reserved) {
        put_term(json, product, &on_demand);
        return;
    }
    for (int i = 0; i < TERM_COUNT; i++) {
        fputs(i > 0 ? ",\n        " : "", json->out);
        put_term(json, product, &reserved_terms[i]);
    }
}

static void json_product(const struct product *product, void *user)
{
    struct json *json = user;
    bool spoil =
        json->sample->malformed && !json->spoilt_region && product->flavour->price_factor == 1;
    fputs(json->comma, json->out);
    json->comma = ",\n    ";
    if (spoil) { /* one more product, of no region */
        json->spoilt_region = true;
        struct product other = *product;
        other.sku[0] = 'X';
        fprintf(json->out, "\"%s\" : ", other.sku);
        put_product(&other, false, json->out);
        fputs(json->comma, json->out);
    }
    fprintf(json->out, "\"%s\" : ", product->sku);
    put_product(product, true, json->out);
}

static void json_terms(const struct product *product, void *user)
{
    struct json *json = user;
    fputs(json->comma, json->out);
    json->comma = ",\n      ";
    fprintf(json->out, "\"%s\" : {\n        ", product->sku);
    put_terms_of(json, product, json->reserved);
    fprintf(json->out, "\n      }");
}

void fg_price_list_sample_json(const struct fg_price_list_sample *sample, FILE *out)
{
    struct json json = {.sample = sample, .out = out, .comma = ""};
    fprintf(out,
            "{\n  \"formatVersion\" : \"v1.0\",\n  \"disclaimer\" : \"made up\",\n"
            "  \"offerCode\" : \"AmazonEC2\",\n  \"version\" : \"20260925174521\",\n"
            "  \"publicationDate\" : \"%s\",\n  \"products\" : {\n    ",
            sample->published);
    each_product(sample, json_product, &json);
    fprintf(out, "\n  },\n  \"terms\" : {\n    \"OnDemand\" : {\n      ");
    json.comma = "";
    each_product(sample, json_terms, &json);
    fprintf(out, "\n    },\n    \"Reserved\" : {\n      ");
    json.comma = "";
    json.reserved = true;
    each_product(sample, json_terms, &json);
    fprintf(out, "\n    }\n  },\n  \"attributesList\" : { }\n}\n");
}

/* ---- the answer to get-products ---- */

static void put_escaped(const char *text, size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            continue;
        if (text[i] == '"')
            fputc('\\', out);
        fputc(text[i], out);
    }
}

static void products_item(const struct product *product, void *user)
{
    struct json *json = user;
    char *text = NULL;
    size_t length = 0;
    FILE *out = json->out;
    bool spoil =
        json->sample->malformed && !json->spoilt_region && product->flavour->price_factor == 1;
    json->spoilt_region = json->spoilt_region || spoil;
    for (int copy = spoil ? 0 : 1; copy < 2; copy++) {
        json->out = open_memstream(&text, &length);
        fprintf(json->out, "{\"product\" : ");
        put_product(product, copy == 1, json->out);
        fprintf(json->out, ", \"serviceCode\" : \"AmazonEC2\", \"terms\" : {");
        if (copy == 1) {
            fprintf(json->out, "\"OnDemand\" : {");
            put_terms_of(json, product, false);
            fprintf(json->out, "}, \"Reserved\" : {");
            put_terms_of(json, product, true);
            fprintf(json->out, "}");
        }
        fprintf(json->out, "}, \"version\" : \"20260925174521\", \"publicationDate\" : \"%s\"}",
                json->sample->published);
        fclose(json->out);
        fprintf(out, "%s        \"", json->comma);
        put_escaped(text, length, out);
        fputc('"', out);
        free(text);
        json->comma = ",\n";
    }
    json->out = out;
}

void fg_price_list_sample_products(const struct fg_price_list_sample *sample, FILE *out)
{
    struct json json = {.sample = sample, .out = out, .comma = ""};
    fprintf(out, "{\n    \"FormatVersion\": \"aws_v1\",\n    \"PriceList\": [\n");
    each_product(sample, products_item, &json);
    fprintf(out, "\n    ]\n}\n");
}

/* ---- CSV ---- */

struct csv {
    const struct fg_price_list_sample *sample;
    FILE *out;
    bool spoilt;
};

static const char csv_header[] =
    "\"SKU\",\"OfferTermCode\",\"RateCode\",\"TermType\",\"PriceDescription\",\"EffectiveDate\","
    "\"StartingRange\",\"EndingRange\",\"Unit\",\"PricePerUnit\",\"Currency\",\"RelatedTo\","
    "\"LeaseContractLength\",\"PurchaseOption\",\"OfferingClass\",\"Product Family\","
    "\"serviceCode\",\"Location\",\"Location Type\",\"Instance Type\",\"Current Generation\","
    "\"Instance Family\",\"vCPU\",\"Physical Processor\",\"Clock Speed\",\"Memory\",\"Storage\","
    "\"Network Performance\",\"Processor Architecture\",\"Volume Type\",\"Tenancy\","
    "\"EBS Optimized\",\"Operating System\",\"License "
    "Model\",\"Group\",\"usageType\",\"operation\","
    "\"CapacityStatus\",\"GPU\",\"GPU Memory\",\"MarketOption\",\"Normalization Size Factor\","
    "\"Pre Installed S/W\",\"Processor Features\",\"Region Code\",\"serviceName\"\n";

static void csv_row(struct csv *csv, const struct product *product, const struct term *term,
                    const char *rate, const char *unit, const char *price, const char *date)
{
    const struct flavour *flavour = product->flavour;
    bool upfront = strcmp(unit, "Quantity") == 0;
    fprintf(csv->out,
            "\"%s\",\"%s\",\"%s.%s.%s\",\"%s\",\"%s\",\"%s\",%s,%s,\"%s\",\"%s\",\"USD\",,",
            product->sku, term->code, product->sku, term->code, rate,
            term->years > 0 ? "Reserved" : "OnDemand",
            upfront ? "Upfront Fee" : "Linux/UNIX (Amazon VPC), an hour", date,
            upfront ? "" : "\"0\"", upfront ? "" : "\"Inf\"", unit, price);
    if (term->years > 0)
        fprintf(csv->out, "\"%s\",\"%s\",\"%s\",", term->lease, term->purchase, term->class);
    else
        fprintf(csv->out, ",,,");
    fprintf(
        csv->out,
        "\"Compute Instance\",\"AmazonEC2\",\"Somewhere\",\"%s\",\"%s\",\"Yes\",\"General "
        "purpose\",\"4\",\"Intel Xeon 8375C (Ice Lake)\",\"3.5 GHz\",\"15.25 GiB\",\"EBS only\","
        "\"Up to 12500 Megabit\",\"64-bit\",,\"%s\",,\"%s\",\"No License required\",,\"%s\","
        "\"%s\",\"%s\",,\"NA\",\"OnDemand\",\"4\",\"%s\",\"Intel AVX; Intel Turbo\",\"%s\","
        "\"Amazon Elastic Compute Cloud\"\n",
        flavour->location_type, product->type, flavour->tenancy, flavour->system, product->usage,
        flavour->operation, flavour->capacity, flavour->software, product->region);
}

/* Rows that cannot be read, before the good ones of the same product. */
static void spoil(struct csv *csv, const struct product *product)
{
    fprintf(csv->out, "\"%s\",\"cut off\",\"Reserved\"\n", product->sku);
    fprintf(csv->out, "\"%s\"broken,\"Reserved\"\n", product->sku);
    csv_row(csv, product, &on_demand, "6YS6EN2CT7", "Hrs", "a lot", csv->sample->effective);
    csv_row(csv, product, &on_demand, "6YS6EN2CT7", "Hrs", "1.5", "soon");
    csv->spoilt = true;
}

static void csv_term(struct csv *csv, const struct product *product, const struct term *term)
{
    char price[32];
    hourly_text(product, term, price);
    csv_row(csv, product, term, "6YS6EN2CT7", "Hrs", price, csv->sample->effective);
    if (term->upfront_percent < 0)
        return;
    upfront_text(product, term, price);
    csv_row(csv, product, term, "2TG2D8R56U", "Quantity", price, csv->sample->effective);
}

static void csv_product(const struct product *product, void *user)
{
    struct csv *csv = user;
    if (csv->sample->malformed && !csv->spoilt && product->flavour->price_factor == 1)
        spoil(csv, product);
    for (int i = 0; i < TERM_COUNT; i++)
        csv_term(csv, product, &reserved_terms[i]);
    csv_term(csv, product, &on_demand);
}

void fg_price_list_sample_csv(const struct fg_price_list_sample *sample, FILE *out)
{
    struct csv csv = {.sample = sample, .out = out};
    fprintf(out,
            "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"made up, \"\"all\"\" of it\"\n"
            "\"Publication Date\",\"%s\"\n\"Version\",\"20260925174521\"\n"
            "\"OfferCode\",\"AmazonEC2\"\n%s",
            sample->published, csv_header);
    each_product(sample, csv_product, &csv);
}
