"""The messages of each rule, keyword and problem of input, in a golden file that people review; `make golden` rewrites it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import golden
from tests.support.case_files import cases, file_names
from tests.support.command import findings_in
from validator import check
from validator.checker.examples import example_findings
from validator.contract.keywords import KEYWORDS
from validator.pointer import JSON
from validator.rules import example
from validator.rules.catalogue import RULES
from validator.rules.entries import entries
from validator.rules.example import changed
from validator.rules.input_problems import INPUT

GOLDEN = Path(__file__).parent / "golden" / "messages.txt"

RUN = json.dumps(example.RESPONSE)
GET = {"method": "GET", "uri": f"https://management.azure.com{example.RESPONSE['id']}?api-version=2025-03-01"}


def cassette_text(status: int | None, body: str | None) -> str:
    return json.dumps({"interactions": [{"request": GET, "response": {"status": {"code": status}, "body": {"string": body}}}]})


INPUTS: dict[str, str | bytes] = {
    "a file that is cut off": RUN[:500],
    "a comma too many": RUN[:-1] + ",}",
    "a conflict": "<<<<<<< HEAD\n" + RUN,
    "another encoding": RUN.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + RUN.encode(),
    "no content": "",
    "NaN": RUN.replace('"Running"', "NaN", 1),
    "a key twice": '{"id": "a", ' + RUN[1:],
    "another kind of file": '{"kind": "Deployment"}',
    "too deep": json.dumps(changed(example.RESPONSE, put={"/tags": json.loads("[" * 150 + "]" * 150)})),
    "too large": '{"managedClusterUpdate": "' + "x" * 17 * 2**20 + '"}\n{}\n',
    "a body that is cut off": cassette_text(200, RUN[:50]),
    "an empty body": cassette_text(200, ""),
    "no status": cassette_text(None, RUN),
}

VALUES: dict[str, JSON] = {
    "/properties/status/status/state": "Done",
    "/properties/strategy/stages/0/name": "x" * 51,
    "/properties/strategy/stages/0/groups": [{}],
    "/properties/updateStrategyId": "weekly",
    "/properties/strategy": "weekly",
    "/properties/managedClusterUpdate": None,
    "/properties/managedClusterUpdate/upgrade": {},
}


def all_messages() -> Iterator[tuple[str, str]]:
    """Yield the rule and the message of every finding in the examples of the rules and the values and inputs above."""
    for rule in RULES:
        yield from ((f.rule, f.message) for each in rule.examples for f in example_findings(each) if f.rule == rule.name)
    for name, keyword in KEYWORDS.items():
        broken = changed(example.RESPONSE, put={keyword.pointer: keyword.value})
        yield from ((f.rule, f.message) for f in check(broken, side="response") if f.rule == f"schema/{name}")
    for pointer, value in VALUES.items():
        broken = changed(example.RESPONSE, put={pointer: value})
        yield from ((f.rule, f.message) for f in check(broken, side="response") if f.rule.startswith("schema/"))
    for text in INPUTS.values():
        yield from ((f["rule"], f["message"]) for f in findings_in(text.encode() if isinstance(text, str) else text) if f["rule"] in INPUT)


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, str]]:
    return list(dict.fromkeys(all_messages()))


@pytest.mark.golden
def test_the_sources_that_rules_cite_are_the_golden_ones() -> None:
    golden.compare(GOLDEN.with_name("sources.txt"), "".join(f"{rule.name}: {rule.cites}\n" for rule in RULES))


@pytest.mark.golden
def test_the_messages_are_the_golden_ones(messages: list[tuple[str, str]]) -> None:
    golden.compare(GOLDEN, "".join(f"{rule}: {message}\n" for rule, message in messages))


def test_every_rule_keyword_and_problem_has_a_message(messages: list[tuple[str, str]]) -> None:
    lacking = set(entries()) - {rule for rule, _ in messages}
    assert not lacking, (
        f"nothing here breaks {sorted(lacking)}: write an Example in the docstring of the rule, or a value or an input above"
    )
    assert {rule for rule, _ in messages} <= set(entries())


# Words about schemas, which no message about an update run contains outside of quotes.
JARGON = re.compile(r"\b(?:schemas?|instance|keyword|enum|pattern|regex|additional|const|oneOf|anyOf|valid under|does not match|failed)\b")


def test_messages_are_short_and_speak_of_update_runs(messages: list[tuple[str, str]]) -> None:
    every = [(str(f["rule"]), str(f["message"])) for file in file_names("rules") for case in cases("rules", file) for f in case.findings]
    for rule, message in messages + every:
        assert len(message) < 200, (rule, message)
        assert not JARGON.search(re.sub(r'"(?:[^"\\]|\\.)*"?', "", message)), (rule, message)
        assert message[-1] != "."
