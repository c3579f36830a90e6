"""`python -m validator` is the command `updaterun`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line. Ctrl-C ends it without a traceback, also while the modules of the package are imported."""
    # What Hypothesis would store is of no use to a command, and makes a folder where it runs.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(os.devnull, "hypothesis"))
    try:
        from .cli import main as command

        command(prog_name="updaterun")
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("updaterun: interrupted\n")
        sys.exit(130)  # as `cli` does, which may not be imported yet


if __name__ == "__main__":
    main()
