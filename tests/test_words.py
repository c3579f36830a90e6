"""Phrases that a reader has to read twice are in no page, message, docstring or help of the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.support.prose import ROOT, pages
from validator.rules.entries import entries

PHRASES = {
    r"\b(?:left|leaves?) (?:\w+ ){0,3}alone\b": "skipped",
    r"\bbehind\b": "after",
    r"\bbeside\b": "besides, except or next to",
    r"\b(?:taken?|takes?|took) (?:`?\w+`? ){0,3}away\b": "removed",
    r"\btaken? out\b": "removed",
    r"\banew\b": "again",
    r"\bnobody\b": "undocumented, unknown, or name who",
    r"\bmend(?:ed|s)?\b": "fix",
    r"\bin just that case\b": "with exactly this capitalisation",
    r"\b[Ll]ook at (?:which|whether|what|the order)\b": "compare … with …",
    r"^(?:Tell|Give|Say)\b": "Return, Check, Read or Write",
    r"\b(?:whoever|for whom)\b": "name it",
    r"\bbe it\b": "whether",
    r"\bas they are(?! \w)": "unchanged",
    r"\b[Tt]old\b": "reported, listed",
    r"\bgo(?:es)? on as usual\b": "continue",
    r"\bslips? of the pen\b": "typo",
    r"\bstands? (?:at|here|there|once|twice|in|beside|behind)\b": "is at",
    r"\bstood for\b": "was used for",
    r"\b[Hh]olds? that\b": "checks, enforces",
    r"\bone behind another\b": "in a row",
    r"\bmostly\b": "usually",
    r"\babout something else\b": "unrelated",
    r"\bof another kind\b": "unrelated",
    r"\ba text\b": "a string, or text",
    r"\b([a-z]{2,}) \1\b(?!-)": "the word once",
}
"""Phrases to avoid, and what to write instead."""

CODE = re.compile(r"```.*?```|``.+?``|`[^`\n]+`", re.DOTALL)


class Prose(NamedTuple):
    """Text that people read, without its code, and its place."""

    place: str
    text: str


def texts() -> Iterator[Prose]:
    """Yield the pages, the strings of the package (messages, docstrings and help), and the docstrings of the tests."""
    for path in pages():
        yield Prose(str(path.relative_to(ROOT)), path.read_text())
    for path in sorted([*(ROOT / "validator").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "docs" / "hooks.py"]):
        docstrings: set[int] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Expr):
                docstrings.add(id(node.value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ("tests" not in path.parts or id(node) in docstrings):
                yield Prose(f"{path.relative_to(ROOT)}:{node.lineno}", node.value)


ANY = re.compile("|".join(PHRASES))
"""Any of the phrases: few texts have to be searched for each of them."""


@pytest.fixture(scope="module")
def prose() -> list[Prose]:
    return [each._replace(text=" ".join(CODE.sub("`…`", each.text).split())) for each in texts()]


@pytest.mark.slow
def test_a_phrase_to_avoid_is_nowhere(prose: list[Prose]) -> None:
    found = [
        f"{place}: {text[max(0, match.start() - 30) : match.end() + 30]}, for which write {instead}"
        for place, text in prose
        if ANY.search(text)
        for phrase, instead in PHRASES.items()
        for match in re.finditer(phrase, text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "wrong",
    [
        "the file is left alone",
        'unexpected "x" behind the end',
        "Take `completedTime` away",
        "has to be made anew",
        "Look at which of the two times is wrong",
        "Tell whether it is so",
        "the value of the the property",
    ],
)
def test_a_phrase_is_recognised(wrong: str) -> None:
    assert any(re.search(phrase, wrong, re.IGNORECASE) for phrase in PHRASES)


@pytest.mark.slow
def test_the_texts_are_pages_messages_docstrings_and_help(prose: list[Prose]) -> None:
    everything = {each.text for each in prose}
    assert {"README.md", "SECURITY.md", "docs/captures.md"} <= {each.place for each in prose}
    assert "Ignore the settings in pyproject.toml." in everything
    assert any(text.startswith("A Completed run must stay Completed.") for text in everything)
    assert any("was used for another body in an earlier capture" in text for text in everything)


def test_claims_say_must_or_should() -> None:
    assert [entry.claim for entry in entries().values() if not re.search(r"\b(?:must|should)\b", entry.claim)] == []


STEPS = ("Add", "Append", "Compare", "Copy", "Correct", "Count", "Go", "List", "Move", "Name", "Remove", "Rename", "Set", "Spread", "Write")


def test_fixes_are_steps() -> None:
    """Check that a fix begins with what to do, and leaves nothing for the reader to find out."""
    steps = rf"(?:In a fake or a fixture, |In a fixture, )?(?i:{'|'.join(STEPS)}|answer|give) "
    assert [entry.fix for entry in entries().values() if not re.match(steps, entry.fix)] == []
    assert [entry.fix for entry in entries().values() if re.search(r"\b(?:find out|look at)\b", entry.fix, re.IGNORECASE)] == []
