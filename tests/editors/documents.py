"""The documents that editors and other validators judge: clean ones of each kind, and ones with a single fault."""

from __future__ import annotations

from validator.pointer import JSON
from validator.rules.example import PAGE, REQUEST, RESPONSE, changed

CLEAN: dict[str, JSON] = {
    "run": RESPONSE,
    "request": REQUEST,
    "page": PAGE,
    "array": [RESPONSE, REQUEST],
    "error": {"error": {"code": "ResourceNotFound", "message": "There is no such run."}},
    "strategy": REQUEST["properties"]["strategy"],
    "skip": {"targets": [{"type": "Stage", "name": "canary"}]},
}

_UPGRADE = "/properties/managedClusterUpdate/upgrade"

FAULTS: tuple[tuple[str, dict[str, JSON]], ...] = (
    ("run", {"/properties/status/status/state": "running"}),
    ("run", {"/systemData/createdAt": "2025-04-08"}),
    ("run", {"/id": "spring"}),
    ("run", {"/properties/strategy/stages/0/afterStageWaitInSeconds": 3e9}),
    ("run", {"/properties/status/stages": {}}),
    ("request", {f"{_UPGRADE}/type": "NodeImageOnly"}),
    ("request", {"/properties/strategy/stages/0/name": "Canary"}),
    ("page", {"/value/1/properties/strategy/stages": []}),
    ("array", {"/0/properties/managedClusterUpdate": {}}),
    ("error", {"/error/code": 404}),
    ("strategy", {"/stages/0/groups": []}),
    ("skip", {"/targets/0": {"type": "Stage"}}),
)
"""The changes that break a schema, each with the kind of the document."""

MISSPELLED: tuple[tuple[str, dict[str, JSON]], ...] = (
    ("run", {"/properties/strategy/stages/0/afterStageWait": 60}),
    ("run", {"/etag": ""}),
    ("request", {f"{_UPGRADE}/kubernetesversion": "1.31"}),
    ("request", {"/properties/autoUpgradeProfileId": f"{RESPONSE['id'].partition('/updateRuns')[0]}/autoUpgradeProfiles/stable"}),
    ("page", {"/nextlink": ""}),
    ("array", {"/1/properties/strategy/name": "weekly"}),
    ("error", {"/error/text": ""}),
    ("strategy", {"/stage": []}),
    ("skip", {"/target": []}),
)
"""The changes that only a strict bundle rejects."""


def judged_documents(*, is_strict: bool, kinds: tuple[str, ...]) -> list[tuple[JSON, bool]]:
    """Return documents of some kinds, each with whether a bundle accepts it."""
    clean = [(document, True) for kind, document in CLEAN.items() if kind in kinds]
    faulty = [(changed(CLEAN[kind], put=put), False) for kind, put in FAULTS if kind in kinds]
    return [*clean, *faulty, *((changed(CLEAN[kind], put=put), not is_strict) for kind, put in MISSPELLED if kind in kinds)]
