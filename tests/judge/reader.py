"""What the provider's SDK reads of JSON documents. The SDK that is installed is the judge, and nothing else is needed.

As a program, it reads lines with a definition and a document each, and writes one JSON object: what is lost, and the values of each enum.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from enum import Enum, EnumMeta
from typing import Any

from azure.core.serialization import attribute_list, is_generated_model
from azure.mgmt.containerservicefleet import models


def lost(definition: str, document: Any) -> list[str]:
    """Return the pointers of what the SDK does not read of a document, or reads as something else."""
    kind = getattr(models, definition)
    read = kind.deserialize(document) if hasattr(kind, "deserialize") else kind(document)
    return [*_lost_below(document, read, "")]


def known_values() -> dict[str, list[str]]:
    """Return the values of each enum, by its name in lower case."""
    kinds: dict[str, Any] = {name: kind for name, kind in vars(models).items() if isinstance(kind, EnumMeta)}
    return {name.lower(): [str(member.value) for member in kind] for name, kind in kinds.items()}


def _lost_below(value: Any, read: Any, pointer: str) -> Iterator[str]:
    if is_generated_model(read):
        names = {*attribute_list(read)}
        properties = value if "properties" in names or "properties" not in value else _with_properties(value)
        for name, part in properties.items():
            attribute = _attribute(name)
            if attribute not in names:
                yield f"{pointer}/{name}"
            else:
                yield from _lost_below(part, getattr(read, attribute), f"{pointer}/{name}")
    elif isinstance(value, list) and isinstance(read, list) and len(value) == len(read):
        for index, (item, other) in enumerate(zip(value, read, strict=True)):
            yield from _lost_below(item, other, f"{pointer}/{index}")
    elif isinstance(read, datetime):
        if datetime.fromisoformat(value) != read:  # which has microseconds, as the SDK has
            yield pointer
    elif value != (read.value if isinstance(read, Enum) else read):
        yield pointer


def _with_properties(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with what is below its `properties` next to them, as a model has it whose properties are flattened."""
    return {**{name: part for name, part in value.items() if name != "properties"}, **value["properties"]}


def _attribute(name: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", name).lower()


if __name__ == "__main__":
    found = [[number, pointer] for number, line in enumerate(sys.stdin) for pointer in lost(*json.loads(line))]
    json.dump({"lost": found, "enums": known_values()}, sys.stdout)
