"""Phrases that a reader has to read twice are in no page, message, docstring or help of the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.prose import ROOT, pages

PHRASES = {
    r"\b(?:left|leaves?) (?:\w+ ){0,3}alone\b": "skipped",
    r"\bbehind (?!\w+ proxy)": "after",
    r"\bbeside\b": "besides, except or next to",
    r"\b(?:taken?|takes?|took) (?:`?\w+`? ){0,3}away\b": "removed",
    r"\btaken? out\b": "removed",
    r"\banew\b": "again",
    r"\bnobody\b": "no one, or a passive sentence",
    r"\bmend(?:ed|s)?\b": "fix",
    r"\bjust that case\b": "exactly this capitalisation",
    r"\b[Ll]ook at (?:which|whether|the order|what)\b": "compare … with …",
    r"^(?:Tell|Give|Say)\b": "Return, Check or Write",
    r"\bwho(?:ever|m)\b": "name the person or the program",
    r"\bbe it\b": "whether",
    r"\bas (?:they are|it is)\b": "unchanged",
    r"\b[Tt]old\b": "reported or listed",
    r"\bgo(?:es)? on as usual\b": "continue",
    r"\bslips? of the pen\b": "typo",
    r"\bstands? (?:at|here|there|once|twice|in|beside|behind)\b": "is at",
    r"\bstood for\b": "was used for",
    r"\b[Hh]olds? that\b": "checks that",
    r"\bone behind another\b": "in a row",
    r"\bmostly\b": "usually",
    r"\bregret\b": "a problem that is named",
    r"\ba text\b": "a string",
    r"\babout something else\b": "unrelated",
    r"\bof another kind\b": "unrelated",
}
"""Phrases to avoid, and what to write instead."""

QUOTED = re.compile(r"```.*?```|``.+?``|`[^`\n]+`", re.DOTALL)


def texts() -> Iterator[tuple[str, str]]:
    """Yield a place and a text: pages without their code, and the strings of the package: messages, docstrings and help."""
    for path in pages():
        yield str(path.relative_to(ROOT)), QUOTED.sub("`…`", path.read_text())
    for path in sorted((ROOT / "validator").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", QUOTED.sub("`…`", node.value)


@pytest.fixture(scope="module")
def prose() -> list[tuple[str, str]]:
    return [(place, " ".join(text.split())) for place, text in texts()]


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_to_avoid_is_nowhere(phrase: str, prose: list[tuple[str, str]]) -> None:
    found = [
        f"{place}: …{text[max(0, match.start() - 30) : match.end() + 30]}…" for place, text in prose for match in re.finditer(phrase, text)
    ]
    assert found == [], f"write {PHRASES[phrase]}"


@pytest.mark.parametrize(
    "wrong",
    [
        "it is left alone",
        "unexpected x behind it",
        "take the group away",
        "made anew",
        "Look at which of the two is wrong",
        "Tell whether it is so",
    ],
)
def test_a_phrase_is_recognised(wrong: str) -> None:
    assert any(re.search(phrase, wrong) for phrase in PHRASES)


def test_the_texts_are_those_of_pages_messages_docstrings_and_help(prose: list[tuple[str, str]]) -> None:
    everything = "\n".join(text for _, text in prose)
    assert "# updaterun-validator" in everything
    assert "Ignore the settings in pyproject.toml." in everything
    assert "A Completed run must stay Completed." in everything
    assert "was used for another body in an earlier capture" in everything


# Claims and fixes


def test_claims_say_must_and_fixes_are_steps() -> None:
    from validator.rules.entries import entries

    for entry in entries().values():
        assert re.search(r"\b(?:must|should|may)\b", entry.claim), f"{entry.name}: {entry.claim}"
        assert re.match(r"[A-Z][a-z]+ |In an? ", entry.fix), f"{entry.name}: {entry.fix}"
