/* Price lists in JSON, as a stream of YAJL's events.
 *
 * The bulk offer file index.json has the products first, by SKU, and then the terms, by SKU again:
 *     {offerCode, version, publicationDate,
 *      products: {SKU: {productFamily, attributes: {...}}},
 *      terms: {OnDemand|Reserved: {SKU: {SKU.TERM: {effectiveDate, termAttributes: {...},
 *              priceDimensions: {SKU.TERM.RATE: {beginRange, unit, pricePerUnit: {USD}}}}}}}}
 * Of the products those that are wanted are remembered, and terms of other SKUs are passed over
 * as they come: so memory grows with what is kept.
 *
 * `aws pricing get-products` prints {PriceList: [item, ...]}, an item being such a thing for one
 * product, mostly as a text in which it stands as JSON:
 *     {product: {sku, attributes}, terms: {OnDemand|Reserved: {SKU.TERM: ...}}, version, ...}
 * An item's prices are taken when it ends, in whatever order its parts stand. Items may also come
 * in a list without the rest, or one after the other. */
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "data/catalog_reader.h"
#include "data/price_list_parts.h"

/* Where an event happens: what the innermost open object is. */
enum place {
    NOWHERE, /* outside of all */
    LIST,    /* of items */
    ROOT,    /* an offer file, an answer, an item */
    PRODUCTS,
    PRODUCT,
    ATTRIBUTES,
    TERMS,
    TERM_TYPE,
    SKU_TERMS,
    TERM,
    DIMENSIONS,
    DIMENSION,
    AMOUNTS,
    TERM_ATTRIBUTES,
    PASSED_OVER,
};

/* A product that is wanted, by its SKU. */
struct wanted {
    const char *sku;
    struct fg_listed_item item;
};

enum { KEY_BYTES = 128, DEPTH_MAX = 16, DIMENSIONS_MAX = 16 };

/* One price of a term; its texts live in the term's arena. */
struct dimension {
    const char *cells[FG_CELL_COUNT];
    uint32_t line;
};

struct fg_listed_json {
    struct fg_listed_file *file;
    yajl_handle parser;
    const char *chunk;
    size_t scanned;      /* of the chunk, for line ends */
    uint32_t line;       /* at that place */
    uint32_t fixed_line; /* of a text that holds an item, or 0 */

    enum place places[DEPTH_MAX];
    int depth, passed_depth;
    char key[KEY_BYTES];

    /* the product under way, or the item's */
    struct fg_arena product_arena;
    const char *product[FG_CELL_COUNT];
    uint32_t product_line;
    bool has_product, has_products, terms_came_first;

    /* the products of an offer file */
    struct fg_arena wanted_arena;
    struct wanted *wanted;
    uint32_t wanted_count, wanted_capacity;
    struct fg_index wanted_index;
    const struct wanted *of_sku; /* whose terms are being read */

    /* the term under way; of an item all of them */
    struct fg_arena term_arena;
    const char *term_type;
    const char *effective, *lease, *purchase, *class;
    struct dimension *dimensions;
    uint32_t dimension_count, dimension_capacity, term_first;
};

/* Each byte is looked at once. */
static void scan_to(struct fg_listed_json *json, size_t offset)
{
    const char *at = json->chunk + json->scanned, *end = json->chunk + offset;
    if (json->scanned >= offset)
        return;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        json->line++;
        at++;
    }
    json->scanned = offset;
}

static uint32_t line_of(struct fg_listed_json *json)
{
    if (json->fixed_line > 0)
        return json->fixed_line;
    scan_to(json, yajl_get_bytes_consumed(json->parser));
    return json->line;
}

/* ---- products ---- */

static void clear_product(struct fg_listed_json *json)
{
    fg_arena_reset(&json->product_arena);
    for (int i = 0; i < FG_CELL_COUNT; i++)
        json->product[i] = "";
    json->has_product = false;
}

/* What the product is; a bad one is noted. */
static bool find_item(struct fg_listed_json *json, struct fg_listed_item *out)
{
    const char *why = "";
    enum fg_listed_verdict verdict =
        fg_listed_item_find(json->file->list, json->product, out, &why);
    if (verdict == FG_LISTED_BAD)
        fg_listed_note_bad(json->file, json->product_line, "%s", why);
    if (verdict == FG_LISTED_WANTED && out->table == FG_TABLE_EC2)
        fg_listed_type_take(json->file, json->product);
    return verdict == FG_LISTED_WANTED;
}

static void remember_product(struct fg_listed_json *json)
{
    struct wanted wanted;
    if (!find_item(json, &wanted.item))
        return;
    const char *sku = json->product[FG_CELL_SKU];
    wanted.sku = fg_arena_string(&json->wanted_arena, sku);
    fg_index_put(&json->wanted_index, fg_hash_bytes(sku, strlen(sku), 0), json->wanted_count);
    json->wanted =
        fg_grow(json->wanted, &json->wanted_capacity, json->wanted_count + 1, sizeof *json->wanted);
    json->wanted[json->wanted_count++] = wanted;
}

static const struct wanted *find_wanted(const struct fg_listed_json *json, const char *sku)
{
    uint32_t cursor = 0, at;
    uint64_t hash = fg_hash_bytes(sku, strlen(sku), 0);
    while ((at = fg_index_next(&json->wanted_index, hash, &cursor)) != UINT32_MAX)
        if (strcmp(json->wanted[at].sku, sku) == 0)
            return &json->wanted[at];
    return NULL;
}

/* ---- terms ---- */

static void begin_term(struct fg_listed_json *json)
{
    json->effective = json->lease = json->purchase = json->class = "";
    json->term_first = json->dimension_count;
}

static void begin_dimension(struct fg_listed_json *json)
{
    json->dimensions = fg_grow(json->dimensions, &json->dimension_capacity,
                               json->dimension_count + 1, sizeof *json->dimensions);
    struct dimension *dimension = &json->dimensions[json->dimension_count++];
    for (int i = 0; i < FG_CELL_COUNT; i++)
        dimension->cells[i] = "";
    dimension->line = line_of(json);
}

static void forget_terms(struct fg_listed_json *json)
{
    json->dimension_count = 0;
    fg_arena_reset(&json->term_arena);
}

static void take_dimensions(struct fg_listed_json *json, const struct fg_listed_item *item)
{
    for (uint32_t i = 0; i < json->dimension_count; i++)
        fg_listed_price_take(json->file, item, json->dimensions[i].cells, json->dimensions[i].line);
}

/* What stands beside the dimensions belongs to each of them. */
static void end_term(struct fg_listed_json *json)
{
    for (uint32_t i = json->term_first; i < json->dimension_count; i++) {
        const char **cells = json->dimensions[i].cells;
        cells[FG_CELL_TERM_TYPE] = json->term_type;
        cells[FG_CELL_EFFECTIVE] = json->effective;
        cells[FG_CELL_LEASE] = json->lease;
        cells[FG_CELL_PURCHASE] = json->purchase;
        cells[FG_CELL_CLASS] = json->class;
    }
    if (json->of_sku != NULL) {
        take_dimensions(json, &json->of_sku->item);
        forget_terms(json);
    }
}

static void end_root(struct fg_listed_json *json)
{
    struct fg_listed_item item;
    if (json->has_product && find_item(json, &item))
        take_dimensions(json, &item);
    else
        json->file->list->passed_count += json->dimension_count;
    if (json->terms_came_first)
        fg_listed_note_bad(json->file, line_of(json),
                           "the terms stand before the products; expected them behind");
    forget_terms(json);
    clear_product(json);
    json->terms_came_first = false;
}

/* ---- objects and lists ---- */

static enum place place_of_term(struct fg_listed_json *json)
{
    json->of_sku = NULL;
    if (strchr(json->key, '.') != NULL)
        return TERM;
    json->of_sku = find_wanted(json, json->key);
    json->terms_came_first = json->terms_came_first || !json->has_products;
    if (json->of_sku != NULL)
        return SKU_TERMS;
    json->file->list->passed_count++;
    return PASSED_OVER;
}

static bool is_key(const struct fg_listed_json *json, const char *key)
{
    return strcmp(json->key, key) == 0;
}

/* What the object is that begins under the key. */
static enum place inner_place(struct fg_listed_json *json)
{
    switch (json->depth > 0 ? json->places[json->depth - 1] : NOWHERE) {
    case NOWHERE:
    case LIST:
        return ROOT;
    case ROOT:
        return is_key(json, "products")  ? PRODUCTS
               : is_key(json, "product") ? PRODUCT
               : is_key(json, "terms")   ? TERMS
                                         : PASSED_OVER;
    case PRODUCTS:
        return PRODUCT;
    case PRODUCT:
        return is_key(json, "attributes") ? ATTRIBUTES : PASSED_OVER;
    case TERMS:
        json->term_type = is_key(json, "OnDemand") ? "OnDemand" : "Reserved";
        return is_key(json, json->term_type) ? TERM_TYPE : PASSED_OVER;
    case TERM_TYPE:
        return place_of_term(json);
    case SKU_TERMS:
        return TERM;
    case TERM:
        return is_key(json, "priceDimensions")  ? DIMENSIONS
               : is_key(json, "termAttributes") ? TERM_ATTRIBUTES
                                                : PASSED_OVER;
    case DIMENSIONS:
        return DIMENSION;
    case DIMENSION:
        return is_key(json, "pricePerUnit") ? AMOUNTS : PASSED_OVER;
    default:
        return PASSED_OVER;
    }
}

static int begin(struct fg_listed_json *json, enum place place)
{
    if (place == PASSED_OVER || json->depth == DEPTH_MAX) {
        json->passed_depth++;
        return 1;
    }
    bool in_products = json->depth > 0 && json->places[json->depth - 1] == PRODUCTS;
    json->places[json->depth++] = place;
    if (place == ROOT || (place == PRODUCT && in_products))
        clear_product(json);
    if (place == ROOT)
        forget_terms(json);
    json->has_products = json->has_products || place == PRODUCTS;
    if (place == PRODUCT) {
        json->product_line = line_of(json);
        json->has_product = !in_products;
    } else if (place == TERM) {
        begin_term(json);
    } else if (place == DIMENSION) {
        begin_dimension(json);
    }
    return 1;
}

static int begin_map(void *user)
{
    struct fg_listed_json *json = user;
    return begin(json, json->passed_depth > 0 ? PASSED_OVER : inner_place(json));
}

static int begin_list(void *user)
{
    struct fg_listed_json *json = user;
    enum place around = json->depth > 0 ? json->places[json->depth - 1] : NOWHERE;
    bool items = json->passed_depth == 0 &&
                 (around == NOWHERE || (around == ROOT && is_key(json, "PriceList")));
    return begin(json, items ? LIST : PASSED_OVER);
}

static int end(void *user)
{
    struct fg_listed_json *json = user;
    if (json->passed_depth > 0) {
        json->passed_depth--;
        return 1;
    }
    enum place place = json->places[--json->depth];
    enum place around = json->depth > 0 ? json->places[json->depth - 1] : NOWHERE;
    if (place == PRODUCT && around == PRODUCTS)
        remember_product(json);
    else if (place == TERM)
        end_term(json);
    else if (place == ROOT)
        end_root(json);
    return 1;
}

static int take_key(void *user, const unsigned char *text, size_t length)
{
    struct fg_listed_json *json = user;
    if (json->passed_depth > 0)
        return 1;
    size_t kept = length < KEY_BYTES - 1 ? length : KEY_BYTES - 1;
    memcpy(json->key, text, kept);
    json->key[kept] = '\0';
    return 1;
}

/* ---- texts ---- */

static void read_inner(struct fg_listed_json *outer, const char *text, size_t length);

static void take_product_text(struct fg_listed_json *json, const char *text, size_t length)
{
    int cell = fg_listed_cell_number(json->key, strlen(json->key));
    if (cell >= 0 && cell < FG_CELL_TERM_TYPE)
        json->product[cell] = fg_arena_copy(&json->product_arena, text, length);
}

static void take_term_text(struct fg_listed_json *json, const char *text, size_t length)
{
    const struct {
        const char *key;
        const char **text;
    } parts[] = {
        {"effectiveDate", &json->effective},
        {"LeaseContractLength", &json->lease},
        {"PurchaseOption", &json->purchase},
        {"OfferingClass", &json->class},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_key(json, parts[i].key))
            *parts[i].text = fg_arena_copy(&json->term_arena, text, length);
}

static void take_dimension_text(struct fg_listed_json *json, const char *text, size_t length)
{
    const char **cells = json->dimensions[json->dimension_count - 1].cells;
    int cell = fg_listed_cell_number(json->key, strlen(json->key));
    if (cell == FG_CELL_BEGIN || cell == FG_CELL_UNIT)
        cells[cell] = fg_arena_copy(&json->term_arena, text, length);
}

/* {"USD": "0.0960000000"}; other currencies are not taken. */
static void take_amount(struct fg_listed_json *json, const char *text, size_t length)
{
    const char **cells = json->dimensions[json->dimension_count - 1].cells;
    if (!is_key(json, "USD"))
        return;
    cells[FG_CELL_CURRENCY] = "USD";
    cells[FG_CELL_PRICE] = fg_arena_copy(&json->term_arena, text, length);
}

static void take_root_text(struct fg_listed_json *json, const char *text, size_t length)
{
    char value[64] = "";
    if (length >= sizeof value)
        return;
    memcpy(value, text, length);
    fg_listed_file_say(json->file, is_key(json, "serviceCode") ? "offerCode" : json->key, value);
}

static int take_text(void *user, const char *text, size_t length)
{
    struct fg_listed_json *json = user;
    if (json->passed_depth > 0)
        return 1;
    switch (json->depth > 0 ? json->places[json->depth - 1] : NOWHERE) {
    case NOWHERE:
    case LIST:
        if (json->fixed_line == 0 && length > 0 && *text == '{')
            read_inner(json, text, length);
        break;
    case ROOT:
        take_root_text(json, text, length);
        break;
    case PRODUCT:
    case ATTRIBUTES:
        take_product_text(json, text, length);
        break;
    case TERM:
    case TERM_ATTRIBUTES:
        take_term_text(json, text, length);
        break;
    case DIMENSION:
        take_dimension_text(json, text, length);
        break;
    case AMOUNTS:
        take_amount(json, text, length);
        break;
    default:
        break;
    }
    return 1;
}

static int take_string(void *user, const unsigned char *text, size_t length)
{
    return take_text(user, (const char *)text, length);
}

/* ---- the reader ---- */

static const yajl_callbacks callbacks = {
    .yajl_number = take_text,
    .yajl_string = take_string,
    .yajl_start_map = begin_map,
    .yajl_map_key = take_key,
    .yajl_end_map = end,
    .yajl_start_array = begin_list,
    .yajl_end_array = end,
};

struct fg_listed_json *fg_listed_json_open(struct fg_listed_file *file)
{
    struct fg_listed_json *json = fg_allocate(1, sizeof *json);
    json->file = file;
    json->line = 1;
    json->parser = yajl_alloc(&callbacks, NULL, json);
    FG_ASSERT(json->parser != NULL);
    yajl_config(json->parser, yajl_allow_multiple_values, 1);
    yajl_config(json->parser, yajl_dont_validate_strings, 1);
    clear_product(json);
    return json;
}

static void note_syntax(struct fg_listed_json *json)
{
    unsigned char *text = yajl_get_error(json->parser, 0, NULL, 0);
    size_t length = text != NULL ? strcspn((const char *)text, "\n") : 0;
    fg_listed_note_bad(json->file, line_of(json),
                       "from here on this is not JSON: %.*s; what stands before it counts",
                       (int)length, text != NULL ? (const char *)text : "");
    if (text != NULL)
        yajl_free_error(json->parser, text);
}

bool fg_listed_json_feed(struct fg_listed_json *json, const char *bytes, size_t length)
{
    json->chunk = bytes;
    json->scanned = 0;
    if (yajl_parse(json->parser, (const unsigned char *)bytes, length) != yajl_status_ok) {
        note_syntax(json);
        return false;
    }
    scan_to(json, length);
    return true;
}

void fg_listed_json_close(struct fg_listed_json *json, bool is_whole)
{
    if (is_whole && yajl_complete_parse(json->parser) != yajl_status_ok)
        fg_listed_note_bad(json->file, json->fixed_line > 0 ? json->fixed_line : json->line,
                           "the file ends before its JSON does; what stands before it counts");
    yajl_free(json->parser);
    fg_arena_release(&json->product_arena);
    fg_arena_release(&json->wanted_arena);
    fg_arena_release(&json->term_arena);
    fg_index_release(&json->wanted_index);
    free(json->wanted);
    free(json->dimensions);
    free(json);
}

/* An item that stands as a text. */
static void read_inner(struct fg_listed_json *outer, const char *text, size_t length)
{
    struct fg_listed_file item = *outer->file;
    struct fg_listed_json *json = fg_listed_json_open(&item);
    json->fixed_line = line_of(outer);
    bool good = fg_listed_json_feed(json, text, length);
    fg_listed_json_close(json, good);
}
