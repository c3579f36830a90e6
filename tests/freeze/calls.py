"""The API over the cases, as a script of its own: `python calls.py ENGINE STEP < api.jsonl` prints findings and what was raised."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import validator

FIELDS = ("rule", "message", "pointer", "source", "entry", "line", "column", "side", "cites")
RELATED = ("pointer", "message", "entry", "source")
ODD: tuple[Any, ...] = (float("nan"), {"id": "\ud800"}, {"\ud800": 1}, {1: 2}, {"id": object()}, 2**2000, (), "{}", "[", 1, None, True)


def main() -> None:
    """Check each row in every way that it can be."""
    engine, step = sys.argv[1], int(sys.argv[2])
    rows = [json.loads(line) for number, line in enumerate(sys.stdin) if number % step == 0]
    findings: list[dict[str, Any]] = []
    raised: list[list[Any]] = []

    def take(number: int, check: Callable[..., Any], *given: Any, **options: Any) -> None:
        try:
            findings.extend(_told(finding) | {"call": [number, options]} for finding in check(*given, **options) or ())
        except Exception as error:  # noqa: BLE001 - whatever is raised is recorded
            raised.append([number, options, type(error).__name__, str(error)])

    for number, row in enumerate([*rows, *({"value": value} for value in ODD)]):
        value, definition = row["value"], row.get("definition")
        if row.get("exchange"):
            take(number, _check_exchange, value, engine=engine)
            continue
        for side in (None, "request", "response"):
            take(number, validator.check, value, side=side, definition=definition, engine=engine)
        if engine == "fast":
            take(number, validator.assert_conforms, value, side=row.get("side"), definition=definition)
    for wrong in ({"side": "both"}, {"definition": "Nothing"}, {"engine": "slow"}):
        take(-1, validator.check, {}, **wrong)
    print(json.dumps({"findings": findings, "raised": raised}))


def _check_exchange(value: dict[str, Any], **options: Any) -> list[validator.Finding]:
    return validator.check_exchange(validator.Exchange.of(**value), **options)


def _told(finding: validator.Finding) -> dict[str, Any]:
    related = [{name: getattr(place, name) for name in RELATED} for place in finding.related]
    return {name: getattr(finding, name) for name in FIELDS} | {"severity": str(finding.severity), "related": related}


if __name__ == "__main__":
    main()
