"""What the documents promise is what the programs do: options, words of the record, files named."""
import json
import re

import pytest

import tree

COMMANDS = ("scan", "check")


@pytest.fixture(scope="module")
def helps():
    """The help of each command that the scanner has."""
    assert tree.SCANNER.is_file(), f"{tree.SCANNER} is not built"
    overview = tree.output_of(tree.SCANNER, "--help")
    commands = [name for name in COMMANDS if re.search(rf"^\s+{name}\b", overview, re.MULTILINE)]
    assert "scan" in commands
    return {"": overview} | {name: tree.output_of(tree.SCANNER, name, "--help")
                             for name in commands}


@pytest.fixture(scope="module")
def vocabulary():
    """noun -> set of words, as the library has them."""
    dump = json.loads(tree.output_of(tree.BUILD / "tests/unit/vocabulary_dump"))
    words = {noun: {word["name"] if isinstance(word, dict) else word for word in entries} - {None}
             for noun, entries in dump.items()}
    assert {"verdict", "reason", "warning", "staple_state", "failure_code"} <= set(words)
    return words


def test_manual_and_help_name_the_same_options(helps):
    helped = tree.long_options("\n".join(helps.values()))
    assert len(helped) > 20
    assert tree.long_options(tree.manual_as_text()) == helped


def test_manual_explains_exit_statuses():
    manual = tree.manual_as_text()
    assert re.search(r"^EXIT STATUS", manual, re.MULTILINE)
    section = manual.split("EXIT STATUS", 1)[1]
    assert [status for status in "0123" if not re.search(rf"^\s+{status}\s", section, re.MULTILINE)] == []


@pytest.mark.parametrize("path", [path for path in tree.files(suffixes={".md"})], ids=str)
def test_documents_name_only_options_that_exist(path, helps):
    """Where a line speaks of our own program, its options are ours."""
    helped = tree.long_options("\n".join(helps.values())) | {"--list"}
    wrong = [line for line in tree.text(path).splitlines()
             if re.search(r"muststaple (scan|check)\b", line) and tree.long_options(line) - helped]
    assert not wrong


def test_readme_names_only_options_that_exist(helps):
    readme = tree.text("README.md")
    others = tree.long_options("\n".join(
        line for line in readme.splitlines()
        if re.search(r"\b(cmake|ctest|ninja|apt-get|openssl|pkg-config|git|curl|muststaple-lab)\b", line)))
    assert tree.long_options(readme) - others <= tree.long_options("\n".join(helps.values()))


@pytest.mark.parametrize("path", tree.files(suffixes={".md"}), ids=str)
def test_links_in_documents_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", tree.text(path)):
        if not re.match(r"[a-z]+:|#", link):
            target = (tree.ROOT / path).parent / link.split("#")[0]
            assert target.exists(), f"{path}: {link}"


def enums(schema, path=()):
    """(path, set of words) of each enum in a JSON Schema, null left out."""
    if isinstance(schema, dict):
        if "enum" in schema:
            yield path, {word for word in schema["enum"] if word is not None}
        for key, value in schema.items():
            yield from enums(value, path + (key,))
    elif isinstance(schema, list):
        for value in schema:
            yield from enums(value, path)


def test_record_schema_holds_exactly_the_vocabulary(vocabulary):
    schema = json.loads(tree.text("data/record.schema.json"))
    found = list(enums(schema))
    for noun, words in vocabulary.items():
        assert any(words == listed for _, listed in found), f"no enum of data/record.schema.json is {noun}"
    lists = list(vocabulary.values())
    every_word = set().union(*lists)
    for path, listed in found:
        strings = {word for word in listed if isinstance(word, str)}
        assert strings in lists or not strings & every_word, f"{'/'.join(path)} is no whole vocabulary"


def test_record_document_holds_exactly_the_vocabulary(vocabulary):
    document = tree.text("docs/record.md")
    quoted = set(re.findall(r"`([a-z][a-z0-9_]*)`", document))
    for noun, words in vocabulary.items():
        assert words <= quoted, f"docs/record.md lacks words of {noun}: {sorted(words - quoted)}"
    # Rows that explain a word must explain one that exists.
    rows = set(re.findall(r"^\| `([a-z][a-z0-9_]*)` \|", document, re.MULTILINE))
    schema = json.dumps(json.loads(tree.text("data/record.schema.json")))
    unknown = {word for word in rows if f'"{word}"' not in schema}
    assert not unknown


def test_summary_schema_is_one():
    import jsonschema

    for name in ("record", "summary"):
        schema = json.loads(tree.text(f"data/{name}.schema.json"))
        jsonschema.validators.validator_for(schema).check_schema(schema)
