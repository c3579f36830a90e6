"""A rule that is added to the catalogue is called: by both engines, on clean documents, on the command line and in worker processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner

from tests.support.case_files import bases
from validator import Exchange, Finding, Severity, check, check_exchange
from validator.cli import main
from validator.contract import schemas
from validator.contract.engines import ENGINES, EngineName
from validator.contract.objects import objects_below
from validator.findings import BodySide
from validator.pointer import JSON, to_pointer
from validator.readers import recognition
from validator.report import REPORTERS
from validator.rules import catalogue
from validator.rules.catalogue import RULES
from validator.rules.example import COMPLETED, EXCHANGE, HISTORY, REQUEST, RESPONSE, changed
from validator.rules.exchange import ExchangeSubject
from validator.rules.history import Step
from validator.rules.rule import BOTH, Issue, Rule, rule
from validator.rules.rule import RESPONSE as ON_RESPONSE
from validator.run.nodes import PARTS, Node
from validator.strategies.constraints import RICH, RICH_REQUEST, instances

ROOT = Path(__file__).parent.parent
Places: TypeAlias = list[str]


def rule_on(on: str | tuple[str, ...], states: tuple[str, ...] | None = None, sides: tuple[BodySide, ...] = BOTH) -> Rule:
    """Return a rule that has something to say about every object that it is called with."""

    @rule(Severity.NOTE, sides, "rest#UpdateRun", on=on, states=states)
    def toy(node: Node) -> Iterator[Issue]:
        """A toy rule reports every object."""
        yield Issue(node.path, "here it is")

    return toy


@rule(Severity.NOTE, ON_RESPONSE, "rest#UpdateRun", on="exchange")
def toy_exchange(_: ExchangeSubject) -> Iterator[Issue]:
    """A toy rule reports every exchange."""
    yield Issue((), "here it is")


@rule(Severity.NOTE, ON_RESPONSE, "rest#UpdateRun", on="history")
def toy_history(step: Step) -> Iterator[Issue]:
    """A toy rule reports every step of a history."""
    before, now = (facts.parts["run", ""].place("state") for facts in (step.before, step.now))
    yield Issue(now.path, "here it is", ((before.path, "the earlier capture"),), before.origin)


STATUS = "/properties/status"
MEMBERS = f"{STATUS}/stages/0/groups/0/members"
OTHER_MEMBER = f"{STATUS}/stages/1/groups/0/members/0"
WITH_IMAGES = bases()["custom-images"]
IMAGES = "/properties/managedClusterUpdate/nodeImageSelection/customNodeImageVersions"

TOYS: dict[str, tuple[Rule, JSON, Places]] = {
    "the run": (rule_on("UpdateRun"), RESPONSE, [""]),
    "a run without a strategy": (rule_on("UpdateRun"), bases()["default"], [""]),
    "a run that is asked for": (rule_on("UpdateRun"), REQUEST, [""]),
    "an object with the system's data": (rule_on("systemData"), RESPONSE, ["/systemData"]),
    "stages of a strategy": (rule_on("UpdateStage"), REQUEST, [f"/properties/strategy/stages/{number}" for number in range(2)]),
    "members": (rule_on("MemberUpdateStatus"), RESPONSE, [*(f"{MEMBERS}/{number}" for number in range(3)), OTHER_MEMBER]),
    "members in a state": (rule_on("MemberUpdateStatus", ("Completed",)), RESPONSE, [f"{MEMBERS}/0"]),
    "members in two states": (
        rule_on("MemberUpdateStatus", ("Running", "NotStarted")),
        RESPONSE,
        [f"{MEMBERS}/1", f"{MEMBERS}/2", OTHER_MEMBER],
    ),
    "members in a state that none is in": (rule_on("MemberUpdateStatus", ("Failed",)), RESPONSE, []),
    "parts in a state": (
        rule_on(PARTS, ("Running",)),
        RESPONSE,
        [STATUS, f"{STATUS}/stages/0", f"{STATUS}/stages/0/groups/0", f"{MEMBERS}/1"],
    ),
    "requests alone": (rule_on("UpdateRun", sides=("request",)), RESPONSE, []),
    "responses alone": (rule_on("UpdateRun", sides=("response",)), REQUEST, []),
    "an exchange": (toy_exchange, EXCHANGE, [""]),
    "an exchange without a body": (
        toy_exchange,
        changed(EXCHANGE, put={"/status": 204, "/method": "DELETE"}, removed=("/response",)),
        [""],
    ),
    "a history": (toy_history, HISTORY, [f"/1{STATUS}/status/state"]),
    "a history of three": (toy_history, [*HISTORY, RESPONSE], [f"/{number}{STATUS}/status/state" for number in (1, 2)]),
    "one capture": (toy_history, [RESPONSE], []),
}
"""A rule, a clean document, and the pointers of what the rule finds in it."""


@pytest.fixture(params=TOYS)
def toy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Rule, JSON, Places]:
    """A rule in the catalogue, a clean document, and what the rule finds in it."""
    toy: tuple[Rule, JSON, Places] = TOYS[request.param]
    monkeypatch.setattr(catalogue, "RULES", (*RULES[:5], toy[0], *RULES[5:]))
    return toy


def check_as_it_is(document: JSON, engine: EngineName) -> list[Finding]:
    if isinstance(document, dict) and "url" in document:
        return check_exchange(Exchange.of(**document), engine=engine)
    return check(document, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_new_rule_is_called_by_check(toy: tuple[Rule, JSON, Places], engine: EngineName) -> None:
    known, document, expected = toy
    found = check_as_it_is(document, engine)
    assert [(finding.rule, finding.pointer) for finding in found] == [(known.name, pointer) for pointer in expected]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_new_rule_is_called_by_the_command_line(toy: tuple[Rule, JSON, Places], engine: EngineName, tmp_path: Path) -> None:
    known, document, expected = toy
    (tmp_path / "captured.json").write_text(json.dumps(as_file(document)))
    done = CliRunner().invoke(main, ["check", str(tmp_path), "--format", "json", "--engine", engine], catch_exceptions=False)
    found = json.loads(done.stdout)["findings"]
    assert [finding["rule"] for finding in found] == [known.name] * len(expected)
    assert [finding["pointer"] for finding in found] == expected


def as_file(document: JSON) -> JSON:
    """Return the content of a file with a document; an exchange is a traffic pair there."""
    if not isinstance(document, dict) or "url" not in document:
        return document
    request = {"method": document["method"], "url": document["url"]}
    return {"liveRequest": request, "liveResponse": {"statusCode": str(document["status"]), "body": document.get("response")}}


DOCUMENTS = [RESPONSE, REQUEST, WITH_IMAGES, RICH, RICH_REQUEST, COMPLETED]
"""Clean documents, with every documented object of a run among them."""


@pytest.mark.parametrize("definition", sorted(objects_below("UpdateRun", schemas.DEFAULT_VERSION)))
def test_a_rule_about_a_definition_is_called_with_each_of_its_objects(definition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RULES", (rule_on(definition),))
    total = 0
    for document in DOCUMENTS:
        name, *inner = definition.split(".")
        location = tuple(step for key in inner for step in ("properties", key))
        expected = sorted(to_pointer(path) for path, of, at in instances(document, "UpdateRun") if (of, at) == (name, location))
        found = [finding.pointer for finding in check(document, side=recognition.side(document)) if finding.rule == "toy"]
        assert sorted(found) == expected
        total += len(found)
    assert total


# In a copy of the project

MODULE = '''"""Toy rules, which report everything."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import parent_process

from ..findings import Severity
from ..run.nodes import Node
from .exchange import ExchangeSubject
from .history import Step
from .rule import RESPONSE, Issue, rule


def _message() -> str:
    return "in the process of the command" if parent_process() is None else "in a worker"
'''
FUNCTION = '''

@rule(Severity.NOTE, RESPONSE, "rest#UpdateRun", on={on!r}, states={states!r})
def {name}({argument}) -> Iterator[Issue]:
    """A toy rule reports everything.

    There is no reason.

    Fix: Remove the toy rule.

    Example, on a {of}:
        /name = "toy"
    """
    {body}
'''
OF_OBJECT = ("node: Node", "response", "yield Issue(node.path, _message())")
OF_EXCHANGE = ("_: ExchangeSubject", "exchange", "yield Issue((), _message())")
OF_HISTORY = (
    "step: Step",
    "history",
    """before, now = (facts.parts["run", ""].place("state") for facts in (step.before, step.now))
    yield Issue(now.path, "a step", ((before.path, "the earlier capture"),), before.origin)""",
)
FUNCTIONS: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, str, str]]] = {
    "toy_run": ("UpdateRun", None, OF_OBJECT),
    "toy_member": ("MemberUpdateStatus", ("Completed",), OF_OBJECT),
    "toy_data": ("systemData", None, OF_OBJECT),
    "toy_exchange": ("exchange", None, OF_EXCHANGE),
    "toy_history": ("history", None, OF_HISTORY),
}


@pytest.fixture(scope="module")
def copy_with_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with toy rules in its catalogue."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("validator", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    text = MODULE
    for name, (on, states, (argument, of, body)) in FUNCTIONS.items():
        text += FUNCTION.format(name=name, on=on, states=states, argument=argument, of=of, body=body)
    (folder / "validator" / "rules" / "toys.py").write_text(text)
    path = folder / "validator" / "rules" / "catalogue.py"
    before, opening, after = path.read_text().partition("RULES: tuple[Rule, ...] = (\n")
    assert opening
    rows = "".join(f"    toys.{name},\n" for name in FUNCTIONS)
    path.write_text(f"{before}from . import toys\n\n{opening}{rows}{after}")
    return folder


def run_copy(copy_with_rules: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the copy."""
    command = [sys.executable, "-m", "validator", *arguments]
    done = subprocess.run(
        command, cwd=copy_with_rules, env=os.environ | {"PYTHONPATH": str(copy_with_rules)}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def findings_of_copy(copy_with_rules: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run_copy(copy_with_rules, "check", "--isolated", "--format", "json", *arguments).stdout)[
        "findings"
    ]
    return found


def numbered(number: int) -> JSON:
    """Return a run of its own."""
    name = f"spring-{number}"
    return changed(RESPONSE, put={"/id": RESPONSE["id"].replace("spring", name), "/name": name})


FILES, RECORDS = 70, 800
"""More files than a worker takes at once, and records of more bytes than that."""


@pytest.fixture(scope="module")
def captured(copy_with_rules: Path) -> Path:
    """A folder with many small files, and a long one in which each run is captured twice."""
    folder = copy_with_rules / "captured"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.json").write_text(json.dumps(numbered(number)))
    (folder / "exchange.json").write_text(json.dumps(as_file(EXCHANGE)))
    records = [numbered(number) for number in [*range(RECORDS // 2), *range(RECORDS // 2)]]
    (folder / "polls.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return folder


@pytest.mark.process
@pytest.mark.parametrize("more", [(), ("--history", "--engine", "reference")], ids=["fast", "history-reference"])
def test_a_new_rule_is_called_in_worker_processes(copy_with_rules: Path, captured: Path, more: tuple[str, ...]) -> None:
    found = findings_of_copy(copy_with_rules, str(captured), "--jobs", "2", *more)
    documents = FILES + RECORDS + 1
    steps = RECORDS // 2 + (FILES if "--history" in more else 0)
    counts = {"toy-run": documents, "toy-member": documents, "toy-data": documents, "toy-exchange": 1, "toy-history": steps}
    assert {name: sum(finding["rule"] == name for finding in found) for name in counts} == counts
    assert len(found) == sum(counts.values())
    assert "in a worker" in {finding["message"] for finding in found if finding["rule"] == "toy-member"}
    alone = findings_of_copy(copy_with_rules, str(captured), "--jobs", "1", *more)
    assert [finding | {"message": ""} for finding in found] == [finding | {"message": ""} for finding in alone]


@pytest.mark.process
@pytest.mark.parametrize("form", REPORTERS)
def test_a_new_rule_is_in_every_report(copy_with_rules: Path, captured: Path, form: str) -> None:
    done = run_copy(copy_with_rules, "check", "--isolated", "--format", form, str(captured / "1.json"))
    assert "toy-run" in done.stdout


@pytest.mark.process
def test_a_new_rule_is_listed_and_explained(copy_with_rules: Path) -> None:
    assert "toy-member" in run_copy(copy_with_rules, "rules").stdout
    assert "A toy rule reports everything." in run_copy(copy_with_rules, "explain", "toy-member").stdout
