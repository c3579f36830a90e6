"""Check what would be released, and print a line for each check: `make release-check`. Everything happens in `build/release`."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "build" / "release"
PROGRAMS = Path(sys.executable).parent
TESTS = ("test_rules.py", "test_definitions.py", "test_engines.py", "test_reports.py", "test_samples.py", "test_schemas.py", "test_yaml.py")
"""The tests that the wheel passes with every Python and with the oldest and the newest dependencies."""

FAST = ("-m", "pytest", "-q", "-m", "not slow and not process")

MINORS = range(11, 20)
"""The versions of Python 3 that are looked for."""

_ENVIRONMENT = os.environ | {"HYPOTHESIS_PROFILE": "fast", "PYTHONPATH": ""}  # the installed package is tested, not this folder


class Failed(Exception):
    """A check failed; its argument says what is wrong."""


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    process = subprocess.run(list(map(str, command)), cwd=cwd, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
    if process.returncode:
        raise Failed("\n".join((process.stdout + process.stderr).strip().splitlines()[-15:]))
    return process.stdout


def _build(name: str) -> Path:
    folder = FOLDER / name
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    return folder


def _sdist() -> Path:
    (sdist,) = (FOLDER / "dist").glob("*.tar.gz")
    return sdist


def _wheel() -> Path:
    (wheel,) = (FOLDER / "dist").glob("*.whl")
    return wheel


def no_placeholders() -> None:
    """Raise Failed where an address or a name is still a placeholder."""
    project = (ROOT / "pyproject.toml").read_text()
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    found = ["pyproject.toml"] if placeholders(project) else []
    found += [str(page.relative_to(ROOT)) for page in pages if placeholders(page.read_text())]
    if found:
        raise Failed(f"write the real names and addresses for the placeholders in {', '.join(found)}")


def placeholders(text: str) -> list[str]:
    """Return the addresses of the project that are placeholders, in a domain that cannot be registered."""
    return re.findall(r"https://example\.com/updaterun\S*|\w+@example\.com", text)


def the_same_files_twice() -> None:
    """Raise Failed if two builds differ."""
    digests = [{path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _build(name).iterdir()} for name in ("dist", "again")]
    if digests[0] != digests[1]:
        raise Failed(f"two builds differ: {digests}")


def metadata() -> None:
    """Raise Failed for metadata or a README that an index would show wrongly."""
    _run(PROGRAMS / "twine", "check", "--strict", _sdist(), _wheel())
    rating = _run(PROGRAMS / "pyroma", _sdist())
    if "Final rating: 10/10" not in rating:
        raise Failed(rating)


def contents() -> None:
    """Raise Failed for a wheel with something missing, or something else in it."""
    _run(PROGRAMS / "check-wheel-contents", _wheel())


def own_tests() -> None:
    """Raise Failed if the sdist fails its own tests."""
    _run(sys.executable, *FAST, cwd=_unpacked(FOLDER / "unpacked"))


def _unpacked(place: Path) -> Path:
    with tarfile.open(_sdist()) as archive:
        archive.extractall(place, filter="data")
    (source,) = place.glob("updaterun_validator-*")
    return source


def tests_of(python: str, resolution: str) -> Callable[[], None]:
    """Return a check that the wheel passes tests with a Python and the oldest or newest dependencies."""

    def check() -> None:
        place = FOLDER / f"{Path(python).resolve().parent.parent.name}-{resolution}"
        _run(PROGRAMS / "uv", "venv", "--quiet", "--python", python, place)
        installed = place / "bin" / "python"
        install = (PROGRAMS / "uv", "pip", "install", "--quiet", "--python", installed)
        _run(*install, "--resolution", resolution, "--requirement", "pyproject.toml", "--extra", "test")
        _run(*install, "--no-deps", _wheel())
        source = _unpacked(place)
        shutil.rmtree(source / "validator")  # so that the wheel is tested
        _run(place / "bin" / "updaterun", "check", "samples", "--baseline", "samples/expected.json", cwd=source)
        _run(installed, *FAST, "-n", "0", *(f"tests/{name}" for name in TESTS), cwd=source)

    return check


def locks_of(python: str) -> Callable[[], None]:
    """Return a check that what is locked can be installed with a Python; nothing is."""

    def check() -> None:
        place = FOLDER / f"{Path(python).resolve().parent.parent.name}-locks"
        _run(PROGRAMS / "uv", "venv", "--quiet", "--python", python, place)
        for lock in sorted((ROOT / "requirements").glob("*.txt")):
            install = (PROGRAMS / "uv", "pip", "install", "--quiet", "--dry-run", "--python", place / "bin" / "python")
            _run(*install, "--require-hashes", "--requirement", lock)

    return check


def pythons() -> dict[str, str]:
    """Return the interpreters of this machine that can run the project, by version: those on the PATH, and those of pyenv."""
    found: dict[str, str] = {}
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=3.")
    for minor in MINORS:
        pyenv = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        for program in filter(None, (shutil.which(f"python3.{minor}"), *map(str, pyenv))):
            asked = subprocess.run([program, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=False)
            if asked.returncode == 0 and minor >= int(oldest):
                found.setdefault(f"3.{minor}", asked.stdout.strip())
    return found


def checks() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield each check with its name."""
    yield "two builds are the same", the_same_files_twice
    yield "metadata and README: twine check --strict, pyroma 10", metadata
    yield "contents of the wheel: check-wheel-contents", contents
    yield "tests of the sdist", own_tests
    known = pythons()
    for version, python in known.items():
        yield f"what is locked can be installed: Python {version}", locks_of(python)
        yield f"the wheel: Python {version}, newest dependencies", tests_of(python, "highest")
    oldest = next(iter(known))
    yield f"the wheel: Python {oldest}, oldest dependencies", tests_of(known[oldest], "lowest-direct")
    yield "no placeholder is left", no_placeholders


def main() -> int:
    """Return 1 if a check fails."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    failed = 0
    for name, check in checks():
        try:
            check()
        except Failed as reason:
            failed += 1
            sys.stdout.write(f"FAILED  {name}\n{reason}\n")
        else:
            sys.stdout.write(f"ok      {name}\n")
        sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
