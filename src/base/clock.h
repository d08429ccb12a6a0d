/* Clocks and RFC 3339 times. Judging never reads a clock: it is told `now_s`. */
#ifndef MST_BASE_CLOCK_H
#define MST_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A time that is not known; never shown as a number. */
#define MST_TIME_NONE INT64_MIN

/* "9999-12-31T23:59:59.999Z" and its NUL. */
enum { MST_RFC3339_SIZE = 32 };

/* Milliseconds since 1970-01-01T00:00:00Z, and of a clock that only ever goes forward. */
int64_t mst_clock_wall_ms(void);
int64_t mst_clock_monotonic_ms(void);

/* RFC 3339 in UTC, with seconds or with milliseconds. Times outside the years 0 to 9999 give "". */
void mst_time_format_s(int64_t time_s, char text[MST_RFC3339_SIZE]);
void mst_time_format_ms(int64_t time_ms, char text[MST_RFC3339_SIZE]);

/* `time_s` + `duration_s` and `later_s` - `earlier_s`, whatever a peer put into them: MST_TIME_NONE
 * when either is, otherwise held inside the range instead of overflowing. */
int64_t mst_time_add(int64_t time_s, int64_t duration_s);
int64_t mst_time_subtract(int64_t later_s, int64_t earlier_s);

/* Reads seconds since the epoch ("1700000000") or RFC 3339 ("2026-11-23T08:00:00Z", an offset or a
 * fraction allowed; the fraction is dropped, a leap second is the second after). False when it is
 * neither. */
bool mst_time_parse(const char *text, int64_t *ret_time_s);

#endif
