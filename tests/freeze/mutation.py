"""Small changes that break documents, exchanges and texts, chosen by a seeded random number generator."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import Any

STATES = ("NotStarted", "Running", "Stopping", "Stopped", "Skipped", "Failed", "Pending", "Completed")
VERSIONS = ("2025-03-01", "2025-03-01", "2024-04-01", "2023-10-15", "2023-03-15-preview", "2099-01-01", "latest", "")
STATUSES = (200, 201, 202, 204, 400, 404, 409, 500)
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 3600.0, 2**31, -(2**31) - 1, 2**70, 2**1100, 1e300, float("nan"), "", "a", "a" * 51, "A\n", "\x00", "\u202e"),
    *("\ud800", "é", "\x1b[31m", "Sanitized", "eyJ", "H4sI", [], {}, [None], {"": 1}, [[]] * 51, "Completed", "completed", "200"),
    *(
        "2025-04-08",
        "2025-04-08T09:30:00",
        "2016-12-31T23:59:60Z",
        "2025-02-30T00:00:00Z",
        "1.31",
        "v1.31.2",
        "1.31.2.3",
        "/subscriptions/a",
    ),
)
PIECES = ("\x00", "{", "]", '"', "\n", "\t", ",", "&a *a", "\ufeff", "\\", "<<<<<<< HEAD\n")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|\+00:00)")
_VERSION = re.compile(r"([?&]api-version=)[^&]*")


def holders(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield each object and array in a document, with the name of the property that it is, or is in."""
    pending = [("", document)]
    for role, value in pending:
        if isinstance(value, dict | list):
            yield role, value
            pending += value.items() if isinstance(value, dict) else [(role, item) for item in value]


def keys(holder: Any) -> list[Any]:
    """List what an object or an array can be indexed with."""
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


class Mutator:
    """Changes of documents: of their own values, junk, and values that a property of the name has in other documents."""

    def __init__(self, seed: str, documents: Iterable[Any]) -> None:
        self.dice = Random(seed)
        self.pool: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for role, holder in (each for document in documents for each in holders(document)):
            self.pool[role] += holder.items() if isinstance(holder, dict) else ()

    def document(self, document: Any) -> Any:
        """Copy a document with one to three changes."""
        copy = json.loads(json.dumps(document))
        for _ in range(self.dice.randint(1, 3)):
            roles: dict[str, list[Any]] = defaultdict(list)
            for role, each in holders(copy):
                if each:
                    roles[role].append(each)
            if not roles:
                break
            role = self.dice.choice(list(roles))
            if self.dice.random() < 0.6:
                self._structure(role, self.dice.choice(roles[role]))
            else:
                self._text([(each, key) for held in roles.values() for each in held for key in keys(each) if isinstance(each[key], str)])
        return copy

    def call(self, call: dict[str, Any]) -> dict[str, Any]:
        """Copy an exchange with a change of its URL, its method, its status or its bodies."""
        url, choose = call["url"], self.dice.choice
        match self.dice.randrange(8):
            case 0:
                return call | {"url": _VERSION.sub(lambda found: found[1] + choose(VERSIONS), url)}
            case 1:
                return call | {"url": choose((_VERSION.sub("", url), url.upper(), url.replace("/updateRuns/", "/updateRuns/x")))}
            case 2:
                return call | {"status": choose(STATUSES)}
            case 3:
                return call | {"method": choose(("GET", "PUT", "POST", "DELETE", "PATCH"))}
            case 4:
                return call | {"request": call["response"], "response": call["request"]}
        body = choose(("request", "response", "response"))
        return call | {body: self.document(call[body])}

    def text(self, text: str) -> str:
        """Change the text of a document: cut it, break it, name a key twice, or nest it deep."""
        at, other = sorted(self.dice.randrange(len(text) + 1) for _ in range(2))
        return self.dice.choice(
            (
                text[:at],
                text[:at] + text[min(other, at + 20) :],
                text[:at] + self.dice.choice(PIECES) + text[at:],
                text[: at + 200] + text[at:],
                text.replace('"name"', '"state": "Running", "name": "x", "name"', self.dice.randint(1, 3)),
                text.replace('"name": ', '"name": ' + "[" * 120 + "]" * 120 + ', "names": ', 1),
            )
        )

    def _structure(self, role: str, holder: Any) -> None:
        key, ways = self.dice.choice(keys(holder)), self.dice.randrange(6)
        if ways == 0:
            del holder[key]
        elif ways == 1:
            holder[key] = deepcopy(self.dice.choice(JUNK))
        elif isinstance(holder, list):
            holder.insert(key, deepcopy(self.dice.choice(holder)))
            if ways == 5:
                self.dice.shuffle(holder)
        elif ways == 2:
            others = (self._respelled(key), key + "s", key[:-1], self.dice.choice(STATES), self.dice.choice(list(self.pool)))
            holder[self.dice.choice(others)] = holder.pop(key)
        elif ways == 3:
            holder[key] = deepcopy(self.dice.choice(list(holder.values())))
        elif self.pool[role]:
            name, value = self.dice.choice(self.pool[role])
            holder[name] = deepcopy(value)

    def _text(self, places: list[tuple[Any, Any]]) -> None:
        states = [(holder, key) for holder, key in places if holder[key] in STATES]
        times = [(holder, key) for holder, key in places if _TIME.fullmatch(holder[key])]
        chosen, change = self.dice.choice(((states, self._state), (times, self._time), (times, self._time), (places, self._respelled)))
        if chosen:
            self._put(chosen, change)

    def _put(self, places: list[tuple[Any, Any]], change: Callable[[str], str]) -> None:
        (holder, key), (other, name) = self.dice.choice(places), self.dice.choice(places)
        if self.dice.random() < 0.3:
            holder[key], other[name] = other[name], holder[key]
        else:
            holder[key] = change(holder[key])

    def _state(self, _: str) -> str:
        return self.dice.choice(STATES)

    def _time(self, time: str) -> str:
        begun, fraction, zone = _TIME.fullmatch(time).groups()  # type: ignore[union-attr] # it is one
        try:
            moved = datetime.fromisoformat(begun) + timedelta(seconds=self.dice.choice((0, 0, 1, -1, 60, -3600, 86400, -(10**8))))
        except (ValueError, OverflowError):
            return time[:-1]
        digits = f"{fraction or ''}{self.dice.randrange(10**9):09}"[: self.dice.randint(0, 9)]
        return moved.isoformat() + (f".{digits}" if digits else "") + self.dice.choice((zone, zone, "Z", "z", "+00:00", "+02:00", ""))

    def _respelled(self, text: str) -> str:
        return self.dice.choice((text.upper(), text.lower(), text.swapcase(), text.capitalize(), text + "\n", f" {text}"))
