"""Files that the command reads for itself, such as settings: regular files of bounded size."""

from __future__ import annotations

import errno
import os
import stat


def read_regular_file(path: str, limit: int) -> bytes:
    """Return the content of a regular file of at most `limit` bytes. A pipe or a device, which may never end, is not read.

    Raises OSError, with the reason in plain words, for any other file, and for one that cannot be read.
    """
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a folder gives the better reason
        raise OSError(errno.EINVAL, "It is not a regular file", path)
    with open(path, "rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"It has more than {limit:,} bytes", path)
    return data
