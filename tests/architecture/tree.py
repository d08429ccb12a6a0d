"""The source tree as the tests see it: files, includes, and what the programs say of themselves."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("MUSTSTAPLE_BUILD", "build/dev")
SCANNER = BUILD / "scanner" / "muststaple"

NOT_OURS = {".git", "build", "__pycache__", ".pytest_cache"}


def files(*folders, suffixes=None):
    """Every file of the tree below the folders (all without any), as paths relative to the root."""
    found = []
    for folder in folders or (".",):
        for directory, names, entries in os.walk(ROOT / folder):
            names[:] = [name for name in names if name not in NOT_OURS]
            found += [pathlib.Path(directory, entry).relative_to(ROOT) for entry in entries]
    return sorted(path for path in found if suffixes is None or path.suffix in suffixes)


def sources(*folders):
    return files(*folders, suffixes={".c", ".h"})


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def includes(path):
    """(name, line number) of each header that a source includes, in quotes or angle brackets."""
    found = []
    for number, line in enumerate(text(path).splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            found.append((match.group(1), number))
    return found


def output_of(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=True).stdout


def long_options(words):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*[a-z0-9]", words))


def manual_as_text():
    page = output_of("mandoc", "-T", "ascii", "-O", "width=1000", str(ROOT / "docs/muststaple.1"))
    return re.sub(r".\x08", "", page)
