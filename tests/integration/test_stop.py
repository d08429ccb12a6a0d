"""Ending: on request, and by the clock."""
import json
import signal
import subprocess
import time

import pytest

from scanner import SLOW, TIMEOUT_S, complain_of_sanitizers, parse, start
from servers import hang_up, silent, slow_tls

TARGETS = 60
IN_FLIGHT = 4


class Running:
    """A scan under way."""

    def __init__(self, scan, address, *options):
        arguments, self.results, self.summary = scan.arguments(
            [f"{address},must.test"] * TARGETS, "--concurrency", IN_FLIGHT, "--threads", "1", *options)
        self.process = start(*arguments, stderr=subprocess.PIPE)

    def signal(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self, timeout=TIMEOUT_S):
        """(exit status, records, standard error)"""
        try:
            _, stderr = self.process.communicate(timeout=timeout)
        finally:
            self.process.kill()
        stderr = stderr.decode()
        complain_of_sanitizers(stderr)
        return self.process.returncode, parse(self.results.read_bytes()), stderr


def wait_for(condition, what):
    deadline = time.monotonic() + 20 * SLOW
    while not condition():
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_first_signal_finishes_what_is_in_flight(number, authority, servers, scan):
    listener = servers.listener(slow_tls(authority.must, 0.5))
    running = Running(scan, listener.address)
    wait_for(lambda: listener.contacts > IN_FLIGHT, "second round")
    contacts = listener.contacts
    running.signal(number)
    status, records, stderr = running.end()
    assert status == 3, stderr
    assert IN_FLIGHT <= len(records) < TARGETS
    assert {record["outcome"] for record in records} == {"examined"}
    # One round may have begun between the look at the counter and the signal.
    assert listener.contacts <= contacts + IN_FLIGHT
    assert len(records) == listener.contacts
    assert "interrupted" in stderr or "stopped" in stderr
    summary = json.loads(running.summary.read_text())
    assert summary["outcomes"]["examined"] == len(records)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_second_signal_ends_at_once(second, servers, scan):
    listener = servers.listener(silent)
    running = Running(scan, listener.address, "--timeout", "60", "--handshake-timeout", "60")
    wait_for(lambda: listener.contacts == IN_FLIGHT, "contact")
    running.signal()
    time.sleep(0.3)
    assert running.process.poll() is None, "the first signal alone ended it"
    begun = time.monotonic()
    running.signal(second)
    status, records, stderr = running.end()
    assert time.monotonic() - begun < 3 * SLOW
    assert status == 3, stderr
    assert listener.contacts == IN_FLIGHT
    assert len(records) == IN_FLIGHT
    assert {record["outcome"] for record in records} == {"interrupted"}
    assert {(record["failure"]["stage"], record["failure"]["code"]) for record in records} == {
        ("internal", "interrupted")}


def test_signal_while_waiting_for_input(scan):
    """A pipe that says nothing does not hold the scan up."""
    arguments, results, _ = scan.arguments("-")
    process = start(*arguments, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(b"127.0.0.1:1\n")
    process.stdin.flush()
    wait_for(lambda: results.exists() and results.stat().st_size > 0, "record")
    process.send_signal(signal.SIGINT)
    process.wait(10 * SLOW)
    assert process.returncode == 3, process.stderr.read()
    assert len(parse(results.read_bytes())) == 1
    process.stdin.close()
    process.stderr.close()


def test_signal_while_nobody_reads(scan, tmp_path):
    """Two signals end a scan whose output pipe is full, with whole lines in the pipe."""
    targets = tmp_path / "many.txt"
    targets.write_text("127.0.0.1:1\n" + "[]\n" * 30_000)
    process = start("scan", targets, "--quiet", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.5 * SLOW)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10 * SLOW)
    finally:
        process.kill()
    stdout, stderr = process.communicate()
    assert process.returncode == 3, stderr
    parse(stdout)


@pytest.mark.parametrize("option", ["--timeout", "--handshake-timeout"])
def test_silent_server_ends_in_time(option, servers, scan):
    listener = servers.listener(silent)
    begun = time.monotonic()
    done = scan([listener.address] * 3, option, "1")
    took = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    assert 0.9 < took < 4 * SLOW
    for record in done.by_line().values():
        assert (record["outcome"], record["failure"]["code"]) == ("no_tls", "timeout")
        assert 900 <= record["elapsed_ms"] < 4000 * SLOW


def test_dripping_server_ends_in_time(servers, scan):
    """Bytes that keep coming do not move the deadline."""
    def drip(connection, stopping):
        connection.recv(65536)
        connection.sendall(bytes.fromhex("1603034000"))  # a record of 16 KiB, byte by byte
        while not stopping.wait(0.05):
            connection.sendall(b"\x00")

    listener = servers.listener(drip)
    done = scan([listener.address], "--timeout", "1")
    assert done.record["outcome"] == "no_tls"
    assert done.record["elapsed_ms"] < 4000 * SLOW


def test_flooding_server_is_cut_off(servers, scan):
    """A peer may not send more than a handshake can hold."""
    def flood(connection, stopping):
        connection.recv(65536)
        # Handshake records whose message never ends.
        record = bytes.fromhex("1603034000") + b"\x0b\xff\xff\xff" + b"\x00" * (0x4000 - 4)
        while not stopping.is_set():
            connection.sendall(record)

    listener = servers.listener(flood)
    done = scan([listener.address], "--timeout", "20")
    assert done.record["outcome"] == "no_tls"
    assert done.record["elapsed_ms"] < 10_000 * SLOW
    assert done.record["connections"][0]["bytes_in"] < 8 * 1024 * 1024


def test_signal_when_nothing_is_left_to_begin(authority, servers, scan):
    """Everything in flight is finished, and there was no more: the scan is complete."""
    listener = servers.listener(slow_tls(authority.must, 1.0 * SLOW))
    arguments, results, summary = scan.arguments([listener.address] * 3, "--allow-private")
    process = start(*arguments, stderr=subprocess.PIPE)
    wait_for(lambda: listener.contacts == 3, "third contact")
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, stderr
    assert [record["outcome"] for record in parse(results.read_bytes())] == ["examined"] * 3
    assert json.loads(summary.read_text())["interrupted"] is False


def test_signal_while_the_last_target_waits_for_its_turn(servers, scan):
    """A target that was read and not tried is told, and the scan is not called complete."""
    listener = servers.listener(hang_up)
    arguments, results, summary = scan.arguments([listener.address] * 2, "--rate", "1", "--threads", "1")
    process = start(*arguments, stderr=subprocess.PIPE)
    wait_for(lambda: listener.contacts == 1, "first contact")
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 3, stderr
    outcomes = {record["line"]: record["outcome"] for record in parse(results.read_bytes())}
    assert outcomes == {1: "no_tls", 2: "interrupted"}
    assert json.loads(summary.read_text())["interrupted"] is True
