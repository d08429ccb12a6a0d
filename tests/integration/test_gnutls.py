"""What records say of GnuTLS, held against GnuTLS itself on every examined host of the lab."""
import pytest

import gnutls_client
import scanner
from gnutls_client import ACCEPTED, Outcome
from test_lab import TIMEOUTS, Lab, scenes

EXAMINED = [scene["name"] for scene in scenes() if scene["expect"]["outcome"] == "examined"]

# Where GnuTLS does not do what the record says, and what it does instead. A row that is no longer
# needed fails.
EXPLAINED = {
    # The lab drops CertificateStatus on its way out, so the handshake can only break later on.
    "must-staple-promised": Outcome.of("GNUTLS_E_FATAL_ALERT_RECEIVED"),
    # The server ends the handshake; the record tells what the client would think of the staple.
    "client-certificate-tls12": Outcome.of("GNUTLS_E_FATAL_ALERT_RECEIVED"),
    # GnuTLS reads on to 128 KiB. Of more than 64 KiB the scanner keeps only the length, and takes
    # it for unreadable.
    "oversize": ACCEPTED,
    # To GnuTLS, a nextUpdate that has a fraction of a second is none at all.
    "malformed-fraction": ACCEPTED,
    "malformed-fraction-ahead": ACCEPTED,
    # The record only knows that the chain does not lead to a trusted root. GnuTLS finds the root,
    # and has words for what stands between.
    "issuer-without-constraints": Outcome.of("GNUTLS_CERT_SIGNER_NOT_CA"),
    "issuer-without-constraints-delegate": Outcome.of("GNUTLS_CERT_SIGNER_NOT_CA",
                                                      "GNUTLS_CERT_INVALID_OCSP_STATUS"),
    "issuer-not-for-signing": Outcome.of("GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE"),
}
if gnutls_client.VERSION < (3, 8, 9):
    # Before, only the first SingleResponse was looked at.
    EXPLAINED["twenty-singles"] = EXPLAINED["revoked-last-of-twenty"] = \
        Outcome.of("GNUTLS_CERT_INVALID_OCSP_STATUS")


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """scene -> (what its record says, what GnuTLS says)."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        scan = scanner.Scan(tmp_path_factory.mktemp("scans"))
        done = scan(lab.manifest["targets"], *lab.manifest["options"], *TIMEOUTS, private=False)
        assert done.returncode == 0, done.stderr
        records, found = done.by_line(), {}
        for scene in lab.manifest["scenes"]:
            record = records[scene["line"]]
            if record["outcome"] == "examined":
                address = record["connections"][-1]["address"]
                found[scene["name"]] = (record["clients"]["gnutls"], gnutls_client.connect(
                    address, record["port"], record["sni"] or record["host"],
                    lab.folder / "root.pem"))
        return found
    finally:
        lab.process.stop()


def agree(told, seen):
    """GnuTLS often has several complaints; a record names one of them."""
    return seen.accepts if told["accepts"] else told["error"] in seen.errors


@pytest.mark.parametrize("name", EXAMINED)
def test_gnutls_does_what_the_record_says(name, judged):
    if name not in judged:
        pytest.skip("no IPv6 loopback here")
    told, seen = judged[name]
    if name in EXPLAINED:
        assert seen == EXPLAINED[name]
        assert not agree(told, seen), "GnuTLS does what the record says: the row can go"
    else:
        assert agree(told, seen), (told, seen)


def test_nothing_is_explained_that_is_not_there():
    assert EXPLAINED.keys() <= set(EXAMINED)


def test_gnutls_looked_at_staples(judged):
    """It accepted some, and refused some for every fault of a staple that it knows."""
    outcomes = [seen for _, seen in judged.values()]
    assert ACCEPTED in outcomes
    for error in ("GNUTLS_CERT_MISSING_OCSP_STATUS", "GNUTLS_CERT_INVALID_OCSP_STATUS",
                  "GNUTLS_CERT_REVOKED", "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"):
        assert Outcome.of(error) in outcomes


@pytest.mark.parametrize("value, features", [
    ("3003020105", [5]),
    ("3006020105020105", [5]),
    ("3006020105020111", [5, 17]),
    ("300402020505", [1285]),
    ("3008020105020300ffff", [5, 65535]),
    ("30080201050203010000", None),  # more than 16 bits
    # Negative ones: 3.8.9 refuses them.
    ("30060201050201ff", [5, 255] if gnutls_client.VERSION < (3, 8, 9) else None),
    ("300702010502028000", [5, 32768] if gnutls_client.VERSION < (3, 8, 9) else None),
    ("30080201050203ff7fff", None),
    ("30020200", None),
    ("30050201050200", None),
    ("300402020005", [5]),  # a byte too many, which records call unreadable
    ("3003020105e5e5e5", None),
    ("", None),
    ("3000", []),
    ("0500", None),
    ("3006020105040105", None),
])
def test_gnutls_reads_features_as_records_think(value, features):
    assert gnutls_client.features(bytes.fromhex(value)) == features
