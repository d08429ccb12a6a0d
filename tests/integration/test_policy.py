"""What the user allows: times, words to fail on, hosts to leave alone."""
import calendar
import os
import threading
import time

import pytest

from scanner import SLOW, run
from servers import hang_up

DAY = 86400


@pytest.fixture(scope="module")
def must(authority, module_servers):
    """A target line: Must-Staple, a good staple that is an hour old and has 7 days."""
    return module_servers.s_server(authority.must, authority.good(authority.must)).named("must.test")


@pytest.mark.parametrize("options, verdict, staple, reasons, warnings", [
    ([], "must_staple_ok", "good", [], []),
    (["--at", 8 * DAY], "must_staple_broken", "expired", ["staple_expired"], []),
    (["--at", -1 * DAY], "must_staple_broken", "not_yet_valid", ["staple_not_yet_valid"], []),
    (["--at", 6.5 * DAY], "must_staple_ok", "good", [], ["staple_margin_low"]),
    (["--at", 5 * DAY], "must_staple_ok", "good", [], ["staple_not_refreshed"]),
    (["--max-age", "60"], "must_staple_broken", "too_old", ["staple_too_old"], []),
    (["--max-age", "7200"], "must_staple_ok", "good", [], ["staple_margin_low"]),
    (["--max-age", "7200", "--min-remaining", "60"], "must_staple_ok", "good", [], []),
    (["--min-remaining", 8 * DAY], "must_staple_ok", "good", [], ["staple_margin_low"]),
    (["--min-remaining", "60"], "must_staple_ok", "good", [], []),
], ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else None)
def test_times(options, verdict, staple, reasons, warnings, must, scan):
    if options and options[0] == "--at":
        options = ["--at", int(time.time() + options[1])]
    done = scan([must], *options)
    assert done.returncode == 0, done.stderr
    record = done.record
    assert (record["verdict"], record["staple"]) == (verdict, staple)
    assert record["reasons"] == reasons
    assert set(warnings) <= set(record["warnings"])
    assert ("staple_margin_low" in record["warnings"]) == ("staple_margin_low" in warnings)


def test_at_moves_every_remaining_time(must, scan):
    at = int(time.time()) + 3 * DAY
    record = scan([must], "--at", at).record
    assert record["staple_remaining_s"] == pytest.approx(4 * DAY - 3600, abs=120)
    assert record["certificate_remaining_s"] == pytest.approx(57 * DAY, abs=120)


def test_at_as_a_date(must, scan):
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 8 * DAY))
    assert scan([must], "--at", moment).record["staple"] == "expired"


def test_certificate_expired(must, scan):
    """The certificate's own end is a reason beside the staple's."""
    record = scan([must], "--at", int(time.time()) + 61 * DAY).record
    assert {"certificate_expired", "staple_expired"} <= set(record["reasons"])
    assert record["certificate_remaining_s"] < 0


def test_time_zone_does_not_matter(must, scan):
    for zone in ("Pacific/Auckland", "XYZ+11:30"):
        done = scan([must], env={**os.environ, "TZ": zone, "LC_ALL": "C"})
        assert done.record["verdict"] == "must_staple_ok"
        started = done.record["started"]
        assert started.endswith("Z")
        moment = time.strptime(started.split(".")[0], "%Y-%m-%dT%H:%M:%S")
        assert abs(calendar.timegm(moment) - time.time()) < 120


@pytest.mark.parametrize("words, status", [
    ("must_staple_ok", 1),
    ("must_staple_broken", 0),
    ("must_staple_broken,must_staple_ok", 1),
    ("not_stapled,stapled_bad", 0),
    ("examined", 1),
    ("unreachable,refused", 0),
])
def test_fail_on(words, status, must, scan):
    done = scan([must], "--fail-on", words)
    assert done.returncode == status, done.stderr
    assert len(done.records) == 1


@pytest.mark.parametrize("words", ["must_staple_okay", "", "must_staple_ok,,stapled", "MUST_STAPLE_OK"])
def test_fail_on_a_word_that_does_not_exist(words, tmp_path):
    targets = tmp_path / "targets.txt"
    targets.write_text("127.0.0.1:1\n")
    done = run("scan", targets, "--fail-on", words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--fail-on" in done.stderr and "must_staple_broken" in done.stderr


def excluded(record, code):
    assert record["outcome"] == "excluded"
    assert record["failure"]["code"] == code
    assert record["verdict"] is None
    assert record["connections"] == []


@pytest.mark.parametrize("entry, target, hit", [
    ("{host}", "{host}:{port},name.test", True),
    ("127.0.0.0/8", "{host}:{port},name.test", True),
    ("name.test", "{host}:{port},name.test", True),
    ("test", "{host}:{port},name.test", True),
    ("NAME.Test.", "{host}:{port},name.test", True),
    ("::ffff:0:0/96 # comment", "{host}:{port},name.test", None),
    ("ame.test", "{host}:{port},name.test", False),
    ("sub.name.test", "{host}:{port},name.test", False),
    ("128.0.0.0/8", "{host}:{port},name.test", False),
])
def test_exclude(entry, target, hit, servers, scan, tmp_path):
    listener = servers.listener(hang_up)
    place = {"host": listener.address.host, "port": listener.address.port}
    exclude = tmp_path / "exclude.txt"
    exclude.write_text(f"# not these\n\n{entry.format(**place)}\n")
    done = scan([target.format(**place)], "--exclude", exclude)
    assert done.returncode == 0, done.stderr
    if hit is None:
        return
    if hit:
        excluded(done.record, "excluded")
        assert listener.contacts == 0
    else:
        assert done.record["outcome"] == "no_tls"
        assert listener.contacts == 1


@pytest.mark.parametrize("line", ["10.0.0.0/33", "10.0.0.1/x", "a b", "2001:db8::/129"])
def test_bad_exclude_file(line, tmp_path):
    """The line is named, and nothing is scanned."""
    exclude = tmp_path / "exclude.txt"
    exclude.write_text(f"good.test\n{line}\n")
    targets = tmp_path / "targets.txt"
    targets.write_text("127.0.0.1:1\n")
    done = run("scan", targets, "--exclude", exclude)
    assert done.returncode == 2
    assert "exclude.txt" in done.stderr and "2" in done.stderr
    assert done.stdout == ""


def test_private_addresses(servers, scan):
    """A name that leads to a private address is left alone unless told otherwise; an address that
    the user wrote is meant."""
    listener = servers.listener(hang_up)
    resolver = servers.unbound('local-zone: "inside.test." static',
                               f'local-data: "inside.test. A {listener.address.host}"')
    lines = [f"inside.test:{listener.address.port}"]
    done = scan(lines, "--resolver", resolver, private=False)
    assert done.returncode == 0, done.stderr
    excluded(done.record, "private_address")
    assert done.record["dns"]["a"]["addresses"] == [listener.address.host]
    assert listener.contacts == 0
    assert scan(lines, "--resolver", resolver).record["outcome"] == "no_tls"
    assert listener.contacts == 1
    assert scan([listener.address], private=False).record["outcome"] == "no_tls"
    assert listener.contacts == 2


def test_exclude_after_resolving(servers, scan, tmp_path):
    """A name that leads to an excluded address is not contacted either."""
    listener = servers.listener(hang_up)
    resolver = servers.unbound('local-zone: "outside.test." static',
                               f'local-data: "outside.test. A {listener.address.host}"')
    exclude = tmp_path / "exclude.txt"
    exclude.write_text(f"{listener.address.host}/32\n")
    done = scan([f"outside.test:{listener.address.port}"], "--resolver", resolver,
                "--exclude", exclude)
    excluded(done.record, "excluded")
    assert listener.contacts == 0


def test_rate(servers, scan):
    """New connections a second, all threads together."""
    listener = servers.listener(hang_up)
    begun = time.monotonic()
    done = scan([listener.address] * 30, "--rate", "20", "--threads", "2")
    assert time.monotonic() - begun > 0.9
    assert len(done.by_line()) == listener.contacts == 30


@pytest.mark.parametrize("threads", ["1", "8"])
def test_rate_holds_from_the_start(threads, servers, scan):
    """Threads do not begin together: a second at 10 a second lets about 11 begin."""
    lock, times = threading.Lock(), []

    def note(connection, stopping):
        with lock:
            times.append(time.monotonic())

    listener = servers.listener(note)
    done = scan([listener.address] * 16, "--rate", "10", "--threads", threads)
    assert len(done.by_line()) == 16
    assert sum(moment - times[0] < 0.5 for moment in times) <= 8


def test_rate_does_not_wait_for_nothing(servers, scan):
    """The last target is not followed by a turn for nobody; lines that are none need no turn."""
    listener = servers.listener(hang_up)
    begun = time.monotonic()
    done = scan([*["no host"] * 20, listener.address], "--rate", "1", "--threads", "8")
    assert len(done.by_line()) == 21
    assert time.monotonic() - begun < 3 * SLOW


def test_concurrency(servers, scan):
    """No more at once than asked for."""
    lock, now, most = threading.Lock(), [0], [0]

    def behaviour(connection, stopping):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        connection.recv(65536)
        stopping.wait(0.05)
        with lock:
            now[0] -= 1

    listener = servers.listener(behaviour)
    done = scan([listener.address] * 40, "--concurrency", "5", "--threads", "2")
    assert len(done.by_line()) == 40
    assert 2 <= most[0] <= 5
