"""The formats of the schemas: one parser each, used by schemas, rules and generators alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from ..wording import MAX_SHOWN, shorten
from .layers import Schema

_DATE_TIME = re.compile(
    r"([0-9]{4})(-[0-9]{2}-[0-9]{2})[Tt]((?:[01][0-9]|2[0-3]):[0-9]{2}):([0-9]{2})(?:\.([0-9]++))?([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SEGMENTS = re.compile(r"(?:/[^/\x00-\x20\x7f]++)++")  # possessive, as memory is kept for what might be given back
NANOSECONDS = 1_000_000_000

_DAY = 86_400
"""Seconds of a day."""

_CYCLE = 146_097
"""Days of the 400 years after which the calendar repeats."""

_FIRST = datetime(400, 1, 1, tzinfo=UTC)
"""The year 0 in the calendar, which is looked up 400 years later, as the first year of a `datetime` is 1."""


def date_time(text: str) -> int | None:
    """Read an RFC 3339 date-time as nanoseconds since 0000-01-01T00:00:00Z. Return None for any other text.

    Of a fraction, nine digits are read; `lead` compares all of them. A leap second (`23:59:60` UTC) is the first
    instant of the next day, as in POSIX.
    """
    return _date_time(text) if len(text) <= _MAX_CACHED else _date_time.__wrapped__(text)


@lru_cache(maxsize=1024)  # schemas, rules and histories ask for the same times
def _date_time(text: str) -> int | None:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, day, clock, second, fraction, zone = match.groups()
    is_leap = second == "60"
    try:
        moment = datetime.fromisoformat(f"{400 + int(year) % 400:04}{day}T{clock}:{'59' if is_leap else second}{zone.upper()}")
    except ValueError:
        return None
    since = moment - _FIRST
    seconds = (since.days + int(year) // 400 * _CYCLE) * _DAY + since.seconds + is_leap
    if is_leap and seconds % _DAY:
        return None
    return seconds * NANOSECONDS + int((fraction or "")[:9].ljust(9, "0"))


_MAX_CACHED = 256
"""Characters of the longest text whose value is kept, so that little is kept."""


def _beyond_nanoseconds(text: str) -> str:
    """Return the fraction digits of a date-time after the ninth, without zeros at the end."""
    _, _, fraction = text.partition(".")
    return fraction.rstrip("Zz").partition("+")[0].partition("-")[0][9:].rstrip("0")


def sortable(time: str) -> str:
    """Return a date-time as text that sorts as the time does, except that `.5` sorts before `.50`."""
    if time[-1] == "Z" and time[10] == "T" and time[17] != "6":  # no leap second, which is another instant
        return time[:-1]
    text = in_utc(time)[:-1]
    return f":{text[2:]}" if text.startswith("10000") else text  # a colon comes after the nines of the year before


def to_microsecond(time: str) -> str:
    """Return a date-time, cut to the microsecond, as text that is the same however it was written."""
    text = sortable(time)
    return text if len(text) == _TO_SECOND else text[:_TO_MICROSECOND].rstrip("0").rstrip(".")


_TO_SECOND = len("2025-04-08T09:30:00")
_TO_MICROSECOND = len("2025-04-08T09:30:00.123456")


def lead(one: str, other: str) -> int:
    """Return by how many nanoseconds one date-time precedes another, rounded up; negative or 0 where it does not precede it."""
    before, after = date_time(one), date_time(other)
    if before is None or after is None:
        raise ValueError(f"not date-times: {one!r}, {other!r}")
    return after - before + (_beyond_nanoseconds(other) > _beyond_nanoseconds(one))


def in_utc(time: str) -> str:
    """Return a date-time in UTC, with as many fraction digits as it takes."""
    read = date_time(time)
    if read is None:
        raise ValueError(f"not a date-time: {time!r}")
    beyond = _beyond_nanoseconds(time)
    return f"{written(read - read % NANOSECONDS)[:-1]}.{read % NANOSECONDS:09}{beyond}Z" if beyond else written(read)


def show_time(time: str) -> str:
    """Return a date-time for a message: in UTC, shortened."""
    return shorten(in_utc(time), MAX_SHOWN)


def written(time: int) -> str:
    """Write nanoseconds, as `date_time` reads them, as an RFC 3339 date-time of UTC, with as many fraction digits as it takes."""
    seconds, rest = divmod(time, NANOSECONDS)
    cycle, since = divmod(seconds, _CYCLE * _DAY)
    moment = _FIRST + timedelta(seconds=since)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{moment.year - 400 + 400 * cycle:04}{moment:-%m-%dT%H:%M:%S}{fraction}Z"


def uuid(text: str) -> str | None:
    """Read a UUID (RFC 9562) in its hyphenated form, of any version, as lower case, None where it is none."""
    return text.lower() if _UUID.fullmatch(text) else None


class ArmId(NamedTuple):
    """A resource id of Azure Resource Manager.

    `type` is the last provider's namespace with its types, as in `Microsoft.ContainerService/fleets`,
    and `names` has one name for each of these types; both are empty for a scope without a provider.
    """

    subscription: str
    resource_group: str
    type: str
    names: tuple[str, ...]


def arm_id(text: str) -> ArmId | None:
    """Read a resource id, from `/subscriptions/` or `/providers/` on, None where it is none."""
    return _arm_id(text) if len(text) <= _MAX_CACHED else _arm_id.__wrapped__(text)


@lru_cache(maxsize=1024)  # the runs of a fleet name the same strategies and clusters
def _arm_id(text: str) -> ArmId | None:
    if _SEGMENTS.fullmatch(text) is None:
        return None
    segments = text[1:].split("/")
    if segments[0].lower() not in ("subscriptions", "providers") or len(segments) % 2:
        return None
    subscription = resource_group = ""
    types: list[str] = []
    names: list[str] = []
    for key, value in zip(segments[::2], segments[1::2], strict=True):
        lowered = key.lower()
        if lowered == "providers":
            types, names = [value], []
        elif types:
            types.append(key)
            names.append(value)
        elif lowered == "subscriptions":
            subscription = value
        elif lowered == "resourcegroups":
            resource_group = value
    if types and not names:
        return None
    return ArmId(subscription, resource_group, "/".join(types), tuple(names))


class Format(NamedTuple):
    """A format of the schemas.

    `parse` returns None for a string that is not of the format, and `words` say what the format asks for. `usual` is a pattern
    of the texts that nearly all documents have: whatever it matches is of the format, and it costs an engine written in
    Rust a tenth of a call of `parse`. `keywords` express a format of Azure's own for validators that do not know it; a
    standard format has none.
    """

    parse: Callable[[str], object | None]
    words: str
    usual: str
    keywords: Schema | None = None

    def admits(self, instance: object) -> bool:
        """Return whether the format admits a value, as it does every value that is no string."""
        return not isinstance(instance, str) or self.parse(instance) is not None


_DATE = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SEGMENT = r"[^/\x00-\x20\x7f]+"
_CHILD = "updateRuns|updateStrategies|autoUpgradeProfiles|members|gates"
_SUBSCRIPTIONS, _PROVIDERS, _MICROSOFT, _CONTAINERSERVICE = (
    "".join(f"[{letter.upper()}{letter}]" for letter in word) for word in ("subscriptions", "providers", "microsoft", "containerservice")
)

FORMATS = {
    "date-time": Format(
        date_time,
        "an RFC 3339 date and time, such as 2025-04-08T09:30:00Z",
        rf"^[0-9]{{4}}-{_DATE}T{_CLOCK}:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-]{_CLOCK})$",
    ),
    "uuid": Format(uuid, "a UUID, such as 01234567-89ab-cdef-0123-456789abcdef", f"^{_UUID.pattern}$"),
    "arm-id": Format(
        arm_id,
        "a resource id, such as /subscriptions/.../resourceGroups/.../providers/.../...",
        rf"^/subscriptions/{_SEGMENT}/resource[gG]roups/{_SEGMENT}/providers/{_MICROSOFT}\.{_CONTAINERSERVICE}"
        rf"/(?:fleets/{_SEGMENT}(?:/(?:{_CHILD})/{_SEGMENT})?|managedClusters/{_SEGMENT})$",
        {
            "pattern": f"^/(?:{_SUBSCRIPTIONS}|{_PROVIDERS})/{_SEGMENT}(?:/{_SEGMENT}/{_SEGMENT})*$",
            "not": {"pattern": f"/{_PROVIDERS}/{_SEGMENT}$"},  # a provider's resource has a type and a name
        },
    ),
}
