#include "reports/embedded_page.h"

#ifndef FG_CHART_JS
#error "FG_CHART_JS names the file of Chart.js; the Makefile sets it"
#endif

/* The assembler puts each file between two symbols, in read-only data. */
#define EMBED(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global fg_bytes_of_" #name "\nfg_bytes_of_" #name ":\n"                              \
            ".incbin \"" path "\"\n"                                                               \
            ".global fg_end_of_" #name "\nfg_end_of_" #name ":\n"                                  \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char fg_bytes_of_##name[], fg_end_of_##name[];                                    \
    const struct fg_page_part fg_page_##name = {fg_bytes_of_##name, fg_end_of_##name}

EMBED(html, "reports/page.html");
EMBED(css, "reports/page.css");
EMBED(js, "reports/page.js");
EMBED(chart_js, FG_CHART_JS);
