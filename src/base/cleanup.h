/* Cleanup at scope exit for the plain resources. Types of the project bring their own
 * mst_*_cleanup beside their free function. */
#ifndef MST_BASE_CLEANUP_H
#define MST_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attributes.h"

static inline void mst_cleanup_free(void *pointer)
{
    free(*(void **)pointer);
}

static inline void mst_cleanup_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static inline void mst_cleanup_file(FILE **file)
{
    if (*file)
        (void)fclose(*file);
}

#define MST_AUTO_FREE MST_CLEANUP(mst_cleanup_free)
#define MST_AUTO_CLOSE MST_CLEANUP(mst_cleanup_fd)
#define MST_AUTO_FCLOSE MST_CLEANUP(mst_cleanup_file)

/* Gives a pointer away: its value, leaving NULL behind so that the cleanup does nothing. */
#define MST_STEAL(pointer)                                                                         \
    __extension__({                                                                                \
        __typeof__(pointer) stolen_ = (pointer);                                                   \
        (pointer) = NULL;                                                                          \
        stolen_;                                                                                   \
    })

#endif
