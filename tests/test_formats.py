"""The formats: their parsers, compared with independent ones, and their patterns, compared with the parsers."""

from __future__ import annotations

import tracemalloc
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from itertools import product
from math import ceil
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.for_each import for_each
from tests.support.profiles import at_most
from validator.contract import schemas
from validator.contract.engines import ENGINES, EngineName
from validator.contract.formats import FORMATS, NANOSECONDS, ArmId, arm_id, date_time, in_utc, lead, sortable, uuid, written
from validator.contract.schema_errors import schema_errors
from validator.rules.example import RESPONSE

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


DIGITS = st.text("0123456789", min_size=1, max_size=30)


@given(DIGITS, DIGITS)
def test_times_are_compared_with_all_their_digits(one: str, other: str) -> None:
    times = [f"2025-04-08T09:30:00.{digits}Z" for digits in (one, other)]
    gap = (Fraction(f"0.{other}") - Fraction(f"0.{one}")) * NANOSECONDS
    assert lead(*times) == ceil(gap)
    assert (in_utc(times[0]) == in_utc(times[1])) == (gap == 0)
    assert in_utc(f"2025-04-08T11:30:00.{one}+02:00") == in_utc(times[0])
    assert sortable(times[0]) < sortable(times[1]) or gap <= 0


def test_a_time_with_a_million_digits_is_a_time() -> None:
    assert date_time(f"2025-04-08T09:30:00.{'1' * 10**6}Z") == (date_time("2025-04-08T09:30:00.111111111Z"))


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


@for_each(
    "text",
    [
        "",
        "2025-04-08",
        "2025-04-08T09:30Z",
        "2025-04-08T09:30:00",
        "2025-04-08 09:30:00Z",
        "2025-04-08T09:30:00.Z",
        "2025-04-08T09:30:00,5Z",
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


@for_each("year", [1900, 2000, 2024, 2025])
@for_each("month", range(1, 13))
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


@pytest.mark.slow
def test_a_long_id_takes_a_few_times_the_memory_of_its_text() -> None:
    text = "/subscriptions/x" + "/a" * 2**19
    tracemalloc.start()
    arm_id(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(text)


# Patterns: whatever the pattern of a format matches, its parser reads

PATTERNS = {name: jsonschema_rs.Draft202012Validator({"pattern": known.usual}) for name, known in FORMATS.items()}
"""The patterns in the engine that uses them, whose regular expressions are not those of Python."""

DAYS = [
    f"{year}-{month:02}-{day:02}" for year, month, day in product(["0000", "1900", "2000", "2023", "2024", "9999"], range(14), range(33))
]
CLOCKS = ["00:00:00", "23:59:59", "23:59:60", "15:59:60", "24:00:00", "12:60:00", "12:00:61", "9:30:00", "09:30", "12:00:00,5"]
FRACTIONS = ["", ".", ".5", ".123456789", ".1234567890", ".000000000"]
ZONES = ["Z", "z", "", "+00:00", "-00:00", "+23:59", "-23:59", "+24:00", "+12:60", "-08:00", "+0100", "Z\n", "Z ", "\n", "Z\u2028"]
TIMES = [
    *(f"{day}{mark}00:00:00Z" for day in DAYS for mark in "T"),
    *(
        f"{day}T{clock}{fraction}{zone}"
        for day in ("2024-02-29", "2016-12-31")
        for clock in CLOCKS
        for fraction in FRACTIONS
        for zone in ZONES
    ),
    *(f"2024-02-28{mark}09:30:00Z" for mark in "t \n_"),
    *("٢٠٢٤-02-28T09:30:00Z", "\n2024-02-28T09:30:00Z", "2024-02-28T09:30:00Z\n2024-02-28T09:30:00Z"),
]
SEGMENTS = ["subscriptions", "SUBSCRIPTIONS", "resourceGroups", "resourcegroups", "providers", "Providers", "Microsoft.ContainerService"]
SEGMENTS += [
    "microsoft.containerservice",
    "fleets",
    "managedClusters",
    "updateRuns",
    "updateStrategies",
    "gates",
    "a",
    "",
    " ",
    "\n",
    "ö",
    "\x7f",
]
IDS = [
    f"{lead}/subscriptions/{subscription}/{groups}/{group}/providers/{provider}/{kind}/{name}{more}"
    for lead, subscription, groups, group, provider, kind, name, more in product(
        ["", "x"],
        ["s", "providers", "", "a b"],
        ["resourceGroups", "resourcegroups", "RESOURCEGROUPS", "locations"],
        ["g", "providers"],
        ["Microsoft.ContainerService", "microsoft.containerservice", "Microsoft-ContainerService"],
        ["fleets", "managedClusters", "clusters"],
        ["f", "providers", "f\n"],
        ["", "/", "/updateRuns", "/updateRuns/r", "/updateRuns/providers", "/updateRuns/r/gates/g", "/providers/r", "\n", "/gates/a/b"],
    )
]
UUIDS = [str(UUID(int=0)), "F" * 8 + "-FFFF-ffff-FFFF-" + "f" * 12, "0" * 32, str(UUID(int=0)) + "\n", "g" + str(UUID(int=0))[1:]]
BORDER = {"date-time": TIMES, "arm-id": IDS, "uuid": UUIDS}


def wrongly_matched(name: str, texts: list[str]) -> list[str]:
    """Return the texts that the pattern of a format matches, but its parser does not read."""
    return [text for text in texts if PATTERNS[name].is_valid(text) and FORMATS[name].parse(text) is None]


@pytest.mark.parametrize("name", FORMATS)
def test_a_pattern_matches_nothing_near_the_border_that_the_parser_does_not_read(name: str) -> None:
    assert wrongly_matched(name, BORDER[name]) == []
    for of_border in (True, False):
        assert of_border in {PATTERNS[name].is_valid(text) for text in BORDER[name]}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_pattern_matches_nothing_that_the_parser_does_not_read(name: str) -> None:
    @at_most(200)
    @given(
        text=st.from_regex(FORMATS[name].usual, fullmatch=True),
        at=st.integers(0, 200),
        other=st.sampled_from("0269-+:.TtZz/ \nö"),
        data=st.data(),
    )
    def check(text: str, at: int, other: str, data: st.DataObject) -> None:
        assert FORMATS[name].parse(text) is not None
        end = at + data.draw(st.integers(0, 1))
        assert wrongly_matched(name, [text[:at] + other + text[end:], text[:at] + text[end + 1 :]]) == []

    check()


@given(st.lists(st.sampled_from(SEGMENTS), max_size=10))
def test_the_pattern_of_ids_matches_no_segments_that_the_parser_does_not_read(segments: list[str]) -> None:
    assert wrongly_matched("arm-id", ["".join(f"/{segment}" for segment in segments)]) == []


@pytest.mark.parametrize("provider", ["Microsoft.ContainerService", "microsoft.containerservice", "MICROSOFT.CONTAINERSERVICE"])
def test_the_pattern_of_ids_matches_the_provider_in_any_capitals(provider: str) -> None:
    assert PATTERNS["arm-id"].is_valid(f"/subscriptions/s/resourceGroups/g/providers/{provider}/fleets/f/updateRuns/r")


PROPERTIES = {
    "date-time": ("systemData", "createdAt"),
    "arm-id": ("UpdateRun", "id"),
    "uuid": (schemas.PARAMETERS, "subscriptionId"),
}
"""A property of each format, with its definition."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FORMATS)
def test_both_engines_admit_what_the_parser_reads(name: str, engine: EngineName) -> None:
    definition, key = PROPERTIES[name]

    def is_admitted(text: str) -> bool:
        found = schema_errors({key: text}, definition, version=schemas.DEFAULT_VERSION, engine=engine)
        return ("schema/format", (key,)) not in {(error.rule, error.path) for error in found}

    some = BORDER[name][:: 1 if len(BORDER[name]) < 100 else 7 if engine == "fast" else 97]
    assert [text for text in some if is_admitted(text) != FORMATS[name].admits(text)] == []


def test_the_pattern_matches_what_responses_contain() -> None:
    assert PATTERNS["arm-id"].is_valid(RESPONSE["id"])
    for text in (
        RESPONSE["systemData"]["createdAt"],
        RESPONSE["properties"]["status"]["status"]["startTime"],
        "2025-04-08T09:30:00.123456+00:00",
    ):
        assert PATTERNS["date-time"].is_valid(text)


# The order of times

LEGAL = [text for text in TIMES if date_time(text) is not None]
legal_times = st.sampled_from(LEGAL) | st.builds(
    lambda moment, digits, mark, zone: f"{moment.year:04}-{moment:%m-%d}{mark}{moment:%H:%M:%S}{digits}{zone}",
    st.datetimes() | st.datetimes(datetime(2025, 4, 8), datetime(2025, 4, 8, 0, 1)),  # noqa: DTZ001 - the zone is drawn, too
    st.sampled_from(["", ".5", ".50", ".500000000", ".499999999", ".05", ".0", ".000000001"]),
    st.sampled_from("TTTt"),
    st.sampled_from(["Z", "Z", "z", "+00:00", "-00:00", "+00:01", "-23:59", "+14:00"]),
)


def without_zeros(text: str) -> str:
    """Return a sortable time without the zeros at the end of its fraction."""
    return text.rstrip("0").rstrip(".") if "." in text else text


@at_most(1000)
@given(one=legal_times, other=legal_times)
@example(one="9999-12-31T23:59:60Z", other="9999-12-31T23:59:59Z")
@example(one="9999-12-31T23:59:59-00:01", other="2025-04-08T09:30:00Z")
@example(one="0000-01-01T00:00:00+00:01", other="0000-01-01T00:00:00Z")
@example(one="2016-12-31T23:59:60.5Z", other="2017-01-01T00:00:00.500Z")
def test_sortable_texts_sort_as_the_times_do(one: str, other: str) -> None:
    first, second = date_time(one), date_time(other)
    assert first is not None
    assert second is not None
    assert lead(one, other) == second - first == -lead(other, one)
    assert (without_zeros(sortable(one)) < without_zeros(sortable(other))) == (first < second)
    if first != second:
        assert (sortable(one) < sortable(other)) == (first < second)
        assert (sortable(one)[:23] <= sortable(other)[:23]) or first > second  # rules compare milliseconds first


def test_of_one_time_the_one_with_fewer_digits_sorts_first() -> None:
    assert sortable("2025-04-08T09:30:00.5Z") < sortable("2025-04-08T09:30:00.50Z")


@pytest.mark.parametrize("one, other", [("2025-04-08", "2025-04-08T09:30:00Z"), ("2025-04-08T09:30:00Z", "")])
def test_there_is_no_time_between_texts_that_are_no_times(one: str, other: str) -> None:
    with pytest.raises(ValueError, match="not date-times"):
        lead(one, other)
