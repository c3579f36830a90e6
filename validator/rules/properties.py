"""Rules about the properties of documented objects, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.objects import Object
from ..findings import Severity
from ..wording import show
from .rule import BOTH, REQUEST, Issue, rule


@rule(Severity.WARNING, BOTH, "rest#UpdateRun", subject="object")
def undocumented_property(target: Object) -> Iterator[Issue]:
    """An object has the properties that its definition lists, and no others.

    Other versions of the API have others, so that this is no error; but in a fixture it is mostly a slip of the
    pen, which no client and no service would ever read. What stands in the `info` of an error is free.

    Fix: Correct the name, or take the property away; a document of another api-version is beyond these schemas.

    Example, on a request:
        /properties/strategy/stages/0/afterStageWaitInSecond = 60
    """
    for name in target.value:
        if name not in target.shape.properties:
            close = _similar(name, target)
            hint = f"; {close} is" if close else ""
            message = f"{show(name)} is not documented for {target.shape.definition}{hint}"
            yield Issue((*target.path, name), message)


def _similar(name: str, target: Object) -> str | None:
    import difflib  # late: most names are documented

    absent = {known.lower(): known for known in target.shape.properties if known not in target.value}
    close = difflib.get_close_matches(name[:100].lower(), absent, n=1, cutoff=0.8)
    return absent[close[0]] if close else None


@rule(Severity.WARNING, REQUEST, "spec#UpdateRun", subject="object")
def read_only_in_request(target: Object) -> Iterator[Issue]:
    """A request leaves the read-only properties alone.

    The service sets them, and does not look at what a request has for them. The name is
    tolerated where it is the one in the URL, as clients send it.

    Fix: Take the property away before sending; check a document as a response (`--as response`) if it is one.

    Example, on a request:
        /properties/provisioningState = "Succeeded"
    """
    for name in target.value:
        known = target.shape.properties.get(name)
        if known is not None and known.read_only and name not in target.tolerated:
            yield Issue((*target.path, name), f"{name} is read-only, and this is a request")
