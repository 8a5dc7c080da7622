/* instance_name.h - what the name of an EC2 instance type says: "m6i.2xlarge" is category m,
 * family m6i, generation 6, size 2xlarge.
 *
 * The parts are cut as Karpenter cuts them for its labels: the category is the leading letters,
 * the generation the number after them ("u-6tb1.metal": u and 1; "p6-b200.48xlarge": p and 6).
 */
#ifndef FARGAUGE_MODELS_INSTANCE_NAME_H
#define FARGAUGE_MODELS_INSTANCE_NAME_H

#include <stdbool.h>
#include <stdint.h>

enum { FG_INSTANCE_NAME_PART = 32 };

/* Parts that the name does not have are "" and 0. */
struct fg_instance_name {
    char category[FG_INSTANCE_NAME_PART];
    char family[FG_INSTANCE_NAME_PART];
    char size[FG_INSTANCE_NAME_PART];
    uint32_t generation;
    bool flex; /* c7i-flex, m7i-flex, ... */
};
void fg_instance_name_parse(const char *name, struct fg_instance_name *out);

/* The size on AWS's scale of normalisation factors, in quarters: nano 1, micro 2, small 4, medium
 * 8, large 16, xlarge 32, Nxlarge 32 N (rules I5). Bare metal has that of the largest virtual size,
 * two for each of its `vcpu`. 0: a size that is not on the scale. */
int64_t fg_instance_size(const char *name, uint32_t vcpu);

/* Whose chip a GPU or another accelerator is, in lower case: by its model in the catalog.
 * "" for no model. */
const char *fg_gpu_manufacturer(const char *model);
const char *fg_accelerator_manufacturer(const char *model);

#endif
