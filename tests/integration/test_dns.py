"""unbound as the resolver: what it says stands in the record."""
import pytest

from scanner import run
from servers import free_address, silent

NAMES = {
    "must.test": ("examined", None, "ok", "nodata"),
    "missing.test": ("unresolved", "nxdomain", "nxdomain", "nxdomain"),
    "empty.test": ("unresolved", "nodata", "nodata", "nodata"),
    "refused.test": ("unresolved", "refused", "refused", "refused"),
    "dropped.test": ("unresolved", "timeout", "timeout", "timeout"),
    "broken.test": ("unresolved", "servfail", "servfail", "servfail"),
}


@pytest.fixture(scope="module")
def resolver(authority, module_servers):
    """(the resolver, the port of the server that must.test stands for)."""
    server = module_servers.s_server(authority.must, authority.good(authority.must))
    address = module_servers.unbound(
        'local-zone: "must.test." static', f'local-data: "must.test. A {server.host}"',
        'local-zone: "alias.test." static', 'local-data: "alias.test. CNAME nowhere.test."',
        'local-zone: "missing.test." always_nxdomain', 'local-zone: "empty.test." always_nodata',
        'local-zone: "refused.test." refuse', 'local-zone: "dropped.test." deny',
        # Forwarded to an address that must not be asked: SERVFAIL at once.
        'local-zone: "broken.test." transparent', "do-not-query-address: 127.0.0.1",
        'forward-zone:\n    name: "broken.test."\n    forward-addr: 127.0.0.1@1\n')
    return address, server.port


@pytest.fixture(scope="module")
def records(resolver, module_scan):
    """host -> record, from one scan."""
    address, port = resolver
    done = module_scan(list(NAMES), "--resolver", address, "--port", port, "--dns-timeout", "2")
    assert done.returncode == 0, done.stderr
    return {record["host"]: record for record in done.by_line().values()}


@pytest.mark.parametrize("name", NAMES)
def test_names(name, records):
    outcome, code, a_status, aaaa_status = NAMES[name]
    record = records[name]
    assert record["outcome"] == outcome
    assert record["dns"]["a"]["status"] == a_status
    assert record["dns"]["aaaa"]["status"] == aaaa_status
    if code:
        assert (record["failure"]["stage"], record["failure"]["code"]) == ("dns", code)
        assert record["connections"] == []
        assert record["dns"]["a"]["addresses"] == record["dns"]["aaaa"]["addresses"] == []
    else:
        assert record["verdict"] == "must_staple_ok"
        assert record["dns"]["a"]["addresses"] == [record["connections"][0]["address"]]


def test_alias_that_leads_nowhere(resolver, scan):
    """A CNAME is an answer without an address."""
    record = scan(["alias.test"], "--resolver", resolver[0]).record
    assert (record["outcome"], record["failure"]["code"]) == ("unresolved", "nodata")
    assert record["dns"]["a"] == {"status": "nodata", "addresses": []}


def test_one_family_alone(resolver, scan):
    address, port = resolver
    four = scan([f"must.test:{port}"], "--resolver", address, "-4").record
    assert four["outcome"] == "examined"
    assert four["dns"]["aaaa"]["status"] is None
    six = scan([f"must.test:{port}"], "--resolver", address, "-6").record
    assert (six["outcome"], six["failure"]["code"]) == ("unresolved", "nodata")
    assert six["dns"]["a"]["status"] is None


def test_dead_resolver(scan):
    """Nothing can be learned: that is the scan's failure, not the hosts'."""
    names = [f"host{number}.test" for number in range(20)]
    dead = free_address()
    done = scan(names, "--resolver", dead, "--dns-timeout", "1")
    assert done.returncode == 3
    assert "resolver" in done.stderr
    assert len(done.by_line()) == len(names)
    for record in done.records:
        assert record["outcome"] == "unresolved"
        assert record["failure"]["code"] in ("timeout", "resolver_unreachable")


def test_silent_resolver(servers, scan):
    """The same when packets go nowhere at all."""
    names = ["a.test", "b.test"]
    listener = servers.listener(silent)
    done = scan(names, "--resolver", listener.address, "--dns-timeout", "1")
    assert done.returncode == 3
    assert "resolver" in done.stderr
    assert len(done.records) == 2


def test_dead_resolver_does_not_matter_to_addresses(authority, servers, scan):
    server = servers.s_server(authority.must, authority.good(authority.must))
    done = scan([server.named("must.test")], "--resolver", free_address(), "--dns-timeout", "1")
    assert done.returncode == 0, done.stderr
    assert done.record["verdict"] == "must_staple_ok"
    assert done.record["dns"] is None


@pytest.mark.parametrize("dead_first", [True, False])
def test_one_of_two_resolvers_is_dead(dead_first, resolver, scan):
    address, port = resolver
    both = [free_address(), address] if dead_first else [address, free_address()]
    done = scan(["must.test"] * 5, "--port", port, "--dns-timeout", "5",
                *(word for one in both for word in ("--resolver", one)))
    assert done.returncode == 0, done.stderr
    assert [record["outcome"] for record in done.records] == ["examined"] * 5


@pytest.mark.parametrize("word", ["nonsense", "127.0.0.1:0", "127.0.0.1:99999", "::1]:53", ""])
def test_bad_resolver(word, tmp_path):
    targets = tmp_path / "targets.txt"
    targets.write_text("a.test\n")
    done = run("scan", targets, "--resolver", word)
    assert done.returncode == 2
    assert "resolver" in done.stderr
    assert done.stdout == ""
