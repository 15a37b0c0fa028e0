"""A value that distinguishes a file or folder from all copies of it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

#: From <linux/fcntl.h>: AT_FDCWD and AT_SYMLINK_FOLLOW.
_AT_FDCWD, _FOLLOW = -100, 0x400
_HANDLE_SIZE = 128


class _Handle(ctypes.Structure):
    """The kernel's `struct file_handle`, from name_to_handle_at(2)."""

    _fields_ = (
        ("size", ctypes.c_uint),
        ("kind", ctypes.c_int),
        ("content", ctypes.c_ubyte * _HANDLE_SIZE),
    )


def identity_of(path: Path) -> str:
    """The inode number and the kernel's handle of a file or folder: `inode/handle`.

    A handle has the inode's number and its generation. File systems give freed numbers to new
    files, but ext4, XFS, Btrfs and tmpfs give each new file another generation. The handle is empty
    on a system that has none, and in a container that may not ask for it: see `same_place`.

    The file is not opened. If this process closed a database of SQLite, it would give up the locks
    that it has on the database. Symbolic links are followed. Raises `OSError` if nothing is there.
    """
    return f"{path.stat().st_ino}/{_handle_of(path)}"


def same_place(one: str, other: str) -> bool:
    """Whether two places are one, by their identities.

    If one of them has no handle, the numbers of the inodes decide.
    """
    if one == other:
        return True
    first, _, handle = one.rpartition("/")
    second, _, other_handle = other.rpartition("/")
    return bool(first) and first == second and not (handle and other_handle)


def _handle_of(path: Path) -> str:
    """The handle, in hex; "" if there is none."""
    name_to_handle_at = getattr(ctypes.CDLL(None), "name_to_handle_at", None)
    if name_to_handle_at is None:
        return ""
    handle, mount = _Handle(size=_HANDLE_SIZE), ctypes.c_int()
    if name_to_handle_at(
        _AT_FDCWD, os.fsencode(path), ctypes.byref(handle), ctypes.byref(mount), _FOLLOW
    ):
        return ""
    return bytes(handle.content[: handle.size]).hex()
