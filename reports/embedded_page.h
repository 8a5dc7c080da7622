/* embedded_page.h - the parts of the HTML page, compiled into the program. */
#ifndef FARGAUGE_REPORTS_EMBEDDED_PAGE_H
#define FARGAUGE_REPORTS_EMBEDDED_PAGE_H

struct fg_page_part {
    const char *bytes, *end;
};

/* page.html has places for texts, written {{name}}. */
extern const struct fg_page_part fg_page_html, fg_page_css, fg_page_js, fg_page_chart_js;

#endif
