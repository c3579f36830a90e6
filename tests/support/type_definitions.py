"""The modules of `validator.types`, made from the schemas.

That of the default api-version is complete. Those of other versions have what differs from the version next to them, towards the default
one, and import the rest. A type that only gained properties inherits.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from validator.contract import schemas
from validator.contract.layers import Schema
from validator.contract.schemas import DEFAULT_VERSION, VERSIONS, Contract

_WIDTH = 140
_SCALARS = {"string": "str", "integer": "int", "object": "dict[str, Any]"}


@dataclass(frozen=True)
class Definition:
    """A type: the properties of an object, each with its annotation, or the values of an enum; `uses` are the types that it refers to."""

    name: str
    description: str = field(compare=False)
    properties: dict[str, str]
    values: tuple[str, ...]
    uses: frozenset[str]


def module_name(version: str) -> str:
    """Return the name of the module of an api-version."""
    return f"v{version.replace('-', '_')}"


def source_of(version: str) -> str:
    """Return the source of the module of an api-version."""
    own, base = _definitions(version), _base_of(version)
    others = _definitions(base) if base else {}
    changed = _changed(own, others)
    head = f'"""The documents of api-version {version} as types, from its schemas: written by `make golden`."""'
    if base and not changed and own.keys() == others.keys():
        return f"{head}\n\nfrom .{module_name(base)} import *\n"
    module = module_name(base) if base else ""
    types = "".join(f"\n\n{_declaration(own[name], others.get(name), changed, module)}" for name in own if name in changed)
    unchanged = sorted(own.keys() - changed)
    imports = [
        f"from . import {module}" if f"({module}." in types else "",
        _wrapped(f"from .{module} import (", unchanged, ")") if unchanged else "",
    ]
    exported = _wrapped("__all__ = (", [f'"{name}"' for name in sorted(own)], ")")
    return "\n\n".join(filter(None, [head, _imports(types), "\n".join(filter(None, imports)), exported])) + f"\n{types}"


def _imports(types: str) -> str:
    """Return the import of the names of `typing` that types use."""
    names = ("Any", "Literal", "Required", "TypeAlias", "TypedDict")
    used = [name for name in names if re.search(rf"\b{name}\b[\[\],) ]", types)]
    return f"from typing import {', '.join(used)}" if used else ""


def _base_of(version: str) -> str | None:
    """Return the next version towards the default one, None for that itself."""
    index, default = VERSIONS.index(version), VERSIONS.index(DEFAULT_VERSION)
    return None if index == default else VERSIONS[index + 1 if index < default else index - 1]


@cache
def _definitions(version: str) -> dict[str, Definition]:
    """Return the types of an api-version, each after the types that it refers to, except where it refers to itself."""
    contract = schemas.load(version)
    found = {each.name: each for name in contract.definitions for each in _of_schema(contract, name, contract.schemas[name])}
    ordered: dict[str, Definition] = {}
    while len(ordered) < len(found):
        ordered |= {name: each for name, each in sorted(found.items()) if name not in ordered and each.uses - {name} <= ordered.keys()}
    return ordered


def _of_schema(contract: Contract, name: str, schema: Schema) -> Iterator[Definition]:
    """Yield the type of a definition, and those of the objects in it that have properties and no definition."""
    uses: set[str] = set()
    properties = {}
    for key, part in schema.get("properties", {}).items():
        if "properties" in part:
            inner = f"{name}{key[0].upper()}{key[1:]}"
            yield from _of_schema(contract, inner, part)
            uses.add(inner)
            annotation = inner
        else:
            annotation = _annotation(contract, name, part, uses)
        properties[key] = f"Required[{annotation}]" if key in schema.get("required", ()) else annotation
    yield Definition(name, schema["description"], properties, tuple(schema.get("enum", ())), frozenset(uses))


def _annotation(contract: Contract, owner: str, part: Schema, uses: set[str]) -> str:
    if "$ref" in part:
        name = contract.locate(part["$ref"])
        uses.add(name)
        return f'"{name}"' if name == owner else name
    if part["type"] == "array":
        return f"list[{_annotation(contract, owner, part['items'], uses)}]"
    return _SCALARS[part["type"]]


def _changed(own: dict[str, Definition], others: dict[str, Definition]) -> set[str]:
    """Return the names of the types that differ, or that refer to one that does."""
    changed: set[str] = set()
    for name, definition in own.items():
        if others.get(name) != definition or changed & definition.uses:
            changed.add(name)
    return changed


def _declaration(definition: Definition, other: Definition | None, changed: set[str], base: str) -> str:
    name, documentation = definition.name, definition.description
    if definition.values:
        values = _wrapped(f"{name}: TypeAlias = Literal[", [f'"{value}"' for value in definition.values], "]")
        return f'{values}\n"""{documentation}"""\n'
    properties, parent = definition.properties, "TypedDict"
    if other is not None and _is_extension(definition, other, changed):
        properties = {key: annotation for key, annotation in properties.items() if key not in other.properties}
        parent = f"{base}.{name}"
    lines = [f"    {key}: {annotation}" for key, annotation in properties.items()]
    docstring = textwrap.fill(f'"""{documentation}"""', _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([f"class {name}({parent}, total=False):", docstring, "", *lines, ""])


def _is_extension(definition: Definition, other: Definition, changed: set[str]) -> bool:
    """Return whether a type has all properties of another, unchanged, and more."""
    has_all = other.properties.items() <= definition.properties.items()
    return has_all and not changed & other.uses


def _wrapped(begin: str, names: list[str], end: str) -> str:
    """Return names in parentheses or brackets, on one line or on several."""
    line = f"{begin}{', '.join(names)}{end}"
    if len(line) <= _WIDTH:
        return line
    return f"{begin}\n{textwrap.fill(', '.join(names) + ',', _WIDTH, initial_indent='    ', subsequent_indent='    ')}\n{end}"
