#include "net/resolver_socket.h"

#include <ares.h>

#if ARES_VERSION >= 0x012200

#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static ares_socket_t open_socket(int domain, int type, int protocol, void *context)
{
    (void)context;
    const int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    const int on = 1;
    if (fd >= 0 && type == SOCK_STREAM)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int close_socket(ares_socket_t fd, void *context)
{
    (void)context;
    return close(fd);
}

static int set_option(ares_socket_t fd, ares_socket_opt_t option, const void *value,
                      ares_socklen_t size, void *context)
{
    (void)context;
    if (option == ARES_SOCKET_OPT_RECVBUF_SIZE)
        return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, size);
    errno = ENOSYS;
    return -1;
}

static int connect_socket(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t length,
                          unsigned flags, void *context)
{
    (void)flags;
    (void)context;
    return connect(fd, address, length);
}

static ares_ssize_t send_bytes(ares_socket_t fd, const void *bytes, size_t length, int flags,
                               const struct sockaddr *address, ares_socklen_t address_length,
                               void *context)
{
    (void)context;
    return sendto(fd, bytes, length, flags, address, address_length);
}

static bool is_readable(const uint8_t *message, size_t length)
{
    ares_dns_record_t *record = NULL;
    const bool readable = ares_dns_parse(message, length, 0, &record) == ARES_SUCCESS;
    ares_dns_record_destroy(record);
    return readable;
}

/* Where the one question of the message ends; 0 when it cannot be made out. */
static size_t find_question_end(const uint8_t *message, size_t length)
{
    if (length < NS_HFIXEDSZ || message[4] != 0 || message[5] != 1)
        return 0;
    size_t at = NS_HFIXEDSZ;
    while (at < length && message[at] != 0) {
        if (message[at] > NS_MAXLABEL)
            return 0;
        at += (size_t)message[at] + 1;
    }
    const size_t end = at + 1 + NS_QFIXEDSZ;
    return end <= length ? end : 0;
}

/* Makes of a message that cannot be read a FORMERR for the same question; returns its length, 0
 * when it is not even clear which question it is about: c-ares drops an empty message. */
static size_t replace_unreadable(uint8_t *message, size_t length)
{
    enum { FLAGS_AT = 2, COUNTS_AT = 6, RESPONSE = 0x80, RCODE_MASK = 0x0f, TRUNCATED = 0x02 };
    const size_t end = find_question_end(message, length);
    if (end == 0)
        return 0;
    message[FLAGS_AT] = (uint8_t)((message[FLAGS_AT] | RESPONSE) & ~TRUNCATED);
    message[FLAGS_AT + 1] = (uint8_t)((message[FLAGS_AT + 1] & ~RCODE_MASK) | ns_r_formerr);
    memset(message + COUNTS_AT, 0, NS_HFIXEDSZ - COUNTS_AT);
    return end;
}

/* c-ares wants to know the sender of UDP messages only. What comes over TCP is not looked at: parts
 * of messages. */
static ares_ssize_t receive_bytes(ares_socket_t fd, void *bytes, size_t size, int flags,
                                  struct sockaddr *address, ares_socklen_t *address_length,
                                  void *context)
{
    (void)context;
    const ares_ssize_t length = recvfrom(fd, bytes, size, flags, address, address_length);
    if (length <= 0 || !address || is_readable(bytes, (size_t)length))
        return length;
    return (ares_ssize_t)replace_unreadable(bytes, (size_t)length);
}

int mst_resolver_socket_guard(struct ares_channeldata *ares)
{
    static const struct ares_socket_functions_ex functions = {
        .version = 1,
        .flags = ARES_SOCKFUNC_FLAG_NONBLOCKING,
        .asocket = open_socket,
        .aclose = close_socket,
        .asetsockopt = set_option,
        .aconnect = connect_socket,
        .arecvfrom = receive_bytes,
        .asendto = send_bytes,
    };
    return (int)ares_set_socket_functions_ex(ares, &functions, NULL);
}

#else

int mst_resolver_socket_guard(struct ares_channeldata *ares)
{
    (void)ares;
    return ARES_SUCCESS;
}

#endif
