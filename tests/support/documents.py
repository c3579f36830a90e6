"""Hypothesis strategies for documents near those that the schemas describe."""

from __future__ import annotations

import operator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from validator.contract import schemas
from validator.contract.objects import object_schemas
from validator.pointer import JSON, Path, follow
from validator.rules import example

NAMES = ["a", "run1\n", "run1", "Run1", "-a", "a-", "a\u2028", "a" * 50, "a" * 51, "a" * 64, "a" * 91, "ö", "\U0001f40b" * 50, "", "a_(.)-"]
FORMATTED = {
    "date-time": [
        "2025-04-08T09:30:00Z",
        "2025-04-08T09:30:00.123456789+02:00",
        "2025-04-08T09:30:00.1234567890Z",
        "2016-12-31T23:59:60Z",
        "2025-02-29T00:00:00Z",
        "2025-04-08T09:30:00Z\n",
        "2025-04-08",
        "٢٠٢٥-04-08T09:30:00Z",
    ],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdeg", "01234567-89AB-cdef-0123-456789abcdef\n"],
    "arm-id": [
        "/subscriptions/x",
        "/subscriptions/x/",
        "/subscriptions/x/resourceGroups/y/providers/Microsoft.ContainerService/fleets/f/updateRuns/r",
        "/providers/Microsoft.ContainerService",
        "updateRuns/r",
    ],
}
TEXTS = [*NAMES, *FORMATTED["date-time"], *FORMATTED["arm-id"], '"tag"', "1.31.2", "Full", "full", "Completed", "Sanitized"]
UNDOCUMENTED = ["", "a/b~c", "info", "$ref", "properties", "beforeGates", "Name", "statuses"]
"""Names of properties that few definitions, or none, document."""

NUMBERS = [0, -1, 1, 3600, 3600.0, 0.5, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 1e300, 2**70, True]

NAMES_OF_PROPERTIES = [
    *UNDOCUMENTED,
    *sorted({name for known in object_schemas(schemas.DEFAULT_VERSION).values() for name in known.properties}),
]

junk: st.SearchStrategy[JSON] = st.one_of(
    st.none(),
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"": {"name": 1}}),
)

arbitrary: st.SearchStrategy[JSON] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)),
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(st.text(max_size=8), below, max_size=4)),
    max_leaves=20,
)


def near(definition: str) -> st.SearchStrategy[JSON]:
    """Documents as a definition describes them, sometimes with something wrong in them."""
    return _near(schemas.load().schemas[definition])


def _near(schema: dict[str, Any]) -> st.SearchStrategy[JSON]:
    if "$ref" in schema:
        name = schemas.load().locate(schema["$ref"])
        return st.deferred(lambda: near(name))
    sane: st.SearchStrategy[JSON] = st.sampled_from(TEXTS)
    if "pattern" in schema:
        sane = st.sampled_from(NAMES)
    elif "format" in schema:
        sane = st.sampled_from(FORMATTED[schema["format"]])
    if "enum" in schema:
        sane = st.sampled_from([*schema["enum"], schema["enum"][0].lower()])
    elif schema.get("type") == "integer":
        sane = st.sampled_from(NUMBERS)
    elif schema.get("type") == "array":
        sane = st.lists(_near(schema["items"]), max_size=2)
    elif "properties" in schema:
        known = {name: _near(below) for name, below in schema["properties"].items()}
        required = schema.get("required", [])
        more = st.dictionaries(st.sampled_from([*UNDOCUMENTED, *(name.lower() for name in known)]), junk, max_size=1)
        documented = st.fixed_dictionaries(
            {name: known[name] for name in required},
            optional={name: below for name, below in known.items() if name not in required},
        )
        sane = st.integers(0, 9).flatmap(lambda draw: documented if draw else st.builds(operator.or_, more, documented))
    return st.integers(0, 9).flatmap(lambda draw: junk if draw == 0 else sane)


def paths(document: JSON, path: Path = ()) -> list[Path]:
    """Return the paths to every value in a document, including the document."""
    if isinstance(document, dict):
        return [path, *(p for key, value in document.items() for p in paths(value, (*path, key)))]
    if isinstance(document, list):
        return [path, *(p for index, value in enumerate(document) for p in paths(value, (*path, index)))]
    return [path]


def replaced(document: JSON, path: Path, value: JSON) -> JSON:
    """Return a copy of a document with another value at a path."""
    if not path:
        return value
    copy = deepcopy(document)
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return copy


@st.composite
def mutated(draw: st.DrawFn, document: JSON = example.RESPONSE) -> JSON:
    """Clean documents with up to three values replaced, removed, repeated or added."""
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths(document)))
        change = draw(st.sampled_from(["replace", "replace", "copy", "remove", "add"]))
        if change == "replace":
            document = replaced(document, path, draw(junk))
        elif change == "copy":
            document = replaced(document, path, deepcopy(follow(document, draw(st.sampled_from(paths(document))))))
        else:
            document = deepcopy(document)
            holder = follow(document, path[:-1] if change == "remove" else path)
            if change == "remove" and path:
                del holder[path[-1]]
            elif change == "add" and isinstance(holder, dict):
                holder[draw(st.sampled_from(NAMES_OF_PROPERTIES))] = draw(junk)
            elif change == "add" and isinstance(holder, list):
                holder.append(draw(st.just(deepcopy(holder[0])) | junk if holder else junk))
    return document
