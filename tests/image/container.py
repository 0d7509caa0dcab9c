# SPDX-License-Identifier: Apache-2.0
"""Runs the image as a container runtime does: its files and the volumes alone, read-only, as its user, unprivileged."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import dockerfile

# Its arguments: user, root, "source:target" of each volume, "--", the command. It becomes the command.
_RUN = """
user=$1 root=$2
shift 2
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  mount --bind "${1%%:*}" "$root${1#*:}"
  shift
done
shift
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid chroot --userspec="$user" "$root" "$@"
"""


@dataclass
class Container:
    """The image with volumes, each at its place; `folder` is where it may lie. Linux capabilities end with the user."""

    tree: Path
    folder: Path
    volumes: dict[str, Path] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copies the image's files and adds the places of its volumes, as runtimes do."""
        self._root = self.folder / "root"
        shutil.copytree(self.tree, self._root)
        for place, source in self.volumes.items():
            target = self._root / place.lstrip("/")
            (target if source.is_dir() else target.parent).mkdir(parents=True, exist_ok=True)
            if not source.is_dir():
                target.touch()

    def command(self, *args: str) -> list[str]:
        """What starts the image's program with arguments; the process that is started becomes the program."""
        volumes = [f"{source}:{place}" for place, source in self.volumes.items()]
        names = [f"{name}={value}" for name, value in self.environment.items()]
        user = ":".join(map(str, dockerfile.user()))
        return ["env", "-i", f"PATH={os.environ['PATH']}", *names, "unshare", "--mount", "--propagation", "private",
                "sh", "-euc", _RUN, "run", user, str(self._root), *volumes, "--", dockerfile.entrypoint(), *args]


def owned(folder: Path) -> Path:
    """A new folder that belongs to the image's user, as a volume that it may write."""
    folder.mkdir()
    os.chown(folder, *dockerfile.user())
    return folder
