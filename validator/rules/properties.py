"""Rules about the properties of documented objects, whichever they are."""

from __future__ import annotations

from ..findings import Severity
from .rule import BOTH, REQUEST, in_schemas


@in_schemas("rest#UpdateRun", Severity.WARNING, BOTH)
def undocumented_property() -> None:
    """An object has the properties that its definition lists, and no others.

    Other versions of the API have others, so that this is no error; but in a fixture it is mostly a slip of the
    pen, which no client and no service would ever read. What stands in the `info` of an error is free.

    Fix: Correct the name, or take the property away; a document of another api-version is beyond these schemas.

    Example, on a request:
        /properties/strategy/stages/0/afterStageWaitInSecond = 60

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/id = "canary-1"

    Example, on a response:
        /properties/strategy/stages/0/maxConcurrency = 1
    """


@in_schemas("spec#UpdateRun", Severity.WARNING, REQUEST)
def read_only_in_request() -> None:
    """A request leaves the read-only properties alone.

    The service sets them, and does not look at what a request has for them. The name is
    tolerated where it is the one in the URL, as clients send it.

    Fix: Take the property away before sending; check a document as a response (`--as response`) if it is one.

    Example, on a request:
        /properties/provisioningState = "Succeeded"
    """
