"""What the documents promise is what the programs do: options, words of the record, files named."""
import json
import re

import pytest

import tree

COMMANDS = ("scan", "check", "rejudge")


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
             if re.search(r"muststaple (scan|check|rejudge)\b", line) and tree.long_options(line) - helped]
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


# Words that only one kind of record has, by their noun; all others a scan's record has.
ONLY_IN_CHECKS = {"document_kind"}
ONLY_IN_SCANS = {"outcome", "stage", "failure_code", "dns_status"}


def nouns_of(record, vocabulary):
    return set(vocabulary) - (ONLY_IN_SCANS if record == "check" else ONLY_IN_CHECKS)


def schema_of(record):
    return json.loads(tree.text(f"data/{record}.schema.json"))


@pytest.mark.parametrize("record", ("record", "check"))
def test_schema_holds_exactly_the_vocabulary(record, vocabulary):
    found = list(enums(schema_of(record)))
    for noun in nouns_of(record, vocabulary):
        assert any(vocabulary[noun] == listed for _, listed in found), \
            f"no enum of data/{record}.schema.json is {noun}"
    lists = list(vocabulary.values())
    every_word = set().union(*lists)
    for path, listed in found:
        strings = {word for word in listed if isinstance(word, str)}
        assert strings in lists or not strings & every_word, f"{'/'.join(path)} is no whole vocabulary"


def words_quoted(document):
    return set(re.findall(r"`([a-z][a-z0-9_]*)`", document))


def test_record_document_holds_exactly_the_vocabulary(vocabulary):
    document = tree.text("docs/record.md")
    quoted = words_quoted(document)
    for noun in nouns_of("record", vocabulary):
        words = vocabulary[noun]
        assert words <= quoted, f"docs/record.md lacks words of {noun}: {sorted(words - quoted)}"
    # Rows that explain a word must explain one that exists.
    rows = set(re.findall(r"^\| `([a-z][a-z0-9_]*)` \|", document, re.MULTILINE))
    schema = json.dumps(schema_of("record"))
    unknown = {word for word in rows if f'"{word}"' not in schema}
    assert not unknown


def test_check_document_explains_its_words_and_fields(vocabulary):
    """What a scan's record has too is explained in docs/record.md."""
    document = tree.text("docs/check.md")
    for noun in ONLY_IN_CHECKS:
        assert vocabulary[noun] <= words_quoted(document)
    schema = schema_of("check")
    own = {"chain": "chain.", "certificate_request": "certificate_request.", "single": ""}
    fields = set(schema["properties"]) | {prefix + field for name, prefix in own.items()
                                          for field in schema["$defs"][name]["properties"]}
    record_section = document.split("\n## The record\n", 1)[1].split("\n## ", 1)[0]
    first_cells = re.findall(r"^\| (`[^|]*) \|", record_section, re.MULTILINE)
    explained = {field for cell in first_cells for field in re.findall(r"`([a-z0-9_.]+)`", cell)}
    assert explained == fields | vocabulary["document_kind"]


def without_null(definition):
    """A definition of a JSON Schema without the permission to be null."""
    if isinstance(definition, dict):
        return {key: without_null(value) for key, value in definition.items()}
    if isinstance(definition, list):
        kept = [without_null(value) for value in definition if value not in ("null", None)]
        return kept[0] if len(kept) == 1 else kept
    return definition


def test_what_both_records_hold_is_defined_once():
    """As a check leaves out what was not asked, null may be added; nothing else differs."""
    scan, check = schema_of("record")["$defs"], schema_of("check")["$defs"]
    shared = set(scan) & set(check)
    assert {"certificate", "chain", "ca_feature", "staple", "clients"} <= shared
    assert [name for name in sorted(shared) if without_null(check[name]) != without_null(scan[name])] == []
    assert [name for name in sorted(shared - {"chain"}) if check[name] != scan[name]] == []


@pytest.mark.parametrize("name", ("record", "summary", "check"))
def test_schemas_are_schemas(name):
    import jsonschema

    schema = schema_of(name)
    jsonschema.validators.validator_for(schema).check_schema(schema)
