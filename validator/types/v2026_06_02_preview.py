"""The documents of api-version 2026-06-02-preview as types, from its schemas: written by `make golden`."""

from typing import Literal, Required, TypeAlias, TypedDict

from . import v2026_06_01
from .v2026_06_01 import (
    ErrorAdditionalInfo, ErrorDetail, ErrorResponse, ManagedClusterUpdate, ManagedClusterUpgradeSpec, ManagedClusterUpgradeType,
    MemberUpdateStatus, NodeImageSelection, NodeImageSelectionStatus, NodeImageSelectionType, NodeImageVersion, SkipProperties, SkipTarget,
    TargetType, UpdateRunGateStatus, UpdateRunProvisioningState, UpdateState, UpdateStatus, WaitStatus, createdByType, systemData,
)

__all__ = (
    "DayOfWeek", "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "GateConfiguration", "GateType", "ManagedClusterUpdate",
    "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType", "MemberSelector", "MemberUpdateStatus", "NodeImageSelection",
    "NodeImageSelectionStatus", "NodeImageSelectionType", "NodeImageVersion", "ScheduledStartConfiguration", "SkipProperties", "SkipTarget",
    "TargetType", "UpdateGroup", "UpdateGroupStatus", "UpdateRun", "UpdateRunGateStatus", "UpdateRunProperties",
    "UpdateRunProvisioningState", "UpdateRunStatus", "UpdateRunStrategy", "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus",
    "WaitStatus", "createdByType", "systemData",
)


DayOfWeek: TypeAlias = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
"""A day of the week."""


GateType: TypeAlias = Literal["Approval", "ScheduledStart"]
"""What completes a gate."""


class MemberSelector(TypedDict, total=False):
    """Which members of the fleet are meant."""

    byLabel: Required[str]


class ScheduledStartConfiguration(TypedDict, total=False):
    """When a gate of the type ScheduledStart completes itself: at the next such day and time after the run has come to it."""

    startDay: Required[DayOfWeek]
    startTime: Required[str]
    utcOffset: Required[str]


class GateConfiguration(TypedDict, total=False):
    """A gate that is made with the run, and holds up what follows it until it is completed."""

    displayName: str
    type: Required[GateType]
    scheduledStartConfiguration: ScheduledStartConfiguration


class UpdateGroup(TypedDict, total=False):
    """Members of the fleet that are updated as one group."""

    name: Required[str]
    beforeGates: list[GateConfiguration]
    afterGates: list[GateConfiguration]
    maxConcurrency: str
    memberSelector: MemberSelector
    maxAllowedFailures: str


class UpdateGroupStatus(v2026_06_01.UpdateGroupStatus, total=False):
    """Progress of one group."""

    failureCount: int
    maxAllowedFailures: int


class UpdateStage(TypedDict, total=False):
    """Groups that are updated side by side, and the wait that follows them."""

    name: Required[str]
    groups: list[UpdateGroup]
    afterStageWaitInSeconds: int
    beforeGates: list[GateConfiguration]
    afterGates: list[GateConfiguration]
    maxConcurrency: str
    memberSelector: MemberSelector
    maxAllowedFailures: str


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
    failureCount: int
    maxAllowedFailures: int


class UpdateRunStatus(TypedDict, total=False):
    """Progress of the run."""

    status: UpdateStatus
    stages: list[UpdateStageStatus]
    nodeImageSelection: NodeImageSelectionStatus
    failureCount: int


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
