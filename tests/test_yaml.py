"""YAML means here what it means to PyYAML, where JSON has a value for it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from validator.capture import yaml_text
from validator.exchange import Body, Unreadable
from validator.findings import JSON


def value(text: str) -> JSON:
    body = yaml_text.parse(text.encode())
    assert isinstance(body, Body), body
    return body.value


@st.composite
def merging(draw: st.DrawFn) -> str:
    """Write mappings one below another, each with an anchor, keys of its own, and merges of earlier ones."""
    lines: list[str] = []
    for index in range(draw(st.integers(1, 6))):
        source = st.sampled_from([f"*m{at}" for at in range(index)] + ["{a: in, z: in}"])
        sources = source | st.lists(source, max_size=3).map(lambda many: f"[{', '.join(many)}]")
        members = [f"{key}: {index}" for key in draw(st.lists(st.sampled_from(["a", "b", "c", '"<<"', "'<<'"]), max_size=3, unique=True))]
        members += [f"{key}: {draw(sources)}" for key in draw(st.lists(st.sampled_from(["<<", "!!merge <<", "!!merge x"]), max_size=2))]
        lines.append(f"m{index}: &m{index} {{{', '.join(draw(st.permutations(members)))}}}")
    return "\n".join(lines) + "\n"


@given(text=merging())
def test_what_is_merged_is_what_pyyaml_merges(text: str) -> None:
    assert value(text) == yaml.load(text, Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("text", ["a: &a {<<: *a, b: 1}", "a: &a [{b: 1}]\nc: {<<: *a}", "- <<\n- b: <<", "a: {<<: [], <<: {}}"])
def test_merges_of_an_unusual_kind(text: str) -> None:
    expected = ["<<", {"b": "<<"}] if text.startswith("-") else yaml.load(text, Loader=yaml.CSafeLoader)
    assert value(text) == expected


def test_a_key_that_is_merged_twice_is_no_duplicate_and_one_that_is_written_twice_is() -> None:
    body = yaml_text.parse(b"a: &a {b: 1}\nc: {<<: *a, <<: *a, b: 2}\nd: {<<: {e: 1, e: 2}, <<: *a}\n")
    assert isinstance(body, Body)
    assert body.duplicates == (("d", "<<", "e"),)


def test_merges_that_unfold_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_NODES", 1000)
    text = "a: &a {" + ", ".join(f"k{number}: 1" for number in range(50)) + "}\nb: [" + "{<<: *a}, " * 30 + "]"
    assert isinstance(body := yaml_text.parse(text.encode()), Unreadable)
    assert body.rule == "input/too-large"
