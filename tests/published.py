"""Our schemas compared with the published definitions of each api-version, which are no part of this repository.

`make published SPECS=FOLDER` prints what differs, with the reason for each difference that is meant. The folder has the published
OpenAPI document of each version as VERSION.json, and the common types that these refer to as common-types-v3.json and so on.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from validator.contract import schemas
from validator.contract.drift import Change, Facts, compare, facts_of

SPECS = os.environ.get("UPDATERUN_SPECS", "")
"""The folder of the published definitions, empty where there is none."""

ROOTS = ("UpdateRun", "ErrorResponse", "SkipProperties")
"""The bodies of the operations on update runs."""


class Meant(NamedTuple):
    """A difference that is meant: a pattern of the facts, the change from the published definitions to our schemas, and the reason."""

    facts: str
    change: str
    reason: str


MEANT = (
    Meant(r"UpdateState=Pending", "added", "the service reports it whatever the version; it entered the files of all versions in 2025"),
    Meant(r"UpdateRun\.name#(minLength|maxLength|pattern)", "added", "what the URL accepts as updateRunName is the name of the run"),
    Meant(r"UpdateStage\.groups#required", "added", "the service refuses a stage without groups, unless it has a memberSelector"),
    Meant(r"(UpdateRunStrategy\.stages|UpdateStage\.groups)#minItems", "added", "the published description says so in prose"),
    Meant(r"NodeImageVersion\.version#readOnly", "removed", "clients send it in customNodeImageVersions"),
    Meant(r"Update(Stage|Group)\.(maxConcurrency|maxAllowedFailures)#pattern", "changed", r"\d means digits of ASCII, which [0-9] says"),
)


def _published_definitions(version: str) -> dict[str, Any]:
    """Return the published definitions of an api-version, the common types included."""
    text = Path(SPECS, f"{version}.json").read_text()
    common = re.findall(r"common-types/(?:resource-management/)?(v\d)/types.json", text)[0]
    return {**json.loads(Path(SPECS, f"common-types-{common}.json").read_text())["definitions"], **json.loads(text)["definitions"]}


def published_facts(version: str) -> Facts:
    """Return the facts of the published definitions of an api-version."""
    definitions = _published_definitions(version)
    facts: Facts = {}
    pending = [root for root in ROOTS if root in definitions]
    for name in pending:
        if name == _our_name(name):
            facts[name] = "definition"
        properties, required = _members(definitions, name)
        for key, part in properties.items():
            for fact, value in _of_property(definitions, part):
                if fact in ("#ref", "#items") and value not in pending:
                    pending.append(value)
                facts[f"{_our_name(name)}.{key}{fact}"] = _our_name(value) if fact in ("#ref", "#items") else value
            if key in required:
                facts[f"{_our_name(name)}.{key}#required"] = True
        facts |= {f"{name}={value}": "value" for value in definitions[name].get("enum", ())}
    inner = "UpdateRun.properties"
    del facts[f"{inner}#ref"]
    return facts | {f"{inner}#type": "object"}


def _our_name(name: str) -> str:
    """Return the name of a definition in our schemas: the inner object of a run has none of its own."""
    return "UpdateRun.properties" if name == "UpdateRunProperties" else name


def _members(definitions: Any, name: str) -> tuple[dict[str, Any], list[str]]:
    """Return the properties of a definition, those that it inherits included, and the required ones."""
    schema = definitions[name]
    properties: dict[str, Any] = {}
    required = list(schema.get("required", ()))
    for parent in schema.get("allOf", ()):
        inherited, needed = _members(definitions, parent["$ref"].rpartition("/")[2])
        properties |= inherited
        required += needed
    return properties | schema.get("properties", {}), required


def _of_property(definitions: Any, part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the facts of a property; a reference to a scalar is what it refers to, and an inline enum is a definition."""
    yield "", "property"
    if part.get("readOnly"):
        yield "#readOnly", True
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        target = definitions[name]
        if {"properties", "allOf", "enum"} & target.keys():
            yield "#ref", name
            return
        part = target
    if "enum" in part:
        name = part["x-ms-enum"]["name"]
        definitions.setdefault(name, part)
        yield "#ref", name
        return
    yield "#type", part["type"]
    if "items" in part:
        yield "#items", part["items"]["$ref"].rpartition("/")[2]
    for keyword in ("pattern", "minLength", "maxLength"):
        if keyword in part:
            yield f"#{keyword}", part[keyword]
    if part.get("format") == "int32":
        yield from (("#minimum", -(2**31)), ("#maximum", 2**31 - 1))
    elif "format" in part:
        yield "#format", part["format"]


def closed(version: str) -> dict[str, Any]:
    """Return the published definitions of a version as a schema of an UpdateRun in which no other properties are allowed.

    Pending is a state of each version, also where its file is older than that.
    """
    definitions = _published_definitions(version)
    for name, definition in definitions.items():
        properties, required = _members(definitions, name)
        if properties:
            definitions[name] = {"properties": properties, "additionalProperties": False} | ({"required": required} if required else {})
        elif "enum" in definition:
            definitions[name] = {"enum": [*definition["enum"], *(["Pending"] if name == "UpdateState" else [])]}
    definitions["ErrorAdditionalInfo"]["properties"]["info"] = {}
    local = re.sub(r'"\$ref": "[^"]*/', '"$ref": "#/definitions/', json.dumps(definitions))
    return {"$ref": "#/definitions/UpdateRun", "definitions": json.loads(local)}


def our_facts(version: str) -> Facts:
    """Return the facts of our schemas that the published definitions have a place for."""
    facts = facts_of(schemas.load(version))
    return {fact: value for fact, value in facts.items() if fact.partition(".")[0] != schemas.PARAMETERS}


def differences(version: str) -> list[tuple[Change, str | None]]:
    """Return the differences from the published definitions of a version to our schemas, each with its reason, None if it is not meant."""
    return [(change, reason(change)) for change in compare(published_facts(version), our_facts(version))]


def reason(change: Change) -> str | None:
    """Return why a difference is meant, None if it is not."""
    return next((each.reason for each in MEANT if each.change == change.change and re.fullmatch(each.facts, change.fact)), None)


def main() -> None:
    """Print the differences of each version; the exit status is 1 if one is not meant."""
    unmeant = 0
    for version in schemas.VERSIONS:
        print(version)
        for change, why in differences(version):
            unmeant += why is None
            print(f"  {change.change} {change.fact}: {why or f'NOT MEANT, published {change.old!r}, ours {change.new!r}'}")
    sys.exit(unmeant > 0)


if __name__ == "__main__":
    main()
