"""Compares the records of a scan of the lab with what lab.json expects of them.

    compare_lab.py --options DIR       the scan options of the lab in DIR, one a line
    compare_lab.py DIR RESULTS         compares; exit status 1 and the differences when there are any

DIR is the directory that muststaple-lab was started with."""
import json
import pathlib
import sys

ABSENT = "(absent)"


def load(folder):
    return json.loads((pathlib.Path(folder) / "lab.json").read_text(encoding="utf-8"))


def load_records(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def lookup(record, path):
    """The value at a path like `connections.-1.staple.state`; what is in a null is null."""
    value = record
    for step in path.split("."):
        if isinstance(value, list):
            index = int(step)
            if not -len(value) <= index < len(value):
                return ABSENT
            value = value[index]
        elif isinstance(value, dict):
            value = value.get(step, ABSENT)
        elif value is not None:
            return ABSENT
    return value


def differences(scene, record):
    """What in a record is not as the scene's row says, as lines of text."""
    found = []
    if record["input"] != scene["target"]:
        found.append(f"input: {record['input']!r}, not {scene['target']!r}")
    for path, expected in scene["expect"].items():
        seen = lookup(record, path)
        if seen != expected or isinstance(seen, bool) != isinstance(expected, bool):
            found.append(f"{path}: {json.dumps(seen)}, not {json.dumps(expected)}")
    return found


def by_line(records):
    """(line number -> record, complaints about lines that have several)."""
    found, complaints = {}, []
    for record in records:
        if record["line"] in found:
            complaints.append(f"line {record['line']} has more than one record")
        found[record["line"]] = record
    return found, complaints


def compare(lab, records):
    """Everything that is not as it should be, as lines of text; none when all is well."""
    found, complaints = by_line(records)
    for scene in lab["scenes"]:
        record = found.pop(scene["line"], None)
        if record is None:
            complaints.append(f"{scene['name']}: no record")
        else:
            complaints += [f"{scene['name']}: {text}" for text in differences(scene, record)]
    return complaints + [f"line {line} is no scene of the lab" for line in found]


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--options":
        print("\n".join(load(arguments[1])["options"]))
        return 0
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    lab, records = load(arguments[0]), load_records(arguments[1])
    complaints = compare(lab, records)
    for line in complaints:
        print(line, file=sys.stderr)
    examined = sum(record["outcome"] == "examined" for record in records)
    print(f"{len(records)} hosts scanned, {examined} examined; "
          + (f"{len(complaints)} fields are not as the lab expects" if complaints else
             f"all {len(lab['scenes'])} verdicts are as the lab expects"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
