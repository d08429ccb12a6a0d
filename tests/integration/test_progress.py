"""The live line: on a terminal, and nowhere else."""
import fcntl
import os
import pty
import re
import struct
import termios
import threading

import pytest

from scanner import SLOW, TIMEOUT_S, run, start


@pytest.fixture
def silent(servers, tmp_path):
    """Targets that take a second: a server that says nothing."""
    listener = servers.listener(lambda connection, stopping: stopping.wait())
    path = tmp_path / "targets.txt"
    path.write_text(f"{listener.address}\n" * 3)
    return path


def on_terminal(*arguments, columns):
    """Runs the scanner with its standard error on a terminal so wide; what was shown there."""
    try:
        master, slave = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal to be had here: {error}")
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown = []

    def read():
        try:
            while piece := os.read(master, 4096):
                shown.append(piece)
        except OSError:  # Linux says so when nobody holds the terminal any more
            pass

    process = start(*arguments, stdout=slave, stderr=slave)
    os.close(slave)
    reader = threading.Thread(target=read)
    reader.start()
    status = process.wait(TIMEOUT_S)
    reader.join(TIMEOUT_S)
    os.close(master)
    assert status == 0
    return b"".join(shown).decode()


@pytest.mark.parametrize("columns", [20, 60, 200])
def test_on_a_terminal(silent, tmp_path, columns):
    shown = on_terminal("scan", silent, "--timeout", 1.6 * SLOW, "-o", tmp_path / "results",
                        columns=columns)
    lines = re.findall(r"\r\x1b\[K([^\r\n]*)", shown)
    live = [line for line in lines if re.match("[0-3]/3 ", line)]
    assert len(live) >= 3, shown
    assert all(len(line) < columns for line in live)
    assert ("3 in flight" in live[0]) == (columns >= 60)
    assert ("must-staple 0 ok 0 bad, stapled 0 ok 0 bad" in live[0]) == (columns >= 200)
    assert "3 targets in" in shown


def test_quiet_on_a_terminal(silent, tmp_path):
    shown = on_terminal("scan", silent, "--timeout", 1.2 * SLOW, "-o", tmp_path / "results",
                        "--quiet", columns=80)
    assert shown == ""


def test_nowhere_else(silent, tmp_path):
    done = run("scan", silent, "--timeout", 1.2 * SLOW, "-o", tmp_path / "results")
    assert done.returncode == 0
    assert "\r" not in done.stderr and "in flight" not in done.stderr
    assert "3 targets in" in done.stderr
