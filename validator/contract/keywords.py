"""The keywords of JSON Schema that findings are named for, as `schema/KEYWORD`, with their documentation."""

from __future__ import annotations

from typing import NamedTuple

from ..pointer import JSON


class Keyword(NamedTuple):
    """A keyword that constrains: what it claims, what to do, and the change of a clean response (a pointer and a value) that breaks it."""

    claim: str
    fix: str
    pointer: str
    value: JSON


_NAME = "/properties/strategy/stages/0/name"
_WAIT = "/properties/strategy/stages/0/afterStageWaitInSeconds"

KEYWORDS: dict[str, Keyword] = {
    "type": Keyword(
        "A value must have the documented JSON type; no property may be null.",
        "Write a value of the expected type, or remove the property if it has no value.",
        "/properties/strategy",
        None,
    ),
    "enum": Keyword(
        "A value must be one of the documented ones, with exactly this capitalisation.",
        "Write one of the values that the message lists, with exactly this capitalisation.",
        "/properties/status/status/state",
        "running",
    ),
    "minLength": Keyword(
        "A string must have at least the documented number of characters.", "Write a longer string, or remove the property.", _NAME, ""
    ),
    "maxLength": Keyword("A string must have at most the documented number of characters.", "Write a shorter string.", _NAME, "a" * 51),
    "pattern": Keyword(
        "A string must consist of the documented characters.",
        "Write a string of the characters that the message names. A line feed at the end counts, too.",
        _NAME,
        "Canary",
    ),
    "format": Keyword(
        "A string must be a date and time, a UUID or a resource id if one is documented.",
        "Write the string in the form that the message shows.",
        "/systemData/createdAt",
        "2025-04-08",
    ),
    "minimum": Keyword("An integer must not be below the least one of 32 bits.", "Write a greater number.", _WAIT, -3000000000),
    "maximum": Keyword("An integer must not be above the greatest one of 32 bits.", "Write a smaller number.", _WAIT, 3000000000),
    "minItems": Keyword(
        "An array must have at least the documented number of items.",
        "Add an item, or remove the stage or the strategy that is empty.",
        "/properties/strategy/stages/1/groups",
        [],
    ),
    "required": Keyword(
        "An object must have the properties that its definition requires.",
        "Add the property; `updaterun schema DEFINITION` prints what it may be.",
        "/properties/managedClusterUpdate",
        {},
    ),
}
"""The keywords that findings are named for, as `schema/KEYWORD`."""

PATTERN_WORDS = {
    "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$": "lower-case letters, digits and hyphens, with a letter or digit at both ends",
    "^(?:([1-9][0-9]*)|([1-9][0-9]?|100)%)$": "a number from 1, or a percentage from 1% to 100%",
    "^(?:0|[1-9][0-9]*|(?:0|[1-9][0-9]?|100)%)$": "a number from 0, or a percentage from 0% to 100%",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time of day with 24 hours, such as 09:30",
    "^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$": "an offset from UTC up to 14:00, with its sign, such as +02:00",
    "^[-\\w\\._\\(\\)\u0080-\U0010ffff]+$": "letters, digits, underscores, hyphens, periods and parentheses",
}
"""What each pattern of the schemas asks for."""
