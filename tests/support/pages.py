"""What `updaterun show` renders: overviews of runs, and the elements and colours of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from validator.pointer import JSON
from validator.readers.items import Body, Document
from validator.readers.paths import File
from validator.rules import example
from validator.show import Overview, overview_of
from validator.show.page import FOLDER

VOID = {"meta", "input", "br"}


@dataclass
class Node:
    """An element of a page."""

    tag: str = ""
    given: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text within as a browser shows it, with single spaces for line breaks and indentation."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        return " " if self.tag == "br" else "".join(part if isinstance(part, str) else part.raw for part in self.parts)

    def all(self, tag: str = "", kind: str = "") -> Iterator[Node]:
        """Yield the elements within that have a tag and a class."""
        for part in self.parts:
            if isinstance(part, Node):
                if tag in {"", part.tag} and (not kind or kind in part.given.get("class", "").split()):
                    yield part
                yield from part.all(tag, kind)


class Reader(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.top = Node()
        self.open = [self.top]
        self.feed(markup)

    @property
    def outline(self) -> list[tuple[str, dict[str, str], str]]:
        """The tag, the attributes and the text of every element."""
        return [(node.tag, node.given, node.text) for node in self.top.all()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def finding_rows(top: Node) -> list[Node]:
    return [row for made in top.all("ol", "findings") for row in made.all("li")]


HOSTILE = "<script>document.title = 'run'</script> & [bold red]not rich[/] \x1b[31m\x07\u202e\u200b\x9b2J"


def shown(*bodies: JSON) -> Overview:
    several = len(bodies) > 1
    items = [Document(Body(body), index if several else None) for index, body in enumerate(bodies)]
    return overview_of([(File("test.json", named=True), items)])


def run_with(**put: JSON) -> JSON:
    """Return a clean run with values changed; `__` in a name stands for `/` in the pointer."""
    return example.changed(example.RESPONSE, put={f"/{pointer.replace('__', '/')}": value for pointer, value in put.items()})


MEMBER = "properties__status__stages__0__groups__0__members__0"


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


ROOTS = re.findall(r":root \{(.*?)\}", Path(FOLDER, "page.css").read_text(), re.DOTALL)


WITH_GATES: JSON = {
    "properties": {
        "managedClusterUpdate": {},
        "strategy": {
            "stages": [
                {
                    "name": "canary",
                    "maxConcurrency": "25%",
                    "maxAllowedFailures": "2",
                    "beforeGates": [{"displayName": "change-board", "type": "Approval"}],
                    "groups": [{"name": "eu", "memberSelector": {"byLabel": "env=test"}}],
                }
            ]
        },
        "status": {
            "status": {"state": "Pending"},
            "failureCount": 1,
            "stages": [
                {
                    "name": "canary",
                    "status": {"state": "Pending"},
                    "maxConcurrency": 3,
                    "maxAllowedFailures": 2,
                    "failureCount": 1,
                    "beforeGates": [
                        {
                            "displayName": "change-board",
                            "gateId": "/subscriptions/x/gates/12345678-910a-bcde-f000-000000000000",
                            "status": {"state": "Pending", "startTime": "2025-04-08T09:31:00Z"},
                        }
                    ],
                    "groups": [{"name": "eu", "status": {"state": "NotStarted"}, "members": [{"name": "eu-1"}]}],
                    "afterGates": [{"displayName": "soak", "status": {"state": "NotStarted"}}],
                }
            ],
        },
    }
}
