"""The constraints of the schemas, the values in a document that each applies to, and the changes that break it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..contract import schemas
from ..contract.layers import Schema
from ..findings import BodySide
from ..pointer import JSON, Path, follow, steps, to_pointer
from ..readers.items import parse_request
from ..rules.example import EXCHANGE, GATED, REQUEST, RESPONSE, SELECTED, SUBSCRIPTION, changed
from ..rules.rule import Example
from ..simulation.trimming import of_version
from .changes import Change


@dataclass(frozen=True, slots=True)
class Constraint:
    """A keyword at a location of a schema.

    `name` is the property that `required` demands, and `in_rule` the rule of the catalogue that the keyword is part of.
    """

    definition: str
    location: Path
    keyword: str
    name: str | None = None
    in_rule: str | None = None
    version: str = schemas.DEFAULT_VERSION

    def __str__(self) -> str:
        tail = "" if self.name is None else f"/{self.name}"
        return f"{self.definition}#{to_pointer((*self.location, self.keyword))}{tail}"

    @property
    def schema(self) -> Schema:
        """The schema that contains the keyword."""
        schema: Schema = schemas.load(self.version).along(self.definition, self.location)[-1]
        return schema

    @property
    def parameter(self) -> Any:
        """The value of the keyword."""
        return self.schema[self.keyword]

    @property
    def rule(self) -> str:
        """The rule that reports the constraint if it is broken. A `$ref` is reported by a keyword of its target."""
        if self.in_rule is not None:
            return self.in_rule
        if self.keyword == "readOnly":
            return "read-only-in-request"
        if (self.definition, self.name) == (schemas.PARAMETERS, "api-version"):
            return "api-version-missing"
        if self.keyword == "$ref":
            contract = schemas.load(self.version)
            return "schema/enum" if "enum" in contract.schemas[contract.locate(self.parameter)] else "schema/type"
        return f"schema/{self.keyword}"


@cache
def constraints(version: str = schemas.DEFAULT_VERSION) -> tuple[Constraint, ...]:
    """Return every constraint of the schemas of an api-version; each property that a `required` names is one of its own."""
    contract = schemas.load(version)
    found: list[Constraint] = []
    for definition in contract.schemas:
        for *way, keyword in contract.constraints(definition):
            location = tuple(way)
            in_schema = contract.rule(definition, location)
            rule = None if in_schema is None else in_schema[0]
            names = contract.along(definition, (*location, keyword))[-1] if keyword == "required" else [None]
            found += [Constraint(definition, location, str(keyword), name, rule, version) for name in names]
    return tuple(found)


def instances(value: JSON, definition: str, version: str = schemas.DEFAULT_VERSION) -> Iterator[tuple[Path, str, Path]]:
    """Yield the path of every value in a document, with the definition and the location of each schema that describes it."""
    contract = schemas.load(version)
    pending: list[tuple[Path, JSON, str, Path]] = [((), value, definition, ())]
    while pending:
        path, node, name, location = pending.pop()
        yield path, name, location
        schema = contract.along(name, location)[-1]
        if "$ref" in schema:
            pending.append((path, node, contract.locate(schema["$ref"]), ()))
        if isinstance(node, dict):
            properties = schema.get("properties", {})
            pending += [((*path, key), node[key], name, (*location, "properties", key)) for key in node if key in properties]
        if isinstance(node, list) and "items" in schema:
            pending += [((*path, index), item, name, (*location, "items")) for index, item in enumerate(node)]


_OTHER_TYPES: dict[str, list[JSON]] = {
    "object": [None, [], "x", 1],
    "array": [None, {}, "x", 1],
    "string": [None, 1, True, [], {}],
    "integer": [None, 0.5, "1", True, []],
}
_ARM_ID = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/fleets/c/updateRuns/d"
_NEAR_FORMAT: dict[str, list[JSON]] = {
    "date-time": ["2025-04-08T09:30:00", "2025-04-08", "2025-02-29T09:30:00Z", "2025-04-08T09:30:00.Z", "2025-04-08T09:30:00Z\n"],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdeg", "0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef\n"],
    "arm-id": [f"{_ARM_ID}\n", "/subscriptions/", "run", "/subscriptions/a/resourceGroups", "https://example.invalid/subscriptions/a"],
}

_NEAR_PATTERN = ("a\n", "-a", "a-", "A", "a b", "a/b", "50%\n", "101%", "-1%", "08:00\n", "24:00", "8:00", "+14:30\n", "+14:30", "Z")
"""Strings of which each pattern of the schemas has some that it just excludes."""


def _breaking(constraint: Constraint) -> list[JSON]:
    """Return values that break a constraint, those at the boundary first."""
    parameter = constraint.parameter
    match constraint.keyword:
        case "$ref":
            return [None]
        case "type":
            return _OTHER_TYPES[parameter]
        case "enum":
            return [parameter[0].lower(), parameter[-1].upper(), f"{parameter[0]}\n", "Unknown", ""]
        case "minLength":
            return ["a" * (parameter - 1)]
        case "maxLength":
            return ["a" * (parameter + 1), "a" * (2 * parameter)]
        case "pattern":
            return [value for value in _NEAR_PATTERN if not re.fullmatch(parameter, value)]
        case "format":
            return _NEAR_FORMAT[parameter]
        case "minimum":
            return [parameter - 1, -(2**63)]
        case "maximum":
            return [parameter + 1, 2**63]
        case "minItems":
            return [[]]
        case _:
            raise LookupError(f"nothing is known to break {constraint}")


# Changes

_FLEET = EXCHANGE["url"].partition("/updateRuns/")[0].removeprefix("https://management.azure.com")
_CUSTOM: JSON = {"type": "Custom", "customNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}
_ERROR: JSON = {"code": "UpgradeFailed", "message": "-", "target": "-", "details": [], "additionalInfo": [{"type": "Trace", "info": {}}]}
_STATUS = "/properties/status"

_OPENED: JSON = follow(GATED, steps(f"{_STATUS}/stages/0/beforeGates/0"))
_SCHEDULE: JSON = follow(SELECTED, steps("/properties/strategy/stages/0/beforeGates/0"))
_APPROVAL: JSON = {"displayName": _OPENED["displayName"], "type": "Approval"}
_CLOSED: JSON = {"displayName": _OPENED["displayName"], "status": {"state": "NotStarted"}}
_LATER: dict[str, JSON] = {"memberSelector": {"byLabel": "env=test"}, "maxConcurrency": "2", "maxAllowedFailures": "2"}
_SHOWN: dict[str, JSON] = {"maxConcurrency": 2, "maxAllowedFailures": 2, "failureCount": 0}


def _merged(pointer: str, part: JSON, *, shown: bool) -> dict[str, JSON]:
    """Return the changes that set the properties of later versions in a stage or a group, as asked for or as shown."""
    gates = ([_OPENED], [_CLOSED]) if shown else ([_APPROVAL | _SCHEDULE], [_APPROVAL])
    return {f"{pointer}/{name}": value for name, value in {**part, "beforeGates": gates[0], "afterGates": gates[1]}.items()}


_STRATEGY = {
    **_merged("/properties/strategy/stages/0", _LATER, shown=False),
    **_merged("/properties/strategy/stages/0/groups/0", _LATER, shown=False),
    "/properties/managedClusterUpdate/nodeImageSelection": _CUSTOM,
}

_RICH_REQUEST: JSON = changed(REQUEST, put=_STRATEGY)
_RICH: JSON = changed(
    RESPONSE,
    put={
        **_STRATEGY,
        **_merged(f"{_STATUS}/stages/0", _SHOWN, shown=True),
        **_merged(f"{_STATUS}/stages/0/groups/0", _SHOWN, shown=True),
        f"{_STATUS}/failureCount": 0,
        "/properties/updateStrategyId": f"{_FLEET}/updateStrategies/weekly",
        "/properties/autoUpgradeProfileId": f"{_FLEET}/autoUpgradeProfiles/stable",
        f"{_STATUS}/nodeImageSelection/selectedNodeImageVersions": _CUSTOM["customNodeImageVersions"],
        f"{_STATUS}/status/error": _ERROR | {"details": [deepcopy(_ERROR)]},
        f"{_STATUS}/stages/0/groups/0/members/0/operationId": SUBSCRIPTION,
        f"{_STATUS}/stages/0/groups/0/members/0/message": "The cluster is completed.",
    },
)


@cache
def rich(side: BodySide, version: str = schemas.DEFAULT_VERSION) -> JSON:
    """Return a run that has every documented property of an api-version somewhere: a response, or the body of a PUT."""
    return of_version(_RICH if side == "response" else _RICH_REQUEST, version)


RICH: JSON = rich("response")
RICH_REQUEST: JSON = rich("request")
"""Those of the default version."""

_PARAMETERS = (parse_request(EXCHANGE["method"], EXCHANGE["url"]) or ("get", {}, ""))[1]
_ERROR_RESPONSE: JSON = {"error": {"code": "a", "message": "b"}}
_SKIP: JSON = {"targets": [{"type": "Stage", "name": "canary"}]}
_OF_SKIP = {"SkipProperties", "SkipTarget", "TargetType"}


def _base(constraint: Constraint, side: BodySide) -> tuple[JSON, str, str]:
    """Return a document that a constraint applies to, its definition, and its `Violation.kind`."""
    if constraint.definition == schemas.PARAMETERS:
        return _PARAMETERS | {"api-version": constraint.version}, schemas.PARAMETERS, "parameters"
    if constraint.definition == "ErrorResponse":
        return _ERROR_RESPONSE, "ErrorResponse", "ErrorResponse"
    if constraint.definition in _OF_SKIP:
        return _SKIP, "SkipProperties", "SkipProperties"
    return rich(side, constraint.version), "UpdateRun", "run"


@cache
def changes(constraint: Constraint, side: BodySide) -> tuple[Change, ...]:
    """Return the changes of documents that break a constraint on a side, none if it cannot be broken there.

    The ErrorResponse and the parameters of the URL belong to the response, the body of a request to skip to the request.
    """
    if constraint.keyword == "readOnly":
        return (_set(constraint),) if side == "request" else ()
    if constraint.definition in ({schemas.PARAMETERS, "ErrorResponse"} if side == "request" else _OF_SKIP):
        return ()
    document, definition, of = _base(constraint, side)
    here = constraint.definition, constraint.location
    made = []
    for path, *there in instances(document, definition, constraint.version):
        if tuple(there) != here or (
            side == "request" and of == "run" and not path
        ):  # one that is not an object, or empty, is not recognised
            continue
        pointer = to_pointer(path)
        if constraint.keyword != "required":
            # A root that is not an object would be recognised as something else, such as [] as a list.
            kind = of if path else definition
            made += [(kind, Example(kind, {pointer: value}, ())) for value in _breaking(constraint)]
        elif constraint.name in follow(document, path):
            made.append((of, Example(of, {}, (f"{pointer}/{constraint.name}",))))
    return tuple(Change(constraint.rule, kind, side, document, example, constraint.version, constraint.keyword) for kind, example in made)


def _set(constraint: Constraint) -> Change:
    """Return the change that sets a read-only property in a request, or, if its parent is read-only too, in an instance of its definition."""
    name, version = str(constraint.location[-1]), constraint.version
    if (constraint.definition, name) == ("UpdateRun", "name"):  # the name in the URL is tolerated
        put = of_version(EXCHANGE | {"method": "PUT", "request": REQUEST}, version)
        return Change(
            constraint.rule, "exchange", "request", put, Example("exchange", {"/request/name": "autumn"}, ()), version, "readOnly"
        )
    is_run = constraint.definition == "UpdateRun"
    here = constraint.definition, constraint.location
    value = next(
        follow(document, path)
        for document, definition in ((rich("response", version), "UpdateRun"), (_ERROR_RESPONSE, "ErrorResponse"))
        for path, *there in instances(document, definition, version)
        if tuple(there) == here
    )
    pointer = f"/properties/{name}" if is_run and len(constraint.location) > 2 else f"/{name}"
    of = "run" if is_run else constraint.definition
    unbroken = of_version(REQUEST, version) if is_run else {}
    return Change(constraint.rule, of, "request", unbroken, Example(of, {pointer: value}, ()), version, "readOnly")
