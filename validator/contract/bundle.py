"""The schemas in one file, for editors and other validators, which know neither our own keywords nor where a `$ref` leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..pointer import walk
from .formats import FORMATS
from .layers import Schema
from .schemas import BASE, Contract

Draft: TypeAlias = Literal["2020-12", "7"]

_DRAFTS: dict[Draft, tuple[str, str]] = {
    "2020-12": ("https://json-schema.org/draft/2020-12/schema", "$defs"),
    "7": ("http://json-schema.org/draft-07/schema#", "definitions"),
}
"""The metaschema of each draft, and its keyword for definitions."""

DRAFTS: tuple[Draft, ...] = tuple(_DRAFTS)
"""The drafts of JSON Schema that a bundle can be written in."""

_RUN, _PAGE, _REQUEST, _EITHER = "UpdateRun", "ListPage", "UpdateRunRequest", "UpdateRunOrRequest"

_KINDS = {"properties": _RUN, "value": _PAGE, "error": "ErrorResponse", "targets": "SkipProperties", "stages": "UpdateRunStrategy"}
"""The definition of each kind of document by a property of it: the first of these that a document has decides. Without any, it is a run."""

_NOT_IN_A_REQUEST = ("id", "type", "eTag", "systemData"), ("status", "provisioningState")
"""The properties of a run, and of its `properties`, by which `readers/recognition.py` knows a response."""

_IMPLIED = {"properties": "object", "minItems": "array", "maxItems": "array"}
"""The type of the values that a keyword is about, which Ajv's strict mode wants next to it, like the properties that are required."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The form of a bundle. If it is `strict`, it rejects undocumented properties, and in a request read-only ones."""

    contract: Contract
    strict: bool = False
    draft: Draft = "2020-12"

    def of_definition(self, name: str) -> Schema:
        """Return the schema of a definition, with all definitions that it refers to."""
        return self._whole(name, self._document(self.contract.schemas[name]))

    def of_documents(self) -> Schema:
        """Return a schema of every kind of document, which chooses the definition by the properties of a document."""
        known = self.contract.schemas | {_PAGE: self._page()}
        kinds = {shown: name for shown, name in _KINDS.items() if name in known}
        either = self._reference(_EITHER if self.strict else _RUN)
        chosen = either
        for shown, name in reversed(kinds.items()):
            condition = {"type": "object", "required": [shown], "properties": {shown: True}}
            chosen = _choice(condition, either if name == _RUN else self._document(known[name]), chosen)
        head = {
            "title": "UpdateRuns",
            "description": "An update run, the request for one, a list, an error response, a strategy, or the body of a request to skip.",
            "examples": [example for name in kinds.values() for example in known[name]["examples"]],
        }
        return self._whole("UpdateRuns", head | _choice({"type": "array"}, {"type": "array", "items": either}, chosen))

    def _whole(self, name: str, root: Schema) -> Schema:
        known, found = self._definitions(), dict[str, Schema]()
        metaschema, keyword = _DRAFTS[self.draft]
        pending = [root]
        for schema in pending:
            for reference in _references(schema):
                below = reference.rpartition("/")[2]
                if below not in found:
                    found[below] = known[below]
                    pending.append(found[below])
        variant = ("-strict" if self.strict else "") + ("-draft-7" if self.draft == "7" else "")
        head = {"$schema": metaschema, "$id": f"{BASE}/{self.contract.version}/bundle{variant}/{name}.json"}
        return head | root | ({keyword: dict(sorted(found.items()))} if found else {})

    def _definitions(self) -> dict[str, Schema]:
        """Return the definitions that a bundle can have. Nothing refers to an UpdateRun but what a document is, or lists."""
        run = self.contract.schemas[_RUN]
        definitions = {name: self._described(schema) for name, schema in self.contract.schemas.items()} | {_RUN: self._document(run)}
        resource, inner = (dict.fromkeys(names, False) for names in _NOT_IN_A_REQUEST)
        is_request = {"type": "object", "properties": resource | {"properties": {"type": "object", "properties": inner}}}
        request = {"title": _REQUEST, "description": "The body of a request for an update run.", "examples": run["examples"][:1]}
        return definitions | {
            _EITHER: _choice(is_request, self._reference(_REQUEST), self._reference(_RUN)),
            _REQUEST: self._document(_writable(run, but="name") | request),
        }

    def _page(self) -> Schema:
        return {
            "title": _PAGE,
            "description": "A page of a list of runs.",
            "examples": [{"value": self.contract.schemas[_RUN]["examples"][1:]}],
            "type": "object",
            "required": ["value"],
            "properties": {
                "value": {"description": "The runs of this page.", "type": "array", "items": {"$ref": f"{_RUN}.json"}},
                "nextLink": {"description": "The URL of the next page, if there is one.", "type": "string"},
            },
        }

    def _document(self, schema: Schema) -> Schema:
        """Return the schema of what can be a whole document, which may name its schema for editors."""
        described = self._described(schema)
        if described.get("additionalProperties") is False:
            described["properties"]["$schema"] = {"description": "The schema that an editor reads.", "type": "string"}
        return described

    def _described(self, schema: Schema, *, is_condition: bool = False) -> Schema:
        """Return a schema as other validators understand it. A condition stays open, as it is about a few of the properties."""
        written: Schema = {}
        for keyword, value in schema.items():
            if keyword not in ("$schema", "$id") and not keyword.startswith("x-"):
                written |= self._keyword(keyword, value, schema, is_condition=is_condition)
        if is_condition and "required" in schema:
            written["properties"] = dict.fromkeys(schema["required"], True) | written.get("properties", {})
        if self.strict and "properties" in schema and not is_condition:
            written["additionalProperties"] = False
        implied = next((kind for keyword, kind in _IMPLIED.items() if keyword in written), None)
        return ({"type": implied} if implied else {}) | written

    def _keyword(self, keyword: str, value: Any, schema: Schema, *, is_condition: bool) -> Schema:
        """Return what is written for a keyword of a schema: the keyword itself, or others that mean the same."""
        match keyword:
            case "properties":
                return {keyword: {name: self._property(part, is_condition=is_condition) for name, part in value.items()}}
            case "items" | "if" | "then":
                return {keyword: self._described(value, is_condition=keyword != "items")}
            case "allOf":
                return {keyword: [self._described(case) for case in value]}
            case "$ref":
                return self._reference(self.contract.locate(value), has_siblings="description" in schema)
            case "enum" if "x-values" in schema:
                return {"oneOf": [{"const": each, "description": schema["x-values"][each]} for each in value]}
            case "enum" if len(value) == 1:
                return {"const": value[0]}
            case "format":
                return FORMATS[value].keywords or {keyword: value}
        return {keyword: value}

    def _property(self, schema: Schema, *, is_condition: bool) -> Schema | bool:
        """Return the schema of a property; that of a forbidden one is false, which editors have a message for."""
        return False if schema.get("not") == {} else self._described(schema, is_condition=is_condition)

    def _reference(self, name: str, *, has_siblings: bool = False) -> Schema:
        reference = {"$ref": f"#/{_DRAFTS[self.draft][1]}/{name}"}
        return {"allOf": [reference]} if has_siblings and self.draft == "7" else reference


def _choice(condition: Schema, then: Schema, otherwise: Schema) -> Schema:
    return {"if": condition, "then": then, "else": otherwise}


def _writable(schema: Schema, *, but: str = "") -> Schema:
    """Return a schema without its read-only properties, except one."""
    properties = schema.get("properties", {}).items()
    kept = {name: _writable(part) for name, part in properties if name == but or not part.get("readOnly")}
    return schema | ({"properties": kept} if kept else {})


def _references(schema: Any) -> Iterator[str]:
    return (value for path, value in walk(schema) if path[-1:] == ("$ref",))
