"""Rules about the properties of documented objects, whichever they are."""

from __future__ import annotations

from ..findings import Severity
from .rule import BOTH, REQUEST, in_schemas


@in_schemas("rest#UpdateRun", Severity.WARNING, BOTH)
def undocumented_property() -> None:
    """An object must not have properties that its definition does not list.

    Another api-version may have them, so this is a warning. In an exchange at an api-version that is not published, it is a note. In a
    fixture it is usually a typo, and no client reads the value. The `info` of an error may have any property.

    Fix: Compare the name with the properties that `updaterun schema DEFINITION` lists, and correct or remove it. If it belongs to
    another api-version, check with `--api-version`.

    Example, on a request:
        /properties/strategy/stages/0/afterStageWaitInSecond = 60

    Example, on a response:
        /properties/status/stages/0/groups/0/members/0/id = "canary-1"

    Example, on a response:
        /properties/strategy/stages/0/concurrency = 1
    """


@in_schemas("spec#UpdateRun", Severity.WARNING, REQUEST)
def read_only_in_request() -> None:
    """A request must not set read-only properties.

    The service sets them, and ignores what a request has for them. A `name` equal to the one in the URL is accepted, as clients send
    it.

    Fix: Remove the property before sending. If the document is a response, check it with `--as response`.

    Example, on a request:
        /properties/provisioningState = "Succeeded"
    """
