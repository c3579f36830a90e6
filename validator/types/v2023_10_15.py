"""The documents of api-version 2023-10-15 as types, from its schemas: written by `make golden`."""

from typing import Literal, Required, TypeAlias, TypedDict

from .v2024_02_02_preview import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, MemberUpdateStatus, NodeImageSelection, NodeImageSelectionStatus,
    NodeImageSelectionType, NodeImageVersion, UpdateGroup, UpdateGroupStatus, UpdateRunProvisioningState, UpdateRunStatus,
    UpdateRunStrategy, UpdateStage, UpdateStageStatus, UpdateState, UpdateStatus, WaitStatus, createdByType, systemData,
)

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "ManagedClusterUpdate", "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType",
    "MemberUpdateStatus", "NodeImageSelection", "NodeImageSelectionStatus", "NodeImageSelectionType", "NodeImageVersion", "UpdateGroup",
    "UpdateGroupStatus", "UpdateRun", "UpdateRunProperties", "UpdateRunProvisioningState", "UpdateRunStatus", "UpdateRunStrategy",
    "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus", "createdByType", "systemData",
)


ManagedClusterUpgradeType: TypeAlias = Literal["Full", "NodeImageOnly"]
"""Which parts of a cluster are upgraded."""


class ManagedClusterUpgradeSpec(TypedDict, total=False):
    """The upgrade asked of a cluster."""

    type: Required[ManagedClusterUpgradeType]
    kubernetesVersion: str


class ManagedClusterUpdate(TypedDict, total=False):
    """What is done to each member cluster."""

    upgrade: Required[ManagedClusterUpgradeSpec]
    nodeImageSelection: NodeImageSelection


class UpdateRunProperties(TypedDict, total=False):
    """What the run is asked to do and what it reports."""

    managedClusterUpdate: Required[ManagedClusterUpdate]
    updateStrategyId: str
    strategy: UpdateRunStrategy
    status: UpdateRunStatus
    provisioningState: UpdateRunProvisioningState


class UpdateRun(TypedDict, total=False):
    """One update of a fleet: what to upgrade, in which order of stages and groups, and how far it has come."""

    id: str
    name: str
    type: str
    eTag: str
    systemData: systemData
    properties: UpdateRunProperties
