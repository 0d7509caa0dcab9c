# SPDX-License-Identifier: Apache-2.0
"""What Debian knows of the files that the image takes from it: to which package they belong, and under which terms."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FIELDS = ("Package", "Version", "Architecture", "source:Package", "source:Version", "Maintainer", "binary:Summary")


class Missing(Exception):
    """Something that the image needs is not on this machine; the message names it and the remedy."""


@dataclass(frozen=True)
class Package:
    """An installed package."""

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    maintainer: str
    summary: str

    def stanza(self) -> str:
        """Its entry in dpkg's database, as far as it says who and what it is."""
        return (f"Package: {self.name}\nStatus: install ok installed\nMaintainer: {self.maintainer}\n"
                f"Architecture: {self.architecture}\nSource: {self.source} ({self.source_version})\n"
                f"Version: {self.version}\nDescription: {self.summary}\n")


@cache
def package(name: str) -> Package:
    """An installed package by its name."""
    form = "\\t".join(f"${{{field}}}" for field in _FIELDS) + "\\n"
    command = ["dpkg-query", "--show", f"--showformat={form}", name]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
    installed = [Package(*line.split("\t")) for line in told.splitlines()]  # one for each architecture
    return next(one for one in installed if one.architecture in (architecture, "all"))


def owners(paths: Iterable[str]) -> dict[str, str]:
    """The package of each file. Missing if one belongs to none."""
    spelled = {spelling: path for path in paths for spelling in _spellings(path)}
    told = subprocess.run(["dpkg-query", "--search", *spelled], check=False, capture_output=True, text=True).stdout
    lines = [line.partition(": ") for line in told.splitlines() if not line.startswith("diversion by")]
    found = {spelled[spelling]: packages.partition(":")[0] for packages, _, spelling in lines}
    strays = sorted(set(spelled.values()) - set(found))
    if strays:
        raise Missing(f"{', '.join(strays)}: of no Debian package, so the SBOM could not tell of it; "
                      "build with the packages of ./dev setup build")
    return found


def terms(name: str) -> bytes:
    """The copyright file of a package. Missing if it was left out when the package was installed."""
    file = Path(f"/usr/share/doc/{name}/copyright")
    if not file.is_file():
        raise Missing(f"{file}: absent, but the image must carry it; install {name} without dpkg's path-exclude")
    return file.read_bytes()


def _spellings(path: str) -> tuple[str, str]:
    """The names by which dpkg may know a file: before and after /lib moved to /usr/lib."""
    return path, path.removeprefix("/usr") if path.startswith("/usr/") else f"/usr{path}"
