"""The command line: help, version, and one clear line for whatever is wrong."""
import os

import pytest

from scanner import run

NUMBERS = ["--port", "--limit", "--skip", "--concurrency", "--rate", "--threads", "--dns-timeout",
           "--connect-timeout", "--handshake-timeout", "--timeout", "--max-age", "--min-remaining"]


@pytest.fixture
def targets(tmp_path):
    path = tmp_path / "targets.txt"
    path.write_text("127.0.0.1:1\n")
    return path


def test_help():
    done = run("--help")
    assert done.returncode == 0 and done.stderr == ""
    assert "scan" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_scan_help():
    done = run("scan", "--help")
    assert done.returncode == 0 and done.stderr == ""
    for word in [*NUMBERS, "-4", "-6", "--allow-private", "--fail-on", "-o", "--summary", "--raw",
                 "--quiet", "--at", "--exclude", "--ca-file", "--tls", "--resolver"]:
        assert word in done.stdout, word
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_version():
    done = run("--version")
    assert done.returncode == 0 and done.stderr == ""
    for word in ("muststaple 0.", "OpenSSL 3.", "libuv 1.", "c-ares 1.", "Jansson 2."):
        assert word.lower() in done.stdout.lower(), word
    assert "idn2" in done.stdout.lower()


def usage_error(done, *words):
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert 1 <= len(lines) <= 3, done.stderr
    assert lines[0].startswith("muststaple")
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("name", ["a" + "\u00e4" * 120, os.fsdecode(b"\x9b2J"), "\u009b2J\x1b[2J"])
def test_messages_are_text(tmp_path, name):
    """Whatever a file is called, also where its name is cut: UTF-8 without controls."""
    (tmp_path / name).write_bytes(b"nothing")
    for command in (["check"], ["rejudge", "--quiet"]):
        done = run(*command, name, cwd=tmp_path)
        usage_error(done)
        assert all(character == "\n" or character.isprintable() for character in done.stderr)


def test_no_command():
    assert run().returncode == 2


@pytest.mark.parametrize("arguments, word", [
    (["scam"], "scam"),
    (["--frobnicate"], "frobnicate"),
    (["scan", "--frobnicate"], "frobnicate"),
    (["scan", "-Z"], "Z"),
    (["scan", "--port"], "port"),
    (["scan", "--quiet=yes"], "quiet"),
])
def test_unknown_words(arguments, word):
    usage_error(run(*arguments), word)


def test_scan_without_files_reads_standard_input():
    done = run("scan", "--quiet", stdin=b"127.0.0.1:1\n")
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("value", ["", "x", "-1", "1x", "99999999999999999999", " 1", "0x10", "nan"])
@pytest.mark.parametrize("option", NUMBERS)
def test_bad_numbers(option, value, targets):
    usage_error(run("scan", targets, f"{option}={value}"), option.lstrip("-"))


@pytest.mark.parametrize("option, value", [
    ("--port", "0"), ("--port", "65536"), ("--tls", "1.1"), ("--tls", ""), ("--tls", "13"),
    ("--at", "yesterday"), ("--at", "2026-13-01T00:00:00Z"), ("--threads", "100000"),
    ("--ca-file", "/nonexistent.pem"), ("--exclude", "/nonexistent.txt"),
    ("--ca-file", os.devnull), ("--timeout", "0"),
])
def test_bad_values(option, value, targets):
    done = run("scan", targets, option, value)
    usage_error(done)
    assert option.lstrip("-") in done.stderr or value in done.stderr


def test_families_exclude_each_other(targets):
    usage_error(run("scan", targets, "-4", "-6"), "-4", "-6")


def test_seconds_may_have_fractions(targets):
    assert run("scan", targets, "--timeout", "2.5", "--dns-timeout", "0.5").returncode == 0


def test_options_after_files(targets):
    done = run("scan", targets, "--quiet")
    assert done.returncode == 0 and done.stderr == ""


def test_environment_is_not_an_input(targets):
    """Only what stands on the command line counts."""
    done = run("scan", targets, "--quiet", env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0 and done.stderr == ""
