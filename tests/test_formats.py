"""The formats: one parser each, against independent ones."""

from __future__ import annotations

import tracemalloc
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.contract.formats import NANOSECONDS, ArmId, arm_id, date_time, uuid, written

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_EPOCH = date_time("1970-01-01T00:00:00Z")
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=offsets | st.just(UTC)))
def test_a_time_is_what_python_takes_it_for(moment: datetime) -> None:
    assert AT_EPOCH is not None
    expected = ((moment - EPOCH) // timedelta(microseconds=1)) * 1000
    assert date_time(moment.isoformat()) == AT_EPOCH + expected


@given(st.integers(0, 10_000 * 365 * 86_400 * NANOSECONDS))
def test_a_time_is_written_as_it_is_read(time: int) -> None:
    assert date_time(written(time)) == time


@pytest.mark.parametrize(
    "text", ["0000-01-01T00:00:00Z", "2025-04-08T09:30:00Z", "2025-04-08T09:30:00.000000001Z", "2024-02-29T23:59:59.5Z"]
)
def test_a_time_is_written_with_the_digits_that_it_takes(text: str) -> None:
    assert written(date_time(text) or 0) == text


@given(st.integers(0, NANOSECONDS - 1), st.integers(0, 9))
def test_no_digit_of_a_fraction_is_lost(nanoseconds: int, digits: int) -> None:
    kept = f"{nanoseconds:09}"[:digits]
    whole = date_time("2025-04-08T09:30:00Z")
    assert whole is not None
    written = "2025-04-08T09:30:00" + (f".{kept}" if kept else "") + "Z"
    assert date_time(written) == whole + int(kept.ljust(9, "0") or "0")


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.999999999Z",
        "1990-12-31T15:59:60-08:00",
        "2024-02-29T00:00:00Z",
        "2000-02-29T00:00:00+23:59",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2025-04-08t09:30:00z",
        "2025-04-08T09:30:00-00:00",
    ],
)
def test_legal_times_are_read(text: str) -> None:
    assert date_time(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-04-08",
        "2025-04-08T09:30Z",
        "2025-04-08T09:30:00",
        "2025-04-08 09:30:00Z",
        "2025-04-08T09:30:00.Z",
        "2025-04-08T09:30:00,5Z",
        "2025-04-08T09:30:00.1234567890Z",
        "2025-04-08T09:30:00Z\n",
        " 2025-04-08T09:30:00Z",
        "2025-4-8T09:30:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-04-00T00:00:00Z",
        "2025-04-08T24:00:00Z",
        "2025-04-08T09:60:00Z",
        "2025-04-08T09:30:61Z",
        "2025-04-08T09:30:60Z",
        "2016-12-31T22:59:60Z",
        "2016-12-31T23:58:60Z",
        "2016-12-31T23:59:60+01:00",
        "2025-04-08T09:30:00+24:00",
        "2025-04-08T09:30:00+00:60",
        "2025-04-08T09:30:00+0100",
        "٢٠٢٥-04-08T09:30:00Z",
        "-2025-04-08T09:30:00Z",
        "20250408T093000Z",
    ],
)
def test_other_times_are_not(text: str) -> None:
    assert date_time(text) is None


@pytest.mark.parametrize("year", [1900, 2000, 2024, 2025])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_ends_as_in_the_calendar(month: int, year: int) -> None:
    last = monthrange(year, month)[1]
    assert date_time(f"{year}-{month:02}-{last}T00:00:00Z") is not None
    assert date_time(f"{year}-{month:02}-{last + 1}T00:00:00Z") is None


def test_every_year_begins_a_day_after_the_last_day_of_the_year_before() -> None:
    last = [date_time(f"{year:04}-12-31T00:00:00Z") or 0 for year in range(9999)]
    first = [date_time(f"{year:04}-01-01T00:00:00Z") or 0 for year in range(1, 10_000)]
    assert {after - before for before, after in zip(last, first, strict=True)} == {86_400 * NANOSECONDS}


def test_a_leap_second_is_the_first_instant_of_the_next_day() -> None:
    assert date_time("2016-12-31T23:59:60.5Z") == date_time("2017-01-01T00:00:00.5Z")


@given(st.uuids())
def test_a_uuid_is_one_in_either_case(value: UUID) -> None:
    assert uuid(str(value)) == uuid(str(value).upper()) == str(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01234567-89ab-cdef-0123-456789abcdeg",
        "01234567-89ab-cdef-0123-456789abcde",
        "01234567-89ab-cdef-0123-456789abcdef0",
        "0123456789abcdef0123456789abcdef",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
        "01234567-89ab-cdef-0123-456789abcdef\n",
        "0123456-789ab-cdef-0123-456789abcdef",
    ],
)
def test_other_texts_are_no_uuid(text: str) -> None:
    assert uuid(text) is None


def test_a_resource_id_is_taken_apart() -> None:
    text = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/fleets/f/updateRuns/R-1"
    assert arm_id(text) == ArmId("s", "g", "Microsoft.ContainerService/fleets/updateRuns", ("f", "R-1"))


@pytest.mark.parametrize("scope", ["locations/l", "tagNames/t"])
def test_a_scope_that_is_no_resource_group_gives_none(scope: str) -> None:
    assert arm_id(f"/subscriptions/s/{scope}/providers/Microsoft.X/things/t") == ArmId("s", "", "Microsoft.X/things", ("t",))


@pytest.mark.parametrize(
    "text",
    [
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/g",
        "/subscriptions/s/providers/Microsoft.X/things/t",
        "/providers/Microsoft.Management/managementGroups/m",
        "/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/microsoft.x/things/t",
        "/subscriptions/s/resourceGroups/größe/providers/Microsoft.X/things/t",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/things/t/providers/Microsoft.Y/others/o",
    ],
)
def test_resource_ids_of_every_scope_are_read(text: str) -> None:
    assert arm_id(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "run1",
        "subscriptions/s",
        "/subscriptions",
        "/subscriptions/",
        "/subscriptions/s/",
        "//subscriptions/s",
        "/subscriptions/s/resourceGroups",
        "/subscriptions/s/providers/Microsoft.X",
        "/subscriptions/s/providers/Microsoft.X/things",
        "/fleets/f",
        "https://management.azure.com/subscriptions/s",
        "/subscriptions/s/resourceGroups/g\n",
        "/subscriptions/s/resourceGroups/a b",
    ],
)
def test_other_texts_are_no_resource_id(text: str) -> None:
    assert arm_id(text) is None


def test_a_long_id_takes_a_few_times_the_memory_of_its_text() -> None:
    text = "/subscriptions/x" + "/a" * 2**19
    tracemalloc.start()
    arm_id(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(text)
