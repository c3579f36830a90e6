"""The keywords of JSON Schema that findings are named for, as `schema/KEYWORD`, and what there is to say about each."""

from __future__ import annotations

from dataclasses import dataclass

from ..pointer import JSON


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that constrains: what it claims, what to do, and the change of a clean response (a pointer and a value) that breaks it."""

    claim: str
    fix: str
    pointer: str
    value: JSON


_NAME = "/properties/strategy/stages/0/name"
_WAIT = "/properties/strategy/stages/0/afterStageWaitInSeconds"

KEYWORDS: dict[str, Keyword] = {
    "type": Keyword(
        "A value has the documented JSON type; no property admits null.",
        "Write a value of the type that is expected; where there is none, leave the property out.",
        "/properties/strategy",
        None,
    ),
    "enum": Keyword(
        "A value is one of those that are documented, in just that case of letters.",
        "Write one of the values that the message lists, in just that case of letters.",
        "/properties/status/status/state",
        "running",
    ),
    "minLength": Keyword(
        "A string has at least the documented number of characters.", "Write a longer text, or leave the property out.", _NAME, ""
    ),
    "maxLength": Keyword("A string has at most the documented number of characters.", "Choose a shorter text.", _NAME, "a" * 51),
    "pattern": Keyword(
        "A string is of the documented characters, from its first to its last.",
        "Choose another text, of the characters that the message names; a line feed at the end counts, too.",
        _NAME,
        "Canary",
    ),
    "format": Keyword(
        "A string is a date and time, a UUID or a resource id where one is documented.",
        "Write the text in the form that the message shows.",
        "/systemData/createdAt",
        "2025-04-08",
    ),
    "minimum": Keyword("An integer of 32 bits is not below the least of them.", "Choose a greater number.", _WAIT, -3000000000),
    "maximum": Keyword("An integer of 32 bits is not above the greatest of them.", "Choose a smaller number.", _WAIT, 3000000000),
    "minItems": Keyword(
        "An array has at least the documented number of items.",
        "Add what is missing, or take the stage or the strategy away that has nothing in it.",
        "/properties/strategy/stages/1/groups",
        [],
    ),
    "required": Keyword(
        "An object has the properties that it cannot be without.",
        "Add the property; the definition of the object says what belongs there.",
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
