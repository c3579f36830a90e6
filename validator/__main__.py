"""`python -m validator` is the command `updaterun`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Ctrl-C ends it without a traceback, also while the modules of the package are imported."""
    try:
        from .cli import main as command

        command(prog_name="updaterun")
    except KeyboardInterrupt:
        sys.stderr.write("updaterun: interrupted\n")
        sys.exit(130)  # as `cli` does, which may not be imported yet


if __name__ == "__main__":
    main()
