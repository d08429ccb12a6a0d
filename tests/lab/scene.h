/* One scene: a host of the lab, what it does, and the record that a scan must make of it. The table
 * of all scenes is the lab: adding a row adds a server, its names in DNS, its line in targets.txt
 * and its expectations in lab.json. */
#ifndef MST_LAB_SCENE_H
#define MST_LAB_SCENE_H

#include "staple_maker.h"

/* What the name <scene>.lab.test gives. */
enum lab_dns {
    LAB_DNS_A,             /* A: the scene's address */
    LAB_DNS_AAAA,          /* AAAA: ::1, no A */
    LAB_DNS_BOTH,          /* A and AAAA: the scene's address, also mapped into IPv6 */
    LAB_DNS_DEAD_FIRST,    /* A: an address without listener, then the scene's */
    LAB_DNS_DEAD_IPV6,     /* AAAA: an address without listener; A: the scene's */
    LAB_DNS_TRUNCATED,     /* UDP answers are truncated and empty, TCP answers are whole */
    LAB_DNS_CNAME,         /* two CNAMEs, then A */
    LAB_DNS_CNAME_NOWHERE, /* a CNAME to a name without addresses */
    LAB_DNS_NXDOMAIN,
    LAB_DNS_NODATA,
    LAB_DNS_SERVFAIL,
    LAB_DNS_REFUSED,
    LAB_DNS_SILENCE,
};

/* What the server does with a connection. */
enum lab_conduct {
    LAB_CONDUCT_TLS,
    LAB_CONDUCT_TLS_PROMISE_ONLY, /* TLS 1.2: acknowledges status_request, drops CertificateStatus
                                   */
    LAB_CONDUCT_TLS_GARBLED,      /* TLS 1.2: a ServerHello, then records of noise */
    LAB_CONDUCT_TLS_CUT,          /* TLS 1.2: closes in the middle of its first flight */
    LAB_CONDUCT_TLS_DRIP,         /* a byte a second */
    LAB_CONDUCT_NO_LISTENER,
    LAB_CONDUCT_SILENT,
    LAB_CONDUCT_RESET_EARLY, /* soon after accepting, whatever came */
    LAB_CONDUCT_RESET,       /* at the first byte */
    LAB_CONDUCT_CLOSE_EARLY,
    LAB_CONDUCT_CLOSE,
    LAB_CONDUCT_HTTP,
    LAB_CONDUCT_SSH,
    LAB_CONDUCT_SMTP,
    LAB_CONDUCT_NOISE,
    LAB_CONDUCT_ALERT_HANDSHAKE_FAILURE,
    LAB_CONDUCT_ALERT_UNRECOGNIZED_NAME,
    LAB_CONDUCT_ALERT_INTERNAL_ERROR,
    LAB_CONDUCT_FLOOD, /* one handshake message without end */
};

/* Zeroed: by the EC authority, an EC key, valid from yesterday for 80 days, for the scene's host,
 * with an OCSP URL, without TLS Feature. */
struct lab_leaf {
    enum lab_ca ca;
    bool rsa;
    int64_t from_h, to_h;  /* validity relative to now; both 0: the usual */
    const char *host_name; /* NULL: the scene's own */
    bool own_address;      /* the scene's address is certified instead of a name */
    bool no_ocsp_url;
    const char *ocsp_url;       /* another one than the lab's */
    const char *first_ocsp_url; /* one more, before it */
    const char *feature_hex;
    bool feature_critical, feature_twice;
    bool chain_without_intermediate, chain_with_root;
};

enum { LAB_MORE_MAX = 8 };

/* What the record must hold. NULL members are not compared. Values: true, false, null and integers
 * stand for themselves, [a b] is a list of words, anything else is text. */
struct lab_expect {
    const char *outcome, *verdict, *must_staple, *staple;
    const char *reasons, *warnings; /* all of them, blank-separated, in the vocabulary's order */
    const char *failure; /* "stage code [alert]"; "?": not compared; NULL: null when examined */
    const char *rfc, *gnutls;       /* accepts: true or false */
    const char *firefox;            /* "accepts", an error name, "refuses", or "fetch NAME" */
    const char *more[LAB_MORE_MAX]; /* "path=value"; %A %H %P as in the target */
};

struct lab_scene {
    const char *name;
    const char *about;
    const char *target; /* NULL: "%H". %H its host name, %A its address, %P the port */
    enum lab_dns dns;
    enum lab_conduct conduct;
    bool on_ipv6;         /* listens on [::1] instead of an IPv4 address */
    int min_tls, max_tls; /* TLS1_2_VERSION ...; 0: 1.2 to 1.3 */
    bool wants_client_certificate;
    struct lab_leaf leaf;
    struct lab_staple staple;
    struct lab_expect expect;
};

/* The values of the TLS Feature extension that rows name. */
#define LAB_MUST_STAPLE "3003020105"

#define LAB_EXAMINED(verdict_, must_staple_, staple_, reasons_)                                    \
    .outcome = "examined", .verdict = verdict_, .must_staple = must_staple_, .staple = staple_,    \
    .reasons = reasons_
#define LAB_FAILED(outcome_, failure_)                                                             \
    .outcome = outcome_, .failure = failure_, .verdict = "null", .staple = "null",                 \
    .must_staple = "null", .reasons = ""
#define LAB_ALL_ACCEPT .rfc = "true", .firefox = "accepts", .gnutls = "true"
#define LAB_ALL_REFUSE(firefox_) .rfc = "false", .firefox = firefox_, .gnutls = "false"

struct lab_chapter {
    const struct lab_scene *scenes;
    size_t count;
};

extern const struct lab_chapter lab_chapter_good, lab_chapter_bad_staples, lab_chapter_stale,
    lab_chapter_signers, lab_chapter_features, lab_chapter_certificates, lab_chapter_hosts,
    lab_chapter_failures, lab_chapter_lines;

size_t lab_scene_count(void);

/* The scene of the table at `index`; NULL beyond the end. */
const struct lab_scene *lab_scene_at(size_t index);

/* Its place in the table by name, without regard to case; false when there is none. */
bool lab_scene_find(const char *name, size_t length, size_t *ret_index);

enum { LAB_ADDRESS_SIZE = 48 };

/* The address a scene listens on as text: 127.40.x.y, or ::1. And the one next to it where nobody
 * ever listens: 127.41.x.y. */
void lab_scene_address(size_t index, char text[LAB_ADDRESS_SIZE]);
void lab_scene_dead_address(size_t index, char text[LAB_ADDRESS_SIZE]);

/* "name.lab.test", to be freed. */
char *lab_scene_host(const struct lab_scene *scene);

/* Replaces %A, %H and %P in `text` by the scene's address, host name and port; to be freed. */
char *lab_scene_expand(size_t index, const char *text, unsigned port);

#endif
