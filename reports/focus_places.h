/* focus_places.h - AWS's regions by the names people read. */
#ifndef FARGAUGE_REPORTS_FOCUS_PLACES_H
#define FARGAUGE_REPORTS_FOCUS_PLACES_H

/* "US East (N. Virginia)" for us-east-1; the region itself where its name is not known. */
const char *fg_focus_region_name(const char *region);

#endif
