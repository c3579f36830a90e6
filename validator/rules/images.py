"""Rules about the node images that a run chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Severity
from ..pointer import JSON
from ..run.nodes import Node, duplicates
from ..wording import count, show
from .rule import BOTH, RESPONSE, Issue, in_schemas, rule

_NUMBERS = re.compile(r"[0-9.]+")


@in_schemas("rest#NodeImageSelection")
def custom_images_required() -> None:
    """The node image selection Custom must have at least one item in customNodeImageVersions.

    Custom means these versions; without one there is nothing to upgrade to.

    Fix: List the image versions, or choose Latest or Consistent.

    Example, on a request:
        /properties/managedClusterUpdate/nodeImageSelection/type = "Custom"

    Example, on a request:
        /properties/managedClusterUpdate/nodeImageSelection = {"type": "Custom", "customNodeImageVersions": []}
    """


@in_schemas("rest#NodeImageSelection")
def custom_images_forbidden() -> None:
    """A node image selection other than Custom must not have customNodeImageVersions.

    With Latest and Consistent the service chooses the versions itself. An empty list is accepted.

    Fix: Remove `customNodeImageVersions`, or choose Custom.

    Example, on a request:
        /properties/managedClusterUpdate/nodeImageSelection/customNodeImageVersions = [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]
    """


def family(version: str) -> str:
    """Return the image family of a version."""
    lead, _, numbers = version.rpartition("-")
    return lead if _NUMBERS.fullmatch(numbers) and lead else version


@rule(
    Severity.ERROR,
    BOTH,
    "rest#NodeImageSelection",
    on="NodeImageSelection",
    needs="NodeImageSelection.customNodeImageVersions",
)
def image_family_duplicate(selection: Node) -> Iterator[Issue]:
    """An image family must have at most one version among customNodeImageVersions.

    All nodes of a family are upgraded to the version listed for it. The family is the part of a version before its last hyphen if only
    digits and periods follow, and the whole version otherwise.

    Fix: Compare the versions of the family, keep the one that is meant, and remove the others.

    Example, on a request:
        /properties/managedClusterUpdate/nodeImageSelection = {"type": "Custom", "customNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}, {"version": "AKSUbuntu-2204gen2containerd-202503.13.0"}]}

    Example, on a request:
        /properties/managedClusterUpdate/nodeImageSelection = {"type": "Custom", "customNodeImageVersions": [{"version": "custom"}, {"version": "custom"}]}
    """
    images = selection.value.get("customNodeImageVersions")
    if not images:
        return

    def key(image: JSON) -> str | None:
        version = image.get("version")
        return None if version is None else family(version)

    for first, again in duplicates(images, key):
        message = f"the image family {show(key(images[again]))} has a second version, {show(images[again]['version'])}"
        where, before = (selection.at("customNodeImageVersions", index, "version") for index in (again, first))
        yield Issue(where, message, ((before, "the first version of the family"),))


@rule(
    Severity.WARNING,
    RESPONSE,
    "spec#NodeImageSelectionStatus",
    on="UpdateRun.properties",
    needs="UpdateRunStatus.nodeImageSelection",
)
def selected_images_unexpected(run: Node) -> Iterator[Issue]:
    """Selected node images must only be reported with Consistent or Custom.

    With Latest, and without a selection, each cluster takes the newest image that is available to it, so no version applies to the
    whole run.

    Fix: In a fixture, remove `selectedNodeImageVersions`. In a live response, compare the selection with the request that created the
    run.

    Example, on a response:
        /properties/status/nodeImageSelection = {"selectedNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}

    Example, on a response:
        /properties/managedClusterUpdate/nodeImageSelection
        /properties/status/nodeImageSelection = {"selectedNodeImageVersions": [{"version": "AKSUbuntu-2204gen2containerd-202504.06.0"}]}
    """
    status = run.value.get("status")
    chosen = None if status is None else status.get("nodeImageSelection")
    versions = None if chosen is None else chosen.get("selectedNodeImageVersions")
    if not versions:
        return
    selection = run.value["managedClusterUpdate"].get("nodeImageSelection")
    asked = None if selection is None else selection["type"]
    if asked in (None, "Latest"):
        what = "without a node image selection" if asked is None else "with the node image selection Latest"
        message = f"expected no selected node images {what}, found {count(len(versions), 'version')}"
        yield Issue(run.at("status", "nodeImageSelection", "selectedNodeImageVersions"), message)
