"""A value that distinguishes a file or folder from all copies of it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD = -100
_HANDLE_SIZE = 128


class _Handle(ctypes.Structure):
    """The kernel's `struct file_handle`, from name_to_handle_at(2)."""

    _fields_ = (
        ("size", ctypes.c_uint),
        ("kind", ctypes.c_int),
        ("content", ctypes.c_ubyte * _HANDLE_SIZE),
    )


def identity_of(path: Path) -> str:
    """The kernel's handle of a file or folder; its inode and device where there is no handle.

    A handle has the inode's number and its generation. File systems give freed numbers to new
    files, and ext4, XFS, Btrfs and tmpfs give each new file another generation. A device's number
    may change when a machine starts, so it is used only where there is no handle.

    The file is not opened: if a process closes the file of an SQLite database, it loses its locks
    on the file. Raises `OSError` if the file or folder does not exist.
    """
    stat = path.stat()
    return _handle_of(path) or f"{stat.st_ino}:{stat.st_dev:x}"


def _handle_of(path: Path) -> str | None:
    """The handle, in hex; None on a system or file system that has none."""
    name_to_handle_at = getattr(ctypes.CDLL(None), "name_to_handle_at", None)
    if name_to_handle_at is None:
        return None
    handle, mount = _Handle(size=_HANDLE_SIZE), ctypes.c_int()
    if name_to_handle_at(
        _AT_FDCWD, os.fsencode(path), ctypes.byref(handle), ctypes.byref(mount), 0
    ):
        return None
    return bytes(handle.content[: handle.size]).hex()
