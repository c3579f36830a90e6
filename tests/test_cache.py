"""What was put last is kept, as much as may be, and the rest is forgotten in the order in which it was put."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from validator.run.cache import LRU


@given(limit=st.integers(1, 12), steps=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4))))
def test_the_values_put_last_are_there_and_no_other(limit: int, steps: list[tuple[int, int]]) -> None:
    cache: LRU[int, tuple[int, int]] = LRU(limit)
    expected: dict[int, tuple[int, int]] = {}
    for time, (key, weight) in enumerate(steps):
        cache.put(key, (time, weight), weight)
        expected.pop(key, None)
        expected[key] = time, weight
        while sum(kept for _, kept in expected.values()) > limit and len(expected) > 1:
            del expected[next(iter(expected))]
        assert {known: value for known in range(10) if (value := cache.get(known)) is not None} == expected


def test_a_value_that_weighs_more_than_all_is_kept_alone() -> None:
    cache: LRU[str, int] = LRU(10)
    for key, weight in (("a", 5), ("b", 50), ("b", 60)):
        cache.put(key, weight, weight)
    assert [cache.get(key) for key in "ab"] == [None, 60]
    cache.put("a", 1, 1)
    assert [cache.get(key) for key in "ab"] == [1, None]
