"""Plans of update runs: the names and properties of a run, and the nodes that the service is to take through their lives."""

from __future__ import annotations

from random import Random

from hypothesis import reject

from ..contract import schemas
from ..contract.formats import date_time
from ..pointer import JSON
from ..simulation.node import Node
from ..simulation.plan import IMAGES, SUBSCRIPTION, Plan, Scope, make_run
from ..simulation.position import Position
from .names import choose_name, choose_names, numbered
from .options import SELECTIONS, THROUGH_A_MEMBER, Member
from .orders import Order
from .restrictions import Restrictions

_CREATED = date_time("2025-04-08T08:59:00Z") or 0
_CREATED_BY_TYPES = tuple(schemas.load().schemas["createdByType"]["enum"])
_WAITS = (None, 60, 0, 3600, 86400)
_DIGITS = ((9,), (7, 9, 8), (9, 0, 3, 5, 6, 7, 8), (6, 5, 3), (0,))
_MESSAGES = ("The cluster is {}.", "Agent pool \"system\" is '{}'. ", 'Operation: {}\nNode images:\n\t"AKSUbuntu-2204gen2containerd" \n')


_SPELLINGS = (
    ("resourceGroups", "Microsoft.ContainerService", False),
    ("resourcegroups", "microsoft.containerservice", False),
    ("resourceGroups", "MICROSOFT.CONTAINERSERVICE", True),
)


def choose_plan(random: Random, order: Order, suffix: str = "") -> Plan:
    """Choose a plan at random as a caller ordered it; the name of the run ends in the suffix, if there is one."""
    body = order.body
    update = body.get("managedClusterUpdate") or _choose_update(random, order)
    has_strategy_id, has_profile = random.choice((False, True)), random.random() > 0.75
    digits, details, created_by_type = random.choice(_DIGITS), random.choice((False, True)), random.choice(_CREATED_BY_TYPES)
    message, spelling = random.choice(_MESSAGES), random.choice(_SPELLINGS)
    given = order.names
    name = given.get("name") or (order.request or {}).get("name") or choose_name(random, "UpdateRun.name")
    fleet = given if {"resource_group", "fleet"} <= given.keys() else {**choose_fleet(random), **given}
    scope = Scope(given.get("subscription") or SUBSCRIPTION, fleet["resource_group"], fleet["fleet"], *spelling)
    strategy, sizes = _choose_stages(random, order)
    spec: dict[str, JSON] = {"managedClusterUpdate": update}
    if strategy is not None:
        spec["strategy"] = strategy
        if body.get("updateStrategyId") or (
            has_strategy_id and order.request is None and order.has("UpdateRun.properties.updateStrategyId")
        ):
            spec["updateStrategyId"] = body.get("updateStrategyId") or scope.id_of("updateStrategies", "weekly")
    if has_profile and order.request is None and order.has("UpdateRun.properties.autoUpgradeProfileId"):
        spec["autoUpgradeProfileId"] = scope.id_of("autoUpgradeProfiles", "stable")
    run = make_run(strategy, sizes)
    skipped = _select(order, run)
    nodes = [node for _, node in members(run)]
    if order.state in THROUGH_A_MEMBER and all(node.name in skipped for node in nodes):
        reject()  # a predicate skips all members that were drawn
    if order.state in without_member(order, run, skipped):
        reject()  # a predicate selects none of the members that were drawn
    if order.state == "Failed" and not Position(run).can_fail([node for node in nodes if node.name in skipped]):
        reject()
    if order.state == "Completed" and not order.restarts and is_failing(run):
        reject()
    return Plan(
        numbered(name, "UpdateRun.name", suffix) if suffix else name,
        scope, spec, run, _CREATED if order.start is None else order.start,
        digits, details, message, created_by_type, skipped, order.version,
    )  # fmt: skip


def choose_fleet(random: Random) -> dict[str, str]:
    """Choose the names of a resource group and of a fleet in it."""
    return {
        "resource_group": choose_name(random, "UpdateRunsGet.resourceGroupName"),
        "fleet": choose_name(random, "UpdateRunsGet.fleetName"),
    }


def _choose_stages(random: Random, order: Order) -> tuple[JSON, list[int]]:
    """Choose a strategy, None for a run without one, and the number of members in each of its groups."""
    strategy, sizes = _outline(random, order)
    if not _is_enough(order, strategy, sizes):
        sizes = _grown(sizes, order)
    if not _is_enough(order, strategy, sizes):
        strategy, sizes = _outline(random, order.at_its_largest())
        sizes = _grown(sizes, order)
    if not _is_enough(order, strategy, sizes):
        reject()  # sizes that Hypothesis drew
    return strategy, sizes


def _is_enough(order: Order, strategy: JSON, sizes: list[int]) -> bool:
    """Return whether there are as many members as are needed."""
    return sum(sizes) >= order.needed and (order.state != "Failed" or Position(make_run(strategy, sizes)).can_fail())


def _grown(sizes: list[int], order: Order) -> list[int]:
    """Return sizes with as many members as are needed, if the order admits them."""
    known = order.sizes["members"] if isinstance(order.sizes["members"], range) else ()
    if order.state == "Failed" and order.allows_failures and known:
        return [max(known)] * len(sizes)
    grown = [*sizes]
    for index, size in enumerate(sizes):
        missing = order.needed - sum(grown)
        if missing > 0:
            options = [option for option in known if option > size]
            grown[index] = next((option for option in options if option - size >= missing), max(options, default=size))
    return grown


def _outline(random: Random, order: Order) -> tuple[JSON, list[int]]:
    strategy = order.body.get("strategy")
    if strategy is not None:
        return strategy, [order.size("members", random) for stage in strategy["stages"] for _ in stage.get("groups") or (None,)]
    stages = 0 if order.is_bare else order.size("stages", random)
    if not stages and (order.is_bare or order.request is None):
        return None, [order.size("members", random)]
    # Names come last: Hypothesis removes few neighbouring choices at a time, so those of a stage must be few and adjacent.
    outline = [_outline_of_stage(random, order) for _ in range(stages or 1)]
    stage_names = choose_names(random, "UpdateStage.name", len(outline))
    group_names = iter(choose_names(random, "UpdateGroup.name", sum(len(groups) for _, groups in outline)))
    made = []
    for name, (stage, groups) in zip(stage_names, outline, strict=True):
        named = [{"name": next(group_names), **restrictions} for restrictions, _ in groups]
        made.append({name: value for name, value in {"name": name, "groups": named, **stage}.items() if value is not None})
    return {"stages": made}, [size for _, groups in outline for _, size in groups]


def _outline_of_stage(random: Random, order: Order) -> tuple[dict[str, JSON], list[tuple[Restrictions, int]]]:
    """Choose the properties of a stage without its name and its groups, and for each of its groups these and the number of members."""
    stage = {"afterStageWaitInSeconds": random.choice(_WAITS), **_choose_restrictions(random, order, "UpdateStage")}
    groups = [
        (_choose_restrictions(random, order, "UpdateGroup"), order.size("members", random))
        for _ in range(order.size("groups", random) if "groups" not in stage else 1)
    ]
    return stage, groups


def _choose_restrictions(random: Random, order: Order, definition: str) -> Restrictions:
    options = order.restrictions[definition]
    return random.choice(options) if len(options) > 1 else options[0]


def members(run: Node) -> list[tuple[Member, Node]]:
    """Return the members of a run in the order of its stages and groups, each as what a predicate is given and as a node."""
    places = [(stage, group, member) for stage in run.children for group in stage.children for member in group.children]
    return [(Member(index, member.name, group.name, stage.name), member) for index, (stage, group, member) in enumerate(places)]


def _select(order: Order, run: Node) -> frozenset[str]:
    """Mark the members that fail and that become Pending, and return the names of those that are skipped."""
    if not order.selections:
        return frozenset()
    skipped = frozenset(member.name for member, _ in members(run) if order.selects("skipped", member))
    for member, node in members(run):
        if member.name not in skipped:
            node.fails, node.pends = order.selects("failing", member), order.selects("pending", member)
    return skipped


def is_failing(run: Node) -> bool:
    """Return whether a run fails because of the members that are to fail."""
    return Position(run).can_fail([node for _, node in members(run) if not node.fails])


def without_member(order: Order, run: Node, skipped: frozenset[str]) -> set[str]:
    """Return the states that a run cannot be in, as a caller's selection of members for one contains none."""
    nodes = [node for _, node in members(run)]
    selected = {"failing": any(node.fails for node in nodes), "pending": any(node.pends for node in nodes), "skipped": bool(skipped)}
    return {state for name, state in SELECTIONS.items() if name in order.selections and not selected[name]}


def _choose_update(random: Random, order: Order) -> JSON:
    kind = random.choice(order.known("ManagedClusterUpgradeType", ("NodeImageOnly", "Full", "ControlPlaneOnly")))
    upgrade: dict[str, JSON] = {"type": kind}
    if kind != "NodeImageOnly":
        upgrade["kubernetesVersion"] = random.choice(("1.31.2", "1.30", "v1.29.10"))
    selection = random.choice((None, *order.known("NodeImageSelectionType", ("Latest", "Consistent", "Custom"))))
    if selection is None:
        return {"upgrade": upgrade}
    images: dict[str, JSON] = {}
    if selection == "Custom":
        images["customNodeImageVersions"] = [{"version": version} for version in IMAGES[: random.randint(1, len(IMAGES))]]
    return {"upgrade": upgrade, "nodeImageSelection": {"type": selection} | images}
