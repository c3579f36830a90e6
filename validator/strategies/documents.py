"""Conforming documents, chosen by a `random.Random` as a caller ordered them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ..pointer import JSON
from ..simulation.bodies import drop_optional, request_body, response_body
from .orders import Order
from .plans import choose_fleet, choose_plan
from .scenarios import Scenario, simulate

NEXT_LINK = "https://management.azure.com/next?api-version={}&$skipToken=1"
"""The URL of the next page of a list, without its api-version."""

MAX_RUNS = 3
"""The most runs of a page."""


def choose_request(random: Random, order: Order, suffix: str = "") -> JSON:
    """Return the body of a PUT; the name of a run ends in the suffix, here as below."""
    return request_body(random, choose_plan(random, order, suffix))


def choose_response(random: Random, order: Order, suffix: str = "") -> JSON:
    """Return a response with a run at the end of a scenario, at times without some of its optional properties."""
    plan = choose_plan(random, order, suffix)
    for _ in simulate(random, plan, order, Scenario.choose(random, order, plan)):
        pass
    return drop_optional(random, response_body(plan, etag=_etag(random.randrange(2**32))))


def choose_polls(random: Random, order: Order, suffix: str = "") -> list[JSON]:
    """Return a response after every step of a scenario, some of them twice."""
    plan = choose_plan(random, order, suffix)
    polls: list[JSON] = []
    for _ in simulate(random, plan, order, Scenario.choose(random, order, plan)):
        body = response_body(plan, etag=_etag(len(polls)))
        if polls and body["properties"] == polls[-1]["properties"]:
            body["eTag"] = polls[-1]["eTag"]
        polls.append(body)
        if random.random() > 0.8:
            polls.append(body)
    return polls


def choose_page(random: Random, order: Order, suffix: str = "") -> JSON:
    """Return a page of the collection: up to three different runs, and perhaps the link to the next page."""
    suffixes = [f"{suffix}-{number}".strip("-") if number else suffix for number in range(random.randint(0, MAX_RUNS))]
    if len(suffixes) > 1:
        order = replace(order, names={**choose_fleet(random), **order.names})
    page: JSON = {"value": [choose_response(random, order, each) for each in suffixes]}
    return page | {"nextLink": NEXT_LINK.format(order.version)} if random.choice((False, True)) else page


def _etag(number: int) -> str:
    return f'"{number:08x}-0000-0700-0000-000000000000"'
