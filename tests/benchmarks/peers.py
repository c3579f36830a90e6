"""What we are measured against, each as a program that reads the same files: `python -m tests.benchmarks.peers NAME FILE [BUNDLE]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson


def floor(path: str, _: Any) -> None:
    """Parse every line, and do nothing else."""
    _each(path, lambda _: None)


def jsonschema_rs(path: str, bundle: Any) -> None:
    """Validate every line against the schema alone."""
    import jsonschema_rs as library

    _each(path, library.validator_for(bundle).is_valid)


def fastjsonschema(path: str, bundle: Any) -> None:
    """Validate every line against the schema alone, by the code that is made of it."""
    import fastjsonschema as library  # type: ignore[import-not-found]

    _each(path, library.compile({**bundle, "$schema": "http://json-schema.org/draft-07/schema#"}))


def jsonschema(path: str, bundle: Any) -> None:
    """Validate every line against the schema alone."""
    import jsonschema as library

    _each(path, library.Draft202012Validator(bundle).is_valid)


def _each(path: str, judge: Callable[[Any], object]) -> None:
    with Path(path).open("rb") as stream:
        for line in stream:
            judge(orjson.loads(line))


def yaml(path: str, _: Any) -> None:
    """Load a YAML file by PyYAML's C loader."""
    import yaml as library

    with Path(path).open("rb") as stream:
        library.load(stream, Loader=library.CSafeLoader)


def generate(count: str, _: Any) -> None:
    """Generate so many update runs, and time what comes after the first: names are drawn beforehand."""
    import time

    from validator.strategies.bulk import documents

    made = documents("update-run", int(count) + 1, 0)
    next(made)
    start = time.process_time()
    sum(1 for _ in made)
    sys.stdout.write(str(int(count) / (time.process_time() - start)))


PEERS = {peer.__name__: peer for peer in (floor, jsonschema_rs, fastjsonschema, jsonschema, yaml, generate)}

if __name__ == "__main__":
    PEERS[sys.argv[1]](sys.argv[2], orjson.loads(Path(sys.argv[3]).read_bytes()) if len(sys.argv) > 3 else None)
