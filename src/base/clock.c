#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000000, S_PER_MINUTE = 60, S_PER_HOUR = 3600 };

static int64_t read_clock_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

int64_t mst_clock_wall_ms(void)
{
    return read_clock_ms(CLOCK_REALTIME);
}

int64_t mst_clock_monotonic_ms(void)
{
    return read_clock_ms(CLOCK_MONOTONIC);
}

/* The seconds as YYYY-MM-DDTHH:MM:SS without a zone; the length, or 0 outside the years 0-9999. */
static size_t format_seconds(int64_t time_s, char text[MST_RFC3339_SIZE])
{
    enum { TM_YEAR_ZERO = -1900, TM_YEAR_9999 = 8099 };
    const time_t time = (time_t)time_s;
    struct tm broken;
    text[0] = '\0';
    if (!gmtime_r(&time, &broken) || broken.tm_year < TM_YEAR_ZERO || broken.tm_year > TM_YEAR_9999)
        return 0;
    const int length = snprintf(text, MST_RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d",
                                broken.tm_year - TM_YEAR_ZERO, broken.tm_mon + 1, broken.tm_mday,
                                broken.tm_hour, broken.tm_min, broken.tm_sec);
    return length > 0 ? (size_t)length : 0;
}

void mst_time_format_s(int64_t time_s, char text[MST_RFC3339_SIZE])
{
    const size_t length = format_seconds(time_s, text);
    if (length > 0)
        (void)snprintf(text + length, MST_RFC3339_SIZE - length, "Z");
}

void mst_time_format_ms(int64_t time_ms, char text[MST_RFC3339_SIZE])
{
    int64_t time_s = time_ms / MS_PER_S;
    int64_t rest_ms = time_ms % MS_PER_S;
    if (rest_ms < 0) {
        rest_ms += MS_PER_S;
        time_s--;
    }
    const size_t length = format_seconds(time_s, text);
    if (length > 0)
        (void)snprintf(text + length, MST_RFC3339_SIZE - length, ".%03dZ", (int)rest_ms);
}

static bool parse_epoch(const char *text, int64_t *ret_time_s)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return false;
    errno = 0;
    const long long value = strtoll(text, NULL, 10);
    if (errno != 0 || value == MST_TIME_NONE)
        return false;
    *ret_time_s = value;
    return true;
}

/* The zone: "Z", "+hh:mm" or "-hh:mm", and nothing after it. */
static bool parse_zone(const char *text, int64_t *ret_offset_s)
{
    if ((text[0] == 'Z' || text[0] == 'z') && text[1] == '\0') {
        *ret_offset_s = 0;
        return true;
    }
    enum { ZONE_LENGTH = 6, COLON_AT = 3 };
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != ZONE_LENGTH || text[COLON_AT] != ':')
        return false;
    for (int i = 1; i < ZONE_LENGTH; i++)
        if (i != COLON_AT && !isdigit((unsigned char)text[i]))
            return false;
    const int64_t hours = (text[1] - '0') * 10 + (text[2] - '0');
    const int64_t minutes = (text[4] - '0') * 10 + (text[5] - '0');
    const int64_t offset_s = hours * S_PER_HOUR + minutes * S_PER_MINUTE;
    *ret_offset_s = text[0] == '-' ? -offset_s : offset_s;
    return hours < 24 && minutes < 60;
}

/* "YYYY-MM-DDTHH:MM:SS" with every digit there (RFC 3339 5.6) and a day that exists. strptime would
 * take blanks, signs and missing digits. */
static bool parse_date_time(const char *text, int64_t *ret_time_s)
{
    static const char layout[] = "dddd-dd-ddTdd:dd:dd";
    int fields[6] = {0};
    size_t field = 0;
    for (size_t i = 0; layout[i] != '\0'; i++) {
        const char c = text[i];
        if (layout[i] != 'd') {
            if (c != layout[i] && !(layout[i] == 'T' && c == 't'))
                return false;
            field++;
        } else if (isdigit((unsigned char)c)) {
            fields[field] = fields[field] * 10 + (c - '0');
        } else {
            return false;
        }
    }
    enum { YEAR_ZERO = 1900, LEAP_SECOND = 60 };
    const bool leap = fields[5] == LEAP_SECOND;
    const struct tm given = {.tm_year = fields[0] - YEAR_ZERO,
                             .tm_mon = fields[1] - 1,
                             .tm_mday = fields[2],
                             .tm_hour = fields[3],
                             .tm_min = fields[4],
                             .tm_sec = fields[5] - leap};
    struct tm normal = given;
    *ret_time_s = (int64_t)timegm(&normal) + leap;
    return normal.tm_mon == given.tm_mon && normal.tm_mday == given.tm_mday &&
           normal.tm_hour == given.tm_hour && normal.tm_min == given.tm_min &&
           normal.tm_sec == given.tm_sec;
}

bool mst_time_parse(const char *text, int64_t *ret_time_s)
{
    enum { DATE_TIME_LENGTH = 19 };
    if (parse_epoch(text, ret_time_s))
        return true;
    int64_t time_s = 0;
    if (strlen(text) < DATE_TIME_LENGTH || !parse_date_time(text, &time_s))
        return false;
    const char *rest = text + DATE_TIME_LENGTH;
    if (*rest == '.') {
        const size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0)
            return false;
        rest += 1 + digits;
    }
    int64_t offset_s = 0;
    if (!parse_zone(rest, &offset_s))
        return false;
    *ret_time_s = time_s - offset_s;
    return true;
}

/* The lowest time that is not MST_TIME_NONE. */
#define LOWEST_TIME (MST_TIME_NONE + 1)

int64_t mst_time_add(int64_t time_s, int64_t duration_s)
{
    if (time_s == MST_TIME_NONE || duration_s == MST_TIME_NONE)
        return MST_TIME_NONE;
    if (duration_s > 0 && time_s > INT64_MAX - duration_s)
        return INT64_MAX;
    if (duration_s < 0 && time_s < LOWEST_TIME - duration_s)
        return LOWEST_TIME;
    return time_s + duration_s;
}

int64_t mst_time_subtract(int64_t later_s, int64_t earlier_s)
{
    return earlier_s == MST_TIME_NONE ? MST_TIME_NONE : mst_time_add(later_s, -earlier_s);
}
