"""The documents of api-version 2025-04-01-preview as types, from its schemas: written by `make golden`."""

from typing import Literal, Required, TypeAlias, TypedDict

from . import v2025_03_01
from .v2025_03_01 import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, ManagedClusterUpdate, ManagedClusterUpgradeSpec, ManagedClusterUpgradeType,
    MemberUpdateStatus, NodeImageSelection, NodeImageSelectionStatus, NodeImageSelectionType, NodeImageVersion, SkipProperties, SkipTarget,
    TargetType, UpdateRunProvisioningState, UpdateState, UpdateStatus, WaitStatus, createdByType, systemData,
)

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "GateConfiguration", "GateType", "ManagedClusterUpdate",
    "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType", "MemberUpdateStatus", "NodeImageSelection", "NodeImageSelectionStatus",
    "NodeImageSelectionType", "NodeImageVersion", "SkipProperties", "SkipTarget", "TargetType", "UpdateGroup", "UpdateGroupStatus",
    "UpdateRun", "UpdateRunGateStatus", "UpdateRunProperties", "UpdateRunProvisioningState", "UpdateRunStatus", "UpdateRunStrategy",
    "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus", "createdByType", "systemData",
)


GateType: TypeAlias = Literal["Approval"]
"""What completes a gate."""


class GateConfiguration(TypedDict, total=False):
    """A gate that is made with the run, and holds up what follows it until it is completed."""

    displayName: str
    type: Required[GateType]


class UpdateGroup(v2025_03_01.UpdateGroup, total=False):
    """Members of the fleet that are updated one after another."""

    beforeGates: list[GateConfiguration]
    afterGates: list[GateConfiguration]


class UpdateRunGateStatus(TypedDict, total=False):
    """Progress of a gate."""

    displayName: str
    gateId: str
    status: UpdateStatus


class UpdateStage(TypedDict, total=False):
    """Groups that are updated side by side, and the wait that follows them."""

    name: Required[str]
    groups: Required[list[UpdateGroup]]
    afterStageWaitInSeconds: int
    beforeGates: list[GateConfiguration]
    afterGates: list[GateConfiguration]


class UpdateGroupStatus(v2025_03_01.UpdateGroupStatus, total=False):
    """Progress of one group."""

    beforeGates: list[UpdateRunGateStatus]
    afterGates: list[UpdateRunGateStatus]


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
