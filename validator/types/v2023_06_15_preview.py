"""The documents of api-version 2023-06-15-preview as types, from its schemas: written by `make golden`."""

from typing import Required, TypedDict

from .v2023_08_15_preview import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, ManagedClusterUpdate, ManagedClusterUpgradeSpec, ManagedClusterUpgradeType,
    MemberUpdateStatus, NodeImageSelection, NodeImageSelectionStatus, NodeImageSelectionType, NodeImageVersion, UpdateGroup,
    UpdateGroupStatus, UpdateRunProvisioningState, UpdateRunStatus, UpdateRunStrategy, UpdateStage, UpdateStageStatus, UpdateState,
    UpdateStatus, WaitStatus, createdByType, systemData,
)

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "ManagedClusterUpdate", "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType",
    "MemberUpdateStatus", "NodeImageSelection", "NodeImageSelectionStatus", "NodeImageSelectionType", "NodeImageVersion", "UpdateGroup",
    "UpdateGroupStatus", "UpdateRun", "UpdateRunProperties", "UpdateRunProvisioningState", "UpdateRunStatus", "UpdateRunStrategy",
    "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus", "createdByType", "systemData",
)


class UpdateRunProperties(TypedDict, total=False):
    """What the run is asked to do and what it reports."""

    managedClusterUpdate: Required[ManagedClusterUpdate]
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
