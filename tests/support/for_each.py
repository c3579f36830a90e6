"""Claims about many small things, each of which would take pytest longer to call than to test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any


def for_each(names: str, cases: Iterable[Any], ids: Callable[[Any], str] = str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make one test of a test with parameters: it runs for each case, and fails with the failures of all, each with its case."""
    keys = names.split(", ")

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(**given: Any) -> None:
            failures: list[Exception] = []
            for case in cases:
                try:
                    test(**given, **dict(zip(keys, (case,) if len(keys) == 1 else case, strict=True)))
                except Exception as failure:  # noqa: BLE001 - whatever a test raises is its failure
                    failure.add_note(f"for {ids(case)}")
                    failures.append(failure)
            if failures:
                raise ExceptionGroup(f"{test.__name__} fails for {', '.join(failure.__notes__[-1][4:] for failure in failures)}", failures)

        left = [parameter for name, parameter in inspect.signature(test).parameters.items() if name not in keys]
        run.__signature__ = inspect.Signature(left)  # type: ignore[attr-defined] # what pytest still has to fill in
        return run

    return decorate
