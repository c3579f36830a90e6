"""What captures consist of: documents, exchanges, and the pieces that could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..findings import Severity, Side
from ..pointer import JSON, Path
from ..wording import show

Operation: TypeAlias = Literal["get", "put", "delete", "list", "start", "stop", "skip", "other"]
"""What a request asks for; `list` is a GET on the collection."""

_PATH = re.compile(
    r"/+subscriptions/([^/]*)/resourceGroups/([^/]*)/providers/Microsoft\.ContainerService"
    r"/fleets/([^/]*)/updateRuns(?:/([^/]*?)(?:/(start|stop|skip))?)?/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where an entry of a recording stands in its file, and where its URL and its bodies do."""

    entry: Path
    uri: Path
    request: Path
    response: Path


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text:
    """The text that an item was read from, in UTF-8, kept for the places of findings.

    `line` is that of its beginning in the file, from 1. `places` tells where the parts of an entry stand in a text of
    many entries, None where the text is the body.
    """

    data: bytes
    line: int = 1
    is_yaml: bool = False
    places: Callable[[int], Places] | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A piece of input that could not be read, and why; `rule` is one of `input/...`.

    `relevant` tells whether the piece seems to be about update runs, as far as one can tell without reading it.
    `path` leads to it in its body.
    """

    rule: str
    message: str
    entry: int | None = None
    line: int | None = None
    column: int | None = None
    side: Side = "document"
    path: Path = ()
    relevant: bool = True
    severity: Severity = Severity.ERROR
    text: Text | None = field(default=None, compare=False, repr=False)


def duplicate(path: Path) -> Unreadable:
    """Say that an object repeats the key that a path ends in."""
    return Unreadable("input/duplicate-key", f"the key {show(path[-1])} stands here a second time; the last one counts", path=path)


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON value that a request, a response or a document consists of.

    `original` is the value as its author wrote it, where that is another: the az CLI writes at the top
    what the resource has under `properties`. `duplicates` are the paths of keys that an object names
    again. `shallow` says that depth and number of values, as the author wrote them, are known to be within the limits.
    """

    value: JSON
    original: JSON = None
    duplicates: tuple[Path, ...] = ()
    shallow: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A body without a request: what a file or a record holds by itself."""

    body: Body
    entry: int | None = None
    line: int | None = None
    text: Text | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A captured request about update runs and its response.

    `parameters` are those of the URL, by their documented names; of the URL and the headers nothing
    else is kept. A body is None where it is empty. `placeholder` is the text that a recorder put for
    what it hides; it stands for any value. An `alternative` is one of several responses to one request, as a
    published example has them; none of them follows another. A `concurrent` exchange was under way while another one about
    its run was, so that nobody knows which of the two follows the other.
    """

    operation: Operation
    parameters: Mapping[str, JSON]
    status: int
    request: Body | Unreadable | None = None
    response: Body | Unreadable | None = None
    entry: int | None = None
    placeholder: str | None = None
    alternative: bool = False
    concurrent: bool = False
    text: Text | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, method: str, url: str, status: int, *, request: JSON = None, response: JSON = None) -> Exchange:
        """Make an exchange of its parts, with bodies as JSON values, None where they are empty.

        Raises ValueError where the URL is not about update runs, and TypeError where the status is no integer.
        """
        if not isinstance(status, int):
            raise TypeError(f"expected an integer for the status, found {status!r}")
        parsed = parse_request(method, url)
        if parsed is None:
            raise ValueError("expected the URL of a fleet's update run, or of its collection of update runs")
        operation, parameters = parsed
        sent, received = (None if body is None else Body(body) for body in (request, response))
        return cls(operation, parameters, status, sent, received)

    @property
    def identity(self) -> str:
        """The id of the run that the URL names."""
        given = {name: str(value) for name, value in self.parameters.items()}
        scope = f"/subscriptions/{given.get('subscriptionId')}/resourceGroups/{given.get('resourceGroupName')}"
        return f"{scope}/providers/Microsoft.ContainerService/fleets/{given.get('fleetName')}/updateRuns/{given.get('updateRunName')}"


@dataclass(frozen=True, slots=True)
class Unrelated:
    """An exchange or a record that is about something else."""

    entry: int | None = None


Item: TypeAlias = Document | Exchange | Unreadable | Unrelated
"""What a reader makes of each entry of a capture."""


def parse_request(method: str, url: str) -> tuple[Operation, dict[str, JSON]] | None:
    """Read the operation and the parameters off a request, None where it is not about update runs."""
    from urllib.parse import parse_qsl, unquote, urlsplit  # late: most documents have no URL

    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    match = _PATH.fullmatch(parts.path)
    if match is None:
        return None
    named = zip(("subscriptionId", "resourceGroupName", "fleetName", "updateRunName"), match.groups(), strict=False)
    parameters: dict[str, JSON] = {name: unquote(text) for name, text in named if text}
    for key, text in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() == "api-version":
            parameters["api-version"] = text
    asked = method.upper(), "updateRunName" in parameters, (match[5] or "").lower()
    return _OPERATIONS.get(asked, "other"), parameters


_OPERATIONS: dict[tuple[str, bool, str], Operation] = {
    ("GET", True, ""): "get",
    ("GET", False, ""): "list",
    ("PUT", True, ""): "put",
    ("DELETE", True, ""): "delete",
    ("POST", True, "start"): "start",
    ("POST", True, "stop"): "stop",
    ("POST", True, "skip"): "skip",
}
"""The operation of a method on a URL, which has a run's name or not, and an action behind it or none."""
