"""Checks whether what a command will write can be written, before it begins with its work.

A path goes in; an `OSError` with that path comes out where writing would fail. Nothing is created.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path


def check_file(path: Path) -> None:
    """Raise `OSError` if a file cannot be written here; its folder may be missing."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    check_folder(path.parent, path)


def check_folder(folder: Path, target: Path | None = None) -> None:
    """Raise `OSError`, with the path of the target, if it or files cannot be written there.

    Makes a file without a name in the folder, or in the nearest one around it that exists.
    """
    target = target or folder
    while not os.path.lexists(folder):
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        error.filename = str(target)
        raise
