"""The documents of api-version 2025-03-01 as types, from its schemas: written by `make golden`."""

from typing import Any, Literal, Required, TypeAlias, TypedDict

__all__ = (
    "ErrorAdditionalInfo", "ErrorDetail", "ErrorResponse", "ManagedClusterUpdate", "ManagedClusterUpgradeSpec", "ManagedClusterUpgradeType",
    "MemberUpdateStatus", "NodeImageSelection", "NodeImageSelectionStatus", "NodeImageSelectionType", "NodeImageVersion", "SkipProperties",
    "SkipTarget", "TargetType", "UpdateGroup", "UpdateGroupStatus", "UpdateRun", "UpdateRunProperties", "UpdateRunProvisioningState",
    "UpdateRunStatus", "UpdateRunStrategy", "UpdateStage", "UpdateStageStatus", "UpdateState", "UpdateStatus", "WaitStatus",
    "createdByType", "systemData",
)


class ErrorAdditionalInfo(TypedDict, total=False):
    """Further information about an error."""

    type: str
    info: dict[str, Any]


ManagedClusterUpgradeType: TypeAlias = Literal["Full", "NodeImageOnly", "ControlPlaneOnly"]
"""Which parts of a cluster are upgraded."""


NodeImageSelectionType: TypeAlias = Literal["Latest", "Consistent", "Custom"]
"""How node images are chosen."""


class NodeImageVersion(TypedDict, total=False):
    """One node image."""

    version: str


TargetType: TypeAlias = Literal["Member", "Group", "Stage", "AfterStageWait"]
"""The kinds of parts that can be skipped."""


class UpdateGroup(TypedDict, total=False):
    """Members of the fleet that are updated one after another."""

    name: Required[str]


UpdateRunProvisioningState: TypeAlias = Literal["Succeeded", "Failed", "Canceled"]
"""What became of the resource's creation."""


UpdateState: TypeAlias = Literal["NotStarted", "Running", "Stopping", "Stopped", "Skipped", "Failed", "Pending", "Completed"]
"""The states that a run, a stage, a group, a member and a wait can be in."""


createdByType: TypeAlias = Literal["User", "Application", "ManagedIdentity", "Key"]
"""Kind of an identity."""


class ErrorDetail(TypedDict, total=False):
    """One error, with the errors that it consists of."""

    code: str
    message: str
    target: str
    details: list["ErrorDetail"]
    additionalInfo: list[ErrorAdditionalInfo]


class ManagedClusterUpgradeSpec(TypedDict, total=False):
    """The upgrade asked of a cluster."""

    type: Required[ManagedClusterUpgradeType]
    kubernetesVersion: str


class NodeImageSelection(TypedDict, total=False):
    """How the image of each upgraded node is chosen."""

    type: Required[NodeImageSelectionType]
    customNodeImageVersions: list[NodeImageVersion]


class NodeImageSelectionStatus(TypedDict, total=False):
    """The node images that the service chose."""

    selectedNodeImageVersions: list[NodeImageVersion]


class SkipTarget(TypedDict, total=False):
    """One part of an update run to skip."""

    type: Required[TargetType]
    name: Required[str]


class UpdateStage(TypedDict, total=False):
    """Groups that are updated side by side, and the wait that follows them."""

    name: Required[str]
    groups: Required[list[UpdateGroup]]
    afterStageWaitInSeconds: int


class systemData(TypedDict, total=False):
    """Who created and last modified the resource, and when."""

    createdBy: str
    createdByType: createdByType
    createdAt: str
    lastModifiedBy: str
    lastModifiedByType: createdByType
    lastModifiedAt: str


class ErrorResponse(TypedDict, total=False):
    """Body of every answer that is not a success."""

    error: ErrorDetail


class ManagedClusterUpdate(TypedDict, total=False):
    """What is done to each member cluster."""

    upgrade: Required[ManagedClusterUpgradeSpec]
    nodeImageSelection: NodeImageSelection


class SkipProperties(TypedDict, total=False):
    """The body of a request to skip: what the update run leaves out."""

    targets: Required[list[SkipTarget]]


class UpdateRunStrategy(TypedDict, total=False):
    """The stages of a run, in their order. No group occurs twice, in one stage or in two."""

    stages: Required[list[UpdateStage]]


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
    message: str


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
