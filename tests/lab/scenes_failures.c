/* Chapter eight: hosts of which no certificate is ever seen. */
#include <openssl/ssl.h>

#include "base/attributes.h"
#include "scene.h"

static const struct lab_scene scenes[] = {
    {
        .name = "nxdomain",
        .about = "the name does not exist",
        .dns = LAB_DNS_NXDOMAIN,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns nxdomain"), .more = {"dns.a.status=nxdomain"}},
    },
    {
        .name = "nodata",
        .about = "the name exists and has no addresses",
        .dns = LAB_DNS_NODATA,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns nodata"), .more = {"dns.a.status=nodata"}},
    },
    {
        .name = "cname-nowhere",
        .about = "a CNAME to a name without addresses",
        .dns = LAB_DNS_CNAME_NOWHERE,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns nodata"), .more = {"dns.a.status=nodata"}},
    },
    {
        .name = "servfail",
        .about = "the resolver answers SERVFAIL",
        .dns = LAB_DNS_SERVFAIL,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns servfail"), .more = {"dns.a.status=servfail"}},
    },
    {
        .name = "dns-refused",
        .about = "the resolver answers REFUSED",
        .dns = LAB_DNS_REFUSED,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns refused"), .more = {"dns.a.status=refused"}},
    },
    {
        .name = "dns-silence",
        .about = "the resolver answers nothing",
        .dns = LAB_DNS_SILENCE,
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unresolved", "dns timeout"), .more = {"dns.a.status=timeout"}},
    },
    {
        .name = "port-refused",
        .about = "nobody listens",
        .conduct = LAB_CONDUCT_NO_LISTENER,
        .expect = {LAB_FAILED("unreachable", "connect refused")},
    },
    {
        .name = "silent",
        .about = "accepts and says nothing",
        .conduct = LAB_CONDUCT_SILENT,
        .expect = {LAB_FAILED("no_tls", "handshake timeout")},
    },
    {
        .name = "dripping",
        .about = "TLS at a byte a second",
        .conduct = LAB_CONDUCT_TLS_DRIP,
        .expect = {LAB_FAILED("no_tls", "handshake timeout")},
    },
    {
        .name = "reset-early",
        .about = "resets the connection soon after accepting it",
        .conduct = LAB_CONDUCT_RESET_EARLY,
        .expect = {LAB_FAILED("no_tls", "handshake reset")},
    },
    {
        .name = "reset",
        .about = "resets the connection at the ClientHello",
        .conduct = LAB_CONDUCT_RESET,
        .expect = {LAB_FAILED("no_tls", "handshake reset")},
    },
    {
        .name = "close-early",
        .about = "closes the connection at once",
        .conduct = LAB_CONDUCT_CLOSE_EARLY,
        .expect = {.outcome = "no_tls", .verdict = "null", .failure = "handshake"},
    },
    {
        .name = "close",
        .about = "closes the connection after the ClientHello",
        .conduct = LAB_CONDUCT_CLOSE,
        .expect = {LAB_FAILED("no_tls", "handshake closed")},
    },
    {
        .name = "cut-short",
        .about = "TLS 1.2: closes in the middle of its certificate",
        .max_tls = TLS1_2_VERSION,
        .conduct = LAB_CONDUCT_TLS_CUT,
        .expect = {LAB_FAILED("no_tls", "handshake closed")},
    },
    {
        .name = "http",
        .about = "plain HTTP",
        .conduct = LAB_CONDUCT_HTTP,
        .expect = {LAB_FAILED("no_tls", "handshake not_tls")},
    },
    {
        .name = "ssh",
        .about = "an SSH server",
        .conduct = LAB_CONDUCT_SSH,
        .expect = {LAB_FAILED("no_tls", "handshake not_tls")},
    },
    {
        .name = "smtp",
        .about = "an SMTP server",
        .conduct = LAB_CONDUCT_SMTP,
        .expect = {LAB_FAILED("no_tls", "handshake not_tls")},
    },
    {
        .name = "noise",
        .about = "random bytes",
        .conduct = LAB_CONDUCT_NOISE,
        .expect = {LAB_FAILED("no_tls", "handshake not_tls")},
    },
    {
        .name = "garbled",
        .about = "TLS 1.2: a good ServerHello, then noise in records",
        .max_tls = TLS1_2_VERSION,
        .conduct = LAB_CONDUCT_TLS_GARBLED,
        .expect = {LAB_FAILED("no_tls", "handshake protocol_error")},
    },
    {
        .name = "flood",
        .about = "a handshake message without end",
        .conduct = LAB_CONDUCT_FLOOD,
        .expect = {.outcome = "no_tls", .verdict = "null", .failure = "handshake"},
    },
    {
        .name = "alert-handshake-failure",
        .about = "the alert handshake_failure",
        .conduct = LAB_CONDUCT_ALERT_HANDSHAKE_FAILURE,
        .expect = {LAB_FAILED("no_tls", "handshake alert handshake_failure")},
    },
    {
        .name = "alert-unrecognized-name",
        .about = "the alert unrecognized_name",
        .conduct = LAB_CONDUCT_ALERT_UNRECOGNIZED_NAME,
        .expect = {LAB_FAILED("no_tls", "handshake alert unrecognized_name")},
    },
    {
        .name = "alert-internal-error",
        .about = "the alert internal_error",
        .conduct = LAB_CONDUCT_ALERT_INTERNAL_ERROR,
        .expect = {LAB_FAILED("no_tls", "handshake alert internal_error")},
    },
};

const struct lab_chapter lab_chapter_failures = {scenes, MST_COUNT_OF(scenes)};
