"""The documents of api-version 2026-02-01-preview as types, from its schemas: written by `make golden`."""

from typing import Required, TypedDict

from . import v2025_08_01_preview
from .v2025_08_01_preview import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, GateConfiguration, GateType, ManagedClusterUpdate, ManagedClusterUpgradeSpec,
    ManagedClusterUpgradeType, MemberUpdateStatus, NodeImageSelection, NodeImageSelectionStatus, NodeImageSelectionType, NodeImageVersion,
    SkipProperties, SkipTarget, TargetType, UpdateRunGateStatus, UpdateRunProvisioningState, UpdateState, UpdateStatus, WaitStatus,
    createdByType, systemData,
)

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "GateConfiguration", "GateType", "ManagedClusterUpdate",
    "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType", "MemberUpdateStatus", "NodeImageSelection", "NodeImageSelectionStatus",
    "NodeImageSelectionType", "NodeImageVersion", "SkipProperties", "SkipTarget", "TargetType", "UpdateGroup", "UpdateGroupStatus",
    "UpdateRun", "UpdateRunGateStatus", "UpdateRunProperties", "UpdateRunProvisioningState", "UpdateRunStatus", "UpdateRunStrategy",
    "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus", "createdByType", "systemData",
)


class UpdateGroup(v2025_08_01_preview.UpdateGroup, total=False):
    """Members of the fleet that are updated as one group."""

    maxConcurrency: str


class UpdateStage(TypedDict, total=False):
    """Groups that are updated side by side, and the wait that follows them."""

    name: Required[str]
    groups: Required[list[UpdateGroup]]
    afterStageWaitInSeconds: int
    beforeGates: list[GateConfiguration]
    afterGates: list[GateConfiguration]
    maxConcurrency: str


class UpdateGroupStatus(v2025_08_01_preview.UpdateGroupStatus, total=False):
    """Progress of one group."""

    maxConcurrency: int


class UpdateRunStrategy(TypedDict, total=False):
    """The stages of a run, in their order. No group occurs twice, in one stage or in two."""

    stages: Required[list[UpdateStage]]


class UpdateStageStatus(TypedDict, total=False):
    """Progress of one stage."""

    status: UpdateStatus
    name: str
    groups: list[UpdateGroupStatus]
    afterStageWaitStatus: WaitStatus
    beforeGates: list[UpdateRunGateStatus]
    afterGates: list[UpdateRunGateStatus]
    maxConcurrency: int


class UpdateRunStatus(TypedDict, total=False):
    """Progress of the run."""

    status: UpdateStatus
    stages: list[UpdateStageStatus]
    nodeImageSelection: NodeImageSelectionStatus


class UpdateRunProperties(TypedDict, total=False):
    """What the run is asked to do and what it reports."""

    managedClusterUpdate: Required[ManagedClusterUpdate]
    updateStrategyId: str
    strategy: UpdateRunStrategy
    status: UpdateRunStatus
    provisioningState: UpdateRunProvisioningState
    autoUpgradeProfileId: str


class UpdateRun(TypedDict, total=False):
    """One update of a fleet: what to upgrade, in which order of stages and groups, and how far it has come."""

    id: str
    name: str
    type: str
    eTag: str
    systemData: systemData
    properties: UpdateRunProperties
