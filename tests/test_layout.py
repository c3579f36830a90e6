"""The layout: which package may import which, what start-up costs, and what the wheel contains."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from functools import cache
from pathlib import Path

import pytest

from tests.support import golden
from tests.support.for_each import for_each
from tests.support.sources import copy_sources
from validator.rules import example

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "validator"

FLOORS: dict[str, int] = {
    "wording": 0,
    "limits": 0,
    "types": 0,
    "observation": 2,
    "findings": 1,
    "pointer": 1,
    "contract": 2,
    "run": 3,
    "readers": 4,
    "rules": 5,
    "checker": 6,
    "simulation": 6,
    "report": 7,
    "spark": 7,
    "strategies": 7,
    "fake": 7,
    "pytest_plugin": 7,
    "show": 8,
    "coverage": 9,
    "pytest_coverage": 10,
    "cli": 10,
    "__init__": 11,
    "__main__": 11,
}
"""The floor of each package and of the modules on the ground."""


CLEAN_READERS = {
    f"validator.readers.{name}"
    for name in (
        *("az_cli", "bounds", "budget", "exclusion", "gitignore", "globs", "items", "json_lines", "json_text"),
        *("mention", "paths", "reader", "recognition", "regular_file", "relative_paths", "streams", "values"),
    )
}
"""What a check of a clean JSON file loads of the readers."""

CLEAN_REPORTS = {f"validator.report.{name}" for name in ("concise", "folding", "report", "text")}
"""What it loads of the reports."""


def unit(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def file_of(package: Path, *names: str) -> Path | None:
    """Return the file of a module in a package, None if there is none."""
    path = package.joinpath(*names)
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


@cache
def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """Return the imports of a module, at its top or late."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]


@cache
def imported(path: Path) -> frozenset[Path]:
    """Return the files that a module imports, at its top or late: of a package, the modules that are named, or else its `__init__.py`."""
    files = set()
    for node in imports(path):
        if isinstance(node, ast.ImportFrom) and node.level:
            package = path.parents[node.level - 1]
            names = node.module.split(".") if node.module else []
            for alias in node.names:
                file = file_of(package, *names, alias.name) or file_of(package, *names)
                assert file is not None, f"{path}: no file for {ast.unparse(node)}"
                files.add(file)
    return frozenset(files - {path})


def test_every_unit_has_a_floor() -> None:
    assert {unit(path) for path in modules()} == set(FLOORS)


@for_each("path", modules())
def test_a_module_imports_from_its_own_floor_or_lower_ones(path: Path) -> None:
    own = FLOORS[unit(path)]
    assert all(FLOORS[unit(other)] <= own for other in imported(path))


def circular(imports: dict[str, set[str]]) -> list[str]:
    """Return the names that import each other in a circle, and the names that import one of them."""
    rest = dict(imports)
    while ground := [name for name, others in rest.items() if not others & rest.keys()]:
        rest = {name: others for name, others in rest.items() if name not in ground}
    return sorted(rest)


def units_imported(name: str) -> set[str]:
    """Return the units that the files of a unit import, besides itself."""
    return {unit(file) for path in modules() if unit(path) == name for file in imported(path)} - {name}


def test_no_units_import_each_other() -> None:
    assert circular({name: units_imported(name) for name in FLOORS}) == []


@pytest.mark.golden
def test_the_picture_of_the_packages_is_that_of_the_imports() -> None:
    """Compare the picture, whose arrows leave out what follows from others."""
    below = {name: units_imported(name) for name in FLOORS if not name.startswith("__")}
    reached: dict[str, set[str]] = {}
    for name in sorted(below, key=FLOORS.__getitem__):
        reached[name] = below[name].union(*(reached[other] for other in below[name]))
    lines = ["```mermaid", "graph TD"]
    for name in sorted(below, key=lambda name: (-FLOORS[name], name)):
        direct = below[name] - set().union(*(reached[other] for other in below[name]))
        others = " & ".join(sorted(direct, key=lambda other: (-FLOORS[other], other)))
        lines += [f"  {name} --> {others};"] if others else []
    golden.compare_section(ROOT / "CONTRIBUTING.md", "picture", "".join(f"{line}\n" for line in [*lines, "```"]))


@pytest.mark.golden
def test_the_table_of_the_packages_is_that_of_the_imports() -> None:
    rows = ["| floor | package | what it is | imports |", "|---|---|---|---|"]
    for name, floor in sorted(FLOORS.items(), key=lambda item: (-item[1], item[0])):
        if name.startswith("__"):
            continue
        (path,) = (path for path in (PACKAGE / f"{name}.py", PACKAGE / name / "__init__.py") if path.exists())
        what = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        others = units_imported(name)
        named = ", ".join(sorted(others, key=lambda other: (-FLOORS[other], other)))
        rows.append(f"| {floor} | `{name}` | {what} | {named} |")
    golden.compare_section(ROOT / "CONTRIBUTING.md", "packages", "".join(f"{row}\n" for row in rows))


def test_no_files_import_each_other() -> None:
    assert circular({str(path): set(map(str, imported(path))) for path in modules()}) == []


def test_absolute_imports_are_of_other_packages() -> None:
    """Ensure that the tests above see every import."""
    for path in modules():
        for node in imports(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] * (not node.level)
            assert not any(name.split(".")[0] == PACKAGE.name for name in names), path


def test_no_module_is_long() -> None:
    assert {path.name: lines for path in modules() if (lines := len(path.read_text().splitlines())) > 400} == {}


def packages_loaded(code: str) -> set[str]:
    """Run code in a new interpreter and name the packages that it has loaded."""
    return {name.split(".")[0] for name in modules_loaded(code)}


def modules_loaded(code: str) -> set[str]:
    """Run code in a new interpreter and name the modules that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.process
def test_importing_the_library_costs_no_command_line_and_no_second_engine() -> None:
    assert not packages_loaded("import validator") & {"click", "hypothesis", "jsonschema", "referencing", "rich", "yaml"}


@pytest.mark.process
@pytest.mark.parametrize("indent", [None, 2])
def test_checking_a_clean_file_loads_only_what_it_needs(indent: int | None, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(example.RESPONSE, indent=indent))
    code = f"import os\nos.chdir({str(tmp_path)!r})\nfrom validator.cli import main\nmain(['check', 'run.json'], standalone_mode=False)"
    modules = modules_loaded(code)
    assert not {name.split(".")[0] for name in modules} & {"hypothesis", "jsonschema", "referencing", "rich", "yaml", "urllib3"}
    assert not modules & {"difflib", "gzip", "tomllib"}
    assert {name for name in modules if name.startswith("validator.readers.")} == CLEAN_READERS
    assert {name for name in modules if name.startswith("validator.report.")} == CLEAN_REPORTS
    assert not modules & {"validator.checker.manifest", "validator.contract.own_formats"}


@pytest.mark.process
def test_a_wheel_in_an_empty_environment_checks_a_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    copy_sources(source)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("updaterun_validator-*.whl")
    venv.create(tmp_path / "empty")
    python = tmp_path / "empty" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "--requirement", str(ROOT / "requirements" / "run.txt")], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
    (tmp_path / "run.json").write_text(json.dumps(example.RESPONSE).replace('"Running"', '"running"', 1))
    environment = {"PATH": os.environ["PATH"]}
    programs = tmp_path / "empty" / "bin"
    for command in ([programs / "updaterun"], [programs / "updaterun-validator"], [python, "-m", "validator"]):
        done = subprocess.run([*command, "check", "run.json"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert "which differs from Running only in case" in done.stdout
    page = ["-m", "validator", "show", "run.json", "--html", "run.html"]
    subprocess.run([python, *page], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "run.html").read_text().endswith("</html>\n")
    where = "import validator, pathlib; print(pathlib.Path(validator.__file__).parent)"
    done = subprocess.run([python, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    installed = Path(done.stdout.strip())
    shipped = {path.relative_to(installed / "schemas") for path in (installed / "schemas").rglob("*.json")}
    assert shipped == {path.relative_to(ROOT / "schemas") for path in (ROOT / "schemas").rglob("*.json")}
    assert (installed / "py.typed").exists()
    (entry_points,) = installed.parent.glob("updaterun_validator-*.dist-info/entry_points.txt")
    assert "[pytest11]\nupdaterun_pytest = updaterun_pytest\n" in entry_points.read_text()
    assert (installed.parent / "updaterun_pytest.py").read_bytes() == (ROOT / "updaterun_pytest.py").read_bytes()


@pytest.mark.process
def test_a_bare_checkout_finds_its_schemas(tmp_path: Path) -> None:
    for name in ("validator", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-c", "import validator.contract.schemas as c; print(c.SCHEMAS)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == (tmp_path / "schemas").resolve()


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda lock: lock.stem)
def test_a_lock_has_all_that_is_stated_in_one_version_with_hashes(lock: Path) -> None:
    entries = lock.read_text().replace("\\\n", "").splitlines()
    pinned = [re.match(r"([\w.-]+)==[\w.]+( ;[^-]*)?(?: +--hash=sha256:[0-9a-f]{64})+$", entry) for entry in entries]
    assert all(pinned), entries
    names = [found[1] for found in pinned if found]
    assert all(found[2] for found in pinned if found and names.count(found[1]) > 1), "one version for each Python and system"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    stated, pending = [*project["dependencies"]], [lock.stem] if lock.stem != "run" else []
    while pending:
        own = re.compile(r"updaterun-validator\[(\w+)\]")
        extra = extras[pending.pop()]
        stated += [each for each in extra if not own.fullmatch(each)]
        pending += [found[1] for each in extra if (found := own.fullmatch(each))]
    assert {re.split("[=>\\[]", each)[0].lower().replace("_", "-") for each in stated} <= set(names)
