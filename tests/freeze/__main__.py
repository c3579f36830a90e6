"""The freeze: `python -m tests.freeze inputs DIR`, `... record DIR OUT --code PATH [--quick]` and `... compare OUT1 OUT2`.

`inputs` is run once, in the tree that is to be the measure, as it takes the generator and the case files from there.
`record` and `compare` import nothing of the validator: the code under test is the one at PATH.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Do what the command line asks for, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.freeze", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    inputs = commands.add_parser("inputs", help="write the input files, once, into an empty folder")
    inputs.add_argument("dir", type=Path)
    record = commands.add_parser("record", help="run the code at PATH over the inputs, and record what it says")
    record.add_argument("dir", type=Path)
    record.add_argument("out", type=Path)
    record.add_argument("--code", type=Path, required=True, metavar="PATH", help="the folder that has the package validator in it")
    record.add_argument("--quick", action="store_true", help="a tenth of the inputs")
    compare = commands.add_parser("compare", help="tell how two recordings differ; the exit status is 1 if they do")
    compare.add_argument("one", type=Path)
    compare.add_argument("other", type=Path)
    given = parser.parse_args()
    if given.command == "inputs":
        from .inputs import write_all

        return write_all(given.dir)
    if given.command == "record":
        from .record import record as record_all

        return record_all(given.dir, given.out, given.code.resolve(), quick=given.quick)
    from .compare import compare_recordings

    return compare_recordings(given.one, given.other)


if __name__ == "__main__":
    sys.exit(main())
