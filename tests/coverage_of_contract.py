"""How much of the contract generated documents show: states at each level, properties present and absent, values of enums.

`make coverage-of-contract` prints the table. What cannot occur is listed here with the reason.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

from validator.contract import schemas
from validator.pointer import JSON
from validator.strategies import update_runs
from validator.strategies.bulk import documents, draw_many
from validator.strategies.constraints import instances
from validator.strategies.definitions import of_definition

LEVELS = ("run", "stage", "group", "member", "wait")
STATES = tuple(schemas.load().schemas["UpdateState"]["enum"])
KINDS = {"update-run": "UpdateRun", "request": "UpdateRun", "error": "ErrorResponse"}

NO_STATE = {
    ("wait", "Failed"): "nothing is updated in a wait, so nothing can fail",
    ("wait", "Pending"): "Pending is for a maintenance window or a node image, and a wait needs neither",
}
"""States that cannot occur at a level."""

_ALWAYS = {
    "ErrorResponse.error": "every observed error has its envelope (CONTRACT 3)",
    "MemberUpdateStatus.name": "every observed member has it",
    "MemberUpdateStatus.clusterResourceId": "every observed member has it",
    "MemberUpdateStatus.status": "every observed member has it",
    "NodeImageVersion.version": "without it an entry is empty",
    "UpdateGroupStatus.name": "the status mirrors the strategy by name (rule 24)",
    "UpdateGroupStatus.status": "every observed group has it",
    "UpdateRun.properties": "a request needs managedClusterUpdate, and every observed response has it",
    "UpdateRunStatus.stages": "the status mirrors the strategy (rules 23 and 24)",
    "UpdateRunStatus.status": "every observed run has it",
    "UpdateStageStatus.groups": "the status mirrors the strategy (rules 23 and 24)",
    "UpdateStageStatus.name": "the status mirrors the strategy by name (rule 24)",
    "UpdateStageStatus.status": "every observed stage has it",
    "UpdateStatus.state": "every observed status has it",
    "WaitStatus.status": "every observed wait has it",
    "WaitStatus.waitDurationInSeconds": "the wait status has the duration of the strategy (rule 25)",
}
NO_PROPERTY = {(*place.rsplit(".", 1), False): reason for place, reason in _ALWAYS.items()}
"""Properties that cannot be absent, or cannot be present."""


@dataclass(slots=True)
class Coverage:
    """The number of documents that show each state, property and value.

    `hypothesis_states` counts runs that Hypothesis draws instead of a random number generator, and `in_definitions` the
    properties of instances of single definitions.
    """

    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    hypothesis_states: Counter[tuple[str, str]] = field(default_factory=Counter)
    properties: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    in_definitions: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    values: Counter[tuple[str, str]] = field(default_factory=Counter)


def levels(run: JSON) -> Iterator[tuple[str, str]]:
    """Yield every level of a response with its state."""
    status = run["properties"]["status"]
    yield "run", status["status"]["state"]
    for stage in status["stages"]:
        yield "stage", stage["status"]["state"]
        if "afterStageWaitStatus" in stage:
            yield "wait", stage["afterStageWaitStatus"]["status"]["state"]
        for group in stage["groups"]:
            yield "group", group["status"]["state"]
            for member in group.get("members", []):
                yield "member", member["status"]["state"]


def optional() -> list[tuple[str, str]]:
    """Return the properties that no schema requires, as the definition (with the path inside it) and the name."""
    properties = []
    for definition in schemas.load().definitions:
        for place, schema in _objects(definition, schemas.load().schemas[definition]):
            properties += [(place, name) for name in schema["properties"] if name not in schema.get("required", ())]
    return properties


def _objects(place: str, schema: JSON) -> Iterator[tuple[str, JSON]]:
    if "properties" in schema:
        yield place, schema
        for name, child in schema["properties"].items():
            yield from _objects(f"{place}.{name}", child)


def enums() -> list[tuple[str, str]]:
    """Return the values of the enums in runs, each after the name of its definition; a TargetType is in requests to skip alone."""
    contract = schemas.load()
    names = [name for name in contract.definitions if name != "TargetType"]
    return [(name, value) for name in names for value in contract.schemas[name].get("enum", ())]


_RUNS = st.one_of(update_runs(), *(update_runs(state=state) for state in ("Running", "Stopping", "Stopped", "Stopped")))
"""Runs of every state, with more of those in which a member or a wait is active."""

_BATCHES = 15
"""The most batches of runs that are drawn until every state has occurred: a seed does not give the same values on every platform."""


def measure(count: int, seed: int) -> Coverage:
    """Return the coverage of so many documents of each kind."""
    coverage = Coverage()
    for kind, definition in KINDS.items():
        for document in documents(kind, count, seed):
            if kind == "update-run":
                coverage.states.update(set(levels(document)))
            properties, values = _shown(document, definition)
            coverage.properties.update(properties)
            coverage.values.update(values)
    for batch in range(_BATCHES):
        if all(coverage.hypothesis_states[level, state] for level in LEVELS for state in STATES if (level, state) not in NO_STATE):
            break
        for run in draw_many(_RUNS, count // 10, (seed, batch)):
            coverage.hypothesis_states.update(set(levels(run)))
    for definition in sorted({place.partition(".")[0] for place, _ in optional()}):
        for document in draw_many(of_definition(definition, "response"), count // 10, seed):
            coverage.in_definitions.update(_shown(document, definition)[0])
    return coverage


def _shown(document: JSON, definition: str) -> tuple[set[tuple[str, str, bool]], set[tuple[str, str]]]:
    properties, values = set(), set()
    for path, name, location in instances(document, definition):
        schema = schemas.load().along(name, location)[-1]
        if "properties" not in schema and "enum" not in schema:
            continue
        value = document
        for step in path:
            value = value[step]
        if "enum" in schema:
            values.add((name, value))
        else:
            place = ".".join([name, *(str(step) for step in location[1::2])])
            properties |= {(place, each, each in value) for each in schema["properties"]}
    return properties, values


def coverage_table(coverage: Coverage, count: int) -> str:
    """Return the table."""
    lines = [
        f"The number of documents, of {count:,} of each kind ({', '.join(KINDS)}), that show it; - cannot occur.",
        f"After the bar: of {count // 3:,} update runs from Hypothesis, and of {count // 10:,} instances of each definition.",
        "",
    ]
    heads = "".join(level.rjust(9) for level in LEVELS)
    lines.append(f"{'state':12}{heads} |{heads}")
    for state in STATES:
        cells = [
            "".join(("-" if (level, state) in NO_STATE else f"{counter[level, state]:,}").rjust(9) for level in LEVELS)
            for counter in (coverage.states, coverage.hypothesis_states)
        ]
        lines.append(f"{state:12}" + " |".join(cells))
    heads = "present".rjust(9) + "absent".rjust(9)
    lines += ["", "optional property".ljust(58) + heads + " |" + heads]
    for place, name in optional():
        cells = [
            "-" if (place, name, present) in NO_PROPERTY else f"{coverage.properties[place, name, present]:,}" for present in (True, False)
        ]
        in_definitions = "".join(f"{coverage.in_definitions[place, name, present]:,}".rjust(9) for present in (True, False))
        lines.append(f"{place}.{name}".ljust(58) + "".join(cell.rjust(9) for cell in cells) + " |" + in_definitions)
    lines += ["", "value of an enum".ljust(58) + "present".rjust(9)]
    lines += [f"{name}: {value}".ljust(58) + f"{coverage.values[name, value]:,}".rjust(9) for name, value in enums()]
    lines += ["", "Cannot occur:"]
    lines += [f"  {state} of a {level}: {reason}" for (level, state), reason in NO_STATE.items()]
    lines += [f"  {place}.{name} {'present' if present else 'absent'}: {reason}" for (place, name, present), reason in NO_PROPERTY.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    sys.stdout.write(coverage_table(measure(count, seed=0), count))


if __name__ == "__main__":
    main()
