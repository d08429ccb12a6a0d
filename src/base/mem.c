#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static MST_NORETURN void out_of_memory(void)
{
    static const char text[] = "muststaple: out of memory\n";
    (void)!fwrite(text, 1, sizeof text - 1, stderr);
    abort();
}

void *mst_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

void *mst_realloc(void *pointer, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        out_of_memory();
    const size_t bytes = count * size;
    void *memory = realloc(pointer, bytes ? bytes : 1);
    if (!memory)
        out_of_memory();
    return memory;
}

void *mst_try_alloc(size_t size)
{
    return malloc(size ? size : 1);
}

char *mst_strdup(const char *text)
{
    return text ? mst_strndup(text, strlen(text)) : NULL;
}

char *mst_strndup(const char *text, size_t length)
{
    if (!text)
        return NULL;
    char *copy = strndup(text, length);
    if (!copy)
        out_of_memory();
    return copy;
}

char *mst_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        out_of_memory();
    return text;
}
