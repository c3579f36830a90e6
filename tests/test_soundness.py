"""A rule runs exactly where what it reads is sound."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases_loader import bases, cases
from tests.documents import arbitrary, mutated, near, paths, replaced
from validator import BrokenRule, check, check_exchange
from validator.checker import body
from validator.contract import objects, schema_errors, schemas
from validator.findings import Side
from validator.pointer import JSON, Path, to_pointer
from validator.readers import recognition
from validator.readers.items import Exchange
from validator.rules import example, strategy
from validator.rules.catalogue import RULES
from validator.rules.rule import BOTH, Issue, Rule, rule
from validator.run import view
from validator.run.facts import Origin
from validator.run.history import History
from validator.strategies.base_documents import completed, rich, rich_request, with_id

anything = st.one_of(arbitrary, mutated(), mutated(example.REQUEST), near("UpdateRun"))


@pytest.mark.fuzz
@settings(max_examples=max(500, settings.default.max_examples if settings.default else 0))
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


# What a rule reads, and nothing else

DEPENDS = {
    "kubernetes-version-required": "*/upgrade/type */kubernetesVersion",
    "kubernetes-version-forbidden": "*/upgrade/type */kubernetesVersion",
    "custom-images-required": "*/nodeImageSelection/type */customNodeImageVersions",
    "custom-images-forbidden": "*/nodeImageSelection/type */customNodeImageVersions",
    "image-family-duplicate": "*/customNodeImageVersions/?/version",
    "selected-images-unexpected": "*/nodeImageSelection/type */selectedNodeImageVersions",
    "kubernetes-version-format": "*/kubernetesVersion",
    "stage-name-duplicate": "*/strategy/stages/?/name",
    "group-duplicate": "*/strategy/stages/?/groups/?/name",
    "strategy-and-strategy-id": "*/updateStrategyId */strategy",
    "strategy-snapshot-missing": "*/updateStrategyId */strategy",
    "negative-wait": "*/afterStageWaitInSeconds",
    "too-many-groups": "*/strategy/stages/?/groups",
    "strategy-id-type": "*/updateStrategyId",
    "auto-upgrade-profile-id-type": "*/autoUpgradeProfileId",
    "resource-id-mismatch": "/id /name",
    "resource-type-unexpected": "/type",
    "resource-identity-missing": "/id /name /type",
    "etag-format": "/eTag",
    "modified-before-created": "/systemData/createdAt /systemData/lastModifiedAt",
    "default-run-shape": "*/updateStrategyId */strategy */status/stages/?/groups",
    "status-mirrors-strategy": "*/strategy/*name */status/stages/?/name */status/stages/?/groups/?/name",
    "wait-duration-mismatch": "*/stages/?/name */afterStageWaitInSeconds */waitDurationInSeconds",
    "wait-status-unexpected": "*/updateStrategyId */stages/?/name */afterStageWaitInSeconds */afterStageWaitStatus",
    "stage-out-of-order": "*/status/stages/?/name */status/stages/?/status/state",
    "members-in-parallel": "*/members/?/name */members/?/status/state",
    "cluster-in-two-groups": "*/members/?/name */members/?/clusterResourceId",
    "completed-before-started": "*/status/startTime */status/completedTime",
    "child-outside-parent": "*/status/startTime */status/completedTime */status/state",
    "not-started-with-progress": "*/status/startTime */status/completedTime */status/state */status/error",
    "unfinished-with-completed-time": "*/status/completedTime */status/state",
    "completed-without-times": "*/status/startTime */status/completedTime */status/state",
    "state-roll-up": "*/status/*name */status/state",
    "failed-without-error": "*/status/*name */status/state */status/error */afterStageWaitStatus",
    "started-before-created": "/systemData/createdAt /properties/status/status/startTime",
    "wait-before-groups": "*/groups/?/name */groups/?/status/state */afterStageWaitStatus/status/state",
    "api-version-missing": "",
    "api-version-unsupported": "",
    "response-id-mismatch": "/response/*id",
    "status-body-mismatch": "/response/error /response/value",
    "error-envelope-missing": "/response/error*",
    "run-left-completed": "/properties/status/status/state",
    "transition-unexpected": "*/status/*name */status/state",
    "changed-after-start": "/properties/status/status/state */strategy/*name */afterStageWaitInSeconds */upgrade/*",
    "node-image-selection-changed": "*/nodeImageSelection/type */customNodeImageVersions*",
    "time-rewritten": "*/status/*name */status/state */status/startTime */status/completedTime */operationId",
    "etag-reused": "/eTag",
}
"""What in a document decides on what a rule says, by the patterns of pointers; which run it is does so in histories, too."""

BROKEN = 0.5
"""What no documented property may be."""


def breakable(document: JSON) -> list[Path]:
    """List the paths to all that can be broken in a document: what is there, and documented properties that are not."""
    documented = objects.objects(document, "UpdateRun", schemas.VERSIONS[-1], writable=False)
    absent = [(*target.path, name) for target in documented for name in target.shape.properties if name not in target.value]
    return [*paths(document)[1:], *absent]


def places(known: Rule, document: JSON) -> list[Path]:
    """List the paths to all that can be broken in what a rule is about."""
    if known.subject == "history":
        return [(index, *path) for index, capture in enumerate(document) for path in breakable(capture)]
    if known.subject == "exchange":
        return [(side, *path) for side in BOTH for path in paths(document.get(side))[1:]]
    return breakable(document)


def said(known: Rule, document: JSON, broken: Path = ()) -> list[Any]:
    """Give what a rule says of a document in which one value is broken, or none."""
    unsound = {broken} - {()}
    if known.subject == "run":
        return list(body.issues(known, view.view(document, unsound)))
    if known.subject == "history":
        history, steps = History(), []
        for index, capture in enumerate(document):
            here = {path[1:] for path in unsound if path[0] == index}
            steps.append(history.step(view.view(capture, here), Origin(path=(index,)), here))
        return [issue for step in steps if step is not None for issue in body.issues(known, step)]
    document = replaced(document, broken, BROKEN) if broken else document
    side: Side = "request" if known.example.of == "request" else "response"
    found = check_exchange(Exchange.of(**document)) if known.subject == "exchange" else check(document, side=side)
    return [finding for finding in found if finding.rule == known.name]


def loud(known: Rule) -> list[JSON]:
    """Choose documents of which a rule has something to say: its example, and some of its cases."""
    about = [case for case in cases("rules", known.name) if not case.recorded and case.is_document == (known.subject != "exchange")]
    dirty = [case.value for case in about if {finding["rule"] for finding in case.findings} == {known.name}]
    first = example.broken(known.example)
    found = [document for document in [first, *dirty] if type(document) is type(first) and said(known, document)]
    return found[:: len(found) // 4 + 1]


def general(known: Rule, path: Path) -> str:
    """Write a path as a pointer in which each index is a question mark, and none tells which capture it is in."""
    steps = path[1:] if known.subject == "history" else path
    return to_pointer(tuple("?" if isinstance(step, int) else step for step in steps))


@pytest.mark.parametrize("known", [known for known in RULES if known.subject != "object"], ids=lambda known: known.name)
def test_what_a_rule_does_not_depend_on_does_not_change_what_it_says(known: Rule) -> None:
    found = loud(known)
    changed = {
        general(known, path)
        for document in found
        for before in [said(known, document)]
        for path in places(known, document)
        if said(known, document, path) != before
    }
    patterns = [*DEPENDS[known.name].split(), *(("/id", "/systemData/createdAt") if known.subject == "history" else ())]
    innermost = [pointer for pointer in changed if not any(other.startswith(f"{pointer}/") for other in changed)]
    assert found
    assert [pointer for pointer in innermost if pointer and not any(fnmatchcase(pointer, pattern) for pattern in patterns)] == []


@pytest.mark.parametrize("known", [known for known in RULES if known.subject == "object"], ids=lambda known: known.name)
def test_a_rule_about_objects_loses_what_is_in_a_broken_one_alone(known: Rule) -> None:
    for document in loud(known):
        before = said(known, document)
        for path in paths(document)[1:]:
            kept = [finding for finding in before if not finding.pointer.startswith(f"{to_pointer(path)}/")]
            assert said(known, document, path) == kept, path


MADE = (rich, completed, with_id, rich_request)
"""What generated documents begin with, every documented property among them."""

QUIET: dict[str, JSON] = {
    **{name: bases()[name] for name in ("exchange", "history", "completed", "default", "with-strategy-id")},
    **{f"{make.__name__}, made": make(lambda _: "abc") for make in MADE},
}


@pytest.mark.parametrize("name", QUIET)
def test_no_rule_has_anything_to_say_because_a_value_is_broken(name: str) -> None:
    document = QUIET[name]
    subject = "history" if isinstance(document, list) else "exchange" if "url" in document else "run"
    side = recognition.side(document) if subject == "run" else "response"
    about = [known for known in RULES if known.subject == subject and (side in known.sides or subject == "exchange")]
    assert [(known.name, path) for known in about for path in places(known, document) if said(known, document, path)] == []


@pytest.mark.parametrize("name", ["rich, made", "rich_request, made"])
def test_what_is_unsound_is_the_broken_value_and_nothing_around_it(name: str) -> None:
    document, version = QUIET[name], schemas.VERSIONS[-1]
    for path in breakable(document):
        if "info" not in path[:-1]:  # what an error has there is free
            found = schema_errors.breaches(replaced(document, path, BROKEN), "UpdateRun", version, "fast")
            assert {breach.unsound for breach in found} == {path}


def test_a_broken_member_does_not_silence_its_siblings() -> None:
    members = "/properties/status/stages/0/groups/0/members"
    early = {"state": "Completed", "startTime": "2025-04-08T09:40:00Z", "completedTime": "2025-04-08T09:39:00Z"}
    document = example.changed(example.RESPONSE, put={f"{members}/0": 5, f"{members}/1/status": early})
    found = {(finding.rule, finding.pointer) for finding in check(document)}
    assert found == {("schema/type", f"{members}/0"), ("completed-before-started", f"{members}/1/status/completedTime")}


@pytest.mark.parametrize("bug", [KeyError, TypeError, AttributeError, ZeroDivisionError, RecursionError, AssertionError])
def test_a_bug_in_a_rule_is_an_exception_that_names_it(bug: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    @rule(strategy.group_duplicate.severity, ("response",), "rest#UpdateRun")
    def buggy_rule(_: view.Run) -> Iterator[Issue]:
        """Nothing is ever wrong."""
        raise bug("stages")
        yield

    monkeypatch.setattr(body, "RULES", (buggy_rule,))
    with pytest.raises(BrokenRule, match="buggy-rule") as caught:
        check(example.changed(example.RESPONSE, put={"/name": "another"}))
    assert caught.value.rule == "buggy-rule"
    assert isinstance(caught.value.__cause__, bug)


def test_an_unknown_slot_of_a_view_is_a_bug_and_not_unsound() -> None:
    with pytest.raises(AttributeError):
        _ = view.view(example.RESPONSE).nonsense
