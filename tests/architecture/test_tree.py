"""Sizes, and what must not be in the tree."""
import re

import pytest

import tree

LINES_MAX = 400

# Written apart, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}-])/(?:wo" r"rk|ro" r"ot|ho" r"me/[a-z]+|tmp/te" r"am)/\w")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")

TEXT_SUFFIXES = {".c", ".h", ".py", ".md", ".txt", ".json", ".cmake", ".in", ".1", ".yml", ""}


def lines_of_text():
    for path in tree.files(suffixes=TEXT_SUFFIXES):
        try:
            content = tree.text(path)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            yield f"{path}:{number}", line


@pytest.mark.parametrize("path", tree.sources("src", "scanner", "include"), ids=str)
def test_files_are_short(path):
    assert len(tree.text(path).splitlines()) <= LINES_MAX


def test_no_path_of_a_build_machine():
    assert not [where for where, line in lines_of_text() if MACHINE_PATH.search(line)]


def test_nothing_is_left_unfinished():
    assert not [where for where, line in lines_of_text() if UNFINISHED.search(line)]


@pytest.mark.parametrize("path", tree.sources("src", "scanner", "include"), ids=str)
def test_structs_and_enums_are_not_typedefed(path):
    assert not re.findall(r"^typedef\s+(?:struct|enum|union)\b[^;(]*[;{]", tree.text(path), re.MULTILINE)


@pytest.mark.parametrize("path", tree.files("src", "include", "scanner", suffixes={".h"}), ids=str)
def test_headers_are_guarded(path):
    content = tree.text(path)
    guard = re.search(r"^#ifndef (\w+)\n#define \1$", content, re.MULTILINE)
    assert guard, f"{path} has no include guard"
