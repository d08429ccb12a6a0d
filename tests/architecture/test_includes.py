"""Folders are floors, and an include only ever points down."""
import pathlib
import re

import pytest

import tree

# What each floor may include besides itself.
MAY_USE = {
    "base": set(),
    "model": {"base"},
    "pki": {"model", "base"},
    "judge": {"model", "base"},
    "tls": {"pki", "model", "base"},
    "net": {"model", "base"},
    "examine": {"pki", "judge", "model", "base"},
    "scan": {"tls", "net", "model", "base"},
    "input": {"model", "base"},
    "output": {"pki", "judge", "model", "base"},
    "audit": {"output", "input", "scan", "examine", "net", "tls", "judge", "pki", "model", "base"},
}
MAY_USE["scanner"] = MAY_USE["audit"] | {"audit"}

# The only places where a library's headers may be seen.
LIBRARY_FLOORS = {
    "ares": {"net/resolver"},
    "uv": {"net/", "scan/", "audit", "crew", "version"},
    "openssl": {"pki/", "tls/"},
    "jansson": {"output/", "scanner/cmd_"},
    "idn2": {"input/"},
}


def floor(parts):
    """The folder below src/; beside the folders lie `examine`, `inspect` and the files of the audit."""
    if len(parts) > 1:
        return parts[0]
    return "examine" if parts[0].startswith(("examine", "inspect")) else "audit"


def floor_of_source(path):
    return "scanner" if path.parts[0] == "scanner" else floor(path.parts[1:])


def floor_of_include(name, path):
    """The floor that a header belongs to; None for the system's and the public ones."""
    if name.startswith("muststaple/"):
        return None
    if (tree.ROOT / "src" / name).is_file():
        return floor(pathlib.Path(name).parts)
    if (tree.ROOT / path.parent / name).is_file():
        return floor_of_source(path)
    return None


def library_of(name):
    if name.startswith("openssl/"):
        return "openssl"
    stem = pathlib.Path(name).name.removesuffix(".h")
    if stem == "ares" or stem.startswith("ares_"):
        return "ares"
    return {"uv": "uv", "jansson": "jansson", "idn2": "idn2"}.get(stem)


SOURCES = tree.sources("src", "scanner")


def test_there_are_sources():
    assert len(SOURCES) > 40
    assert {floor_of_source(path) for path in SOURCES} <= set(MAY_USE)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_includes_point_down(path):
    own = floor_of_source(path)
    allowed = MAY_USE[own] | {own}
    wrong = [f"{path}:{line}: {own} includes {name}" for name, line in tree.includes(path)
             if floor_of_include(name, path) not in allowed | {None}]
    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_libraries_stay_on_their_floors(path):
    place = str(path).removeprefix("src/")
    wrong = []
    for name, line in tree.includes(path):
        library = library_of(name)
        if library and not place.startswith(tuple(LIBRARY_FLOORS[library])):
            wrong.append(f"{path}:{line}: <{name}>")
    assert not wrong


@pytest.mark.parametrize("path", tree.sources("include"), ids=str)
def test_public_headers_show_no_library(path):
    for name, line in tree.includes(path):
        assert "/" not in name or name.startswith("muststaple/"), f"{path}:{line}: <{name}>"
        assert library_of(name) is None, f"{path}:{line}: <{name}>"


@pytest.mark.parametrize("path", tree.sources("src", "scanner", "include"), ids=str)
def test_own_header_comes_first(path):
    own = path.with_suffix(".h")
    if path.suffix == ".c" and (tree.ROOT / own).is_file():
        first = next(iter(tree.includes(path)), ("", 0))[0]
        assert pathlib.Path(first).name == own.name


# They accept what a sibling leaf signed, stop at the first answer, or read the system's clock.
UNFIT = re.compile(r"\b(?:OCSP_basic_verify|OCSP_check_validity|OCSP_resp_find(?:_status)?|X509_cmp_current_time|"
                   r"X509_cmp_timeframe|X509_gmtime_adj|X509_time_adj(?:_ex)?|ASN1_TIME_diff)\s*\(")


@pytest.mark.parametrize("path", tree.sources("src"), ids=str)
def test_staples_are_judged_by_ourselves_at_a_time_given(path):
    assert not UNFIT.findall(tree.text(path))
