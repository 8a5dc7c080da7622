#include "reports/focus_columns.h"

static const struct {
    const char *name;
    int since;
} columns[FG_FOCUS_COLUMN_COUNT] = {
#define X(constant, name, since) {name, since},
    FG_FOCUS_COLUMN_LIST(X)
#undef X
};

const char *fg_focus_column_name(enum fg_focus_column column)
{
    return columns[column].name;
}

int fg_focus_column_since(enum fg_focus_column column)
{
    return columns[column].since;
}
