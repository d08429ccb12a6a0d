#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

enum mst_status mst_error_set(struct mst_error *error, enum mst_status status, const char *format,
                              ...)
{
    if (!error)
        return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return status;
}
