"""Bad input is normal: it gets one clear finding, and the other files are still checked."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command import loaded, status_and_findings
from validator import check
from validator.checker import files
from validator.cli import main
from validator.limits import MAX_DEPTH, MAX_FAULTY, MAX_FILE, MAX_NODES, MAX_RECORD
from validator.readers.bounds import TOO_MANY_IN_YAML, excess
from validator.readers.items import Body
from validator.readers.json_text import parse
from validator.readers.streams import Gunzipped, buffered
from validator.rules import example

RUN = json.dumps(example.RESPONSE)


def bomb(levels: int = 9) -> str:
    rows = ["a0: &a0 [lol, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(rows)


def merges(many: int = 3000) -> str:
    return "a: &a {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\nupdateRuns:\n" + "- <<: *a\n" * many


CONFLICT = "interactions:\n<<<<<<< HEAD\n- request: {uri: /updateRuns/a}\n=======\n- request: {uri: /updateRuns/b}\n>>>>>>> theirs\n"

BAD: dict[str, tuple[bytes, str, str, tuple[int, int] | None]] = {
    "not JSON": (b"hello, update run", "input/unreadable", 'not JSON: unexpected "h"', (1, 1)),
    "truncated": (RUN[:100].encode(), "input/unreadable", "not JSON: the text ends in the middle of a value", (1, 101)),
    "truncated on a later line": (
        b'{\n  "id": "x",\n  "na',
        "input/unreadable",
        "not JSON: the text ends in the middle of a value",
        (3, 6),
    ),
    "a comma too many": (b'{"a": 1,}', "input/unreadable", 'not JSON: unexpected ","; remove it, as nothing follows', (1, 8)),
    "a space of another kind after the end": (
        '{"a": 1\n}\n \u00a0'.encode(),
        "input/unreadable",
        'not JSON: unexpected "\\u00a0" after the end of the document',
        (3, 2),
    ),
    "a form feed after the end": (
        b'{"a": 1\n}\x0c\n',
        "input/unreadable",
        'not JSON: unexpected "\\f" after the end of the document',
        (2, 2),
    ),
    "a vertical tab where it breaks off": (b'{"a": [1\x0b', "input/unreadable", 'not JSON: unexpected "\\u000b"', (1, 9)),
    "text after the end": (b'{"a": 1}x', "input/unreadable", 'not JSON: unexpected "x" after the end of the document', (1, 9)),
    "a bracket too many": (b'{"a": [1]]}', "input/unreadable", 'not JSON: unexpected "]"', (1, 10)),
    "a comma too few": (b"[1 2]", "input/unreadable", 'not JSON: unexpected "2"', (1, 4)),
    "a letter for a value": (b'{"a": X', "input/unreadable", 'not JSON: unexpected "X"', (1, 7)),
    "single quotes": (
        b"{'id': 1}",
        "input/unreadable",
        'not JSON: unexpected "\'"; names and strings have double quotation marks',
        (1, 2),
    ),
    "a name without quotes": (
        b'{"a": 1, b: 2}',
        "input/unreadable",
        'not JSON: unexpected "b"; names and strings have double quotation marks',
        (1, 10),
    ),
    "a member without a comma before it": (
        b'{\n  "a": 1\n  "b": 2\n}',
        "input/unreadable",
        'not JSON: unexpected "\\""; is a comma or a colon missing before it?',
        (3, 3),
    ),
    "an item without a comma before it": (
        b'[{"a": 1} {"a": 2}]',
        "input/unreadable",
        'not JSON: unexpected "{"; is a comma missing before it?',
        (1, 11),
    ),
    "a comma that nothing follows": (b'{"a": 1,\n}', "input/unreadable", 'not JSON: unexpected ","; remove it, as nothing follows', (1, 8)),
    "a string without an end": (
        b'{"a": "b\n}',
        "input/unreadable",
        'not JSON: unexpected "\\n"; is a quotation mark missing?',
        (1, 9),
    ),
    "two documents on a line": (
        b'{"a": 1}{"a": 2}',
        "input/unreadable",
        'not JSON: unexpected "{" after the end of the document; several documents go one to a line',
        (1, 9),
    ),
    "columns count characters": ('{"ö𝔘": x}'.encode(), "input/unreadable", 'not JSON: unexpected "x"', (1, 8)),
    "NaN": (b'{"a": NaN}', "input/unreadable", "not JSON: NaN is not a JSON number", (1, 7)),
    "Infinity": (b'{"a": Infinity}', "input/unreadable", "not JSON: Infinity is not a JSON number", (1, 7)),
    "minus Infinity": (b'{"a": -Infinity}', "input/unreadable", "not JSON: -Infinity is not a JSON number", (1, 7)),
    "a float that overflows": (b'{"a": 1e400}', "input/unreadable", "a number is too large for 64 bits: 1e400", (1, 7)),
    "a float that overflows, in capitals": (b'{"a": 1E400}', "input/unreadable", "a number is too large for 64 bits: 1E400", (1, 7)),
    "a letter of another language": ('{"a": ö}'.encode(), "input/unreadable", 'not JSON: unexpected "ö"', (1, 7)),
    "an integer of 5,000 digits": (
        b"[" + b"7" * 5000 + b"]",
        "input/unreadable",
        f"a number is too large for 64 bits: {'7' * 20}…",
        (1, 2),
    ),
    "a number of 20 characters that overflows": (
        b"[1000000000000000e999]",
        "input/unreadable",
        "a number is too large for 64 bits: 1000000000000000e999",
        (1, 2),
    ),
    "a number of 21 characters that overflows": (
        b"[10000000000000000e999]",
        "input/unreadable",
        "a number is too large for 64 bits: 10000000000000000e99…",
        (1, 2),
    ),
    "half a character of UTF-16": (RUN.encode("utf-16")[:-1], "input/unreadable", "the text is UTF-16; convert it to UTF-8", None),
    "UTF-16 without a mark": (
        RUN.encode("utf-16-le"),
        "input/unreadable",
        "the text is not UTF-8, but of two or four bytes a character, or binary; convert it to UTF-8",
        None,
    ),
    "UTF-16 without a mark, the other way round": (
        RUN.encode("utf-16-be"),
        "input/unreadable",
        "the text is not UTF-8, but of two or four bytes a character, or binary; convert it to UTF-8",
        None,
    ),
    "UTF-32": (RUN.encode("utf-32"), "input/unreadable", "the text is UTF-32; convert it to UTF-8", None),
    "UTF-32, the other way round": (
        "\ufeff".encode("utf-32-be") + RUN.encode("utf-32-be"),
        "input/unreadable",
        "the text is UTF-32; convert it to UTF-8",
        None,
    ),
    "invalid UTF-8": (b'{"a": "\xff"}', "input/unreadable", "the byte 0xff at offset 7 is not valid UTF-8", (1, 8)),
    "a lone surrogate": (b'{"a": "\\ud800"}', "input/unreadable", "not Unicode: the escape \\ud800 is half of a surrogate pair", (1, 8)),
    "a lone surrogate after a pair": (
        b'{"a": "\\ud83d\\ude00\\ud800"}',
        "input/unreadable",
        "not Unicode: the escape \\ud800 is half of a surrogate pair",
        (1, 20),
    ),
    "a lone surrogate in capitals": (
        b'{"a": "\\uDBFF"}',
        "input/unreadable",
        "not Unicode: the escape \\uDBFF is half of a surrogate pair",
        (1, 8),
    ),
    "an empty file": (b"", "input/unreadable", "the text is empty", None),
    "white space alone": (b" \r\n\t\n", "input/unreadable", "the text is empty", None),
    "200 levels": (
        b"[" * 200 + b"]" * 200,
        "input/unrecognised",
        "found no update run, list of update runs or error response, at the top or nested, and no recording of one",
        None,
    ),
    "200 levels in a run": (
        RUN.replace('"Succeeded"', "[" * 200 + "]" * 200).encode(),
        "input/too-deep",
        f"nested more than {MAX_DEPTH} levels deep",
        None,
    ),
    "2,000 levels": (b"[" * 2000 + b"]" * 2000, "input/too-deep", f"nested more than {MAX_DEPTH} levels deep", None),
    "100,000 levels": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "input/too-deep", f"nested more than {MAX_DEPTH} levels deep", None),
    "100,000 levels, not closed": (b"[" * 100_000, "input/too-deep", f"nested more than {MAX_DEPTH} levels deep", None),
    "100,000 levels of YAML": (b"updateRuns: " + b"[" * 100_000, "input/too-deep", f"nested more than {MAX_DEPTH} levels deep", None),
    "100,000 sequences of YAML": (
        b"- updateRuns\n" + b"- " * 100_000 + b"x",
        "input/too-deep",
        f"nested more than {MAX_DEPTH} levels deep",
        None,
    ),
    "a string": (
        b'"updateRuns"',
        "input/unrecognised",
        "found no update run, list of update runs or error response, at the top or nested, and no recording of one",
        None,
    ),
    "a number": (
        b"42",
        "input/unrecognised",
        "found no update run, list of update runs or error response, at the top or nested, and no recording of one",
        None,
    ),
    "another resource": (
        b'{"id": "/x/fleets/y", "name": "y"}',
        "input/unrecognised",
        "found no update run, list of update runs or error response, at the top or nested, and no recording of one",
        None,
    ),
    "conflict markers after a blank line": (b"\n<<<<<<< HEAD\n{}", "input/unreadable", "git left a conflict marker here", (2, 1)),
    "a cassette with conflict markers": (CONFLICT.encode(), "input/unreadable", "git left a conflict marker here", (2, 1)),
    "JSON with conflict markers": (b'{\n<<<<<<< HEAD\n"a": 1\n', "input/unreadable", "git left a conflict marker here", (2, 1)),
    "YAML that breaks off": (b"updateRuns: [a, b", "input/unreadable", "not YAML: did not find expected ',' or ']'", (1, 18)),
    "a control character in YAML": (
        'updateRuns:\r\n- "ö𝔘\x07"'.encode(),
        "input/unreadable",
        "not YAML: unacceptable character #x0007: control characters are not allowed",
        (2, 6),
    ),
    "a YAML tag": (
        b"updateRuns: !!python/object/apply:os.system [id]",
        "input/unreadable",
        'not YAML: the tag "tag:yaml.org,2002:python/object/apply:os.system" is not read',
        (1, 13),
    ),
    "a billion laughs": (
        bomb().encode(),
        "input/too-large",
        TOO_MANY_IN_YAML.message,
        None,
    ),
    "millions of merges": (
        merges().encode(),
        "input/too-large",
        TOO_MANY_IN_YAML.message,
        None,
    ),
    "a merge of what is no mapping": (
        b"a: &a [1]\nupdateRuns: {<<: *a}",
        "input/unreadable",
        "not YAML: the merge key << needs a mapping that is complete, or a list of such mappings",
        (2, 18),
    ),
    "a merge of what it is part of": (
        b"updateRuns: &a {b: {<<: *a}}",
        "input/unreadable",
        "not YAML: the merge key << needs a mapping that is complete, or a list of such mappings",
        (1, 25),
    ),
    "a YAML alias to itself": (b"updateRuns: &a [*a]", "input/too-deep", f"nested more than {MAX_DEPTH} levels deep", None),
    "not gzip": (b"\x1f\x8b" + b"updateRuns" * 20, "input/unreadable", "the file is not gzip content, or breaks off", None),
    "gzip that breaks off": (
        gzip.compress(RUN.encode() * 100)[:-40],
        "input/unreadable",
        "the file is not gzip content, or breaks off",
        None,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_finding_and_the_other_files_are_checked(name: str, tmp_path: Path) -> None:
    content, rule, message, place = BAD[name]
    given = tmp_path / ("bad.yaml" if "YAML" in name + message else "bad.json")
    given.write_bytes(content)
    (tmp_path / "worse.json").write_text(RUN.replace('"Running"', '"running"', 1))
    status, found = status_and_findings(given, tmp_path / "worse.json")
    assert status == 1
    bad = [finding for finding in found if finding["source"].endswith(given.name)]
    assert [(finding["rule"], finding["message"]) for finding in bad] == [(rule, message)]
    assert (bad[0]["line"], bad[0]["column"]) == (place or (1, 1)), "what is said of a file as a whole is at its beginning"
    assert [finding["rule"] for finding in found if finding not in bad] == ["schema/enum"]


def test_duplicate_keys_are_found_at_any_depth_and_the_rest_is_checked(tmp_path: Path) -> None:
    text = RUN.replace('"state": "Running"', '"state": "Running", "state": "Stopping"', 1).replace(
        '"name": "spring"', '"name": "x", "name": "spring"'
    )
    (tmp_path / "run.json").write_text(text)
    _, found = status_and_findings(tmp_path / "run.json")
    assert [(finding["rule"], finding["pointer"]) for finding in found] == [
        ("input/duplicate-key", "/name"),
        ("input/duplicate-key", "/properties/status/status/state"),
    ]


def test_a_duplicate_key_hidden_behind_an_escape_is_found(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN.replace('"name": "spring"', '"name": "x", "name": "spring"').replace("ops@", "\\u003aops@", 1))
    _, found = status_and_findings(tmp_path / "run.json")
    assert [finding["rule"] for finding in found] == ["input/duplicate-key"]


def test_a_byte_order_mark_is_a_note_and_the_document_is_checked(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b"\xef\xbb\xbf" + RUN.replace('"Running"', '"running"', 1).encode())
    _, found = status_and_findings(tmp_path / "run.json")
    assert [(finding["rule"], finding["severity"]) for finding in found] == [("input/unreadable", "note"), ("schema/enum", "error")]


def test_carriage_returns_are_no_problem(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(json.dumps(example.RESPONSE, indent=2).replace("\n", "\r\n").encode())
    assert status_and_findings(tmp_path / "run.json") == (0, [])


def test_files_that_cannot_be_opened_are_findings(tmp_path: Path) -> None:
    (tmp_path / "broken.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.json").symlink_to(tmp_path / "circle.json")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json" / "run.json").write_text(RUN)
    status, found = status_and_findings(tmp_path / "broken.json", tmp_path / "circle.json", tmp_path)
    assert status == 1
    assert [(Path(finding["source"]).name, finding["message"]) for finding in found] == [
        ("broken.json", "the file cannot be read: no such file or directory"),
        ("circle.json", "the file cannot be read: too many levels of symbolic links"),
    ]


def test_a_file_that_fails_while_it_is_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN.replace('"Running"', '"running"', 1))
    _, found = status_and_findings("/proc/self/mem", tmp_path / "run.json")
    assert next((finding["rule"], finding["message"]) for finding in found) == (
        "input/unreadable",
        "the file cannot be read: input/output error",
    )
    assert len(found) == 2


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN)
    (tmp_path / "run.json").chmod(0)
    _, found = status_and_findings(tmp_path / "run.json")
    assert [finding["message"] for finding in found] == ["the file cannot be read: permission denied"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_that_nobody_may_open_is_a_finding_and_the_others_are_checked(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str, *how: Any, **more: Any) -> Any:
        if path.endswith("locked.json"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return open(path, *how, **more)

    monkeypatch.setattr(files, "open", refused, raising=False)
    for name in ("before.json", "locked.json", "with-a-fault.json"):
        (tmp_path / name).write_text(RUN.replace('"Running"', '"running"', 1) if "fault" in name else RUN)
    result = CliRunner().invoke(main, ["check", "--format", form, str(tmp_path)])
    assert result.exit_code == 1
    if form == "json":
        found = [(Path(finding["source"]).name, finding["rule"], finding["message"]) for finding in loaded(result.stdout)["findings"]]
        assert found[0] == ("locked.json", "input/unreadable", "the file cannot be read: permission denied")
        assert [rest[:2] for rest in found[1:]] == [("with-a-fault.json", "schema/enum")]
    else:
        refusal = "error input/unreadable (top): the file cannot be read: permission denied"
        assert f"{tmp_path / 'locked.json'}:1:1: {refusal}" in result.stdout
        assert "Checked 2 documents in 3 files: 2 errors." in result.stdout


MEBIBYTE = 2**20

HEAVY: dict[str, tuple[bytes, str]] = {
    "a billion laughs": (bomb().encode(), "input/too-large"),
    "a string without end": (b'{"updateRuns": "' + b"x" * 8 * MEBIBYTE, "input/unreadable"),
    "a string of escapes without end": (b'{"updateRuns": "' + rb"\n" * 4 * MEBIBYTE, "input/unreadable"),
    "strings without end": (b'{"updateRuns": [' + b'"ab",' * MEBIBYTE, "input/unreadable"),
}


@pytest.mark.process
@pytest.mark.parametrize("name", HEAVY)
def test_bad_input_takes_neither_time_nor_memory(name: str, tmp_path: Path) -> None:
    content, rule = HEAVY[name]
    (tmp_path / "heavy.yaml").write_bytes(content)
    code = (
        "import resource, sys\n"
        "from validator.cli import main\n"
        f"main(['check', {str(tmp_path / 'heavy.yaml')!r}], standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=environment)
    assert rule in done.stdout
    # A child begins with the peak of what it was forked from, which is not the file's.
    code = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    idle = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) <= max(200 * 1024, int(idle.stdout)), "kilobytes"


# Through the Python API


def test_a_deep_python_value_does_not_crash_the_process() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"error": deep}
    assert [finding.rule for finding in check(deep)] == ["input/too-deep"]


def test_a_python_value_that_holds_itself_is_too_deep() -> None:
    circle: list[Any] = []
    circle.append(circle)
    assert [finding.rule for finding in check({"error": circle})] == ["input/too-deep"]


def test_a_small_python_value_with_many_parents_is_too_large() -> None:
    wide: Any = "x"
    for _ in range(60):
        wide = [wide, wide]
    assert [finding.rule for finding in check({"error": wide})] == ["input/too-large"]


@pytest.mark.parametrize(
    "value, message",
    [
        (float("nan"), "nan is not a JSON number"),
        (float("-inf"), "-inf is not a JSON number"),
        ("\ud800", "the string holds half of a surrogate pair"),
        ({"\udfff": 1}, "a key holds half of a surrogate pair"),
    ],
)
def test_python_values_that_json_lacks_are_findings(value: Any, message: str) -> None:
    (finding,) = check({"properties": value})
    assert (finding.rule, finding.message, finding.pointer) == ("input/unreadable", message, "/properties")


@pytest.mark.parametrize("value", [{1: 2}, {"a": {1}}, b"bytes", (1, 2)])
def test_python_values_of_other_types_are_type_errors(value: Any) -> None:
    with pytest.raises(TypeError, match="expected a JSON document"):
        check({"properties": value})


def test_a_python_value_that_breaks_the_schemas_in_too_many_places_is_too_large() -> None:
    for engine in ("fast", "reference"):
        (finding,) = check({"id": "x", "properties": {"strategy": {"stages": [None] * (MAX_FAULTY + 1)}}}, engine=engine)
        assert (finding.rule, finding.pointer, finding.cites) == ("input/too-large", "", "")


def test_a_key_in_a_mapping_that_stands_twice_is_found_in_the_second(tmp_path: Path) -> None:
    text = RUN.removesuffix("}") + ', "systemData": {"createdBy": "a", "createdBy": "b"}}'
    (tmp_path / "run.yaml").write_text("# YAML\n" + text)
    _, found = status_and_findings(tmp_path / "run.yaml")
    duplicates = [finding["pointer"] for finding in found if finding["rule"] == "input/duplicate-key"]
    assert duplicates == ["/systemData", "/systemData/createdBy"]


@pytest.mark.parametrize("name", ["run.json", "run.yaml"])
def test_a_repeated_key_is_found_in_what_is_used_alone(name: str, tmp_path: Path) -> None:
    text = RUN.replace('"upgrade": {', '"upgrade": {"type": "Full"}, "upgrade": {', 1)
    first = '{"upgrade": {"type": "Full", "type": "Full"}, "upgrade": {}}'
    wrong = text.replace('"managedClusterUpdate": ', f'"managedClusterUpdate": {first}, "managedClusterUpdate": ', 1)
    (tmp_path / name).write_text(f"# YAML\n{wrong}" if name.endswith("yaml") else wrong)
    _, found = status_and_findings(tmp_path / name)
    update = "/properties/managedClusterUpdate"
    assert [finding["pointer"] for finding in found if finding["rule"] == "input/duplicate-key"] == [update, f"{update}/upgrade"]


TIMED = "the text is a log with a time before each line, and neither JSON nor YAML; take the times out, as `cut -d' ' -f2-` does"


@pytest.mark.parametrize(
    "name, before, message, place",
    [
        ("az.json", "ERROR: throttled\n", 'not JSON: unexpected "E"', (1, 1)),
        ("polls.jsonl", "at 17:00 ", 'not JSON: unexpected "a"', (1, 1)),
        ("run.json.gz", "// captured\n", 'not JSON: unexpected "/"; JSON with comments is not read; remove the comments', (1, 1)),
        (
            "run.json",
            "\x1b[1m",
            "not JSON: a colour of a terminal; write the output without colours, as the az CLI does with `-o json`",
            (1, 1),
        ),
        ("run.yaml", "a: b\nERROR throttled\n", "not YAML: could not find expected ':'", None),
        ("run", "ERROR, throttled\n", "the text is not JSON, YAML or a known kind of recording", (3, 1)),
        (
            "run.md",
            "# A run\n\nFor *instance*: a\n: ",
            "the text is not JSON, YAML or a known kind of recording; it looks like Markdown",
            (5, 1),
        ),
        (
            "run.http",
            "### Create it\n@host = fleet\n\nPUT https://{{host}}/x\n\n",
            "the text is not JSON, YAML or a known kind of recording; it looks like requests of an HTTP client",
            (7, 1),
        ),
        ("run.js", "const run =\n", "the text is not JSON, YAML or a known kind of recording; it looks like source code", (3, 1)),
        (
            "run.html",
            "<!DOCTYPE html>\n",
            "the text is not JSON, YAML or a known kind of recording; it looks like HTML or XML",
            (3, 1),
        ),
        ("run.json", "2025-04-08T10:00:00.1234567Z ", TIMED, (2, 1)),
        ("log.txt", "2025-04-08 10:00:00.123 ", TIMED, (2, 1)),
        ("log", "2025-04-08T10:00:00+02:00\t", TIMED, (2, 1)),
    ],
)
def test_a_text_that_is_neither_json_nor_yaml_is_reported_as_what_it_looks_like(
    name: str, before: str, message: str, place: tuple[int, int] | None, tmp_path: Path
) -> None:
    data = (before + json.dumps(example.RESPONSE, indent=1)).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (finding,) = status_and_findings(tmp_path / name)[1]
    assert finding["message"] == message
    assert place in {None, (finding["line"], finding["column"])}


# What once hung, blocked, or was taken for something that it is not


LINEAR: dict[str, bytes] = {
    "comments before what is no YAML": b"# a section\n\n" * 50_000 + b"*.pyc\n",
    "blank lines before what is no YAML": b"\n" * 400_000 + b"@Hello\n",
    "blank lines after a mention": b"see updateRuns\n" + b"\n" * 400_000 + b"x",
    "blank lines before a run": b"\n" * 400_000 + RUN.encode(),
    "blanks before a mention": b" " * 400_000 + b"updateRuns",
    "a name without end": RUN.replace('"spring"', '"' + "a" * 400_000 + '-"').encode(),
    "a name of hyphens": RUN.replace('"spring"', '"a' + "-" * 400_000 + '"').encode(),
    "a time without end": RUN.replace("2025-04-08T09:31:00.457756918Z", "2025-04-08T09:31:00." + "0" * 400_000).encode(),
    "an id without end": RUN.replace("/updateRuns/spring", "/a" * 200_000 + "/updateRuns/spring").encode(),
    "a tag without end": RUN.replace("5500aacd", "5" * 400_000).encode(),
    "a version without end": RUN.replace("1.31.2", "1." * 200_000).encode(),
    "a body that begins like base64": json.dumps(
        {
            "Entries": [
                {
                    "RequestUri": example.EXCHANGE["url"],
                    "RequestMethod": "GET",
                    "StatusCode": 200,
                    "ResponseBody": "eyJ" + " " * 400_000 + "!",
                }
            ]
        }
    ).encode(),
    "quotation marks after a placeholder": b'updateRuns: {{ x }} "' + rb"\"" * 200_000,
    "comments that are not closed": b'{"updateRuns": 1, ' + b"/*" * 200_000,
    "commas and blanks": b'{"updateRuns": [1' + b", " * 200_000,
    "40,000 undocumented properties": json.dumps(example.RESPONSE | {f"k{n}": 1 for n in range(40_000)}).encode(),
}


@pytest.mark.process
def test_no_input_takes_more_than_linear_time(tmp_path: Path) -> None:
    for name, data in LINEAR.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-m", "validator", "check", "--verbose", *(str(tmp_path / name) for name in LINEAR)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"in {len(LINEAR)} files" in done.stdout


def test_a_pipe_in_a_folder_behind_a_link_or_a_glob_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link.json").symlink_to(tmp_path / "pipe.json")
    (tmp_path / "folder" / "run.json").write_text(RUN)
    assert status_and_findings(tmp_path / "folder", tmp_path / "*.json") == (0, [])


LONG = json.dumps({"id": "x" * (MAX_RECORD + 1)})


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_record_that_is_too_long_costs_one_finding_and_no_other_record(position: int, tmp_path: Path) -> None:
    wrong = RUN.replace('"Running"', '"running"', 1)
    lines = [wrong, wrong, wrong]
    lines.insert(position, LONG)
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    _, found = status_and_findings(tmp_path / "log.jsonl")
    assert [(finding["rule"], finding["entry"], finding["line"]) for finding in found] == [
        ("input/too-large" if index == position else "schema/enum", index, index + 1) for index in range(4)
    ]


@given(
    members=st.lists(st.tuples(st.binary(max_size=60), st.sampled_from([1, 5000]), st.integers(0, 3)), min_size=1, max_size=4),
    damage=st.none() | st.tuples(st.integers(10, 400), st.binary(max_size=2)),
)
def test_gzip_content_is_what_the_library_takes_it_for(members: list[tuple[bytes, int, int]], damage: tuple[int, bytes] | None) -> None:
    data = b"".join(gzip.compress(part * times) + b"\0" * zeros for part, times, zeros in members)
    if damage is not None:
        at, other = damage
        data = data[:at] + other + data[at + 1 :]

    def content(stream: io.BufferedIOBase) -> bytes | None:
        try:
            return stream.read()
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return None

    theirs = content(gzip.GzipFile(fileobj=io.BytesIO(data)))
    assert content(buffered(Gunzipped(io.BytesIO(data).read).readinto)) == theirs


@pytest.mark.slow
def test_a_gzip_bomb_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * (MAX_FILE + 10)))
    _, found = status_and_findings(tmp_path / "bomb.json.gz")
    assert [finding["rule"] for finding in found] == ["input/too-large"]


@pytest.mark.slow
def test_a_text_of_brackets_is_too_large_before_it_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "brackets.json").write_bytes(b"[" + b"[]," * (MAX_NODES + 1) + b"[]]")
    _, found = status_and_findings(tmp_path / "brackets.json")
    assert [finding["rule"] for finding in found] == ["input/too-large"]


def test_a_number_of_5000_digits_in_python_is_a_finding() -> None:
    assert [finding.rule for finding in check({"properties": 10**5000})] == ["input/unreadable"]


@pytest.mark.process
def test_an_output_that_is_full_is_exit_2_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN)
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "validator", "check", str(tmp_path)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 2
    assert done.stderr == "updaterun: cannot go on: No space left on device\n"


@pytest.mark.parametrize("levels", range(95, 103))
def test_a_text_that_is_known_to_be_shallow_is_so(levels: int) -> None:
    body = parse(b"[" * levels + b"1" + b"]" * levels)
    assert isinstance(body, Body)
    assert body.shallow == (levels < MAX_DEPTH)
    assert body.shallow <= (excess({"properties": body.value}) is None)
