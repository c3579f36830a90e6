"""Coverage of the contract: what of it occurs in what was checked, what does not, and documents with the rest.

Coverage is a set of facts for each api-version. These are the kinds of facts, by section:

* definitions: an instance of a definition; each property of an object present, and absent if it is optional
* values: each value of an enum
* constraints: each keyword of the schemas met, at its edge if it has one (a string with exactly the least or the most characters, an
  integer that is the least or the greatest, an array with the fewest items), and broken
* rules: each rule called, with an object or a step that can break it, and fired
* states: each state of a run, a stage, a group, a member, a wait and a gate; each direct step between two states of one in a history
* operations: each operation with each documented status and with an error; each error code

A keyword that is part of a rule belongs to the rule, and a `$ref` is no constraint of its own: that of its definition is.
"""

from __future__ import annotations

from .coverage import Coverage, Place
from .facts import SECTIONS, Fact, Section
from .report import Report, reports_of
from .writers import WRITERS, write_text

__all__ = ["SECTIONS", "WRITERS", "Coverage", "Fact", "Place", "Report", "Section", "reports_of", "write_text"]
