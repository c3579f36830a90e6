"""The fuzz targets: whatever the bytes, no crash, no hang, and no output that controls a terminal."""

from __future__ import annotations

import gzip
import os
import pathlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from tests.support.reading import read_items
from validator.checker.files import FileChecker
from validator.checker.options import Options
from validator.contract.engines import EngineName
from validator.findings import Finding
from validator.pointer import JSON
from validator.readers import json_text, yaml_text
from validator.readers.items import Body, Unreadable
from validator.readers.paths import File
from validator.readers.recordings import CONTAINERS, Container
from validator.report import REPORTERS, Report

ROOT = pathlib.Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the package that is fuzzed: `run` takes bytes, and `seed` makes an input of a sample, None where it cannot."""

    run: Callable[[bytes], None]
    seed: Callable[[bytes], bytes | None]

    def seeds(self) -> Iterator[bytes]:
        """Yield the inputs to begin with."""
        for path in sorted(path for path in SAMPLES.rglob("*") if path.is_file()):
            made = self.seed(path.read_bytes())
            if made is not None:
                yield made


def read_all(data: bytes) -> None:
    for item in read_items(data):
        assert not isinstance(item, Unreadable) or item.message.isprintable()


def read_json(data: bytes) -> None:
    body = json_text.parse(data)
    assert isinstance(body, Body) or body.message.isprintable()


def read_yaml(data: bytes) -> None:
    body = yaml_text.parse(data)
    assert isinstance(body, Body) or body.message.isprintable()


def read_gzip(data: bytes) -> None:
    read_all(json_text.GZIP + data)
    read_all(gzip.compress(data, mtime=0) + data)


def parsed_value(data: bytes) -> JSON:
    """Return the value of text in JSON or YAML, None if it has none."""
    body = json_text.parse(data) if data.lstrip()[:1] in (b"{", b"[") else yaml_text.parse(data)
    return body.value if isinstance(body, Body) else None


def of_container(container: Container) -> Target:
    def run(data: bytes) -> None:
        recording = parsed_value(data)
        if not container.recognises(recording):
            return
        places = container.places(recording)
        for item in container.read(recording):
            if item.entry is not None:
                assert places[item.entry]
        check_and_report(data)

    return Target(run, lambda data: data if container.recognises(parsed_value(data)) else None)


def check_and_report(data: bytes) -> None:
    """Check a file with both engines, and write every report of it."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(data)
        file.flush()
        fast, reference = report_of_file(file.name, "fast"), report_of_file(file.name, "reference")
    assert fast.findings == reference.findings
    for name, reporter in REPORTERS.items():
        written = click.unstyle(reporter.write(fast)).replace("\n", "")
        assert written.isprintable(), name


def report_of_file(path: str, engine: EngineName) -> Report:
    checker = FileChecker(Options(engine), with_cases=True)
    findings: list[Finding] = list(checker.check_files([File(os.path.normpath(path), named=True)]))
    tally = checker.tally
    counts = tally.files, tally.documents, tally.exchanges, tally.unrelated, tuple(tally.skipped)
    return Report(tuple(findings), *counts, cases=tuple(tally.cases or ()))


def _begins(*marks: bytes) -> Callable[[bytes], bytes | None]:
    return lambda data: data if data.startswith(marks) else None


TARGETS = {
    "json": Target(read_json, _begins(b"{", b"[")),
    "json-lines": Target(read_all, lambda data: data if data.count(b"\n{") > 2 and parsed_value(data) is None else None),
    "yaml": Target(read_yaml, lambda data: None if data[:1] in (b"{", b"[", b"\x1f") else data),
    "gzip": Target(read_gzip, lambda data: gzip.compress(data, mtime=0)[len(json_text.GZIP) :] if len(data) < 7000 else None),
    **{container.name.replace(" ", "-").lower(): of_container(container) for container in CONTAINERS},
    "check": Target(check_and_report, lambda data: data if len(data) < 7000 and not data.startswith(json_text.GZIP) else None),
}
"""The targets: each reader, each container, and a check of a file."""
