#include "reports/embedded_page.h"

#include "models/base/embed.h"

#ifndef FG_CHART_JS
#error "FG_CHART_JS names the file of Chart.js; the Makefile sets it"
#endif

FG_EMBED(fg_page_html_file, "reports/page.html");
FG_EMBED(fg_page_css_file, "reports/page.css");
FG_EMBED(fg_page_js_file, "reports/page.js");
FG_EMBED(fg_chart_js_file, FG_CHART_JS);

const struct fg_page_part fg_page_html = {fg_page_html_file_begin, fg_page_html_file_end};
const struct fg_page_part fg_page_css = {fg_page_css_file_begin, fg_page_css_file_end};
const struct fg_page_part fg_page_js = {fg_page_js_file_begin, fg_page_js_file_end};
const struct fg_page_part fg_page_chart_js = {fg_chart_js_file_begin, fg_chart_js_file_end};
