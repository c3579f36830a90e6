"""An overview as a page: one self-contained HTML file that needs no network and no script. `page.html` is its template."""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..report.report import reference, severity_counts
from ..rules.entries import address, entries
from ..wording import count, printable
from .model import Overview, TreeNode
from .state_styles import style_of
from .time_axis import axis_for
from .time_format import clock, day, duration, lasted, span

FOLDER = os.path.dirname(os.path.abspath(__file__))

MAX_OPEN_RUNS = 10
"""If there are more runs, each is collapsed to one line."""

MAX_STAGES_IN_SIGHT = 3
"""More stages seldom fit next to each other."""

MAX_CHANGES = 40
"""Changes that are listed of a snapshot."""

MAX_OPEN_CHANGES = 8
"""A longer list of changes is collapsed."""

MAX_OPEN_MEMBERS = 60
"""If a run has more members, groups with nothing remarkable are collapsed."""

_UNREMARKABLE = frozenset({"Completed", "Skipped", "NotStarted"})


def render_page(overview: Overview) -> str:
    """Return the HTML of an overview; equal overviews give equal bytes."""
    functions = (
        address,
        axis_for,
        clock,
        count,
        day,
        duration,
        entries,
        is_remarkable,
        lasted,
        printable,
        reference,
        severity_counts,
        span,
        style_of,
    )
    names = {function.__name__: function for function in functions}
    limits = {name: value for name, value in globals().items() if name.startswith("MAX_")}
    return render(FOLDER, "page.html", **names, **limits, overview=overview)


def render(folder: str, template: str, **names: Any) -> str:
    """Return the page of a template in a folder, which has the stylesheet, its policy, and what is named; equal values give equal bytes."""
    with open(os.path.join(FOLDER, "page.css"), encoding="utf-8") as stream:
        stylesheet = stream.read()
    return _environment(folder).get_template(template).render(names, stylesheet=stylesheet, policy=_security_policy(stylesheet)).lstrip()


@cache  # to compile a template takes longer than to fill it
def _environment(folder: str) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )


def _security_policy(stylesheet: str) -> str:
    """Return a Content-Security-Policy that allows this stylesheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(stylesheet.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def is_remarkable(group: TreeNode) -> bool:
    """Return whether a reader should see the members of a group at once."""
    return any(node.findings or node.errors or node.message or node.state not in _UNREMARKABLE for node in group.walk())
