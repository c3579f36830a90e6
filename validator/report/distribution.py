"""The distribution that this package is part of, as reports name it. Its metadata are read late: that takes 15 ms."""

from __future__ import annotations

NAME = "updaterun-validator"


def version() -> str:
    """Return the version."""
    from importlib.metadata import version as version_of

    return version_of(NAME)


def address() -> str | None:
    """Return the home page that `pyproject.toml` names, None if it names none."""
    from importlib.metadata import metadata

    urls = (url.partition(", ") for url in metadata(NAME).get_all("Project-URL") or ())
    return {name: url for name, _, url in urls}.get("Homepage")
