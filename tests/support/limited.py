"""Run a command within limits: `python -I -S limited.py REPORT LIMITS COMMAND...`.

It is a process of its own, as a child's peak of memory begins with that of its parent, and the suite's is large. LIMITS
is a JSON object of names of `resource` and their values; REPORT gets the exit status, negative for a signal, and the peak in bytes.
"""

from __future__ import annotations

import json
import os
import resource
import sys


def main() -> None:
    """Run the command of the command line."""
    report, limits, *command = sys.argv[1:]
    child = os.fork()
    if child == 0:
        for name, limit in json.loads(limits).items():
            resource.setrlimit(getattr(resource, name), (limit, limit))
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    with open(report, "w") as stream:
        json.dump({"status": os.waitstatus_to_exitcode(status), "memory": used.ru_maxrss * 1024}, stream)


if __name__ == "__main__":
    main()
