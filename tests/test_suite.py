"""The suite: what test modules share is in `tests/support`, under names that are used once."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent
MODULES = sorted(TESTS.rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    """Return every name in the imports of a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {part for alias in node.names for part in alias.name.split(".")}
            names |= set((node.module or "").split(".")) if isinstance(node, ast.ImportFrom) else set()
    return names


def test_no_module_imports_a_test_module() -> None:
    tests = {path.stem for path in MODULES if path.stem.startswith("test_")}
    naming = [path for path in MODULES if not tests.isdisjoint(re.findall(r"\w+", path.read_text()))]  # few of them are worth parsing
    wrong = {str(path.relative_to(TESTS)): sorted(found) for path in naming if (found := imported_names(path) & tests)}
    assert not wrong, f"move what these import from test modules to a module in tests/support: {wrong}"


def test_no_two_modules_define_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        if path.parent.name == "oracle":
            continue  # a program of its own, whose functions have the names of the rules
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r"(?:def|class) (?!test_|main\b)(\w+)", line)
            if match:
                places[match[1]].append(f"{path.relative_to(TESTS)}:{number}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice, f"share these in tests/support if they do the same, or else name them for what they return: {twice}"
