"""Schema errors: what `engines` finds, with messages that are made from the schema and the instance, so that both report the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..findings import Side
from ..limits import MAX_FAULTY
from ..pointer import JSON, Path, follow
from ..wording import count, listed, show
from . import schemas
from .engines import ANYWHERE, EngineName, Failure, Location, failures_of, holder_of
from .formats import FORMATS
from .keywords import PATTERN_WORDS
from .layers import Schema
from .schemas import PARAMETERS, Contract

UNDOCUMENTED = "undocumented-property"
READ_ONLY = "read-only-in-request"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """A constraint that an instance breaks.

    `rule` is the rule of its finding. `unreliable` is the path to the part that no rule may read, None if rules may read all of it. `cites`
    is empty if the rule itself has the citation. `expected` is the type that `schema/type` expects, and `location` the keyword.
    """

    rule: str
    path: Path
    message: str
    cites: str
    unreliable: Path | None
    expected: str = ""
    location: Location = field(default=("", ()), compare=False)


def schema_errors(
    instance: JSON, definition: str, *, side: Side = "response", version: str, engine: EngineName = "fast"
) -> list[SchemaError]:
    """Return the schema errors of an instance of a definition, in an order that is the same for both engines."""
    return errors_of(instance, failures_of(instance, definition, side=side, version=version, engine=engine), version)


def errors_of(instance: JSON, failures: Sequence[Failure], version: str) -> list[SchemaError]:
    """Return the schema errors of an instance, given where it fails the schemas of an api-version."""
    if not failures:
        return []
    errors = {error for failure in failures for error in _errors(schemas.load(version), instance, failure)}
    return sorted(
        errors, key=lambda error: (list(map(str, error.path)), error.rule in (UNDOCUMENTED, READ_ONLY), error.rule, error.message)
    )


def _errors(contract: Contract, instance: JSON, failure: Failure) -> Iterator[SchemaError]:
    if failure is ANYWHERE:
        message = f"not as the schemas have it, and of more than {MAX_FAULTY:,} values, which are too many to tell where"
        yield SchemaError("input/too-large", (), message, "", ())
        return
    path, (definition, location) = failure
    value = follow(instance, path)
    keyword, holder = str(location[-1]), holder_of(failure[1])
    if keyword == "additionalProperties":
        documented = contract.along(definition, location[:-1])[-1]["properties"]
        for name in value:
            if name not in documented:
                yield SchemaError(UNDOCUMENTED, (*path, name), _undocumented(name, holder, documented, value), "", None)
        return
    if keyword == "not" and "then" not in location:
        there = definition, (*location[:-1], "readOnly")
        yield SchemaError(READ_ONLY, path, f"{path[-1]} is read-only and must not be set in a request", "", None, "", there)
        return
    parameter = contract.along(definition, location)[-1]
    cites = contract.cites(definition, location)
    stated = contract.rule(definition, location)
    if stated is not None:
        rule, schema = stated
        yield SchemaError(rule, path, _conditional(instance, path, schema, location, parameter, value), cites, None)
    elif keyword == "required":
        holder = "the URL" if definition == PARAMETERS else holder
        for name in (each for each in parameter if each not in value):
            message = f"{holder} requires {name}, which is missing"
            yield SchemaError("schema/required", path, message, cites, (*path, name), "", (definition, (*location, name)))
    else:
        message = MESSAGES[keyword](parameter, value, contract.along(definition, location)[-2])
        yield SchemaError(f"schema/{keyword}", path, message, cites, path, parameter if keyword == "type" else "", (definition, location))


def _undocumented(name: str, holder: str, documented: Schema, value: JSON) -> str:
    import difflib  # late: most names are documented

    from .since import since

    first = since(f"{holder}.{name}")
    if first is not None:
        return f"{show(name)} is not documented for {holder} before {first}"
    absent = {known.lower(): known for known in documented if known not in value}
    close = difflib.get_close_matches(name[:100].lower(), absent, n=1, cutoff=0.8)
    hint = f"; did you mean {absent[close[0]]}?" if close else ""
    return f"{show(name)} is not documented for {holder}{hint}"


def _conditional(instance: JSON, path: Path, schema: Schema, location: Path, parameter: Any, value: JSON) -> str:
    """Return the message of a rule that a schema states; `location` ends in the keyword that failed: `required`, `not` or a size."""
    inner = location[location.index("then") + 1 :]
    named = [inner[index + 1] for index, step in enumerate(inner) if step == "properties"]
    holder = follow(instance, path[: len(path) - len(named)])
    given = " and ".join(f"{name} {holder[name]}" for name in schema["if"]["properties"])
    if inner[-1] == "required":
        return f"{given} requires {listed(parameter, 'and')}, which is missing"
    if inner[-1] == "not":
        return f"{given} does not allow {named[-1]}, found {show(value)}"
    if inner[-1] == "minItems":
        return f"{given} requires at least {count(parameter, 'item')} in {named[-1]}, found {len(value) or 'none'}"
    return f"{given} requires {named[-1]} to be empty or absent, found {count(len(value), 'item')}"


_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
}


def _enum(allowed: list[str], value: JSON, _: Schema) -> str:
    message = f"expected {listed(allowed, 'or')}, found {show(value)}"
    for name in allowed:
        if isinstance(value, str) and value.lower() == name.lower():
            return f"{message}, which differs from {name} only in case"
    return message


MESSAGES: dict[str, Callable[[Any, JSON, Schema], str]] = {
    "type": lambda kind, value, _: f"expected {_TYPES[kind]}, found {show(value)}",
    "enum": _enum,
    "minLength": lambda least, value, _: f"expected at least {count(least, 'character')}, found {show(value)}",
    "maxLength": lambda most, value, _: f"expected at most {most} characters, found {len(value):,}: {show(value)}",
    "pattern": lambda pattern, value, _: f"expected {PATTERN_WORDS[pattern]}, found {show(value)}",
    "format": lambda name, value, _: f"expected {FORMATS[name].words}, found {show(value)}",
    "minimum": lambda least, value, _: f"expected an integer of 32 bits, at least {least}, found {show(value)}",
    "maximum": lambda most, value, _: f"expected an integer of 32 bits, at most {most}, found {show(value)}",
    "minItems": lambda least, _, schema: (
        f"expected at least {count(least, schema['items']['$ref'].removesuffix('.json'))}, found an empty array"
    ),
}
"""The message of each keyword, from its parameter, the value and the schema that contains the keyword."""
