/* What can go wrong with our own program, as opposed to a host that was scanned.
 *
 * Two kinds of failure never mix: an enum mst_status ends the run and reaches the user as one line;
 * a failing host is a row in the results (struct mst_failure inside its evidence). */
#ifndef MUSTSTAPLE_STATUS_H
#define MUSTSTAPLE_STATUS_H

#if defined(__GNUC__)
#define MST_API __attribute__((visibility("default")))
#else
#define MST_API
#endif

enum mst_status {
    MST_OK = 0,
    MST_ERROR_USAGE,       /* an argument, option or input file is wrong; the text says which */
    MST_ERROR_INPUT,       /* reading targets failed midway */
    MST_ERROR_OUTPUT,      /* writing results failed: disk full, pipe closed */
    MST_ERROR_RESOLVER,    /* no resolver answers */
    MST_ERROR_RESOURCES,   /* threads, descriptors or memory are not to be had */
    MST_ERROR_LIBRARY,     /* a library refused to start */
    MST_ERROR_INTERRUPTED, /* stopped on request before the end */
};

/* One line for people: what is wrong and what to do about it. */
struct mst_error {
    enum mst_status status;
    char text[512];
};

#endif
