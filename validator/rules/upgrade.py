"""Rules about the upgrade that a run applies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..findings import Severity
from ..run.nodes import Node
from ..wording import show
from .rule import BOTH, Issue, in_schemas, rule

VERSION = re.compile(r"v?[0-9]+\.[0-9]+(?:\.[0-9]+)?")


@in_schemas("rest#ManagedClusterUpgradeType")
def kubernetes_version_required() -> None:
    """The upgrade types Full and ControlPlaneOnly must have a kubernetesVersion.

    Both upgrade the control plane, and the service needs the version to upgrade to.

    Fix: Add `kubernetesVersion` next to `type`, or choose NodeImageOnly if only node images are to be upgraded.

    Example, on a request:
        /properties/managedClusterUpdate/upgrade/kubernetesVersion

    Example, on a request:
        /properties/managedClusterUpdate/upgrade/type = "ControlPlaneOnly"
        /properties/managedClusterUpdate/upgrade/kubernetesVersion
    """


@in_schemas("rest#ManagedClusterUpgradeType", error_since="2023-06-15-preview")
def kubernetes_version_forbidden() -> None:
    """The upgrade type NodeImageOnly must not have a kubernetesVersion.

    It does not change the Kubernetes version of any cluster. In recordings, the first api-version, 2023-03-15-preview, accepts one,
    so for that version this is a warning.

    Fix: Remove `kubernetesVersion`, or choose Full or ControlPlaneOnly if the version is to change.

    Example, on a request:
        /properties/managedClusterUpdate/upgrade/type = "NodeImageOnly"
    """


@rule(Severity.WARNING, BOTH, "cli#kubernetes-version", on="ManagedClusterUpgradeSpec")
def kubernetes_version_format(upgrade: Node) -> Iterator[Issue]:
    """A Kubernetes version must have the form MAJOR.MINOR.PATCH or MAJOR.MINOR.

    The documentation only says that it is a string, but no cluster has a version of another form. A leading v is accepted.

    Fix: Write the version as numbers with periods, such as 1.31.2.

    Example, on a request:
        /properties/managedClusterUpdate/upgrade/kubernetesVersion = "1.31.x"

    Example, on a request:
        /properties/managedClusterUpdate/upgrade/kubernetesVersion = "1.31\\n"
    """
    version = upgrade.value.get("kubernetesVersion")
    if version is not None and not VERSION.fullmatch(version):
        yield Issue(upgrade.at("kubernetesVersion"), f"expected a version such as 1.31.2 or 1.31, found {show(version)}")
