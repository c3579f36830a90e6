"""Both engines find the same in every document, on either side: errors of the schemas, undocumented properties and read-only ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.documents import arbitrary, junk, mutated, near, paths, replaced
from tests.support.profiles import at_least
from validator import Exchange, check, check_exchange, limits
from validator.contract import schemas
from validator.contract.engines import ENGINES, EngineName
from validator.contract.schema_errors import READ_ONLY, UNDOCUMENTED, SchemaError, schema_errors
from validator.findings import BodySide
from validator.pointer import JSON
from validator.rules import example
from validator.rules.rule import BOTH

VERSION = schemas.DEFAULT_VERSION
DEFINITIONS = st.sampled_from(sorted(schemas.load().schemas))
"""The documented definitions, and the parameters of a URL."""

SIDES = st.sampled_from(BOTH)
near_any = DEFINITIONS.flatmap(lambda name: st.tuples(st.just(name), near(name)))
damaged = st.sampled_from([example.RESPONSE, example.REQUEST]).flatmap(mutated)


def errors(document: JSON, definition: str, side: BodySide = "response") -> list[SchemaError]:
    """Return the errors in a document, which are the same for both engines."""
    fast, reference = (schema_errors(document, definition, side=side, version=VERSION, engine=engine) for engine in ENGINES)
    assert fast == reference
    return fast


@pytest.mark.fuzz
@at_least(200)
@given(definition=DEFINITIONS, document=arbitrary, side=SIDES)
def test_engines_agree_on_arbitrary_json(definition: str, document: JSON, side: BodySide) -> None:
    errors(document, definition, side)


@pytest.mark.fuzz
@at_least(200)
@given(drawn=near_any, side=SIDES)
def test_engines_agree_near_every_definition(drawn: tuple[str, JSON], side: BodySide) -> None:
    definition, document = drawn
    errors(document, definition, side)


@pytest.mark.fuzz
@at_least(200)
@given(document=damaged, side=SIDES)
def test_engines_agree_on_damaged_documents(document: JSON, side: BodySide) -> None:
    fast, reference = (check(document, side=side, engine=engine) for engine in ENGINES)
    assert fast == reference


@pytest.mark.fuzz
@at_least(120)
@given(
    name=st.sampled_from(["UpdateStage", "UpdateRunStatus", "MemberUpdateStatus", "ErrorResponse", "systemData", "UpdateRun"]),
    side=SIDES,
    data=st.data(),
)
def test_engines_agree_on_a_definition_by_itself(name: str, side: BodySide, data: st.DataObject) -> None:
    document = data.draw(near(name))
    fast, reference = (check(document, definition=name, side=side, engine=engine) for engine in ENGINES)
    assert fast == reference


@pytest.mark.fuzz
@at_least(120)
@given(
    method=st.sampled_from(["GET", "PUT", "DELETE", "POST"]),
    asked=st.sampled_from(["", "?api-version=", f"?api-version={VERSION}", "?api-version=2099-01-01", "?api-version=2025-03-01%0A"]),
    names=st.tuples(*[st.sampled_from(["spring", "s", "-a", "ö", "a" * 91, "%0A", "a.b"])] * 3),
    bodies=st.tuples(st.none() | damaged, st.none() | damaged),
    status=st.sampled_from([200, 201, 204, 404]),
)
def test_engines_agree_on_exchanges(method: str, asked: str, names: tuple[str, str, str], bodies: tuple[JSON, JSON], status: int) -> None:
    group, fleet, run = names
    path = f"/subscriptions/0/resourceGroups/{group}/providers/Microsoft.ContainerService/fleets/{fleet}/updateRuns/{run}"
    exchange = Exchange.of(method, f"https://management.azure.com{path}{asked}", status, request=bodies[0], response=bodies[1])
    fast, reference = (check_exchange(exchange, engine=engine) for engine in ENGINES)
    assert fast == reference


@pytest.mark.fuzz
@at_least(120)
@given(document=damaged, side=SIDES, most=st.integers(0, 120))
def test_engines_agree_on_what_is_too_vast_to_list(document: JSON, side: BodySide, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("validator.contract.engines.MAX_FAULTY", most)
        found = errors(document, "UpdateRun", side)
    extras = {UNDOCUMENTED, READ_ONLY}
    others = [error.rule for error in found if error.rule not in extras]
    is_vast = len(paths(document)) > most
    assert others == ["input/too-large"] * bool(others) if is_vast else "input/too-large" not in others
    if is_vast and "input/too-large" not in others:
        assert found == [error for error in errors(document, "UpdateRun", side) if error.rule in extras]


@pytest.mark.slow
def test_a_vast_document_without_errors_has_none() -> None:
    stages: list[JSON] = [{"name": f"s{number}", "groups": [{"name": f"g{number}"}]} for number in range(limits.MAX_FAULTY // 4)]
    request = example.changed(example.REQUEST, put={"/properties/strategy/stages": stages})
    assert errors(request, "UpdateRun", "request") == []
    stages[-1]["afterStageWaitInSeconds"] = "1"
    request = example.changed(example.REQUEST, put={"/properties/strategy/stages": stages})
    assert [error.rule for error in errors(request, "UpdateRun", "request")] == ["input/too-large"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_undocumented_and_read_only_properties_of_a_vast_document_are_listed(engine: EngineName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validator.contract.engines.MAX_FAULTY", 2_000)  # the reference engine would take seconds
    stages: list[JSON] = [{"name": f"s{number}", "groups": [{"name": f"g{number}"}]} for number in range(500)]
    request = example.changed(example.REQUEST, put={"/properties/strategy/stages": stages, "/name": "spring"})
    url = str(example.EXCHANGE["url"])
    exchange = Exchange.of("PUT", url, 201, request=request, response=example.RESPONSE)
    assert check_exchange(exchange, engine=engine) == []  # the name in the URL may be repeated
    request = example.changed(request, put={"/properties/strategy/stages/7/unheardOf": 1})
    later = Exchange.of("PUT", url.replace(VERSION, "2099-01-01"), 201, request=request, response=example.RESPONSE)
    found = [(finding.rule, str(finding.severity)) for finding in check_exchange(later, engine=engine)]
    assert found == [("api-version-unsupported", "warning"), (UNDOCUMENTED, "note")]
    request["eTag"] = '"a"'
    both = [(READ_ONLY, "/eTag"), (UNDOCUMENTED, "/properties/strategy/stages/7/unheardOf")]
    assert sorted((finding.rule, finding.pointer) for finding in check(request, side="request", engine=engine)) == both
    monkeypatch.setattr("validator.contract.engines.MAX_FAULTY", 1)
    assert [finding.rule for finding in check(request, side="request", engine=engine)] == ["input/too-large"]


@pytest.mark.fuzz
@at_least(200)
@given(data=st.data(), value=junk)
def test_engines_agree_on_a_value_anywhere_in_a_read_only_property(data: st.DataObject, value: JSON) -> None:
    path = data.draw(
        st.sampled_from([path for path in paths(example.RESPONSE) if path[:2] == ("properties", "status") or "systemData" in path])
    )
    errors(replaced(example.RESPONSE, path, value), "UpdateRun", "request")


def test_a_name_with_a_line_feed_is_not_a_name() -> None:
    assert [error.rule for error in errors({"name": "run1\n"}, "UpdateGroup")] == ["schema/pattern"]


def test_an_integer_may_be_written_as_a_float() -> None:
    assert errors({"name": "a", "groups": [{"name": "b"}], "afterStageWaitInSeconds": 3600.0}, "UpdateStage") == []


def test_undocumented_and_read_only_properties_are_reported_next_to_other_errors() -> None:
    stage: JSON = {"name": "", "waitInSeconds": 60}
    wrong = {"name": 1, "properties": {"managedClusterUpdate": [], "strategy": {"stages": [stage]}}}
    undocumented = (UNDOCUMENTED, ("properties", "strategy", "stages", 0, "waitInSeconds"))
    others = {"schema/type", "schema/minLength", "schema/pattern", "schema/required"}
    for side, expected in (("response", [undocumented]), ("request", [(READ_ONLY, ("name",)), undocumented])):
        found = errors(wrong, "UpdateRun", side)  # type: ignore[arg-type]
        assert [(error.rule, error.path) for error in found if error.rule in {READ_ONLY, UNDOCUMENTED}] == expected
        assert {error.rule for error in found} >= others
