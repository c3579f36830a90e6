"""The page in a real browser; the screenshots are kept in build/screenshots/."""

from __future__ import annotations

import json
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.browser import BROWSER, DARK, open_page
from tests.support.command import updaterun
from tests.support.pages import HOSTILE, MEMBER, ROOTS, WITH_GATES, Reader, finding_rows, palette, run_with, shown
from validator import check
from validator.contract.formats import NANOSECONDS, date_time
from validator.pointer import JSON
from validator.readers.paths import File
from validator.readers.reader import read
from validator.show import overview_of, time_format
from validator.show.page import render_page
from validator.show.state_styles import STYLES
from validator.strategies.bulk import documents

ROOT = Path(__file__).parent.parent
SCREENSHOTS = ROOT / "build" / "screenshots"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here; Debian has it as the package chromium")

Browser = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Return a function that opens a page in the browser, with these arguments; a profile that is there takes less time than a new one."""
    folder = tmp_path_factory.mktemp("browser")
    return lambda markup, *arguments: open_page(markup, folder, *arguments)


def page_of_file(path: str) -> str:
    with (ROOT / path).open("rb") as stream:
        return render_page(overview_of([(File(path, named=True), read(stream))]))


def of_size(stages: int, groups: int, members: int) -> JSON:
    """Return a run of this size, half of which is completed."""
    begun = date_time("2025-04-08T09:31:01Z") or 0

    def status(stage: int, start: int, minutes: int) -> JSON:
        if stage >= stages // 2:
            return {"state": "NotStarted"}
        ends = (begun + at * 60 * NANOSECONDS for at in (60 * stage + start, 60 * stage + start + minutes))
        times = (time_format.clock(at).replace(" ", "T") + "Z" for at in ends)
        return dict(zip(("startTime", "completedTime"), times, strict=True)) | {"state": "Completed"}

    plan: list[JSON] = [
        {"name": f"stage-{stage}", "groups": [{"name": f"group-{stage}-{group}"} for group in range(groups)]} for stage in range(stages)
    ]
    status_stages: list[JSON] = [
        {"name": planned["name"], "status": status(stage, 0, 10 * members)}
        | {"groups": [{"name": group["name"], "status": status(stage, 0, 10 * members)} for group in planned["groups"]]}
        for stage, planned in enumerate(plan)
    ]
    for stage, each in enumerate(status_stages):
        for group in each["groups"]:
            names = [f"cluster-{group['name']}-{member}" for member in range(members)]
            group["members"] = [{"name": name, "status": status(stage, 10 * member, 9)} for member, name in enumerate(names)]
    name = f"of-{stages}-stages"
    run = run_with(properties__strategy__stages=plan, properties__status__stages=status_stages)
    return run | {"name": name, "id": f"{run['id'].rpartition('/')[0]}/{name}"}


def in_state(state: str) -> JSON:
    (body,) = documents("update-run", 1, 11, state=state)
    name = state.lower()
    return body | {"name": name, "id": f"{body['id'].rpartition('/')[0]}/{name}"}


def long_words() -> JSON:
    long = "an-exceedingly-long-name-of-a-cluster-that-somebody-gave-it-for-no-good-reason-whatsoever-1"
    error = {"code": "UpgradeFailed", "message": f"outer\n{HOSTILE}", "target": "pool1", "details": [{"code": "B", "message": "inner"}]}
    return run_with(**{f"{MEMBER}__name": long, f"{MEMBER}__message": "word " * 200 + "x" * 500, f"{MEMBER}__status__error": error})


SIZES = ((3, 1, 1), (5, 3, 4), (8, 12, 5), (10, 20, 5))
"""Numbers of stages, groups and members that are shown in different ways."""

PAGES: dict[str, Callable[[], str]] = {
    "running": lambda: page_of_file("samples/documents/update-run.json"),
    "request": lambda: page_of_file("samples/documents/update-run-request.json"),
    "history": lambda: page_of_file("samples/vcr/cassette.yaml"),
    "wrong": lambda: page_of_file("samples/wrong/update-run.json"),
    "several": lambda: page_of_file("samples/wrong/cassette.yaml"),
    "sizes": lambda: render_page(shown({"value": [of_size(*size) for size in SIZES]})),
    "many": lambda: render_page(shown({"value": [run_with(name=f"r{each:02}", id=f"{run_with()['id']}{each}") for each in range(11)]})),
    "gates": lambda: render_page(shown(WITH_GATES)),
    "long": lambda: render_page(shown(long_words())),
    "coverage": lambda: updaterun("coverage", ROOT / "samples" / "reference-page", "--format", "html").stdout,
    "states": lambda: render_page(shown({"value": [in_state(state) for state in STYLES]})),
}


def first_pixel(path: Path) -> str:
    """Return the colour at the top left of a PNG; no filter changes the first pixel."""
    data = path.read_bytes()
    at, body = 8, b""
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body += data[at + 8 : at + 8 + length] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    return f"#{zlib.decompress(body)[1:4].hex()}"


@pytest.mark.process
@pytest.mark.parametrize(
    "name, look, size",
    [
        *((name, "light", "1400,6000" if name in {"sizes", "states"} else "1400,1600") for name in PAGES),
        *((name, "dark", "1400,1600") for name in ("history", "wrong")),
        *((name, "narrow", "500,2400") for name in ("history", "long")),
    ],
)
def test_a_page_is_drawn_in_its_colours(name: str, look: str, size: str, browser: Browser) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    target = SCREENSHOTS / f"{name}-{look}.png"
    target.unlink(missing_ok=True)
    dark = [DARK] if look == "dark" else []
    log = browser(PAGES[name](), f"--screenshot={target}", f"--window-size={size}", *dark).stderr
    light_colours, dark_colours, _ = map(palette, ROOTS)
    assert first_pixel(target) == (dark_colours if dark else light_colours)["paper"]
    assert "Refused" not in log
    assert "CONSOLE" not in log


@pytest.mark.process
def test_the_browser_enforces_the_policy_of_the_page(browser: Browser) -> None:
    added = PAGES["running"]().replace("<main ", "<script>document.title = 'run'</script><main ")
    process = browser(added, "--dump-dom")
    assert "<title>Update run april-upgrade</title>" in process.stdout
    assert "Content Security Policy" in process.stderr


@pytest.mark.process
def test_markup_in_a_message_is_text(browser: Browser) -> None:
    process = browser(render_page(shown(run_with(**{f"{MEMBER}__message": HOSTILE}))), "--dump-dom")
    assert "&lt;script&gt;document.title = 'run'&lt;/script&gt;" in process.stdout
    assert "<script" not in process.stdout
    assert "CONSOLE" not in process.stderr


@pytest.mark.process
def test_the_browser_has_what_was_written_the_document_says_and_check_finds(browser: Browser) -> None:
    document, markup = json.loads((ROOT / "samples/wrong/update-run.json").read_bytes()), PAGES["wrong"]()
    read_back = Reader(browser(markup, "--dump-dom").stdout)
    assert read_back.outline == Reader(markup).outline, "a parser changes markup that it has to repair"
    top = read_back.top
    for finding in check(document):
        (row,) = (row for row in finding_rows(top) if finding.message in row.text and f"{finding.side} {finding.pointer} line" in row.text)
        assert finding.rule in row.text
    stages = document["properties"]["status"]["stages"]
    members = [member for stage in stages for group in stage["groups"] for member in group.get("members", [])]
    expected = [(member["name"], member["status"]["state"]) for member in members]
    drawn = [(next(member.all("bdi")).text, next(member.all("span", "chip")).text[2:]) for member in top.all("li", "member")]
    assert drawn == expected
    assert [next(stage.all("bdi")).text for stage in top.all("article")] == [f"stage {stage['name']}" for stage in stages]


@pytest.mark.process
def test_a_page_can_be_printed(browser: Browser) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    target = SCREENSHOTS / "history.pdf"
    browser(PAGES["history"](), f"--print-to-pdf={target}", "--no-pdf-header-footer")
    assert target.read_bytes().startswith(b"%PDF")


def test_a_large_run_is_no_large_page() -> None:
    assert len(render_page(shown(of_size(10, 20, 5)))) < 1_000_000
    assert json.dumps(of_size(10, 20, 5)).count("cluster-") == 1000
    assert check(of_size(10, 20, 5)) == []
