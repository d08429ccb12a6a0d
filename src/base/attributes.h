/* The only place where compiler extensions are named. */
#ifndef MST_BASE_ATTRIBUTES_H
#define MST_BASE_ATTRIBUTES_H

#define MST_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define MST_NODISCARD __attribute__((warn_unused_result))
#define MST_NORETURN __attribute__((noreturn))
#define MST_CLEANUP(function) __attribute__((cleanup(function)))
#define MST_FALLTHROUGH __attribute__((fallthrough))

#define MST_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The struct that holds `member` at `pointer`. */
#define MST_CONTAINER_OF(pointer, type, member)                                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
