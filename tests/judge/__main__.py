"""Let each of the provider's SDKs, in an environment of its own, read generated documents and drive a fake fleet: `make judge`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.contract import schemas
from validator.strategies.bulk import documents

SDKS = {"3.1.0": "2025-03-01", "4.0.0": "2026-06-01", "4.1.0b1": "2026-06-02-preview"}
"""Releases of azure-mgmt-containerservicefleet, and the api-version that each speaks."""

ENVIRONMENTS = Path("build/judge")
_READER = Path(__file__).with_name("reader.py")
_LACKING = {("3.1.0", "updatestate", "Pending")}
"""Values that are documented, and that a release is older than."""


def generated(version: str) -> Iterator[tuple[str, Any]]:
    """Yield definitions, each with a generated document of it."""
    for kind, count, definition in (("update-run", 400, "UpdateRun"), ("request", 200, "UpdateRun"), ("error", 50, "ErrorResponse")):
        yield from ((definition, document) for document in documents(kind, count, 0, version=version))
    yield from (("UpdateRun", poll) for polls in documents("history", 50, 0, version=version) for poll in polls)


def environment(sdk: str) -> Path:
    """Return the Python of an environment with a release of the SDK, which is made at first."""
    python = ENVIRONMENTS / sdk / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENTS / sdk, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"azure-mgmt-containerservicefleet=={sdk}"], check=True)
    return python


def main() -> None:
    """Print what each SDK loses of the documents and which values of enums it lacks; the exit status is 1 if there is anything."""
    is_wrong = False
    for sdk, version in SDKS.items():
        made = [*generated(version)]
        lines = "".join(f"{json.dumps(each)}\n" for each in made)
        done = subprocess.run([environment(sdk), _READER], input=lines, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        lacking = [each for each in unknown_values(version, found["enums"]) if (sdk, *each) not in _LACKING]
        print(f"{sdk} of {version}: {len(made)} documents, {len(found['lost'])} values lost, {len(lacking)} values of enums unknown")
        for number, pointer in found["lost"][:10]:
            print(f"  lost {pointer} of {json.dumps(made[number])}")
        for name, value in lacking:
            print(f"  unknown {name} {value}")
        is_wrong |= bool(found["lost"] or lacking) | (drive(sdk) != 0)
    sys.exit(is_wrong)


def drive(sdk: str) -> int:
    """Run the tests in which an SDK drives a fake fleet with a release of the SDK, and return their exit status."""
    (packages,) = ENVIRONMENTS.absolute().glob(f"{sdk}/lib/python*/site-packages")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/test_fake_sdk.py"]
    path = os.pathsep.join((str(packages), os.environ.get("PYTHONPATH", "")))
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, check=False).returncode


def unknown_values(version: str, enums: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return the values of our enums that are not among those of an SDK, each with the name of the enum in lower case."""
    ours = {name.lower(): schema["enum"] for name, schema in schemas.load(version).schemas.items() if "enum" in schema}
    return [(name, value) for name, values in ours.items() for value in values if value not in enums.get(name, ())]


if __name__ == "__main__":
    main()
