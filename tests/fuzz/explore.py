"""One target under the coverage-guided fuzzer: `python -m tests.fuzz.explore TARGET [option of libFuzzer]... FOLDER...`."""

from __future__ import annotations

import random
import sys
from typing import Any

import atheris
import orjson

with atheris.instrument_imports(include=["validator"]):
    from .targets import TARGETS

JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 3600.0, 2**31, 2**70, 1e300, "", "\x00", "\u202e", "\x1b[31m", "Sanitized", "eyJ", "H4sI", [], {}, [None]),
    *({"": 1}, "2025-04-08T09:30:00.123456789Z", "2016-12-31T23:59:60Z", "Completed", "Skipped", "Running", "gzip", "base64", "a\n", "200"),
)


def mutated_text(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a value of a JSON text, or else some bytes."""
    dice = random.Random(seed)
    if dice.random() < 0.3:
        return bytes(atheris.Mutate(data, max_size))
    try:
        document = orjson.loads(data)
        change(document, dice)
        again = orjson.dumps(document)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return bytes(atheris.Mutate(data, max_size))
    return again if len(again) <= max_size else bytes(atheris.Mutate(data, max_size))


def change(document: Any, dice: random.Random) -> None:
    holders = [document] if isinstance(document, dict | list) else []
    for holder in holders:
        holders += [below for below in (holder.values() if isinstance(holder, dict) else holder) if isinstance(below, dict | list)]
    for _ in range(dice.randint(1, 3)):
        filled = [holder for holder in holders if holder]
        if not filled:
            return
        holder = dice.choice(filled)
        key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        other = dice.choice(filled)
        given = dice.choice(list(other.values()) if isinstance(other, dict) else other)
        match dice.randrange(5):
            case 0:
                holder.pop(key)
            case 1:
                holder[key] = dice.choice(JUNK)
            case 2:
                holder[key] = orjson.loads(orjson.dumps(given))
            case 3 if isinstance(holder, dict):
                holder[dice.choice([*map(str, JUNK), *other])] = holder.pop(key)
            case _ if isinstance(holder, list):
                holder.insert(key, orjson.loads(orjson.dumps(given)))


def main() -> None:
    """Fuzz the target that the command line names."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name].run, custom_mutator=mutated_text)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
