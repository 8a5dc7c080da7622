/* billing_export_values.h - what stands in the cells of a billing export. */
#ifndef FARGAUGE_DATA_BILLING_EXPORT_VALUES_H
#define FARGAUGE_DATA_BILLING_EXPORT_VALUES_H

#include <stdbool.h>

#include "models/calendar.h"
#include "models/labels.h"

/* "-0.0000000123", "1.2E-7", "" or "null" (0): in units of 10^-9, rounded half to even. False if it
 * is no number or is 10^12 or more. */
bool fg_bill_parse_decimal(const char *text, __int128 *out_nano);

/* "2026-03-02T00:00:00Z", also with a blank, a fraction, "UTC" or nothing behind it, of the years
 * 1970 to 9999. */
bool fg_bill_parse_instant(const char *text, fg_unix_s *out);

/* Whether two keys of tags are the same one in the spellings of different exports:
 * "user:CostCenter" and "user_cost_center", "aws:eks:cluster-name" and "aws_eks_cluster_name". */
bool fg_bill_is_same_tag(const char *a, const char *b);

/* Whether `json`, an object of texts, has `tag`, as above, with its value. False in *out_good if it
 * is no such object; "" and "null" are empty ones. */
bool fg_bill_map_has(const char *json, const struct fg_pair *tag, bool *out_good);

#endif
