"""The requests that a fake service gets, and its responses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from ..checker.api import check_exchange
from ..findings import Finding, Severity
from ..pointer import JSON
from ..readers.items import Exchange
from ..rules.exchange import operation_unknown
from ..wording import show

HOST = "https://management.azure.com"

_TOLERATED = ("read-only-in-request", "undocumented-property")
"""The rules that a request may break: clients send back what they got, and the service ignores what it sets itself."""

_STATUSES = {operation_unknown.name: 405}
_CODES = {
    "api-version-missing": "MissingApiVersionParameter",
    "api-version-unsupported": "InvalidApiVersionParameter",
    "operation-unknown": "HttpMethodNotAllowed",
    "schema/required": "RequiredPropertyMissing",
}


@dataclass(frozen=True, slots=True)
class Response:
    """The response of a fake service. `body` is a JSON value, None where there is none."""

    status: int
    headers: dict[str, str]
    body: JSON = None


class Refused(Exception):
    """A request is refused, with this status, code and message."""

    def __init__(self, status: int, code: str, message: str, target: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message} | ({"target": target} if target else {})

    def response(self, **headers: str) -> Response:
        """Return the response, an error in the envelope of the service."""
        return Response(self.status, headers, {"error": self.error})


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its method in upper case, its URL in full, its body as a JSON value, and its headers by their names in lower case."""

    method: str
    url: str
    body: JSON
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path of the URL; empty for a URL that has none."""
        try:
            return urlsplit(self.url).path
        except ValueError:
            return ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query, by their names in lower case."""
        return {name.lower(): values[-1] for name, values in parse_qs(urlsplit(self.url).query, keep_blank_values=True).items()}

    def link(self, path: str, **query: str) -> str:
        """Return the URL of another path of the service, at the same api-version."""
        parts = urlsplit(self.url)
        host = f"{parts.scheme}://{parts.netloc}" if parts.netloc else HOST
        return f"{host}{path}?{urlencode({'api-version': self.query.get('api-version', '')} | query)}"

    def check(self, exchange: Exchange) -> None:
        """Raise Refused if a check of the request finds a warning or an error, with the first finding as its message."""
        findings = [finding for finding in check_exchange(exchange) if finding.side == "request"]
        ignored = tuple(f"{finding.pointer}/" for finding in findings if finding.rule in _TOLERATED)
        for finding in findings:
            if finding.severity >= Severity.WARNING and not f"{finding.pointer}/".startswith(ignored):
                raise refused(finding)

    def check_tag(self, etag: str | None) -> None:
        """Raise Refused if a header allows the request only for another eTag than that of the resource, which is None if there is none."""
        wanted, unwanted = (_tags(self.headers.get(name)) for name in ("if-match", "if-none-match"))
        if (wanted and not _matches(wanted, etag)) or (unwanted and _matches(unwanted, etag)):
            found = "there is no such resource" if etag is None else f"the eTag is {show(etag)}"
            raise Refused(412, "PreconditionFailed", f"the condition of the request is not met: {found}")


def refused(finding: Finding) -> Refused:
    """Return the refusal of a request with a finding."""
    code = _CODES.get(finding.rule, "InvalidParameter")
    return Refused(_STATUSES.get(finding.rule, 400), code, finding.message, finding.pointer)


def paged(request: Request, values: list[JSON], size: int) -> JSON:
    """Return a page of a list, of at most `$top` values from the place `$skipToken`, with the link to the next one."""
    top, skip = (request.query.get(name, "") for name in ("$top", "$skiptoken"))
    for name, given in (("$top", top), ("$skipToken", skip)):
        if given and not (given.isascii() and given.isdecimal() and len(given) < 10):
            raise Refused(400, "InvalidParameter", f"expected a number for {name}, found {show(given)}")
    first, most = int(skip or 0), min(size, int(top) or size) if top else size
    query = {"$top": top} if top else {}
    link = {"nextLink": request.link(request.path, **query, **{"$skipToken": str(first + most)})} if first + most < len(values) else {}
    return {"value": values[first : first + most]} | link


def tag_of(body: JSON) -> str:
    """Return an eTag for a body, which changes with it."""
    digest = hashlib.blake2b(orjson.dumps(body), digest_size=10).hexdigest()
    return f'"{digest[:8]}-0000-0700-0000-{digest[8:]}"'


def _tags(header: str | None) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")] if header else []


def _matches(tags: list[str], etag: str | None) -> bool:
    return etag is not None and ("*" in tags or etag in tags)
