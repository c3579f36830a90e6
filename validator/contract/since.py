"""Since which api-version a fact is documented, and which api-version a document needs. Other versions are read only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from ..pointer import JSON, follow
from . import schemas
from .drift import documented
from .engines import ANYWHERE, Failure, holder_of
from .objects import object_schemas


@cache
def first_versions(start: str = schemas.VERSIONS[0]) -> dict[str, str]:
    """Return the first api-version of each fact, by the name of the fact (`contract/drift.py`), among those from `start` on."""
    first: dict[str, str] = {}
    before: schemas.Version | None = None
    for known in schemas.PUBLISHED.values():
        if known.name >= start:
            if before is None or before.lacks or before.folders != known.folders:  # else it is of the same shape
                for fact in documented(known.name):
                    first.setdefault(fact, known.name)
            before = known
    return first


def since(fact: str) -> str | None:
    """Return the first api-version that documents a fact, None if none does."""
    return first_versions().get(fact)


def is_of_later(instance: JSON, failures: Sequence[Failure], version: str) -> bool:
    """Return whether an instance that fails the schemas of a version may have something that a later one documents."""
    first = first_versions(schemas.DEFAULT_VERSION)
    for failure in failures:
        path, (definition, location) = failure
        if failure is ANYWHERE:
            return True
        if location[-1] == "additionalProperties":
            facts = [f"{holder_of(failure[1])}.{name}" for name in follow(instance, path)]
        elif location[-1] == "enum":
            facts = [f"{definition}={follow(instance, path)}"]
        else:
            continue
        if any(first.get(fact, version) > version for fact in facts):
            return True
    return False


def needed(values: Iterable[JSON], definition: str = "UpdateRun") -> str:
    """Return the api-version that documents instances of a definition.

    That is the default version, unless they have a property or a value that only later versions document: then it is the first
    version that documents all of these. What no version documents, and what is null, does not count.
    """
    first = first_versions(schemas.DEFAULT_VERSION)
    pending, version = list(values), first[definition]
    while True:
        newest = max((first.get(fact, version) for value in pending for fact in _undocumented(value, definition, version)), default=version)
        if newest == version:
            return version
        version = newest  # it has definitions that the version before has not


def _undocumented(value: JSON, definition: str, version: str) -> Iterator[str]:
    """Yield the facts that a version would have to have to document a value."""
    objects, known, growing = object_schemas(version), schemas.load(version).schemas, _growing(version)
    pending = [(value, definition)]
    for below, name in pending:
        documented = objects.get(name)
        if documented is None:
            if isinstance(below, str) and below not in known[name].get("enum", (below,)):
                yield f"{name}={below}"
            continue
        for key, child in below.items() if isinstance(below, dict) else ():
            part = documented.properties.get(key)
            if part is None:
                if child is not None:
                    yield f"{name}.{key}"
            elif part.below not in growing:
                continue
            elif part.array:
                pending.extend((item, part.below) for item in (child if isinstance(child, list) else ()))
            else:
                pending.append((child, part.below))


@cache
def _growing(version: str) -> frozenset[str]:
    """Return the definitions of which later versions document more properties or values than a version, and those that lead to them."""
    later = {fact for fact, first in first_versions().items() if first > version and "#" not in fact}
    growing = {fact.partition("=")[0] if "=" in fact else fact.rpartition(".")[0] for fact in later}
    objects = object_schemas(version)
    while more := {name for name, known in objects.items() if any(part.below in growing for part in known.properties.values())} - growing:
        growing |= more
    return frozenset(growing)
