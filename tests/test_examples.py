"""The examples and commands of docs/testing-clients.md run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.command import updaterun
from tests.support.examples import CASSETTE, run_example, run_examples
from tests.support.prose import ROOT, blocks
from validator.rules.example import RESPONSE, changed

PAGE = (ROOT / "docs" / "testing-clients.md").read_text()
TITLES = re.findall(r"^## (.+)\n(?:(?!^## )[^\n]*\n)*?```python", PAGE, re.MULTILINE)
EXAMPLES = dict(zip(TITLES, blocks(PAGE, "python"), strict=True))
OF_CASSETTES = EXAMPLES.pop("Cassettes in pytest")
COMMANDS = [line.partition("#")[0].split() for block in blocks(PAGE, "sh") for line in block.splitlines()]


@pytest.mark.process
def test_the_examples_pass(tmp_path: Path) -> None:
    passing = {example: max(example.count("def test_"), 3 * example.count("parametrize")) for example in EXAMPLES.values()}
    run_examples(tmp_path, EXAMPLES.values(), sum(passing.values()))


@pytest.mark.process
def test_the_cassettes_of_an_example_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes" / "test_example"
    folder.mkdir(parents=True)
    (url,) = re.findall(r'URL = "(.+)"', OF_CASSETTES)
    body = changed(RESPONSE, put={"/id": url.removeprefix("https://management.azure.com")})
    first, old = (folder / f"{name}.yaml" for name in re.findall(r"def (\w+)", OF_CASSETTES))
    clean, wrong = (
        CASSETTE.format(url=f"{url}?api-version=2025-03-01", body=json.dumps(run))
        for run in (body, changed(body, put={"/properties/status/status/state": "running"}))
    )
    first.write_text(clean)
    old.write_text(wrong)
    run_example(tmp_path, OF_CASSETTES, 2, "--updaterun")
    first.write_text(wrong)
    with pytest.raises(
        AssertionError, match=r"test_a_run_is_read\.yaml:9:\d+: error schema/enum entry 0 response (?s:.*)1 failed, 1 passed"
    ):
        run_example(tmp_path, OF_CASSETTES, 1, "--updaterun")


def test_the_commands_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) >= 5
    for program, *arguments in COMMANDS:
        if program == "pytest":
            continue  # tests/test_pytest_plugin.py has its options
        assert program == "updaterun"
        fewer = ["200" if argument == "10000" else argument for argument in arguments]
        result = updaterun(*fewer)
        assert (result.exit_code, result.stderr) == (0, ""), arguments
    assert (tmp_path / "runs.jsonl").read_text().count("\n") == 200
