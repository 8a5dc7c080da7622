/* html_writer.h - texts from outside, in HTML. */
#ifndef FARGAUGE_REPORTS_HTML_WRITER_H
#define FARGAUGE_REPORTS_HTML_WRITER_H

#include <stdio.h>

/* Text for an element or a quoted attribute: & < > " ' are escaped, control characters and what
 * is no UTF-8 become U+FFFD. */
void fg_html_text(FILE *out, const char *text);
/* The same for an element alone: a line may break before each '/' and '=', as in a sweep's name. */
void fg_html_breaking_text(FILE *out, const char *text);

#endif
