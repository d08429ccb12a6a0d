#include "input/exclude_file.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"
#include "input/host_name.h"
#include "input/input_file.h"
#include "input/line_reader.h"
#include "input/target_line.h"

enum { SHOWN_LENGTH = 80 /* of a wrong entry, in the message */ };

static const char blanks[] = " \t\r\v\f";

/* The entry alone: no blanks around it, no BOM, no comment behind it. */
static char *entry_of(const char *bytes, size_t length)
{
    static const char bom[] = "\xef\xbb\xbf";
    if (length >= sizeof bom - 1 && memcmp(bytes, bom, sizeof bom - 1) == 0) {
        bytes += sizeof bom - 1;
        length -= sizeof bom - 1;
    }
    char *entry = mst_text_sanitize(bytes, length, length * 3);
    const size_t leading = strspn(entry, blanks);
    memmove(entry, entry + leading, strlen(entry + leading) + 1);
    entry[strcspn(entry, blanks)] = '\0';
    return entry;
}

/* Whether nothing but a comment follows the entry. */
static bool has_second_word(const char *bytes, size_t length)
{
    MST_AUTO_FREE char *line = mst_text_sanitize(bytes, length, length * 3);
    const char *at = line + strspn(line, blanks);
    at += strcspn(at, blanks);
    at += strspn(at, blanks);
    return *at != '\0' && *at != '#';
}

static bool add_domain(struct mst_exclusion *exclusion, const char *entry)
{
    if (strncmp(entry, "*.", 2) == 0)
        entry += 2;
    else if (entry[0] == '.')
        entry++;
    char host[MST_HOST_SIZE];
    const char *fault = NULL;
    return entry[0] != '\0' && mst_host_name_make(entry, host, &fault) &&
           mst_exclusion_add(exclusion, host);
}

static bool add_line(struct mst_exclusion *exclusion, const char *bytes, size_t length)
{
    if (length > MST_LINE_LENGTH_MAX || has_second_word(bytes, length))
        return false;
    MST_AUTO_FREE char *entry = entry_of(bytes, length);
    struct mst_address address;
    if (strchr(entry, '/') || mst_address_parse(entry, &address))
        return mst_exclusion_add(exclusion, entry);
    return add_domain(exclusion, entry);
}

static enum mst_status refuse(const char *path, uint64_t line, const char *bytes, size_t length,
                              struct mst_error *error)
{
    const size_t kept = length < MST_LINE_LENGTH_MAX ? length : MST_LINE_LENGTH_MAX;
    MST_AUTO_FREE char *shown = mst_text_sanitize(bytes, kept, SHOWN_LENGTH);
    return mst_error_set(error, MST_ERROR_USAGE,
                         "'%s', line %llu: '%s' is no CIDR block, address or domain", path,
                         (unsigned long long)line, shown);
}

static enum mst_status read_lines(struct mst_line_reader *reader, const char *path,
                                  struct mst_exclusion *exclusion, struct mst_error *error)
{
    for (uint64_t line = 1;; line++) {
        const char *bytes = NULL;
        size_t length = 0;
        const enum mst_line_result result = mst_line_reader_next(reader, &bytes, &length);
        if (result == MST_LINE_END)
            return MST_OK;
        if (result != MST_LINE_READ)
            return mst_error_set(error, MST_ERROR_USAGE, "cannot read exclusions from '%s': %s",
                                 path, strerror(errno));
        if (!mst_target_line_is_blank(bytes, length) && !add_line(exclusion, bytes, length))
            return refuse(path, line, bytes, length, error);
    }
}

enum mst_status mst_exclude_file_read(const char *path, struct mst_exclusion *exclusion,
                                      struct mst_error *error)
{
    struct mst_input_file file;
    enum mst_status status = mst_input_file_open(path, "exclusions", &file, error);
    if (status != MST_OK)
        return status;
    struct mst_line_reader *reader = mst_line_reader_new(file.fd, -1, -1);
    status = read_lines(reader, file.name, exclusion, error);
    mst_line_reader_free(reader);
    mst_input_file_close(&file);
    return status;
}
