"""Validators of jsonschema whose patterns are those of ECMA-262, in which `$` is the end of the input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema


def ecma_pattern(validator: Any) -> Any:
    """Return a class of validators; Python's own `$` also stops before a last line feed."""
    return jsonschema.validators.extend(validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")
