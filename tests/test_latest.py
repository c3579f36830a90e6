"""What came last is kept, and not much more than twice as much."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from validator.run.cache import Latest

STEPS = st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(1, 4)))


@given(least=st.integers(1, 12), steps=STEPS)
def test_the_latest_keys_are_there_and_those_that_were_dropped_are_not(least: int, steps: list[tuple[int, int | None]]) -> None:
    latest: Latest[int, tuple[int, int]] = Latest(least, lambda value: value[1])
    order: dict[int, tuple[int, int]] = {}
    for time, (key, weight) in enumerate(steps):
        order.pop(key, None)
        if weight is None:
            latest.drop(key)
            assert latest.get(key) is None
        else:
            order[key] = time, weight
            latest.put(key, order[key])
        newer = 0
        for known, value in reversed(order.items()):
            assert newer >= least or latest.get(known) == value
            newer += value[1]
        found = [known for known in range(10) if latest.get(known) is not None]
        assert all(latest.get(known) == order[known] for known in found), "an older value never comes back"
        assert sum(order[known][1] for known in found) < 2 * (least + 4)
