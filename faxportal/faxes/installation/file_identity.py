"""What tells a file or folder from each copy of it."""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import suppress
from pathlib import Path

#: Linux's ioctl for an inode's generation, from <linux/fs.h>: _IOR('v', 1, long).
_FS_IOC_GETVERSION = 0x80087601


def identity_of(path: Path) -> str:
    """The inode's number with its generation, or with the device where there is no generation.

    File systems give freed numbers to new files, but ext4, XFS and Btrfs give each new file a
    random generation. Where the file system has one, a device is not part of the identity: the
    numbers of devices may change when a machine starts. Raises `OSError` where nothing is there.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        stat = os.fstat(descriptor)
        generation = bytearray(8)
        with suppress(OSError):
            fcntl.ioctl(descriptor, _FS_IOC_GETVERSION, generation)
    finally:
        os.close(descriptor)
    (number,) = struct.unpack("=I", generation[:4])
    return f"{stat.st_ino}:{f'g{number:x}' if number else f'd{stat.st_dev:x}'}"
