"""Documents of the newest api-version as others have them."""

from __future__ import annotations

from ..contract import schemas
from ..contract.objects import object_schemas
from ..pointer import JSON


def of_version(document: JSON, version: str) -> JSON:
    """Return runs, a page of them or an exchange about one, as an api-version has them.

    Without a property that the version lacks, and with the last value of an enum in place of one that it lacks.
    """
    if isinstance(document, list):
        return [of_version(each, version) for each in document]
    if "url" in document:
        bodies = {name: trimmed(document[name], "UpdateRun", version) for name in ("request", "response") if name in document}
        return document | bodies | {"url": dated(document["url"], version)}
    return document | {"value": of_version(document["value"], version)} if "value" in document else trimmed(document, "UpdateRun", version)


def dated(value: JSON, version: str) -> JSON:
    """Return a URL of the default version with another version, and any other value unchanged."""
    return value.replace(f"api-version={schemas.DEFAULT_VERSION}", f"api-version={version}") if isinstance(value, str) else value


def trimmed(value: JSON, definition: str | None, version: str) -> JSON:
    """Return an instance of a definition without what an api-version lacks."""
    if isinstance(value, list):
        return [trimmed(item, definition, version) for item in value]
    if isinstance(value, dict) and definition in object_schemas(version):
        properties = object_schemas(version)[definition].properties
        return {name: trimmed(part, properties[name].below, version) for name, part in value.items() if name in properties}
    values = schemas.load(version).schemas[definition].get("enum") if definition in schemas.load(version).schemas else None
    return value if values is None or value in values else values[-1]
