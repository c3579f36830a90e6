"""What `make fuzz` has found once stays harmless."""

from __future__ import annotations

import pytest

from .fuzz.__main__ import new
from .fuzz.targets import CORPUS, TARGETS


def test_the_corpus_is_that_of_the_targets_and_small() -> None:
    folders = {path.name for path in CORPUS.iterdir()}
    assert not set(TARGETS) - folders, f"add the folders {sorted(set(TARGETS) - folders)} to tests/fuzz/corpus, with a small sample in each"
    assert not folders - set(TARGETS), f"remove {sorted(folders - set(TARGETS))} from tests/fuzz/corpus"
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 2**20


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_what_is_kept_is_harmless(name: str) -> None:
    for path in sorted((CORPUS / name).iterdir()):
        TARGETS[name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_begins_with_samples(name: str) -> None:
    assert list(TARGETS[name].seeds())


def test_what_is_kept_is_added_to_and_never_replaced() -> None:
    target = TARGETS["json"]
    assert new(target, [b"[1, 2]", b"{"], [b"[2, 1]", b"[3, 4]"]) == []
    more = b'{"a": 1, "a": 2}'
    assert new(target, [b"[1]"], [more, b" " + more]) == [more]
