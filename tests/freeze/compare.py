"""How two recordings differ, command by command."""

from __future__ import annotations

import difflib
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_LINES = 12
"""The most lines of a difference that are shown for a command."""

_WINDOW = 200


def compare_recordings(one: Path, other: Path) -> int:
    """Print what was compared and each difference; give 1 if there is any."""
    before, after = _read(one), _read(other)
    counts: Counter[str] = Counter()
    different = 0
    for command in [*before, *(command for command in after if command not in before)]:
        old, new = before.get(command), after.get(command)
        if old is None or new is None:
            shown = [f"  is in {other if old is None else one} alone"]
        else:
            counts[old["engine"]] += sum(old["rules"].values())
            shown = [] if old == new else list(_differences(old, new))
        if shown:
            different += 1
            print("\n".join([command, *shown]))
    engines = ", ".join(f"{count} by {engine}" for engine, count in counts.items())
    print(f"{len(before)} commands and {counts.total()} findings compared ({engines}); {different} commands differ")
    return 1 if different else 0


def _read(path: Path) -> dict[str, Any]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {row["command"]: row for row in map(json.loads, file)}


def _differences(old: Any, new: Any) -> Iterator[str]:
    for what in ("status", "stderr", "stdout"):
        if old[what] != new[what]:
            yield from (f"  {what}: {line}" for line in _unified(_report_lines(str(old[what])), _report_lines(str(new[what]))))
    for name in sorted(old["files"].keys() | new["files"].keys()):
        lines = _report_lines(old["files"].get(name, "")), _report_lines(new["files"].get(name, ""))
        yield from (f"  {name}: {line}" for line in _unified(*lines))


def _report_lines(text: str) -> list[str]:
    """Return the lines of a report: the findings, one each, and after them its summary."""
    if not text.startswith("{") or '"findings"' not in text:
        return text.splitlines()
    report = json.loads(text)
    rest = {name: part for name, part in report.items() if name != "findings"}
    return [*map(json.dumps, report["findings"]), json.dumps(rest)]


def _unified(old: list[str], new: list[str]) -> Iterator[str]:
    """Show the first lines that differ; the lines after them may only have moved."""
    if old == new:
        return
    same = next((index for index, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), min(len(old), len(new)))
    found = list(difflib.unified_diff(old[same : same + _WINDOW], new[same : same + _WINDOW], n=0, lineterm=""))[2:]
    yield f"after {same} equal lines:"
    yield from (line[:600] for line in found[:MOST_LINES] or ["(the same lines, otherwise written)"])
    if len(found) > MOST_LINES or len(old) > same + _WINDOW:
        yield f"... {len(old)} lines before, {len(new)} after"
