/* Price lists in every format: what was read is sound and goes into the tables. */
#include "data/price_list.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/price_list_update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory that is written anew for each input. Returns its path. */
static const char *file_of(const void *bytes, size_t size)
{
    static int file;
    static char path[64];
    if (file == 0) {
        file = memfd_create("list", 0);
        FG_ASSERT(file > 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    FG_ASSERT(ftruncate(file, 0) == 0);
    FG_ASSERT(pwrite(file, bytes, size, 0) == (ssize_t)size);
    return path;
}

static void check_list(const struct fg_price_list *list)
{
    for (uint32_t i = 0; i < list->price_count; i++) {
        const struct fg_listed_price *price = &list->prices[i];
        FG_ASSERT(price->nano >= 0 && price->item[0] != '\0' && price->region[0] != '\0');
        FG_ASSERT(price->effective_from != FG_DAY_UNKNOWN && price->as_of != FG_DAY_UNKNOWN);
        FG_ASSERT(price->table < FG_TABLE_COUNT && price->column < 3);
    }
    for (uint64_t i = 0; i < list->bad_count && i < FG_LISTED_BAD_ROWS; i++)
        FG_ASSERT(list->bad[i] != NULL);
}

static void check_update(struct fg_price_list *list)
{
    struct fg_price_list_update update;
    struct fg_error error = {0};
    FG_ASSERT(fg_price_list_update_make(list, "/nowhere", NULL, true, &update, &error) == FG_OK);
    for (int i = 0; i < FG_TABLE_COUNT; i++)
        if (update.is_changed[i])
            FG_ASSERT(update.tables[i].row_count > 0);
    fg_price_list_update_release(&update);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fg_price_list list = {0};
    struct fg_error error = {0};
    fg_status status = fg_price_list_read(file_of(data, size), &list, &error);
    FG_ASSERT(status == error.status);
    check_list(&list);
    if (status == FG_OK && list.price_count > 0)
        check_update(&list);
    fg_price_list_release(&list);
    return 0;
}
