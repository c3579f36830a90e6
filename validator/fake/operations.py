"""Operations in progress, as clients poll them: those of an asynchronous fake service."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from uuid import UUID

from ..rules.example import SUBSCRIPTION
from .answers import Request, Response
from .resources import PROVIDER
from .runs import Run


class Operations:
    """The operations that were accepted. Each is in progress when it is polled first, and has succeeded from then on."""

    def __init__(self, random: Random, retry_after: int) -> None:
        self._random = random
        self._waiting = {"Retry-After": str(retry_after)}
        self._accepted: dict[str, tuple[str, str]] = {}
        self._polled: set[str] = set()

    def accepted(self, request: Request, identity: str) -> Response:
        """Return the response to a request that is accepted, about the run with an id in lower case."""
        return Response(202, {"Location": self._url(request, "operationResults", identity), **self._waiting})

    def headers(self, request: Request, identity: str) -> dict[str, str]:
        """Return the headers of a response with a run that is not yet made."""
        return {"Azure-AsyncOperation": self._url(request, "operations", identity), **self._waiting}

    def _url(self, request: Request, kind: str, identity: str) -> str:
        name = UUID(int=self._random.getrandbits(128), version=4)
        path = f"/subscriptions/{SUBSCRIPTION}/providers/{PROVIDER}/locations/westeurope/{kind}/{name}"
        self._accepted[path.lower()] = (identity, request.query["api-version"])
        return request.link(path)

    def answer(self, request: Request, runs: Mapping[str, Run]) -> Response | None:
        """Return the response to a poll, None for another request."""
        path = request.path.lower()
        if request.method != "GET" or path not in self._accepted:
            return None
        is_done = path in self._polled
        self._polled.add(path)
        waiting = {} if is_done else self._waiting
        if "/operations/" in path:
            return Response(200, waiting, {"name": path.rpartition("/")[2], "status": "Succeeded" if is_done else "InProgress"})
        if not is_done:
            return Response(202, waiting | {"Location": request.url})
        identity, version = self._accepted[path]
        run = runs.get(identity)
        return Response(204, {}) if run is None else Response(200, {"ETag": run.etag}, run.body(version))
