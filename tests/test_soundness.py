"""Unreliable values: what the schemas reject, or a recorder hid, hides only findings that depend on it, and causes none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.case_files import bases, cases
from tests.support.documents import arbitrary, mutated, near, paths, replaced
from tests.support.profiles import at_least
from validator import RuleError, check, check_exchange
from validator.checker.history import History
from validator.contract import schemas
from validator.contract.objects import object_schemas
from validator.contract.schema_errors import READ_ONLY, UNDOCUMENTED, schema_errors
from validator.contract.since import needed
from validator.findings import BodySide, Severity
from validator.pointer import JSON, Path, follow, to_pointer
from validator.readers import recognition
from validator.readers.items import Exchange
from validator.rules import catalogue, example
from validator.rules.catalogue import RULES
from validator.rules.dispatch import check_run
from validator.rules.rule import BOTH, Issue, Rule, rule
from validator.run.facts import Capture
from validator.run.identity import key_of
from validator.run.nodes import PARTS, Calls, Node, Unreliable, definitions, guarded, walk
from validator.run.origin import Origin
from validator.strategies.constraints import RICH, RICH_REQUEST

pytestmark = pytest.mark.slow

VERSION = schemas.DEFAULT_VERSION
OBJECTS = object_schemas(VERSION)
anything = st.one_of(arbitrary, mutated(), mutated(example.REQUEST), near("UpdateRun"))


@pytest.mark.fuzz
@at_least(500)
@given(document=anything, side=st.sampled_from(["request", "response", None]))
def test_no_document_makes_a_rule_fail(document: JSON, side: Any) -> None:
    check(document, side=side)
    check([document, document], side=side)


@pytest.mark.fuzz
@given(
    request=st.none() | anything,
    response=st.none() | anything,
    status=st.sampled_from([200, 201, 202, 204, 302, 400, 404, 500]),
    method=st.sampled_from(["GET", "PUT", "DELETE", "POST", "HEAD"]),
    tail=st.sampled_from(["", "/spring", "/spring/start", "/spring/stop", "/spring/skip"]),
)
def test_no_exchange_makes_a_rule_fail(request: JSON, response: JSON, status: int, method: str, tail: str) -> None:
    url = example.EXCHANGE["url"].replace("/spring", tail)
    check_exchange(Exchange.of(method, url, status, request=request, response=response))


# Reading what is unreliable


def test_an_unreliable_property_cannot_be_read_in_any_way() -> None:
    run = guarded({"a": {"b": 1, "c": 2}, "d": [1, {"e": 2}]}, {("a", "b"), ("a", "absent"), ("d", 0)})
    for name in ("b", "absent"):
        with pytest.raises(Unreliable):
            _ = run["a"][name]
        with pytest.raises(Unreliable):
            run["a"].get(name)
        with pytest.raises(Unreliable):
            _ = name in run["a"]
    with pytest.raises(Unreliable):
        run["d"][0].get("anything")
    assert (run["a"]["c"], run["a"].get("other"), run["d"][1]) == (2, None, {"e": 2})


def test_what_is_reliable_is_not_copied() -> None:
    value = {"a": {"b": 1}, "c": {"d": [1]}}
    assert guarded(value, ()) is value
    assert guarded(value, {("a", "b")})["c"] is value["c"]
    assert guarded(value, {()}) is None
    assert value == {"a": {"b": 1}, "c": {"d": [1]}}


def test_an_unknown_attribute_of_a_node_is_a_bug_and_not_unreliable() -> None:
    (node, *_) = walk(example.RESPONSE, definitions(OBJECTS, {"UpdateRun"}, lambda _: Calls())["UpdateRun"])
    with pytest.raises(AttributeError):
        _ = node.nonsense  # type: ignore[attr-defined]


# What a rule says where something is unreliable

BROKEN = 0.5
"""A value that no documented property may have."""


class Said(NamedTuple):
    """What a rule says: where, what, and which other places are involved."""

    rule: str
    path: Any
    message: str
    related: tuple[Any, ...]


def version_of(document: JSON) -> str:
    """Return the api-version that a run, or each capture of a history, needs."""
    return needed(document if isinstance(document, list) else [document])


def said(document: JSON, unreliable: Iterable[Path] = (), known: Rule | None = None, version: str | None = None) -> list[Said]:
    """Return what the rules say of a run, a history, a page or an exchange of which parts are unreliable; or what one of them says."""
    version = version or version_of(document)
    if isinstance(document, list):
        issues = _said_of_history(document, unreliable, version)
    elif kind_of(document) != "run":
        for path in unreliable:
            document = replaced(document, path, BROKEN)
        findings = check_exchange(Exchange.of(**document)) if "url" in document else check(document)
        issues = [Said(each.rule, each.pointer, each.message, each.related) for each in findings]
    else:
        found = check_run(guarded(document, set(unreliable)), version=version, side=side_of(document))
        issues = [Said(of.name, issue.path, issue.message, issue.related) for of, issue in found]
    return issues if known is None else [issue for issue in issues if issue.rule == known.name]


def _said_of_history(captures: list[JSON], unreliable: Iterable[Path], version: str) -> list[Said]:
    history, issues = History(), []
    for index, run in enumerate(captures):
        here = tuple(path[1:] for path in unreliable if path[0] == index)
        key = key_of(guarded(run, here))
        if key is not None:
            found = history.add([Capture(key, Origin(path=(index,)), here, run, version=version)])
            issues += [Said(each.rule, each.pointer, each.message, each.related) for each in found]
    return issues


def kind_of(document: JSON) -> str:
    """Return whether a document is a history, an exchange, a page or a run."""
    return "history" if isinstance(document, list) else "exchange" if "url" in document else "page" if "value" in document else "run"


def side_of(document: JSON) -> BodySide:
    return recognition.side(document)


def breakable(document: JSON) -> list[Path]:
    """Return the paths to all that can be unreliable in a document: its values, and the documented properties that are absent."""
    if isinstance(document, list):
        return [(index, *path) for index, run in enumerate(document) for path in breakable(run)]
    if "url" in document:
        return [(side, *path) for side in BOTH if document.get(side) is not None for path in paths(document[side])[1:]]
    if kind_of(document) == "page":
        return [("value", *path) for path in paths(document["value"])[2:]]
    objects = object_schemas(version_of(document))
    nodes = walk(document, definitions(objects, set(objects), lambda _: Calls())["UpdateRun"])
    absent = [(*node.path, name) for node in nodes for name in objects[node.definition.name].properties if name not in node.value]
    return [*paths(document)[1:], *absent]


# What is unreliable hides no more than depends on it


def loud(known: Rule) -> list[JSON]:
    """Return documents of which a rule has something to say: its examples, and some of its cases."""
    about = [case for case in cases("rules", known.name) if not case.recorded and case.is_document == (known.subject != "exchange")]
    dirty = [case.value for case in about if {finding["rule"] for finding in case.findings} == {known.name}]
    examples = [example.broken(each) for each in known.examples]
    alike = [document for document in [*examples, *dirty] if kind_of(document) == kind_of(examples[0])]
    found = [document for document in alike if said(document, known=known)]
    assert found, f"{known.name} finds nothing in its examples: correct the Example in its docstring"
    return found[:: len(found) // 4 + 1]


@cache
def values_by_name() -> dict[str | int, list[JSON]]:
    """Return values for each name of a property, taken from documents, and a part in every state; items of arrays are under 0."""
    found: dict[str | int, list[JSON]] = {}
    documents = [
        *bases().values(),
        *QUIET.values(),
        *(document for known in RULES if known.subject != "schema" for document in loud(known)),
    ]
    for document in documents:
        for path in paths(document)[1:]:
            value, known = follow(document, path), found.setdefault(path[-1] if isinstance(path[-1], str) else 0, [])
            if value not in known and len(known) < 100:
                known.append(value)
    newest = schemas.VERSIONS[-1]
    states = [{"status": {"state": state}} for state in schemas.load(newest).schemas["UpdateState"]["enum"]]
    for known_object in object_schemas(newest).values():
        for name, each in known_object.properties.items():
            if each.below in PARTS and not each.array:
                found.setdefault(name, []).extend(states)
    return found


def others(document: JSON, path: Path) -> Iterator[JSON]:
    """Yield a document with every other value that a property may have, and without it."""
    value = follow(document, path, BROKEN)
    holder = follow(document, path[:-1])
    if isinstance(holder, dict) and path[-1] in holder:
        yield replaced(document, path[:-1], {name: below for name, below in holder.items() if name != path[-1]})
    for other in values_by_name().get(path[-1] if isinstance(path[-1], str) else 0, ()):
        if other != value:
            yield replaced(document, path, other)
    if isinstance(value, str):
        yield replaced(document, path, f"{value}x")


def is_admitted(document: JSON, version: str) -> bool:
    """Return whether the rules may read all of a document by an api-version."""
    if isinstance(document, list):
        return all(is_admitted(run, version) for run in document)
    if kind_of(document) != "run":
        return True
    errors = schema_errors(document, "UpdateRun", side=side_of(document), version=version)
    return all(error.unreliable is None for error in errors)


def depends(known: Rule, document: JSON, path: Path) -> bool:
    """Return whether a rule would say something else if there were another value at a path."""
    version, before = version_of(document), said(document, known=known)
    return any(is_admitted(other, version) and said(other, known=known, version=version) != before for other in others(document, path))


@pytest.mark.parametrize("known", [known for known in RULES if known.subject != "schema"], ids=lambda known: known.name)
def test_an_unreliable_value_changes_only_what_depends_on_it(known: Rule) -> None:
    documents = loud(known)
    needless = []
    for document in documents:
        before = said(document, known=known)
        changed = [path for path in breakable(document) if said(document, [path], known) != before]
        innermost = [path for path in changed if not any(other[: len(path)] == path and other != path for other in changed)]
        needless += [to_pointer(path) for path in innermost if not depends(known, document, path)]
    assert needless == []


# What is unreliable causes nothing

QUIET: dict[str, JSON] = {
    **{name: bases()[name] for name in ("exchange", "history", "completed", "default", "with-strategy-id")},
    "rich": RICH,
    "rich request": RICH_REQUEST,
}


@pytest.mark.parametrize("name", QUIET)
def test_an_unreliable_value_causes_no_finding_in_a_clean_document(name: str) -> None:
    document = QUIET[name]
    schema_rules = ("schema/", UNDOCUMENTED, READ_ONLY)
    found = [(path, issue) for path in breakable(document) for issue in said(document, [path]) if not issue.rule.startswith(schema_rules)]
    assert found == []


@pytest.mark.parametrize("known", [known for known in RULES if known.subject == "object"], ids=lambda known: known.name)
def test_an_unreliable_value_causes_no_further_finding(known: Rule) -> None:
    """A rule that reports the first or the innermost of several places may report another one instead."""
    for document in loud(known):
        before = Counter(issue.rule for issue in said(document))
        for path in breakable(document):
            assert Counter(issue.rule for issue in said(document, [path])) <= before, path


def test_a_broken_member_does_not_hide_findings_in_its_siblings() -> None:
    members = "/properties/status/stages/0/groups/0/members"
    early = {"state": "Completed", "startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T09:39:00Z"}
    document = example.changed(example.RESPONSE, put={f"{members}/0": 5, f"{members}/1/status": early})
    found = {(finding.rule, finding.pointer) for finding in check(document)}
    assert found == {("schema/type", f"{members}/0"), ("completed-before-started", f"{members}/1/status/completedTime")}


# What the schemas reject is unreliable


@pytest.mark.parametrize("name", ["rich", "rich request"])
def test_only_the_broken_value_is_unreliable_and_nothing_around_it(name: str) -> None:
    document = QUIET[name]
    side = side_of(document)
    for path in breakable(document):
        errors = schema_errors(replaced(document, path, BROKEN), "UpdateRun", side=side, version=VERSION)
        if "info" not in path[:-1]:  # the `info` of an error may contain anything
            assert {error.unreliable for error in errors if error.rule not in {READ_ONLY, UNDOCUMENTED}} == {path}


@pytest.mark.parametrize("known", [known for known in RULES if known.subject == "object"], ids=lambda known: known.name)
def test_check_finds_what_the_rules_say_where_a_broken_value_is_unreliable(known: Rule) -> None:
    document = loud(known)[0]
    for path in breakable(document)[::5]:
        found = [
            finding.pointer for finding in check(replaced(document, path, BROKEN), side=side_of(document)) if finding.rule == known.name
        ]
        assert sorted(found) == sorted(to_pointer(issue.path) for issue in said(document, [path], known)), path


# Bugs


@pytest.mark.parametrize("bug", [KeyError, TypeError, AttributeError, ZeroDivisionError, RecursionError, AssertionError])
def test_a_bug_in_a_rule_is_an_exception_that_names_it(bug: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    @rule(Severity.ERROR, ("response",), "rest#UpdateRun", on="UpdateRun")
    def buggy_rule(_: Node) -> Iterator[Issue]:
        """Nothing is ever wrong."""
        raise bug("stages")
        yield

    monkeypatch.setattr(catalogue, "RULES", (buggy_rule,))
    with pytest.raises(RuleError, match="buggy-rule") as caught:
        check(example.changed(example.RESPONSE, put={"/name": "another"}))
    assert caught.value.rule == "buggy-rule"
    assert isinstance(caught.value.__cause__, bug)
