"""What came last is kept, and no more than twice as much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from validator.latest import Latest


@given(least=st.integers(1, 4), steps=st.lists(st.tuples(st.integers(0, 9), st.booleans())))
def test_the_latest_keys_are_there_and_those_that_were_dropped_are_not(least: int, steps: list[tuple[int, bool]]) -> None:
    latest: Latest[int, int] = Latest(least)
    order: dict[int, int] = {}
    for time, (key, drops) in enumerate(steps):
        order.pop(key, None)
        if drops:
            latest.drop(key)
            assert latest.get(key) is None
        else:
            latest.put(key, time)
            order[key] = time
        assert all(latest.get(known) == order[known] for known in [*order][-least:])
        found = [known for known in range(10) if latest.get(known) is not None]
        assert len(found) <= 2 * least
        assert all(latest.get(known) == order[known] for known in found), "an older value never comes back"
