"""What `updaterun show` renders: overviews of runs, and the elements and colours of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from validator.pointer import JSON
from validator.readers.items import Body, Document
from validator.rules import example
from validator.show import Overview, overview_of
from validator.show.html_page import STYLESHEET

VOID = {"meta", "input", "br"}


@dataclass
class Node:
    """An element of a page."""

    tag: str = ""
    given: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

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
    return overview_of("test.json", [Document(Body(body), index if several else None) for index, body in enumerate(bodies)])


def run_with(**put: JSON) -> JSON:
    """Return a clean run with values changed; `__` in a name stands for `/` in the pointer."""
    return example.changed(example.RESPONSE, put={f"/{pointer.replace('__', '/')}": value for pointer, value in put.items()})


MEMBER = "properties__status__stages__0__groups__0__members__0"


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


ROOTS = re.findall(r":root \{(.*?)\}", Path(STYLESHEET).read_text(), re.DOTALL)
