# SPDX-License-Identifier: Apache-2.0
"""Writes the image's files as a folder or as a tar: the same files always become the same bytes."""

import io
import os
import tarfile
from pathlib import Path, PurePosixPath

from contents import Entry


def write_tree(entries: list[Entry], folder: Path, when: int) -> None:
    """Fills a new folder. Everything in it has one time; umask and order play no part."""
    folder.mkdir(parents=True)
    for entry in entries:
        file = folder / entry.path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(entry.data)
        file.chmod(entry.mode)
        os.utime(file, (when, when))
    for name in [*reversed(_folders(entries)), "."]:
        (folder / name).chmod(0o755)
        os.utime(folder / name, (when, when))


def write_tar(entries: list[Entry], file: Path, when: int) -> None:
    """The same as a tar, in which everything is root's."""
    with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in _folders(entries):
            tar.addfile(_member(name, 0o755, when, tarfile.DIRTYPE))
        for entry in entries:
            member = _member(entry.path.lstrip("/"), entry.mode, when)
            member.size = len(entry.data)
            tar.addfile(member, io.BytesIO(entry.data))


def _member(name: str, mode: int, when: int, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime, member.type = mode, when, kind
    return member


def _folders(entries: list[Entry]) -> list[str]:
    """The folders of these files, each after the one that it lies in."""
    parents = {parent for entry in entries for parent in PurePosixPath(entry.path.lstrip("/")).parents}
    return sorted(str(parent) for parent in parents if parent.name)
