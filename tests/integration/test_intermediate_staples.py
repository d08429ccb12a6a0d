"""Staples for certificates above the leaf, which only TLS 1.3 has: gnutls-serv and the GnuTLS library
send them, and the GnuTLS library, as a client, says whether it accepts them."""
import datetime

import pytest
from cryptography.x509 import ocsp

import gnutls_client
import gnutls_server
from authority import DAY, now

VERSIONS = ["1.2", "1.3"]
SUPERSEDED = "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED"
INVALID = "GNUTLS_CERT_INVALID_OCSP_STATUS"
REVOKED = "GNUTLS_CERT_REVOKED"
LACKING = "GNUTLS_CERT_MISSING_OCSP_STATUS"


class World:
    """Two intermediates, one with Must-Staple; below each a leaf whose server sends the root too."""

    def __init__(self, authority):
        self.authority = authority
        self.impostor = authority.impostor(authority.root)
        self.issuers = {"plain": authority.intermediate,
                        "bound": authority.authority("bound", must_staple=True)}
        self.leaves = {kind: authority.leaf(f"{kind}-leaf.test", issuer=issuer, with_root=True)
                       for kind, issuer in self.issuers.items()}
        self.short_leaf = authority.leaf("short-chain.test", issuer=self.issuers["bound"])

    def staple(self, kind, issuer):
        """A response about the intermediate, as a file; None: none."""
        about = self.issuers[issuer]
        make, label = self.authority.staple, f"{issuer}.{kind}"
        return {
            "none": lambda: None,
            "good": lambda: make(label, about),
            "good by name": lambda: make(label, about, by_name=True),
            "good for a day": lambda: make(label, about, next_update=now() + DAY),
            "revoked": lambda: make(label, about, status=ocsp.OCSPCertStatus.REVOKED),
            "unknown": lambda: make(label, about, status=ocsp.OCSPCertStatus.UNKNOWN),
            "expired": lambda: make(label, about, this_update=now() - 9 * DAY,
                                    next_update=now() - 2 * DAY),
            "about another": lambda: make(label, self.leaves["plain"],
                                          signer=self.authority.root),
            "another key hash": lambda: make(label, about, issuer=self.impostor,
                                             signer=self.authority.root),
            "forged": lambda: make(label, about, signer=self.leaves[issuer], embed=True),
            "try later": lambda: self.authority.try_later(about),
            "garbage": lambda: self.authority.garbage(about),
        }[kind]()


@pytest.fixture(scope="module")
def world(authority):
    return World(authority)


@pytest.fixture(scope="module")
def look(authority, module_scan):
    """Scans one server: the record; and what GnuTLS itself says must be what the record says."""
    def scan(address, name, version, *options, ask=True):
        record = module_scan([address.named(name)], "--tls", version, *options).record
        assert record["outcome"] == "examined" and record["failure"] is None, record["failure"]
        assert record["connections"][0]["tls"]["version"] == f"TLSv{version}"
        if ask and version == "1.3":
            seen = gnutls_client.connect(address.host, address.port, name, authority.ca_file)
            told = record["clients"]["gnutls"]
            assert seen.accepts if told["accepts"] else told["error"] in seen.errors, (told, seen)
        return record

    return scan


def of_gnutls(record):
    return record["clients"]["gnutls"]["error"]


# gnutls-serv

@pytest.mark.parametrize("issuer, staple, state, error", [
    ("plain", "none", None, None),
    ("plain", "good", "good", None),
    ("bound", "none", None, LACKING),
    ("bound", "good", "good", None),
    ("bound", "good by name", "good", None),
    ("bound", "unknown", "unknown", None),
    ("bound", "another key hash", "mismatch", None),
    ("plain", "forged", "signer_unauthorized", INVALID),
])
@pytest.mark.parametrize("version", VERSIONS)
def test_gnutls_serv(version, issuer, staple, state, error, world, servers, look):
    leaf = world.leaves[issuer]
    above = world.staple(staple, issuer)
    address = servers.gnutls_serv(leaf, world.authority.good(leaf), *([above] if above else []))
    record = look(address, leaf.name, version)
    connection = record["connections"][0]
    assert (record["verdict"], record["staple"]) == ("must_staple_ok", "good")
    assert connection["chain"]["length"] == 3
    assert [(found["position"], found["state"]) for found in connection["intermediate_staples"]] \
        == ([(1, state)] if state and version == "1.3" else [])
    assert [feature["child_identical"] for feature in connection["ca_features"]] \
        == ([True] if issuer == "bound" else [])
    if version == "1.2":
        error = LACKING if issuer == "bound" else None
    assert of_gnutls(record) == error
    assert record["clients"]["rfc"]["accepts"] and record["clients"]["firefox"]["accepts"]


def test_a_staple_that_expires_above_a_good_one(world, servers, look):
    """The intermediate's staple ends after a day, the leaf's after a week."""
    leaf = world.leaves["bound"]
    address = servers.gnutls_serv(leaf, world.authority.good(leaf),
                                  world.staple("good for a day", "bound"))
    assert of_gnutls(look(address, leaf.name, "1.3")) is None
    later = (datetime.datetime.now(datetime.timezone.utc) + 2 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = look(address, leaf.name, "1.3", "--at", later, ask=False)
    above, = record["connections"][0]["intermediate_staples"]
    assert (record["staple"], above["state"]) == ("good", "expired")
    assert above["remaining_s"] < 0
    assert of_gnutls(record) == SUPERSEDED


@pytest.mark.parametrize("staple, error", [("good by name", None), ("good", INVALID)])
def test_issuer_that_is_not_sent(staple, error, world, servers, look):
    """The root's signature is known by its name alone where the root is not in the chain."""
    leaf = world.short_leaf
    address = servers.gnutls_serv(leaf, world.authority.good(leaf), world.staple(staple, "bound"))
    record = look(address, leaf.name, "1.3")
    connection = record["connections"][0]
    assert connection["chain"]["length"] == 2
    assert [found["state"] for found in connection["intermediate_staples"]] == ["good"]
    assert of_gnutls(record) == error


# What gnutls-serv would not send

@pytest.mark.parametrize("issuer, staple, state, status, error", [
    ("plain", "revoked", "revoked", "revoked", REVOKED),
    ("bound", "revoked", "revoked", "revoked", REVOKED),
    ("plain", "expired", "expired", "good", SUPERSEDED),
    ("bound", "expired", "expired", "good", SUPERSEDED),
    ("plain", "about another", "mismatch", None, INVALID),
    ("bound", "about another", "mismatch", None, INVALID),
    ("plain", "try later", "responder_error", None, None),
    ("bound", "try later", "responder_error", None, LACKING),
    ("plain", "garbage", "malformed", None, INVALID),
    ("bound", "garbage", "malformed", None, INVALID),
    ("bound", "good", "good", "good", None),
])
def test_bad_staple_above(issuer, staple, state, status, error, world, servers, look):
    leaf = world.leaves[issuer]
    staples = [path.read_bytes() for path in (world.authority.good(leaf),
                                              world.staple(staple, issuer))]
    address = servers.listener(gnutls_server.stapling(leaf, staples)).address
    record = look(address, leaf.name, "1.3")
    connection = record["connections"][0]
    above, = connection["intermediate_staples"]
    assert (above["position"], above["delivery"], above["size"]) == (1, "sent", len(staples[1]))
    assert (above["state"], above["certificate_status"]) == (state, status)
    assert (record["verdict"], connection["staple"]["state"]) == ("must_staple_ok", "good")
    assert of_gnutls(record) == error


def test_staples_for_all_of_the_chain(world, servers, look):
    """For the root too, which says of itself that it is fine; the leaf has none."""
    leaf = world.leaves["bound"]
    root = world.authority.root
    own = world.authority.staple("root.good", root, issuer=root, signer=root)
    staples = [None, world.staple("good", "bound").read_bytes(), own.read_bytes()]
    address = servers.listener(gnutls_server.stapling(leaf, staples)).address
    record = look(address, leaf.name, "1.3")
    connection = record["connections"][0]
    assert (record["verdict"], record["staple"]) == ("must_staple_broken", "absent")
    assert [(found["position"], found["state"]) for found in connection["intermediate_staples"]] \
        == [(1, "good"), (2, "good")]
    assert of_gnutls(record) == LACKING


def test_tls12_has_the_leaf_s_alone(world, servers, look):
    leaf = world.leaves["bound"]
    staples = [path.read_bytes() for path in (world.authority.revoked(leaf),
                                              world.staple("revoked", "bound"))]
    address = servers.listener(gnutls_server.stapling(leaf, staples)).address
    record = look(address, leaf.name, "1.2")
    assert (record["verdict"], record["connections"][0]["intermediate_staples"]) \
        == ("must_staple_revoked", [])
