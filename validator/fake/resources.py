"""What a fake fleet has besides its runs, its members and its update strategies, and the runs that are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from ..checker.api import check
from ..checker.body import without_unset
from ..contract import schemas
from ..contract.drift import documented
from ..pointer import JSON
from ..readers.items import Exchange
from ..simulation.clock import Clock
from ..simulation.plan import Plan, Scope, make_run
from ..simulation.simulator import Simulator
from ..simulation.trimming import trimmed
from ..wording import hint, show
from .answers import Refused
from .runs import Run
from .selectors import selects

PROVIDER = "Microsoft.ContainerService"
_MESSAGE = "The update of the cluster is {}."
_SPEC = ("managedClusterUpdate", "strategy", "updateStrategyId")


@dataclass(frozen=True, slots=True)
class Resources:
    """The members of a fleet by their groups, the labels of members, and the update strategies by their names."""

    groups: Mapping[str, Sequence[str]]
    labels: Mapping[str, Mapping[str, str]]
    strategies: Mapping[str, JSON]

    @classmethod
    def of(cls, groups: Mapping[str, Sequence[str]], labels: Mapping[str, Mapping[str, str]], strategies: Mapping[str, JSON]) -> Resources:
        """Return the resources that a caller gives. Raises TypeError or ValueError for what no fleet has."""
        for group, members in groups.items():
            if isinstance(members, str):
                raise TypeError(f"expected the names of the members of group {show(group)}, found {show(members)}")
        names = [name for members in groups.values() for name in members]
        for name in (*groups, *names):
            if not isinstance(name, str) or not name:
                raise TypeError(f"expected the name of a group or a member, found {show(name)}")
        for name, of_name in labels.items():
            if name not in names:
                raise ValueError(f"there is no member {show(name)} to have labels; {hint(str(name), names)}")
            if not all(isinstance(each, str) for each in (*of_name, *of_name.values())):
                raise TypeError(f"expected strings for the labels of {show(name)}, found {show(dict(of_name))}")
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"a member is in one group; {show(twice)} is in several, or several times in one")
        for name, strategy in strategies.items():
            for finding in check(strategy, side="request", definition="UpdateRunStrategy", version=schemas.VERSIONS[-1]):
                raise ValueError(f"the strategy {show(name)} breaks {finding.rule} at {finding.pointer or '(top)'}: {finding.message}")
        return cls(groups, labels, strategies)

    @property
    def members(self) -> list[str]:
        """The names of all members."""
        return [name for members in self.groups.values() for name in members]

    def member(self, name: str) -> str:
        """Return the name of a member unchanged.

        Raises LookupError, with the nearest name, if there is none.
        """
        if name not in self.members:
            raise LookupError(f"there is no member {name!r}; {hint(name, self.members)}")
        return name

    def spec(self, body: JSON, version: str) -> dict[str, JSON]:
        """Return what a client sets in the body of a PUT; an empty string is an absent property, as Terraform writes it."""
        properties = without_unset(trimmed(body, "UpdateRun", version)).get("properties", {}) if isinstance(body, dict) else {}
        if "managedClusterUpdate" not in properties:
            raise Refused(400, "RequiredPropertyMissing", "expected managedClusterUpdate in the properties of the body, found none")
        spec = {name: properties[name] for name in _SPEC if properties.get(name)}
        if "updateStrategyId" in spec:
            name = spec["updateStrategyId"].rpartition("/")[2]
            known = {each.lower(): strategy for each, strategy in self.strategies.items()}
            if name.lower() not in known:
                raise Refused(400, "UpdateStrategyNotFound", f"there is no update strategy {show(name)}", "updateStrategyId")
            spec["strategy"] = trimmed(known[name.lower()], "UpdateRunStrategy", version)
            for finding in check(spec["strategy"], side="request", definition="UpdateRunStrategy", version=version):
                what = f"the update strategy {show(name)} breaks {finding.rule} at the api-version {version}"
                raise Refused(400, "InvalidParameter", what, "updateStrategyId")
        return spec

    def make_run(self, exchange: Exchange, spec: dict[str, JSON], clock: Clock, random: Random) -> Run:
        """Return the run that the service makes of a PUT."""
        given = {name: str(value) for name, value in exchange.parameters.items()}
        scope = Scope(given["subscriptionId"], given["resourceGroupName"], given["fleetName"], "resourceGroups", PROVIDER, upper=False)
        names = self._chosen(spec.get("strategy"))
        plan = Plan(
            name=given["updateRunName"],
            scope=scope,
            spec=spec,
            run=make_run(spec.get("strategy"), [len(members) for members in names]),
            created=clock.now,
            digits=clock.digits,
            details=True,
            message=_MESSAGE,
            created_by_type="User",
            skipped=frozenset(),
            version=schemas.VERSIONS[-1],
        )
        can_skip = "UpdateState=Skipped" in documented(given["api-version"])
        run = Run(plan, Simulator(plan.run, clock, random, can_skip=can_skip, closes_gates=False), given["api-version"])
        for member, name in zip(run.members(), (name for members in names for name in members), strict=True):
            member.name = name
        return run

    def _chosen(self, strategy: JSON) -> list[list[str]]:
        """Return the members of each group of a strategy; those of the whole fleet for a run without one."""
        if strategy is None:
            return [self.members]
        chosen = []
        for stage in strategy["stages"]:
            groups: list[JSON] = stage.get("groups") or [{"memberSelector": {"byLabel": ""}}]
            for group in groups:
                own = self.members if group.get("memberSelector") else self.groups.get(group["name"], ())
                labels = [(name, self.labels.get(name, {})) for name in own]
                chosen.append([name for name, of_name in labels if selects(stage, of_name) and selects(group, of_name)])
        return chosen
