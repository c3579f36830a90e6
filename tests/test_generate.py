"""`updaterun generate`: files of conforming documents have no finding, and those of violating ones the findings of the manifest."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import vcr.request  # type: ignore[import-untyped]
from click.testing import CliRunner, Result
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT6
from vcr import serialize
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from tests.support.command import updaterun
from validator.cli import main
from validator.contract import schemas
from validator.pointer import JSON
from validator.readers import reader
from validator.readers.items import Exchange
from validator.run.identity import RUN_TYPE
from validator.strategies import Call, bulk, violating_files
from validator.strategies.exchanges import polling_calls
from validator.strategies.kinds import KINDS, SUFFIXES
from validator.strategies.options import ENDS, STATES
from validator.strategies.violating_files import breakable_rules, differing_ends

CHECKED = [(kind.name, form) for kind in KINDS.values() for form in kind.formats]
BREAKABLE = [kind for kind in KINDS if breakable_rules(kind)]
SCHEMAS = {path.name: json.loads(path.read_text()) for path in (Path(__file__).parent / "har_schema").glob("*.json")}
REGISTRY: Registry[Any] = Registry().with_resources(
    [(name, Resource.from_contents(schema, default_specification=DRAFT6)) for name, schema in SCHEMAS.items()]
)


def run_generate(*arguments: object) -> Result:
    return updaterun("generate", *arguments)


def generated_bytes(*arguments: object) -> bytes:
    result = run_generate(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


# Conforming documents


@pytest.mark.slow
@pytest.mark.parametrize("kind, form", CHECKED)
def test_a_generated_file_is_silent(kind: str, form: str, tmp_path: Path) -> None:
    assert run_generate(kind, "--count", 20, "--format", form, "--output", f"{tmp_path}/").exit_code == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"{kind}-{number:02}{SUFFIXES[form]}" for number in range(20)]
    result = updaterun("check", *(tmp_path / name for name in names), "--fail-on", "note", "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["summary"]["files"] == 20


@pytest.mark.slow
@pytest.mark.parametrize("kind, form", [(kind, form) for kind, form in CHECKED if form != "json" or kind in {"update-run", "request"}])
def test_a_file_of_many_documents_is_silent(kind: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "all"
    assert run_generate(kind, "--count", 120, "--seed", 5, "--format", form, "--output", path).exit_code == 0
    assert updaterun("check", path, "--fail-on", "note").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 3, 64, 65, 129])
@pytest.mark.parametrize("kind", ["update-run", "error", "UpdateState"])
def test_count_is_the_number_of_documents(kind: str, count: int) -> None:
    lines = generated_bytes(kind, "--count", count, "--format", "jsonl").splitlines()
    assert len(lines) == count
    assert all(json.loads(line) for line in lines)


def test_one_document_is_a_document_and_several_are_an_array() -> None:
    assert json.loads(generated_bytes("UpdateRun", "--seed", 2))["type"] == "Microsoft.ContainerService/fleets/updateRuns"
    assert len(json.loads(generated_bytes("request", "--count", 3))) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", schemas.load().definitions)
def test_every_definition_is_generated(name: str) -> None:
    from validator import check

    for line in generated_bytes(name, "--count", 8, "--format", "jsonl").splitlines():
        assert check(json.loads(line), definition=name, side="response") == []


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_run_is_in_the_state_that_is_asked_for(state: str) -> None:
    for run in json.loads(generated_bytes("update-run", "--state", state, "--count", 50)):
        assert run["properties"]["status"]["status"]["state"] == state
    last = json.loads(generated_bytes("history", "--state", state))[-1]
    assert last["properties"]["status"]["status"]["state"] == state


def sizes(run: JSON) -> list[list[int]]:
    stages = run["properties"]["status"]["stages"]
    return [[len(group.get("members", ())) for group in stage["groups"]] for stage in stages]


def member_states(run: JSON) -> list[str]:
    stages = run["properties"]["status"]["stages"]
    return [member["status"]["state"] for stage in stages for group in stage["groups"] for member in group.get("members", ())]


NEWEST = ("--api-version", schemas.VERSIONS[-1])
ORDERED: dict[tuple[str, ...], Callable[[JSON], bool]] = {
    ("--stages", "3"): lambda run: len(sizes(run)) == 3,
    ("--stages", "0"): lambda run: "strategy" not in run["properties"],
    ("--groups", "2"): lambda run: {len(groups) for groups in sizes(run)} <= {1, 2},  # a run without a strategy has one
    ("--members", "4..5"): lambda run: {size for groups in sizes(run) for size in groups} <= {4, 5},
    ("--members", "3", "--failing", "1"): lambda run: member_states(run)[1] == "Failed",
    ("--members", "3", "--pending", "0"): lambda run: member_states(run)[0] == "Pending",
    ("--members", "3", "--skipped", "0..1"): lambda run: member_states(run)[:2] == ["Skipped"] * 2,
    ("--name", "night"): lambda run: run["name"].startswith("night"),
    ("--fleet", "harbour"): lambda run: "/fleets/harbour/" in run["id"].lower(),
    ("--resource-group", "docks"): lambda run: "/resourcegroups/docks/" in run["id"].lower(),
    ("--subscription", "89abcdef-0123-4567-89ab-cdef01234567"): lambda run: "/89abcdef-0123-4567-89ab-cdef01234567/" in run["id"],
    ("--whole",): lambda run: run["properties"]["status"]["status"]["state"] in ENDS,
    ("--start", "2025-06-01T00:00:00Z", "--end", "2025-06-02T00:00:00Z"): lambda run: "2025-06-01" in json.dumps(run),
    (*NEWEST, "--stages", "2", "--gates"): lambda run: json.dumps(run).count('"beforeGates"') > 0,
    (*NEWEST, "--stages", "2", "--no-gates"): lambda run: "Gates" not in json.dumps(run),
    (*NEWEST, "--stages", "2", "--max-concurrency", "2"): lambda run: '"maxConcurrency": "2"' in json.dumps(run),
    (*NEWEST, "--stages", "2", "--max-allowed-failures", "50%"): lambda run: '"maxAllowedFailures": "50%"' in json.dumps(run),
}
"""What is ordered, and what each document then is."""


@pytest.mark.parametrize("arguments", ORDERED, ids=" ".join)
def test_documents_are_as_ordered(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "runs.json").write_bytes(generated_bytes("update-run", "--count", 5, *arguments))
    runs = json.loads((tmp_path / "runs.json").read_bytes())
    assert [run["name"] for run in runs if not ORDERED[arguments](run)] == []
    version = arguments[:2] if arguments[0] == "--api-version" else ()
    assert updaterun("check", tmp_path, "--fail-on", "note", *version).exit_code == 0


@pytest.mark.parametrize("option", ["--strategy", "--upgrade", "--request"])
def test_a_value_of_the_api_is_read_from_a_file(option: str, tmp_path: Path) -> None:
    upgrade = {"type": "Full", "kubernetesVersion": "1.33.1"}
    strategy = {"stages": [{"name": "pilot", "groups": [{"name": "pilot-eu"}]}]}
    request = {"properties": {"managedClusterUpdate": {"upgrade": upgrade}, "strategy": strategy}}
    given = {"--strategy": strategy, "--upgrade": upgrade, "--request": request}[option]
    (tmp_path / "given.json").write_text(json.dumps(given))
    run = json.loads(generated_bytes("update-run", option, tmp_path / "given.json"))
    assert json.dumps(upgrade if option == "--upgrade" else strategy) in json.dumps(run)


def test_without_restarts_a_run_that_ended_stays_as_it_is() -> None:
    lines = generated_bytes("history", "--count", 60, "--no-restarts", "--format", "jsonl").splitlines()
    ended: set[str] = set()
    for run in map(json.loads, lines):
        state = run["properties"]["status"]["status"]["state"]
        assert run["name"] not in ended or state in ENDS
        ended |= {run["name"]} if state in ENDS else set()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("update-run", "--stages", "0", "--groups", "2"), "a run without stages has no strategy"),
        (("update-run", "--state", "Failed", "--members", "0"), "expected a member that is not skipped"),
        (("update-run", "--members", "2", "--failing", "100"), "expected a position below"),
        (("update-run", "--fleet", "X_"), 'found "X_" for the fleet'),
        (("update-run", "--members", "5..2"), "expected the smaller number first, found '5..2'"),
        (("update-run", "--strategy", "none.json"), "cannot read none.json: No such file or directory"),
        (("update-run", "--gates"), "gates needs the api-version 2025-04-01-preview or a later one, found 2025-03-01"),
        (("request", "--failing", "1"), "expected no failing for a request, which has none"),
        (
            ("error", "--members", "3"),
            "--members does not apply to error; it is for conforming documents of update-run, request, list, exchange or history",
        ),
        (("update-run", "--invalid", "--whole", "-o", "new/"), "--whole does not apply to an invalid document; it is for"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_an_order_that_cannot_be_met_is_an_error(arguments: tuple[str, ...], message: str) -> None:
    result = run_generate(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.process
@pytest.mark.parametrize("arguments", [("update-run",), ("error",), ("update-run", "--invalid", "-o", "new/")], ids=" ".join)
def test_no_folder_of_hypothesis_is_left(arguments: tuple[str, ...], tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    environment.pop("HYPOTHESIS_STORAGE_DIRECTORY", None)
    subprocess.run(
        [sys.executable, "-m", "validator", "generate", *arguments], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert not (tmp_path / ".hypothesis").exists()


@pytest.mark.slow
def test_no_two_of_many_documents_are_of_one_run_and_without_a_terminal_there_is_no_bar(tmp_path: Path) -> None:
    generated = run_generate("update-run", "--count", 2000, "--format", "jsonl", "--output", tmp_path / "runs.jsonl")
    runs = [json.loads(line) for line in (tmp_path / "runs.jsonl").read_bytes().splitlines()]
    assert generated.stderr == ""
    assert len({run["id"].lower() for run in runs}) == 2000


@pytest.mark.process
@pytest.mark.parametrize(
    "arguments",
    [
        ("update-run", "--count", 20),
        ("exchange", "--count", 20),
        ("UpdateStage", "--format", "jsonl", "--count", 5),
    ],
)
def test_the_same_seed_gives_the_same_bytes_in_another_process(arguments: tuple[object, ...]) -> None:
    command = [sys.executable, "-m", "validator", "generate", *map(str, arguments), "--seed", "1"]
    first, again = (subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2))
    assert first == again
    assert first != generated_bytes(*arguments, "--seed", 2)


@pytest.mark.process
def test_violating_output_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        command = ["generate", "exchange", "--invalid", "--count", "60", "--seed", "4", "--output", str(tmp_path / name)]
        subprocess.run([sys.executable, "-m", "validator", *command], check=True)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert one == other


# Violating documents


@pytest.mark.slow
@pytest.mark.parametrize("kind, form", [(kind, form) for kind, form in CHECKED if kind in BREAKABLE])
def test_violating_output_has_the_findings_of_its_manifest(kind: str, form: str, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    assert run_generate(kind, "--invalid", "--format", form, "--count", 70, "--output", folder).exit_code == 0
    manifest = folder / "expected.json"
    assert len(list(folder.iterdir())) == 71
    result = updaterun("check", folder, "--baseline", manifest, "--fail-on", "note")
    assert result.exit_code == 0, result.output
    assert updaterun("check", folder, "--fail-on", "warning").exit_code == 1
    rows = json.loads(manifest.read_text())["expected"]
    assert {row["file"] for row in rows} == {path.name for path in folder.iterdir()} - {"expected.json"}
    assert all(row["reason"].startswith("generated: ") for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("kind, form", [(kind, form) for kind, form in CHECKED if kind in BREAKABLE])
def test_every_breakable_rule_is_broken_in_turn(kind: str, form: str) -> None:
    rules = breakable_rules(kind)
    assert [file.violation.rule for file in violating_files.generate(kind, form, len(rules), 0)] == list(rules)


def test_every_rule_is_breakable_in_some_kind() -> None:
    from validator.rules.catalogue import RULES

    breakable = {
        rule for kind in KINDS for version in (schemas.DEFAULT_VERSION, schemas.VERSIONS[-1]) for rule in breakable_rules(kind, version)
    }
    assert {rule.name for rule in RULES} <= breakable


def test_the_requested_rule_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    assert run_generate("request", "--invalid", "group-duplicate", "--count", 4, "--output", folder).exit_code == 0
    rows = json.loads((folder / "expected.json").read_text())["expected"]
    assert [(row["file"], row["rule"]) for row in rows] == [(f"request-{number}.json", "group-duplicate") for number in range(4)]
    assert updaterun("check", folder).exit_code == 1


# Recordings


def exchanges_of_kind(kind: str, seed: int) -> list[Call]:
    documents = list(bulk.documents(kind, 30, seed))
    return documents if kind == "exchange" else [call for history in documents for call in polling_calls(history)]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["har", "vcr"])
@pytest.mark.parametrize("kind", ["exchange", "history"])
def test_the_reader_returns_the_exchanges_of_a_recording(kind: str, form: str) -> None:
    recording = generated_bytes(kind, "--count", 30, "--seed", 3, "--format", form)
    calls = exchanges_of_kind(kind, 3)  # before a late import, as Hypothesis draws words of the code that is imported
    items = list(reader.read(BufferedReader(BytesIO(recording))))
    assert [fields(item) for item in items] == [fields(call.exchange) for call in calls]


def fields(item: Any) -> tuple[object, ...]:
    assert isinstance(item, Exchange)
    bodies = [getattr(body, "value", body) for body in (item.request, item.response)]
    return item.operation, dict(item.parameters), item.status, *bodies


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["exchange", "history"])
def test_vcrpy_reads_a_cassette(kind: str) -> None:
    cassette = generated_bytes(kind, "--count", 30, "--seed", 3, "--format", "vcr").decode()
    assert "&id" not in cassette, "nor has it aliases, which no recorder writes"
    requests, responses = serialize.deserialize(cassette, yamlserializer)
    calls = exchanges_of_kind(kind, 3)
    assert all(isinstance(request, vcr.request.Request) for request in requests)
    assert [(request.method, request.uri, body(request.body)) for request in requests] == [(c.method, c.url, c.request) for c in calls]
    received = [(response["status"]["code"], body(response["body"]["string"])) for response in responses]
    assert received == [(call.status, call.response) for call in calls]


def body(content: bytes | None) -> JSON:
    return json.loads(content) if content else None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["exchange", "history"])
def test_a_har_is_valid_against_the_published_schema(kind: str) -> None:
    har = json.loads(generated_bytes(kind, "--count", 30, "--seed", 3, "--format", "har"))
    judge = jsonschema.Draft6Validator(SCHEMAS["har.json"], registry=REGISTRY, format_checker=jsonschema.Draft6Validator.FORMAT_CHECKER)
    assert [error.message for error in judge.iter_errors(har)] == []
    times = [entry["startedDateTime"] for entry in har["log"]["entries"]]
    assert all(before < after for before, after in pairwise(times))
    del har["log"]["entries"][0]["timings"]
    assert [error.message for error in judge.iter_errors(har)] == ["'timings' is a required property"], "the schema sees entries"


# Usage errors


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["update-runs"], "there is no kind 'update-runs'; did you mean update-run?"),
        (["updaterun"], "there is no kind 'updaterun'; did you mean update-run?"),
        (["updatestage"], "there is no kind 'updatestage'; did you mean UpdateStage?"),
        (["stage"], "there is no kind 'stage'; did you mean UpdateStage?"),
        (["zzz"], "there is no kind 'zzz'; expected update-run, request, error, list, exchange, history or a definition, such as"),
        (
            ["request", "--invalid", "group-duplicates", "--output", "x"],
            "there is no rule 'group-duplicates'; did you mean group-duplicate?",
        ),
        (
            ["request", "--invalid", "etag-format", "--output", "x"],
            "etag-format cannot be generated for request; use update-run, list or exchange",
        ),
        (
            ["update-run", "--invalid", "input/too-deep", "--output", "x"],
            "input/too-deep cannot be generated for update-run, nor for another kind",
        ),
        (
            ["UpdateStage", "--invalid", "--output", "x"],
            "UpdateStage cannot be generated as an invalid file; use exchange, list or update-run",
        ),
        (["--invalid", "request", "--output", "x"], "request is a kind of document; write it first: updaterun generate request --invalid"),
        (["update-run", "--invalid"], "--invalid needs --output DIR"),
        (["update-run", "--invalid", "--output", __file__], "--invalid needs --output DIR"),
        (["update-run", "--state", "failed"], "there is no state 'failed'; did you mean Failed?"),
        (["update-run", "--state", "done"], "there is no state 'done'; expected NotStarted, Running, "),
        (["request", "--state", "Failed"], "request has no state; --state is for"),
        (["UpdateStage", "--state", "Failed"], "UpdateStage has no state; --state is for"),
        (["update-run", "--invalid", "--state", "Failed", "--output", "x"], "an invalid document has a state of its own"),
        (["update-run", "--format", "har"], "update-run is written as json or jsonl, not as har"),
        (["exchange", "--format", "json"], "exchange is written as har or vcr, not as json"),
        (["list", "--count", "2"], "one JSON file holds one list; ask for --format jsonl"),
        (["update-run", "--count", "0"], "expected a whole number from 1 on, found '0'"),
        (["update-run", "--output", Path(__file__).parent], "is not empty"),
    ],
)
def test_an_impossible_request_is_a_usage_error(arguments: list[object], message: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_generate(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())
    assert list(tmp_path.iterdir()) == [], "nothing is written"


def test_a_file_that_cannot_be_written_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run_generate("update-run", "--output", tmp_path / "file" / "below.json")
    assert result.exit_code == 2
    assert "cannot write" in result.stderr


def test_output_follows_a_link_and_writes_to_a_device(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    assert run_generate("update-run", "--output", tmp_path / "link").exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "target").read_bytes())["type"].lower() == RUN_TYPE.lower()
    (tmp_path / "null").symlink_to(os.devnull)
    assert run_generate("update-run", "--output", tmp_path / "null").exit_code == 0
    assert (tmp_path / "null").is_char_device()


def test_a_bug_is_not_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise KeyError("a bug")

    monkeypatch.setattr(violating_files, "generate", fail)
    result = CliRunner().invoke(main, ["generate", "update-run", "--invalid", "--output", str(tmp_path / "new")])
    assert isinstance(result.exception, KeyError)


@pytest.mark.process
@pytest.mark.parametrize("package", ["hypothesis", "hypothesis_jsonschema"])
def test_without_hypothesis_it_says_what_to_install(package: str) -> None:
    code = f"import sys\nsys.modules[{package!r}] = None\nfrom validator.cli import main\nmain(['generate', 'update-run'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "Error: generate needs Hypothesis; install it with: pip install hypothesis hypothesis-jsonschema\n"


def test_the_help_has_an_example_and_lists_every_kind_and_format() -> None:
    text = run_generate("--help").stdout
    assert "updaterun generate request --invalid group-duplicate" in text
    assert all(kind in text for kind in KINDS)
    assert f"[{'|'.join(SUFFIXES)}]" in text


@pytest.mark.process
@pytest.mark.parametrize("count, shown", [(2000, True), (20, False)])
def test_long_work_shows_a_bar_on_a_terminal(count: int, shown: bool, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "validator", "generate", "update-run", "--count", str(count), "--output", str(tmp_path / "runs.json")]
    master, slave = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave) as process:
        os.close(slave)
        pieces = []
        with suppress(OSError):  # on Linux, when the other end is closed
            while piece := os.read(master, 65536):
                pieces.append(piece)
        assert process.wait() == 0
    os.close(master)
    output = b"".join(pieces).decode()
    assert ("Generating" in output and "100%" in output) == shown
    assert shown or output == ""


def test_a_reason_shows_where_long_strings_differ() -> None:
    run = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/a/providers/Microsoft.ContainerService/fleets/a/updateRuns/"
    assert differing_ends(f"{run}a", f"{run}a-x") == ("…dateRuns/a", "…dateRuns/a-x")
    assert differing_ends("a", "A") == ("a", "A")
    assert differing_ends(None, f"{run}a") == (None, f"{run}a")
    for file in violating_files.generate("update-run", "json", 6, 0, rule="resource-id-mismatch"):
        was, _, became = file.reason.removeprefix("generated: ").partition(" became ")
        assert was != became
