#include "models/instance_name.h"

#include <stddef.h>
#include <string.h>

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void copy_part(char out[FG_INSTANCE_NAME_PART], const char *from, size_t length)
{
    if (length >= FG_INSTANCE_NAME_PART)
        length = FG_INSTANCE_NAME_PART - 1;
    memcpy(out, from, length);
    out[length] = '\0';
}

/* The end of "-6tb" where `at` begins with such, else `at`. */
static const char *after_terabytes(const char *at)
{
    const char *end = at;
    if (*end != '-' || !is_digit(end[1]))
        return at;
    for (end++; is_digit(*end); end++)
        ;
    return strncmp(end, "tb", 2) == 0 ? end + 2 : at;
}

void fg_instance_name_parse(const char *name, struct fg_instance_name *out)
{
    memset(out, 0, sizeof *out);
    const char *dot = strchr(name, '.');
    if (dot == NULL)
        return;
    if (strchr(dot + 1, '.') == NULL) {
        copy_part(out->family, name, (size_t)(dot - name));
        copy_part(out->size, dot + 1, strlen(dot + 1));
    }
    out->flex = strstr(out->family, "-flex") != NULL;
    const char *letters_end = name;
    while (is_letter(*letters_end))
        letters_end++;
    const char *digit = after_terabytes(letters_end);
    if (letters_end == name || !is_digit(*digit))
        return;
    copy_part(out->category, name, (size_t)(letters_end - name));
    for (; is_digit(*digit) && out->generation < 1000; digit++)
        out->generation = out->generation * 10 + (uint32_t)(*digit - '0');
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

int64_t fg_instance_size(const char *name, uint32_t vcpu)
{
    static const struct {
        const char *size;
        int64_t quarters;
    } sizes[] = {{"nano", 1}, {"micro", 2}, {"small", 4}, {"medium", 8}, {"large", 16}};
    enum { XLARGE = 32, METAL_VCPU = 8 };
    struct fg_instance_name parts;
    fg_instance_name_parse(name, &parts);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(parts.size, sizes[i].size) == 0)
            return sizes[i].quarters;
    const char *rest = parts.size;
    if (strcmp(name, "i3.metal") == 0)
        return 16 * XLARGE; /* it has 72 vCPUs, the largest virtual size 64 */
    if (strcmp(rest, "metal") == 0)
        return (int64_t)vcpu * METAL_VCPU;
    if (begins(rest, "metal-"))
        rest += strlen("metal-");
    int64_t count = 0;
    for (; is_digit(*rest) && count < 1000; rest++)
        count = count * 10 + (*rest - '0');
    if (strcmp(rest, "xlarge") != 0 && strcmp(rest, "xl") != 0)
        return 0;
    return rest == parts.size ? XLARGE : count * XLARGE;
}

const char *fg_gpu_manufacturer(const char *model)
{
    if (*model == '\0')
        return "";
    if (begins(model, "Radeon"))
        return "amd";
    return begins(model, "Gaudi") ? "habana" : "nvidia";
}

const char *fg_accelerator_manufacturer(const char *model)
{
    if (*model == '\0')
        return "";
    if (begins(model, "Inferentia") || begins(model, "Trainium"))
        return "aws";
    return begins(model, "Qualcomm") ? "qualcomm" : "xilinx";
}
