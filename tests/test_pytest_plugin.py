"""`pytest --updaterun`: the cassettes that tests use and record are checked, with VCR.py and with pytest-recording.

`pytest --updaterun-coverage`: how much of the contract occurs in these, in the traffic of fake fleets and in drawn documents.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import threading
import types
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.support.command import updaterun
from tests.support.examples import CASSETTE
from validator.rules import example

pytestmark = pytest.mark.slow  # each test is a session of pytest

IMPORTED = [importlib.import_module(name) for name in ("requests", "vcr")]
"""What sessions inside a test use; pytester imports again what was not imported before, and an extension in C does not bear that."""


ROOT = Path(__file__).parent.parent
URL = example.EXCHANGE["url"]
WRONG = example.changed(example.RESPONSE, put={"/eTag": "tag", "/properties/status/status/state": "running"})
VCRPY = f"""\
import requests
import vcr


def test_client():
    with vcr.use_cassette("run.yaml", record_mode="none"):
        assert requests.get({URL!r}).json()["name"] == "spring"
"""
RECORDING = f"""\
import pytest
import requests


@pytest.mark.vcr
def test_client():
    assert requests.get({URL!r}).json()["name"] == "spring"
"""
STATE = "run.yaml:9:* error schema/enum entry 0 response /properties/status/status/state: expected NotStarted, *"


@pytest.fixture
def client_project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project with a wrong cassette and a test that uses it."""
    pytester.mkdir(".git")
    pytester.path.joinpath("run.yaml").write_text(CASSETTE.format(url=URL, body=json.dumps(WRONG)))
    pytester.makepyfile(VCRPY)
    return pytester


def run_pytest(client_project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return client_project.runpytest_inprocess("-p", "updaterun_pytest", "-p", "no:xdist", "-p", "no:cacheprovider", *options)


def test_a_wrong_cassette_fails_the_test_that_uses_it_with_the_line_of_each_finding(client_project: pytest.Pytester) -> None:
    run_pytest(client_project).assert_outcomes(passed=1)
    result = run_pytest(client_project, "--updaterun")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the cassettes of the test do not conform to the contract:", f"*{STATE}"])
    result.stdout.no_fnmatch_line("*etag-format*")


def test_a_cassette_of_pytest_recording_is_checked(client_project: pytest.Pytester) -> None:
    folder = client_project.mkdir("cassettes") / "test_recording"
    folder.mkdir()
    (folder / "test_client.yaml").write_text(CASSETTE.format(url=URL, body=json.dumps(WRONG)))
    result = run_pytest(client_project, "--updaterun", str(client_project.makepyfile(test_recording=RECORDING)))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*cassettes/test_recording/test_client.yaml:9:* error schema/enum entry 0 response *"])


def test_a_further_cassette_of_pytest_recording_is_checked(client_project: pytest.Pytester) -> None:
    named = RECORDING.replace("pytest.mark.vcr", f"pytest.mark.vcr({str(client_project.path / 'run.yaml')!r})")
    result = run_pytest(client_project, "--updaterun", str(client_project.makepyfile(test_recording=named)))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{STATE}"])


@pytest.fixture
def service() -> Iterator[str]:
    """Yield the URL of an update run that a service on this computer answers with a wrong state."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(WRONG).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield URL.replace("https://management.azure.com", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_a_cassette_that_a_test_records_is_checked(client_project: pytest.Pytester, service: str) -> None:
    records = VCRPY.replace(URL, service).replace('"run.yaml", record_mode="none"', '"new.yaml"')
    result = run_pytest(client_project, "--updaterun", str(client_project.makepyfile(test_records=records)))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*new.yaml:*:* error schema/enum entry 0 response */state: *"])


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all", "rewrite"])
def test_a_cassette_that_a_fixture_records_fails_the_test(mode: str, client_project: pytest.Pytester, service: str) -> None:
    records = client_project.makepyfile(test_records=RECORDING.replace(URL, service))
    result = run_pytest(client_project, "--updaterun", f"--record-mode={mode}", str(records))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_client.yaml:*:* error schema/enum entry 0 response *"])
    run_pytest(client_project, "--updaterun", str(records)).assert_outcomes(failed=1)


AFTERWARDS = """\
import pytest
import requests


@pytest.fixture
def vcr_config():
    return {"drop_unused_requests": True}


@pytest.fixture
def client(vcr):
    yield
    requests.get("URL")


@pytest.mark.vcr
def test_client(client):
    ASKED
"""


def test_what_a_fixture_requests_after_the_test_is_kept_and_an_error_of_the_teardown(client_project: pytest.Pytester, service: str) -> None:
    cassette = client_project.path / "cassettes" / "test_records" / "test_client.yaml"
    recorded = []
    for asked in ("pass", f"requests.get({service + '&a=b'!r})"):
        code = AFTERWARDS.replace("URL", service).replace("ASKED", asked)
        records = client_project.makepyfile(test_records=code)
        result = run_pytest(client_project, "--updaterun", "--record-mode=new_episodes", str(records))
        recorded.append(cassette.read_text().count("uri:"))
    assert recorded == [1, 2]
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_client*", "*test_client.yaml:*:* error schema/enum entry 1 response *"])


OF_A_MODULE = """\
import pytest
import requests
import vcr


@pytest.fixture(scope="module", autouse=True)
def cassette():
    with vcr.use_cassette("module.yaml"):
        yield


def test_wrong():
    requests.get("URL")


def test_other():
    requests.get("URL".replace("spring", "summer"))
"""


def test_what_a_test_adds_to_the_cassette_of_a_module_fails_this_test(client_project: pytest.Pytester, service: str) -> None:
    module = client_project.makepyfile(test_module=OF_A_MODULE.replace("URL", service))
    result = run_pytest(client_project, "--updaterun", "-rN", str(module))  # with CI set, a summary has the findings, too
    result.assert_outcomes(failed=2)
    reported = [re.search(r"error (\S+ entry \d)", line) for line in result.outlines]
    assert [match[1] for match in reported if match] == ["schema/enum entry 0", "response-id-mismatch entry 1", "schema/enum entry 1"]


# Settings


@pytest.mark.parametrize(
    "marker, passed",
    [
        ('ignore="schema/enum"', 1),
        ('ignore=["schema/", "etag-format"]', 1),
        ('ignore="etag-format"', 0),
        ('ignore="schema/enums"', 0),
        ('rules="schema/enum"', 0),
    ],
)
def test_a_marker_ignores_rules(marker: str, passed: int, client_project: pytest.Pytester) -> None:
    marked = VCRPY.replace("\n\n\n", f"\nimport pytest\n\npytestmark = pytest.mark.updaterun({marker})\n\n")
    result = run_pytest(client_project, "--updaterun", "--strict-markers", str(client_project.makepyfile(test_marked=marked)))
    result.assert_outcomes(passed=passed, failed=1 - passed)
    if "enums" in marker:
        result.stdout.fnmatch_lines(["the marker updaterun: there is no rule 'schema/enums'; did you mean schema/enum[?]"])
    if "rules" in marker:
        result.stdout.fnmatch_lines(['the marker updaterun: expected one argument, ignore, such as ignore=[[]"etag-format"]'])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


@pytest.mark.parametrize(
    "settings, rules",
    [
        ('ignore = ["schema/enum"]', []),
        ('fail-on = "warning"', ["etag-format", "schema/enum"]),
        ('exclude = ["run.yaml"]', []),
        ('fail-on = "never"', []),
    ],
)
def test_the_settings_of_the_project_apply(settings: str, rules: list[str], client_project: pytest.Pytester) -> None:
    client_project.makepyprojecttoml(f"[tool.updaterun]\n{settings}\n")
    result = run_pytest(client_project, "--updaterun")
    result.assert_outcomes(passed=not rules, failed=bool(rules))
    result.stdout.fnmatch_lines(["updaterun: cassettes are checked by [[]tool.updaterun[]] in pyproject.toml"])
    result.stdout.fnmatch_lines([f"* {rule} entry 0 response *" for rule in rules])


def test_known_findings_pass_and_new_ones_fail(client_project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    client_project.makepyprojecttoml('[tool.updaterun]\nbaseline = "known.json"\n')
    client_project.makepyfile(VCRPY + "    import os, tempfile\n    os.chdir(tempfile.gettempdir())\n")
    missing = "ERROR: --updaterun: pyproject.toml: there is no baseline known.json; make it with: updaterun check --update-baseline PATH..."
    run_pytest(client_project, "--updaterun").stderr.fnmatch_lines([missing])
    assert updaterun("check", "run.yaml", "--update-baseline").exit_code == 0
    run_pytest(client_project, "--updaterun").assert_outcomes(passed=1)
    monkeypatch.chdir(client_project.path)
    rows = json.loads(Path("known.json").read_text())
    Path("known.json").write_text(json.dumps({"expected": rows["expected"][:1]}))
    result = run_pytest(client_project, "--updaterun")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{STATE}"])


def test_wrong_settings_end_the_session(client_project: pytest.Pytester) -> None:
    client_project.makepyprojecttoml("[tool.updaterun]\nignored = []\n")
    run_pytest(client_project, "--updaterun").stderr.fnmatch_lines(["ERROR: --updaterun: *: there is no setting *"])


# What is skipped


def test_a_cassette_of_another_service_is_skipped(client_project: pytest.Pytester) -> None:
    client_project.path.joinpath("run.yaml").write_text(CASSETTE.format(url="https://example.com/", body='{"name": "spring"}'))
    run_pytest(client_project, "--updaterun", str(client_project.makepyfile(VCRPY.replace(URL, "https://example.com/")))).assert_outcomes(
        passed=1
    )


def test_a_test_that_fails_by_itself_says_why(client_project: pytest.Pytester) -> None:
    result = run_pytest(client_project, "--updaterun", str(client_project.makepyfile(VCRPY.replace('"spring"', '"summer"'))))
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*do not conform*")


def test_without_vcrpy_the_head_of_the_report_says_so(client_project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcr.cassette", None)
    result = run_pytest(client_project, "--updaterun", "-p", "no:recording", str(client_project.makepyfile("def test_a(): pass")))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["updaterun: VCR.py is not installed, so there are no cassettes to check"])


# Coverage


def facts(client_project: pytest.Pytester, name: str = "coverage.json") -> dict[str, str]:
    """Return the source of each fact that occurred, by the fact, from a report."""
    (version,) = json.loads((client_project.path / name).read_text())["versions"]
    return {f"{fact['name']} {fact['aspect']}": fact["first"]["source"] for fact in version["facts"] if fact["first"]}


OF_FLEET = """\
def test_fleet(fake_fleet):
    fake_fleet.handle("PUT", fake_fleet.url("spring"), {"properties": {"managedClusterUpdate": {"upgrade": {"type": "NodeImageOnly"}}}})
    fake_fleet.handle("POST", fake_fleet.url("spring", "start"))
    fake_fleet.handle("GET", fake_fleet.url("spring"))
    fake_fleet.run_until("Completed")
    fake_fleet.handle("GET", fake_fleet.url("spring"))
    fake_fleet.handle("GET", "https://example.com/")
"""
OF_STRATEGIES = """\
from hypothesis import given, settings
from validator.strategies import error_responses, from_definition, histories, update_runs, violations


@settings(max_examples=5, database=None, derandomize=True)
@given(update_runs(name="x", side="request"), update_runs(name="x", state="Failed"), histories(name="x", state="Skipped"))
def test_runs(request, run, polls):
    pass


@settings(max_examples=5, database=None, derandomize=True)
@given(from_definition("SkipTarget", side="request"), error_responses(), violations("etag-format"), violations("api-version-missing"))
def test_others(target, error, tag, url):
    pass
"""


@pytest.mark.parametrize(
    "code, occurs, does_not",
    [
        (VCRPY, {"UpdateRun present": "run.yaml", "UpdateState#/enum broken": "run.yaml", "get 200 answered": "run.yaml"}, []),
        (
            OF_FLEET,
            dict.fromkeys(["put 201 answered", "get 200 answered", "run Running to Completed step"], "test_client.py::test_fleet"),
            ["get error answered"],
        ),
        (
            OF_STRATEGIES,
            {
                **dict.fromkeys(["run Failed reached", "run Skipped reached", "read-only-in-request called"], "test_client.py::test_runs"),
                **dict.fromkeys(
                    ["SkipTarget present", "ErrorResponse present", "etag-format fired", "api-version-missing fired"],
                    "test_client.py::test_others",
                ),
            },
            ["time-rewritten fired", "state-transition fired"],  # runs of one name are different ones
        ),
    ],
    ids=["cassette", "fleet", "strategies"],
)
def test_the_coverage_is_of_cassettes_fleets_and_strategies(
    code: str, occurs: dict[str, str], does_not: list[str], client_project: pytest.Pytester
) -> None:
    result = run_pytest(client_project, "--updaterun-coverage=json:coverage.json", str(client_project.makepyfile(test_client=code)))
    assert result.ret == 0
    known = facts(client_project)
    assert {name: known.get(name) for name in occurs} == occurs
    assert not known.keys() & {*does_not}


def test_hypothesis_counts_the_examples_that_add_to_the_coverage(client_project: pytest.Pytester) -> None:
    path = str(client_project.makepyfile(test_client=OF_STRATEGIES))
    result = run_pytest(client_project, "--updaterun-coverage", "--hypothesis-show-statistics", path)
    result.stdout.fnmatch_lines(["*%, something of the contract for the first time"])


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_the_coverage_has_the_formats_of_the_command(form: str, client_project: pytest.Pytester) -> None:
    reported = run_pytest(client_project, f"--updaterun-coverage={form}:out/of.{form}", "--updaterun")
    reported.assert_outcomes(failed=1)
    reported.stdout.fnmatch_lines(["*coverage of the contract*", f"written to out/of.{form}"])
    measured = updaterun("coverage", "run.yaml", "--format", form)
    assert (client_project.path / "out" / f"of.{form}").read_text() == measured.stdout


@pytest.mark.parametrize("under, status", [("0", 0), ("1", 0), ("99", 1)])
def test_too_little_coverage_fails_the_session(under: str, status: int, client_project: pytest.Pytester) -> None:
    result = run_pytest(client_project, "--updaterun-coverage", "--updaterun-coverage-fail-under", under)
    assert result.ret == status
    result.stdout.fnmatch_lines(["2025-03-01: * of the contract", "  definitions present *"])
    assert bool(status) == ("less than the 99 % that are required" in result.stdout.str())


def test_tests_without_anything_of_the_contract_have_no_coverage(client_project: pytest.Pytester) -> None:
    empty = str(client_project.makepyfile(test_empty="def test_a(): pass"))
    result = run_pytest(client_project, "--updaterun-coverage", "--updaterun-coverage-fail-under=1", empty)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["updaterun: nothing of the contract occurred in the tests"])


def test_a_session_that_only_collects_has_no_coverage_to_fail_for(client_project: pytest.Pytester) -> None:
    result = run_pytest(client_project, "--updaterun-coverage", "--updaterun-coverage-fail-under=1", "--collect-only")
    assert result.ret == 0


@pytest.mark.parametrize(
    "options, message",
    [
        (["--updaterun-coverage=txt"], "expected --updaterun-coverage=FORMAT[[]:FILE] with the format text, *, found txt"),
        (["--updaterun-coverage", "."], "expected --updaterun-coverage=FORMAT[[]:FILE] with the *, found .; write it after the paths"),
        (["--updaterun-coverage-fail-under=5"], "--updaterun-coverage-fail-under needs --updaterun-coverage"),
    ],
)
def test_options_that_cannot_be_met_end_the_session(options: list[str], message: str, client_project: pytest.Pytester) -> None:
    run_pytest(client_project, *options).stderr.fnmatch_lines([f"ERROR: {message}"])


@pytest.mark.process
def test_the_coverage_of_the_workers_of_xdist_is_merged(client_project: pytest.Pytester) -> None:
    paths = [str(client_project.makepyfile(**{name: code})) for name, code in (("test_one", VCRPY), ("test_two", OF_FLEET))]
    options = ("-p", "updaterun_pytest", "-p", "no:cacheprovider", "--dist=loadfile", "--updaterun-coverage=json:coverage.json")
    for number in ("0", "2"):
        assert client_project.runpytest_inprocess(*options, "-n", number, *paths).ret == 0
        (client_project.path / "coverage.json").rename(client_project.path / f"{number}.json")
    assert facts(client_project, "2.json").keys() == facts(client_project, "0.json").keys()


# The import


@pytest.mark.process
def test_the_plugin_imports_nothing_of_the_package_unless_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_own():\n    import validator\n    assert validator.OWN\n")
    (tmp_path / "validator.py").write_text("OWN = True\n")
    names = "[name for name in sys.modules if name.startswith(('validator', 'vcr', 'hypothesis.'))]"
    code = f"import sys, pytest\npytest.main(['-p', 'updaterun_pytest', '-q'])\nprint({names})"
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "['validator']"


@pytest.mark.parametrize("name", ["validator.py", "validator/__init__.py"])
def test_a_module_that_hides_the_package_is_named(name: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [each for each in sys.modules if each.partition(".")[0] == "validator"]:
        monkeypatch.delitem(sys.modules, module)
    path = pytester.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    pytester.makepyfile("from validator import assert_conforms")
    result = run_pytest(pytester)
    result.assert_outcomes(errors=1)
    hidden = ROOT / "validator" / "__init__.py"
    result.stdout.fnmatch_lines([f"validator is {path} here, which hides *{hidden}*; rename or uninstall one of them"])


def test_a_module_that_the_package_hides_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(validator="OWN = True", test_own="from validator import OWN")
    result = run_pytest(pytester, "--updaterun")
    result.assert_outcomes(errors=1)
    hides = f"validator is {ROOT / 'validator' / '__init__.py'} here, which hides *{pytester.path / 'validator.py'}*"
    result.stdout.fnmatch_lines([f"{hides}; rename or uninstall one of them"])


def test_a_package_that_another_distribution_replaced_is_named(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = types.ModuleType("validator")
    replaced.__file__ = str(ROOT / "validator" / "__init__.py")
    monkeypatch.setitem(sys.modules, "validator", replaced)
    monkeypatch.delitem(sys.modules, "validator.pytest_plugin", raising=False)
    result = run_pytest(pytester, "--updaterun")
    hint = "was replaced by another distribution; uninstall that and install updaterun-validator again"
    result.stderr.fnmatch_lines([f"ERROR: --updaterun: {replaced.__file__} {hint}"])
