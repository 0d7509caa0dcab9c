# SPDX-License-Identifier: Apache-2.0
"""A folder as a kubelet mounts a ConfigMap, and what its change looks like to a program that follows it."""

import os
from pathlib import Path


def mount(folder: Path, files: dict[str, str]) -> None:
    """Has the folder show these files: links through `..data`, which is swapped as a whole."""
    folder.mkdir(exist_ok=True)
    version = folder / f"..v{len(list(folder.glob('..v*')))}"
    version.mkdir()
    for name, text in files.items():
        (version / name).write_text(text)
    (folder / "..data_tmp").symlink_to(version.name)
    os.replace(folder / "..data_tmp", folder / "..data")
    shown = {path.name for path in folder.iterdir() if not path.name.startswith("..")}
    for name in files.keys() - shown:
        (folder / name).symlink_to(f"..data/{name}")
    for name in shown - files.keys():
        (folder / name).unlink()
