"""The items of a file: documents, exchanges, and problems of entries that could not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from ..findings import Severity, Side
from ..pointer import JSON, Path
from ..wording import show

if TYPE_CHECKING:
    from .yaml_nodes import Node

Kind: TypeAlias = Literal["run", "page", "array", "error", "strategy", "targets", "renamed"]
"""The kind of a document.

`page` is a response of the list operation, `array` an array of update runs, as the az CLI prints it. `strategy` and `targets` are what
the az CLI takes as `--stages` and sends to skip. `renamed` is an update run whose properties a tool renamed.
"""

Operation: TypeAlias = Literal["get", "put", "delete", "list", "start", "stop", "skip", "other"]
"""The operation of a request; `list` is a GET on the collection."""

_PATH = re.compile(
    r"/+subscriptions/([^/]*)/resourceGroups/([^/]*)/providers/Microsoft\.ContainerService"
    r"/fleets/([^/]*)/updateRuns(?:/([^/]*?)(?:/([^/]+))?)?/?",
    re.IGNORECASE,
)


class Places(NamedTuple):
    """The paths of an entry of a recording in its file, of its URL, and of its bodies."""

    entry: Path
    uri: Path
    request: Path
    response: Path


class Text(NamedTuple):
    """The text that an item was read from, in UTF-8, kept for the positions of findings.

    `line` is the line in the file at which the text begins, from 1. `places` has the paths of the parts of each entry in
    text of several entries; it is None if that text is the body.
    """

    data: bytes
    line: int = 1
    is_yaml: bool = False
    places: Sequence[Places] | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The problem of a file, an entry or a body that could not be read; `rule` is one of `input/...`.

    `relevant` is whether the input seems to be about update runs, by what it mentions. `path` is the path of the problem
    in its body.
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
    """Return the problem of a key that an object repeats; `path` ends in the key."""
    return Unreadable("input/duplicate-key", f"duplicate key {show(path[-1])}; the last value is used", path=path)


class Body(NamedTuple):
    """The JSON value of a request, a response or a document.

    `original` is the value as its author wrote it, if that differs: the az CLI prints at the top what the resource has
    under `properties`. `duplicates` are the paths of the keys that an object repeats. `shallow` is whether the original
    value is known to be within the limits of depth and size, also one level further down. `node` is the original value as it is
    written in YAML, None in another format. `base` is the path of the value in what it is part of: a document, or the body of a message.
    """

    value: JSON
    original: JSON = None
    duplicates: tuple[Path, ...] = ()
    shallow: bool = False
    node: Node | None = None
    base: Path = ()

    def written_at(self, path: Path) -> Node | None:
        """Return what is written in YAML at a path in the original value, None in another format."""
        return None if self.node is None else self.node.at(path)


@dataclass(frozen=True, slots=True)
class Document:
    """A body without a request: that of a file or of a record of JSON Lines.

    `kind` is the kind that the reader recognised, None if no reader has read it. `side` is the side that a body is on by what is around
    it, None if nothing shows it. An `unordered` body has no place in a history: it is one of several in a document whose order means
    nothing.
    """

    body: Body
    entry: int | None = None
    line: int | None = None
    text: Text | None = field(default=None, compare=False, repr=False)
    kind: Kind | None = None
    side: Side | None = None
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A captured request about update runs and its response.

    `parameters` are the parameters of the URL by their documented names; nothing else of the URL and the headers is
    kept. `call` is the method, with the action at the end of the path, such as `POST /start`; it is empty if the method is not known.
    An empty body is None. `placeholder` is the string by which a recorder replaced what it hides; it may stand for any
    value. An `alternative` is one of several responses to one request, as in a published example; they are not a
    history. One that `repeats_request` has the request of an earlier one, with which the request is checked.
    A `concurrent` exchange overlaps in time with another one about its run, so that their order is unknown.
    `uri` is the path of the parameters in the pointers of findings. `unfolded` is the number of bytes that the texts of its bodies have,
    decompressed.
    """

    operation: Operation
    parameters: Mapping[str, JSON]
    status: int
    request: Body | Unreadable | None = None
    response: Body | Unreadable | None = None
    entry: int | None = None
    placeholder: str | None = None
    alternative: bool = False
    repeats_request: bool = False
    concurrent: bool = False
    uri: Path = ("uri",)
    call: str = ""
    text: Text | None = field(default=None, compare=False, repr=False)
    unfolded: int = field(default=0, compare=False, repr=False)

    @classmethod
    def of(cls, method: str, url: str, status: int, *, request: JSON = None, response: JSON = None) -> Exchange:
        """Return an exchange with bodies given as JSON values, None if they are empty.

        Raises ValueError if the URL is not about update runs, and TypeError if an argument is of another type.
        """
        for what, given, kind, name in (
            ("method", method, str, "a string"),
            ("URL", url, str, "a string"),
            ("status", status, int, "an integer"),
        ):
            if not isinstance(given, kind):
                raise TypeError(f"expected {name} for the {what}, found {given!r}")
        parsed = parse_request(method, url)
        if parsed is None:
            raise ValueError("expected the URL of a fleet's update run, or of its collection of update runs")
        operation, parameters, call = parsed
        request_body, response_body = (None if body is None else Body(body) for body in (request, response))
        return cls(operation, parameters, status, request_body, response_body, call=call)

    @property
    def identity(self) -> str:
        """The id of the run in the URL."""
        names = {name: str(value) for name, value in self.parameters.items()}
        scope = f"/subscriptions/{names.get('subscriptionId')}/resourceGroups/{names.get('resourceGroupName')}"
        return f"{scope}/providers/Microsoft.ContainerService/fleets/{names.get('fleetName')}/updateRuns/{names.get('updateRunName')}"


@dataclass(frozen=True, slots=True)
class Unrelated:
    """An exchange or a record that is not about update runs. `document` is what it is if it is to be taken for one.

    `mentions` is whether it mentions the type of an update run all the same.
    """

    entry: int | None = None
    document: Document | None = field(default=None, compare=False, repr=False)
    line: int | None = field(default=None, compare=False)
    mentions: bool = field(default=False, compare=False)


Item: TypeAlias = Document | Exchange | Unreadable | Unrelated
"""The result of reading an entry of a capture."""


def parse_request(method: str, url: str) -> tuple[Operation, dict[str, JSON], str] | None:
    """Return the operation, the parameters and the call of a request, None if it is not about update runs."""
    from urllib.parse import parse_qsl, unquote, urlsplit  # late: most documents have no URL

    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    match = _PATH.fullmatch(parts.path)
    if match is None:
        return None
    method, action = method.upper(), unquote(match[5] or "").lower()
    call = f"{method} /{action}" if action and method else method
    if action and method != "POST" and f"POST /{action}" not in OPERATIONS[True]:
        return None  # another resource, below the run
    segments = zip(("subscriptionId", "resourceGroupName", "fleetName", "updateRunName"), match.groups(), strict=False)
    parameters: dict[str, JSON] = {name: unquote(text) for name, text in segments if text}
    for key, text in parse_qsl(parts.query, keep_blank_values=True):
        if key.lower() == "api-version":
            parameters["api-version"] = text
    return OPERATIONS["updateRunName" in parameters].get(call, "other"), parameters, call


OPERATIONS: dict[bool, dict[str, Operation]] = {
    True: {"GET": "get", "PUT": "put", "DELETE": "delete", "POST /start": "start", "POST /stop": "stop", "POST /skip": "skip"},
    False: {"GET": "list"},
}
"""The operations of a run and, without the name of a run in the URL, of the collection, by their call."""
