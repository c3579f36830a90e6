"""Exchanges about one run, in a HAR."""

from __future__ import annotations

import json

from validator.pointer import JSON
from validator.rules.example import EXCHANGE, RESPONSE, changed


def har_of_exchanges(*bodies: tuple[str, str, int, JSON]) -> bytes:
    """Write a HAR of exchanges: method, what comes after `updateRuns/spring` in the URL, status, response."""
    url = EXCHANGE["url"].partition("?")[0]
    entries = [
        {
            "request": {"method": method, "url": url + rest},
            "response": {"status": status, "content": {"text": "" if body is None else json.dumps(body)}},
        }
        for method, rest, status, body in bodies
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


STATUS = "/properties/status"


STATUSES = [STATUS, f"{STATUS}/stages/0", f"{STATUS}/stages/0/groups/0", *(f"{STATUS}/stages/0/groups/0/members/{n}" for n in range(3))]


NOT_STARTED = changed(RESPONSE, put={f"{part}/status": {"state": "NotStarted"} for part in STATUSES})


THIS = "?api-version=2025-03-01"
