"""Globs match what Python's do, but end where links lead back."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from random import Random

import pytest

from validator.readers.globs import expand

FILES = ("a/x.json", "a/b/y.json", "a/.s.json", ".h/z.json", ".h/i/t", "q.json", "q/a/b/k.json", "q/[x].json")
SEGMENTS = ("*", "**", "a", "b", "?", "*.json", ".*", "[ab]*", "[!a]", "q", ".h", "x**y", "[[]x].json", "..")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with files, some of them hidden."""
    for name in FILES:
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path / "top")
    return tmp_path / "top"


def normal(paths: list[str]) -> set[str]:
    return {os.path.normpath(path) for path in paths if os.path.lexists(path)}


def test_globs_match_what_those_of_python_do(tree: Path) -> None:
    random = Random(1)
    patterns = [os.sep.join(random.choices(SEGMENTS, k=random.randint(1, 5))) for _ in range(500)]
    patterns += [f"{tree}/*.json", f"{tree}/**/a", "a//*.json", "./*.json"]
    for pattern in patterns:
        assert normal([*expand(pattern)]) == normal(glob.glob(pattern, recursive=True)), pattern


def test_only_a_link_that_is_written_or_matched_by_itself_is_followed(tree: Path) -> None:
    for folder in ("a", "q"):
        (tree / folder / "up").symlink_to("..")
    assert sorted(expand("**/*.json")) == ["a/b/y.json", "a/x.json", "q.json", "q/[x].json", "q/a/b/k.json"]
    assert sorted(expand("a/**")) == ["a", "a/b", "a/b/y.json", "a/x.json"]
    assert [*expand("a/up/*.json")] == [*expand("a/u*/*.json")] == ["a/up/q.json"]


@pytest.mark.usefixtures("tree")
def test_several_segments_in_turn_read_a_folder_once(monkeypatch: pytest.MonkeyPatch) -> None:
    os.makedirs(os.sep.join(["d"] * 60))
    read, listdir = [], os.listdir

    def recorded(folder: str) -> list[str]:
        read.append(folder)
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", recorded)
    assert [*expand("d/**/a*/**/d/**/a*/**/b*")] == []
    assert len(read) == len(set(read)) == 60
