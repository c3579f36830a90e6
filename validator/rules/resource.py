"""Rules about the resource that a run is: its identity, its tag, its times, and the ids that it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..contract.formats import arm_id, lead, show_time
from ..findings import Severity
from ..run.identity import RUN_TYPE, name_in_id
from ..run.nodes import Node, lacks
from ..wording import listed, show
from .rule import BOTH, RESPONSE, Issue, rule

PROVIDER = "Microsoft.ContainerService"
STRATEGY_TYPE = f"{PROVIDER}/fleets/updateStrategies"
PROFILE_TYPE = f"{PROVIDER}/fleets/autoUpgradeProfiles"

# RFC 9110, 8.8.3: an entity tag is opaque characters in quotation marks, weak ones behind `W/`.
ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def _type_of(identity: str) -> str:
    parsed = arm_id(identity)
    return f"that of a {show(parsed.type)}" if parsed is not None and parsed.type else show(identity)


def _names(identity: str, resource_type: str) -> bool:
    parsed = arm_id(identity)
    return parsed is not None and parsed.type.lower() == resource_type.lower()


def _reference(run: Node, name: str, resource_type: str) -> Iterator[Issue]:
    """Yield an issue if a property is the id of another type of resource."""
    given = run.value.get(name)
    if given is not None and not _names(given, resource_type):
        yield Issue(run.at(name), f"expected the id of a {resource_type}, found {_type_of(given)}")


@rule(Severity.WARNING, BOTH, "spec#UpdateRun", on="UpdateRun.properties", needs="UpdateRun.properties.updateStrategyId")
def strategy_id_type(run: Node) -> Iterator[Issue]:
    """The id of an update strategy must be the id of a fleet's update strategy.

    `updateStrategyId` is declared as the id of a `Microsoft.ContainerService/fleets/updateStrategies`, with any capitalisation.

    Fix: Copy the id from the output of `az fleet updatestrategy show`.

    Example, on a response:
        /properties/updateStrategyId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/members/weekly"

    Example, on a request:
        /properties/strategy
        /properties/updateStrategyId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateStrategies/weekly/versions/1"
    """
    return _reference(run, "updateStrategyId", STRATEGY_TYPE)


@rule(Severity.WARNING, RESPONSE, "rest#UpdateRun", on="UpdateRun.properties", needs="UpdateRun.properties.autoUpgradeProfileId")
def auto_upgrade_profile_id_type(run: Node) -> Iterator[Issue]:
    """The id of an auto-upgrade profile must be the id of a fleet's auto-upgrade profile.

    `autoUpgradeProfileId` names the profile that made the run. The published OpenAPI document declares another type, which its own
    example and every observed response contradict.

    Fix: Copy the id from the output of `az fleet autoupgradeprofile show`.

    Example, on a response:
        /properties/autoUpgradeProfileId = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/updateStrategies/weekly"
    """
    return _reference(run, "autoUpgradeProfileId", PROFILE_TYPE)


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", on="UpdateRun")
def resource_id_mismatch(run: Node) -> Iterator[Issue]:
    """The id of a run must be the id of a fleet's update run, and end in the run's name.

    `id`, `name` and `type` describe one resource. Capitalisation does not count in ids.

    Fix: Compare `id` with `name` and `type`, and correct the one that is wrong: `id` ends in `/fleets/FLEET/updateRuns/NAME`.

    Example, on a response:
        /name = "another-run"

    Example, on a response:
        /id = "/subscriptions/01234567-89ab-cdef-0123-456789abcdef/resourceGroups/fleets/providers/Microsoft.ContainerService/fleets/prod/members/spring"
    """
    identity = run.value.get("id")
    if identity is None:
        return
    last = name_in_id(identity)
    if last is not None:
        name = run.value.get("name")
        if name is not None and last.lower() != name.lower():
            message = f"expected an id that ends in the name {show(name)}, found {show(last)}"
            yield Issue(run.at("id"), message, ((run.at("name"), "the name"),))
    elif _names(identity, RUN_TYPE):
        yield Issue(run.at("id"), f"expected an id with a subscription and a resource group, found {show(identity)}")
    else:
        yield Issue(run.at("id"), f"expected the id of a {RUN_TYPE}, found {_type_of(identity)}")


@rule(Severity.ERROR, RESPONSE, "rest#UpdateRun", on="UpdateRun")
def resource_type_unexpected(run: Node) -> Iterator[Issue]:
    """The type of a run must be Microsoft.ContainerService/fleets/updateRuns.

    The type identifies the kind of resource, with any capitalisation.

    Fix: Set `type` to Microsoft.ContainerService/fleets/updateRuns.

    Example, on a response:
        /type = "Microsoft.ContainerService/fleets/members"
    """
    given = run.value.get("type")
    if given is not None and given != RUN_TYPE and given.lower() != RUN_TYPE.lower():
        yield Issue(run.at("type"), f"expected {RUN_TYPE}, found {show(given)}")


@rule(Severity.WARNING, RESPONSE, "arm#resource-identity", on="UpdateRun")
def resource_identity_missing(run: Node) -> Iterator[Issue]:
    """A response must have the id, the name and the type of the run.

    The reference page requires none of them, but every resource of Azure Resource Manager has all three.

    Fix: Add the missing properties. If the document is a request, check it with `--as request`.

    Example, on a response:
        /type

    Example, on a response:
        /id
    """
    missing = [name for name in ("id", "name", "type") if lacks(run.value, name)]
    if missing:
        yield Issue(run.path, f"expected id, name and type in a response, found no {listed(missing, 'or')}")


@rule(Severity.WARNING, RESPONSE, "rest#UpdateRun", on="UpdateRun")
def etag_format(run: Node) -> Iterator[Issue]:
    """An eTag must be an HTTP entity tag, including its quotation marks.

    Clients send the value in the headers If-Match and If-None-Match unchanged. In JSON the quotation marks are escaped:
    `"\\"5500aacd\\""`. A weak tag, with W/ before the marks, is one too.

    Fix: Write the string with a quotation mark at each end, and only characters that HTTP allows between them.

    Example, on a response:
        /eTag = "5500aacd-0000-0700-0000-67f448f90000"

    Example, on a response:
        /eTag = "w/\\"5500aacd\\""

    Example, on a response:
        /eTag = "\\"5500 aacd\\""
    """
    tag = run.value.get("eTag")
    if tag is not None and not ENTITY_TAG.fullmatch(tag):
        yield Issue(run.at("eTag"), f"expected {_what_lacks(tag)}, found {show(tag)}")


def _what_lacks(tag: str) -> str:
    """Return what a string must have to be an entity tag."""
    before, mark, rest = tag.partition('"')
    opaque, end, after = rest.partition('"')
    if not mark:
        return "an entity tag with its quotation marks"
    if before not in ("", "W/"):
        return "W/ or nothing before the quotation marks of an entity tag"
    if not end or after:
        return "an entity tag with quotation marks at its two ends and nowhere else"
    wrong = next(character for character in opaque if not ENTITY_TAG.fullmatch(f'"{character}"'))
    return f"no {'blank' if wrong == ' ' else show(wrong)} between the quotation marks of an entity tag"


@rule(Severity.WARNING, RESPONSE, "rest#systemData", on="UpdateRun")
def modified_before_created(run: Node) -> Iterator[Issue]:
    """A run must not be modified before it is created.

    Creation is the first modification: observed responses have the same time for both.

    Fix: Compare `lastModifiedAt` with `createdAt`, and correct the one that is wrong.

    Example, on a response:
        /systemData/lastModifiedAt = "2025-04-08T09:29:59.9999999Z"
    """
    data = run.value.get("systemData")
    if data is None:
        return
    created, modified = data.get("createdAt"), data.get("lastModifiedAt")
    if created is not None and modified is not None and modified != created and lead(modified, created) > 0:
        earliest, found = map(show_time, (created, modified))
        message = f"expected lastModifiedAt not before createdAt, {earliest}, found {found}"
        yield Issue(run.at("systemData", "lastModifiedAt"), message, ((run.at("systemData", "createdAt"), "the creation"),))
