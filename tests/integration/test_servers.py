"""Real servers, the record compared field by field."""
import pytest

from servers import hang_up, silent

ACCEPTED = {"accepts": True, "depends_on_fetch": False, "error": None}
MISSING = "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING"

# kind of staple -> (state, verdict with Must-Staple, verdict without, reasons)
STAPLES = {
    None: ("absent", "must_staple_broken", "not_stapled", ["staple_not_acknowledged"]),
    "good": ("good", "must_staple_ok", "stapled", []),
    "delegated": ("good", "must_staple_ok", "stapled", []),
    "expired": ("expired", "must_staple_broken", "stapled_bad", ["staple_expired"]),
    "foreign": ("mismatch", "must_staple_broken", "stapled_bad", ["staple_mismatch_wrong_serial"]),
    "forged": ("signer_unauthorized", "must_staple_broken", "stapled_bad",
               ["staple_signer_unauthorized"]),
    "revoked": ("revoked", "must_staple_revoked", "stapled_revoked", ["staple_revoked"]),
    "garbage": ("malformed", "must_staple_broken", "stapled_bad", ["staple_malformed"]),
    "try_later": ("responder_error", "must_staple_broken", "stapled_bad", ["staple_try_later"]),
}


@pytest.fixture(scope="module")
def targets(authority, module_servers):
    """(kind, name) -> target line; `openssl s_server` behind each."""
    lines = {}
    for kind in STAPLES:
        for identity in (authority.must, authority.plain):
            staple = kind and getattr(authority, kind)(identity)
            address = module_servers.s_server(identity, staple)
            lines[kind, identity.name] = address.named(identity.name)
    return lines


@pytest.fixture(scope="module", params=["1.2", "1.3"])
def s_server_records(request, targets, module_scan):
    """One scan of all of them with one TLS version: (version, (kind, name) -> record)."""
    done = module_scan(list(targets.values()), "--tls", request.param)
    assert done.returncode == 0, done.stderr
    records = done.by_line()
    assert len(records) == len(targets)
    return request.param, {key: records[line] for line, key in enumerate(targets, 1)}


@pytest.mark.parametrize("name", ["must.test", "plain.test"])
@pytest.mark.parametrize("kind", STAPLES, ids=str)
def test_s_server(kind, name, s_server_records):
    version, records = s_server_records
    record = records[kind, name]
    state, with_must, without_must, reasons = STAPLES[kind]
    must_staple = name == "must.test"
    assert record["outcome"] == "examined"
    assert record["failure"] is None
    assert record["must_staple"] is must_staple
    assert record["staple"] == state
    assert record["verdict"] == (with_must if must_staple else without_must)
    assert set(reasons) <= set(record["reasons"])
    assert not [reason for reason in record["reasons"]
                if reason.startswith("staple_") and reason not in reasons]
    assert len(record["connections"]) == 1
    connection = record["connections"][0]
    assert connection["tls"]["version"] == f"TLSv{version}"
    assert connection["chain"]["trusted"] is True
    assert connection["chain"]["host_matches"] is True
    assert connection["chain"]["length"] == 2
    assert connection["certificate"]["tls_feature"]["must_staple"] is must_staple
    assert connection["staple"]["delivery"] == ("sent" if kind else "not_acknowledged")
    assert connection["staple"]["state"] == state


@pytest.mark.parametrize("kind, name, rfc, firefox, gnutls", [
    ("good", "must.test", True, True, True),
    ("good", "plain.test", True, True, True),
    ("delegated", "must.test", True, True, True),
    (None, "must.test", False, False, False),
    (None, "plain.test", True, True, True),
    ("revoked", "must.test", False, False, False),
    ("garbage", "must.test", False, False, False),
    ("expired", "must.test", False, False, False),
    ("try_later", "must.test", False, False, False),
])
def test_clients(kind, name, rfc, firefox, gnutls, s_server_records):
    clients = s_server_records[1][kind, name]["clients"]
    assert {client: outcome["accepts"] for client, outcome in clients.items()} == {
        "rfc": rfc, "firefox": firefox, "gnutls": gnutls}
    assert all(outcome["accepts"] == (outcome["error"] is None) for outcome in clients.values())
    if kind == "good":
        assert clients["firefox"] == ACCEPTED
    if kind is None and name == "must.test":
        assert clients["firefox"] == {"accepts": False, "depends_on_fetch": False,
                                      "error": MISSING}


def test_facts_of_certificate_and_staple(authority, s_server_records):
    """What the record says is what the authority put there."""
    connection = s_server_records[1]["revoked", "must.test"]["connections"][0]
    certificate, staple = connection["certificate"], connection["staple"]
    must = authority.must.certificate
    assert certificate["sha256"] == authority.must.sha256()
    assert certificate["serial"].lstrip("0") == f"{must.serial_number:x}"
    assert certificate["subject"] == "CN=must.test"
    assert certificate["issuer"] == "CN=intermediate"
    assert certificate["ocsp_urls"] == ["http://127.0.0.1:1/"]
    assert certificate["crl_urls"] == []
    assert certificate["lifetime_s"] == pytest.approx(90 * 86400, abs=2)
    assert certificate["tls_feature"] == {"present": True, "must_staple": True, "features": [5],
                                          "critical": False, "fault": None}
    assert connection["chain"]["sha256"] == [authority.must.sha256(),
                                             authority.intermediate.sha256()]
    assert staple["responder_status"] == "successful"
    assert staple["certificate_status"] == "revoked"
    assert staple["revocation_reason"] == "key_compromise"
    assert staple["signer"]["kind"] == "issuer"
    assert staple["certid_hash"] == "sha1"
    assert staple["lifetime_s"] == 7 * 86400
    assert staple["size"] == (authority.folder / "must.test.revoked.ocsp").stat().st_size


def test_delegated_signer(s_server_records):
    signer = s_server_records[1]["delegated", "must.test"]["connections"][0]["staple"]["signer"]
    assert signer["kind"] == "delegate"
    assert signer["subject"] == "CN=responder"
    assert signer["nocheck"] is True


def test_nginx_serves_any_file_for_ever(authority, servers, scan):
    """ssl_stapling_file is never looked at again, and never refreshed."""
    must = authority.must
    kinds = ["good", "expired", "revoked"]
    addresses = servers.nginx(*((must, ["ssl_stapling on",
                                        f"ssl_stapling_file {getattr(authority, kind)(must)}"])
                                for kind in kinds))
    for _ in range(2):
        records = scan([address.named(must.name) for address in addresses]).by_line()
        found = [(records[line]["verdict"], records[line]["staple"]) for line in (1, 2, 3)]
        assert found == [("must_staple_ok", "good"), ("must_staple_broken", "expired"),
                         ("must_staple_revoked", "revoked")]


def test_nginx_without_stapling(authority, servers, scan):
    addresses = servers.nginx((authority.must, []), (authority.plain, []))
    records = scan([addresses[0].named("must.test"), addresses[1].named("plain.test")]).by_line()
    assert records[1]["verdict"] == "must_staple_broken"
    assert records[1]["reasons"] == ["staple_not_acknowledged"]
    assert records[2]["verdict"] == "not_stapled"


def test_nginx_fetches_after_the_first_handshake(authority, servers, scan):
    """The first visitor gets nothing, whoever comes later gets a good staple."""
    must = authority.must
    responder = servers.responder(authority, must)
    address, = servers.nginx((must, [
        "ssl_stapling on", "ssl_stapling_verify on",
        f"ssl_trusted_certificate {chain_file(authority)}",
        f"ssl_stapling_responder http://127.0.0.1:{responder.port}/"]))
    first = scan([address.named(must.name)]).record
    assert (first["verdict"], first["staple"]) == ("must_staple_broken", "absent")
    for _ in range(20):
        later = scan([address.named(must.name)]).record
        if later["staple"] != "absent":
            break
    assert (later["verdict"], later["staple"]) == ("must_staple_ok", "good")
    assert later["connections"][0]["staple"]["signer"]["kind"] == "delegate"


def chain_file(authority):
    path = authority.folder / "trusted.pem"
    path.write_bytes(authority.intermediate.certificate_path.read_bytes()
                     + authority.root.certificate_path.read_bytes())
    return path


def test_wrong_name_and_unknown_root(authority, servers, scan):
    """Neither hides the staple's verdict."""
    must = authority.must
    address = servers.s_server(must, authority.good(must))
    scan.ca_file = authority.responder.certificate_path
    record = scan([address.named("other.test")]).record
    assert record["verdict"] == "must_staple_ok"
    assert {"chain_untrusted", "name_mismatch"} <= set(record["reasons"])
    chain = record["connections"][0]["chain"]
    assert (chain["trusted"], chain["host_matches"]) == (False, False)
    assert chain["error"]


def test_client_certificate_demanded(authority, servers, scan):
    """The certificate came: the host is examined, whatever the server wants of us."""
    must = authority.must
    address = servers.s_server(must, authority.good(must), "-Verify", "1", "-verify_return_error")
    for version in ("1.2", "1.3"):
        record = scan([address.named(must.name)], "--tls", version).record
        assert (record["outcome"], record["verdict"]) == ("examined", "must_staple_ok")


def test_servers_that_fail(authority, servers, scan):
    """Each ends in a record that says where and how."""
    quiet = servers.listener(silent)
    rude = servers.listener(hang_up)
    plain = servers.listener(lambda connection, stopping: connection.sendall(b"220 hello\r\n" * 9))
    nobody = rude.address.rsplit(":", 1)[0] + ":1"
    done = scan([f"{quiet.address}", f"{rude.address}", f"{plain.address}", nobody],
                "--handshake-timeout", "1")
    assert done.returncode == 0, done.stderr
    records = done.by_line()
    found = [(record["outcome"], record["failure"]["stage"], record["failure"]["code"])
             for _, record in sorted(records.items())]
    assert found == [("no_tls", "handshake", "timeout"), ("no_tls", "handshake", "closed"),
                     ("no_tls", "handshake", "not_tls"), ("unreachable", "connect", "refused")]
    for record in records.values():
        assert record["verdict"] is None and record["clients"] is None
        assert record["reasons"] == [] and record["must_staple"] is None
        assert record["failure"]["alert"] is None


def test_versions_that_do_not_meet(authority, servers, scan):
    address = servers.s_server(authority.must, None, "-tls1_2")
    record = scan([address.named("must.test")], "--tls", "1.3").record
    assert record["outcome"] == "no_tls"
    assert record["failure"]["stage"] == "handshake"
    assert record["failure"]["code"] in ("alert", "no_common_parameters")
    assert scan([address.named("must.test")], "--tls", "1.2").record["outcome"] == "examined"
