"""What the commands `updaterun` and `updaterun-validator` start: a module of our own name, as others have a `validator`, too."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder


def main() -> None:
    """Run the command line, unless what Python finds as `validator` is another project's: then say so, and exit with 2."""
    spec = PathFinder.find_spec("validator")
    found = None if spec is None else spec.origin or next(iter(spec.submodule_search_locations or ()), None)
    if not _is_ours(found):
        sys.stderr.write(
            f"updaterun: expected validator to be the package of updaterun-validator, found {found!r}; "
            "install updaterun-validator again, in an environment of its own\n"
        )
        sys.exit(2)
    from validator.__main__ import main as run

    run()


def _is_ours(found: str | None) -> bool:
    """Return whether a file is the `__init__.py` next to this module, and has not been overwritten by another project's."""
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "validator", "__init__.py")
    if found is None or not os.path.isfile(own) or not os.path.samefile(found, own):
        return False
    with open(own, encoding="utf-8") as stream:
        return "Fleet Manager" in stream.readline()
