/* embed.h - a file's bytes as a part of the program.
 *
 * FG_EMBED(name, "data/x.csv") makes two symbols, name_begin and name_end, around the bytes; a NUL
 * byte follows them. The path counts from where the compiler runs, and make must be told that the
 * object depends on the file.
 */
#ifndef FARGAUGE_MODELS_BASE_EMBED_H
#define FARGAUGE_MODELS_BASE_EMBED_H

/* The assembler puts the file between two symbols, in read-only data. */
#define FG_EMBED(name, path)                                                                       \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "_begin\n" #name "_begin:\n"                                          \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #name "_end\n" #name "_end:\n"                                              \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char name##_begin[], name##_end[]

#endif
