"""The formats of our own that a user writes, as `schemas/` describes them: the settings, and the manifest of known findings."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
import orjson

from ..pointer import JSON, Path
from ..wording import hint, listed, show
from .schemas import SCHEMAS, Schema

FORMATS = ("report", "manifest", "settings")
"""The formats of our own; the last two are written by users."""


class FormatError(NamedTuple):
    """A constraint that a value in one of our own formats breaks: the path to the place, and what is wrong there."""

    path: Path
    message: str

    def place(self) -> str:
        """Return the place for a message, as `expected[3].entry`; empty for the whole value."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return "".join(steps).removeprefix(".")


@cache
def schema(name: str) -> Schema:
    """Return the schema of one of FORMATS."""
    with open(os.path.join(SCHEMAS, f"{name}.json"), "rb") as stream:
        schema: Schema = orjson.loads(stream.read())
    return schema


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(name))


def first_error(name: str, value: JSON, *, noun: str = "key") -> FormatError | None:
    """Return the first constraint of a format that a value breaks, None if there is none.

    `noun` is what a message calls a property. A value that JSON does not have, such as a date, is of the wrong type.
    """
    error = next(_validator(name).iter_errors(_as_json(value)), None)
    if error is None:
        return None
    path, found = tuple(error.instance_path), value
    for step in path:
        found = found[step]
    pointer = (error.absolute_keyword_location or "").partition("#")[2]
    *way, keyword = pointer.split("/")[1:]
    holder: Any = schema(name)
    for step in way:
        holder = holder[step]
    if keyword in ("additionalProperties", "required"):  # what is missing may be what is misspelled
        for key in found:
            if key not in holder["properties"]:
                return FormatError(path, _unknown(noun, key, holder))
    return FormatError(path, _MESSAGES[keyword](holder, found))


def _unknown(noun: str, key: str, holder: Schema) -> str:
    known = [name for name, part in holder["properties"].items() if not name.startswith("$") and list(part) != ["description", "$ref"]]
    expected = f"expected {listed(list(map(show, known)), 'or')}"
    return f"there is no {noun} {show(key)}; {hint(key, known, expected)}"


def _as_json(value: Any, depth: int = 0) -> JSON:
    """Return a copy of a value in which None stands for what JSON does not have, such as the dates of TOML, and for what is too deep."""
    if isinstance(value, dict | list) and depth < _MAX_DEPTH:
        if isinstance(value, dict):
            return {key: _as_json(child, depth + 1) for key, child in value.items()}
        return [_as_json(child, depth + 1) for child in value]
    return value if isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**63) else _finite(value)


_MAX_DEPTH = 10
"""Levels of a value that are compared with its schema, which has fewer."""


def _finite(value: Any) -> float | None:
    return value if isinstance(value, float) and abs(value) < float("inf") else None


_TYPES = {"object": "an object", "array": "an array", "string": "a string", "integer": "an integer"}


def _type(holder: Schema, value: JSON) -> str:
    kinds = holder["type"] if isinstance(holder["type"], list) else [holder["type"]]
    item = holder.get("items", {})
    expected = listed([_TYPES[kind] for kind in kinds if kind in _TYPES], "or")
    return f"expected {expected}{' of strings' if item.get('type') == 'string' else ''}, found {_shown(value)}"


def _enum(holder: Schema, value: JSON) -> str:
    allowed = [name for name in holder["enum"] if name is not None]
    if isinstance(value, str):
        return f"there is no value {show(value)}; {hint(value, allowed)}"
    return f"expected {listed(allowed, 'or')}, found {_shown(value)}"


def _required(holder: Schema, value: JSON) -> str:
    return f"expected {show(next(key for key in holder['required'] if key not in value))}, which is missing"


def _shown(value: Any) -> str:
    if value == "":
        return "an empty string"
    return show(value) if value is None or isinstance(value, str | int | float | dict | list) else "a date or a time"


_MESSAGES: dict[str, Callable[[Schema, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "minimum": lambda holder, value: f"expected {holder['minimum']} or more, found {_shown(value)}",
    "minLength": lambda _, value: f"expected a string that is not empty, found {_shown(value)}",
    "pattern": lambda holder, value: f"{holder['patternErrorMessage']}, found {_shown(value)}",
}
"""The message of each keyword, from the schema that contains it and the value."""
