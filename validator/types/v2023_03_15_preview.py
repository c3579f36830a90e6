"""The documents of api-version 2023-03-15-preview as types, from its schemas: written by `make golden`."""

from typing import Literal, Required, TypeAlias, TypedDict

from .v2023_06_15_preview import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, ManagedClusterUpgradeSpec, ManagedClusterUpgradeType, UpdateGroup,
    UpdateRunProvisioningState, UpdateRunStrategy, UpdateStage, createdByType, systemData,
)

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "ManagedClusterUpdate", "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType",
    "MemberUpdateStatus", "UpdateGroup", "UpdateGroupStatus", "UpdateRun", "UpdateRunProperties", "UpdateRunProvisioningState",
    "UpdateRunStatus", "UpdateRunStrategy", "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus",
    "createdByType", "systemData",
)


UpdateState: TypeAlias = Literal["NotStarted", "Running", "Stopping", "Stopped", "Failed", "Pending", "Completed"]
"""The states that a run, a stage, a group, a member and a wait can be in."""


class ManagedClusterUpdate(TypedDict, total=False):
    """What is done to each member cluster."""

    upgrade: Required[ManagedClusterUpgradeSpec]


class UpdateStatus(TypedDict, total=False):
    """State and times of one operation: a run, a stage, a group, a member or a wait."""

    startTime: str
    completedTime: str
    state: UpdateState
    error: ErrorDetail


class MemberUpdateStatus(TypedDict, total=False):
    """Progress of one member cluster."""

    status: UpdateStatus
    name: str
    clusterResourceId: str
    operationId: str


class WaitStatus(TypedDict, total=False):
    """Progress of the wait after a stage."""

    status: UpdateStatus
    waitDurationInSeconds: int


class UpdateGroupStatus(TypedDict, total=False):
    """Progress of one group."""

    status: UpdateStatus
    name: str
    members: list[MemberUpdateStatus]


class UpdateStageStatus(TypedDict, total=False):
    """Progress of one stage."""

    status: UpdateStatus
    name: str
    groups: list[UpdateGroupStatus]
    afterStageWaitStatus: WaitStatus


class UpdateRunStatus(TypedDict, total=False):
    """Progress of the run."""

    status: UpdateStatus
    stages: list[UpdateStageStatus]


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
