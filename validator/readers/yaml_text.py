"""YAML text, read into JSON values and bytes, and the offsets of values in it."""

from __future__ import annotations

from dataclasses import replace

import yaml

from ..limits import MAX_DEPTH, MAX_YAML
from . import mention, text_errors
from .bounds import TOO_DEEP, TOO_MANY_IN_YAML, excess
from .items import Body, Unreadable
from .line_column import line_and_column
from .pointer_tree import PointerNode
from .yaml_nodes import Node, TooDeep, TooMany, compose
from .yaml_scalars import Unsupported


def parse(data: bytes) -> Body | Unreadable:
    """Read the only YAML document of the text in UTF-8. Values tagged `!!binary` are bytes."""
    form_problem = text_errors.form_problem(data)
    if form_problem is not None:
        return form_problem
    try:
        documents, duplicates = compose(data)
    except TooDeep:
        return replace(TOO_DEEP, relevant=mention.is_about(data))
    except TooMany:
        return replace(TOO_MANY_IN_YAML, relevant=mention.is_about(data))
    except Unsupported as error:
        return _unreadable(data, error.message, error.event.start_mark.index)  # type: ignore[union-attr] # the parser marks all
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if mark is not None and text_errors.nesting(data.decode()[: mark.index + 1]) > MAX_DEPTH:  # beyond libyaml's own limit
            return replace(TOO_DEEP, relevant=mention.is_about(data))
        at_tab = mark is not None and data.decode()[mark.index : mark.index + 1] == "\t"
        message = "found a tab where YAML allows only spaces" if at_tab else error.problem or "not understood"
        return _unreadable(data, message, None if mark is None else mark.index)
    except yaml.reader.ReaderError as error:
        return _unreadable(data, str(error).splitlines()[0], len(data[: error.position].decode()))
    if not documents:
        return Body(None)
    (document,) = documents
    problem = excess(document.value, MAX_YAML, TOO_MANY_IN_YAML)
    if problem is not None:
        return replace(problem, relevant=mention.is_about(data))
    return Body(document.value, duplicates=duplicates, node=document)


def record_offsets(text: str, tree: PointerNode) -> None:
    """Record in a tree where its values are in a YAML text, which is known to be valid.

    A value inserted by an alias is at the alias; a merged value is where it is written.
    """
    (document,), _ = compose(text)
    _record(document, tree, text)


def _record(node: Node, tree: PointerNode, text: str) -> None:
    if node.items is None and node.members is None:
        tree.record_scalar(node.span, text)
    else:
        tree.value = node.span
    for step, child in tree.children.items():
        if node.items is not None and step.isdecimal() and int(step) < len(node.items):
            _record(node.items[int(step)], child, text)
    for name, (span, below) in (node.members or {}).items() if tree.children else ():
        found = tree.child(name)
        if found is not None:
            found.name, found.repeated_name = span, (node.repeated or {}).get(name)
            _record(below, found, text)


def _unreadable(data: bytes, message: str, offset: int | None) -> Unreadable:
    line = text_errors.conflict_line(data)
    if line is not None:
        return text_errors.unreadable(data, "git left a conflict marker here", line, 1)
    position = (None, None) if offset is None else line_and_column(data.decode(), offset)
    return text_errors.unreadable(data, f"not YAML: {message}", *position)
