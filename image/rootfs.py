#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the root file system of the image from a built program and the Debian packages that it is linked with.

The Dockerfile calls this, so what is tested is what is shipped. The same input becomes the same bytes; all times are
SOURCE_DATE_EPOCH, or 0.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from archive import write_tar, write_tree
from contents import Entry, contents
from debian import Missing
from sbom import PATH, sbom


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program", type=Path, help="the built program, such as build/release/stackseal")
    parser.add_argument("--tree", type=Path, metavar="FOLDER", help="writes it as a folder, which must not exist yet")
    parser.add_argument("--tar", type=Path, metavar="FILE", help="writes it as a tar")
    parser.add_argument("--sbom", type=Path, metavar="FILE", help=f"writes the CycloneDX document that is also its {PATH}")
    parser.add_argument("--list", action="store_true", help="prints each file with its size, its package and its reason")
    given = parser.parse_args()
    if not (given.tree or given.tar or given.sbom or given.list):
        parser.error("nothing to do: give --tree, --tar, --sbom or --list")
    return given


def version(program: Path) -> str:
    """What the program says of itself."""
    return subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout.split()[1]


def main(given: argparse.Namespace) -> None:
    when = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    entries = contents(given.program)
    materials = Entry(PATH, "what the image is made of", sbom(entries, version(given.program), when))
    everything = sorted([*entries, materials], key=lambda entry: entry.path)
    if given.tree:
        write_tree(everything, given.tree, when)
    if given.tar:
        write_tar(everything, given.tar, when)
    if given.sbom:
        given.sbom.write_bytes(materials.data)
    if given.list:
        for entry in everything:
            print(entry.path, len(entry.data), entry.package or "-", entry.reason, sep="\t")


if __name__ == "__main__":
    try:
        main(arguments())
    except (Missing, OSError) as error:
        sys.exit(f"rootfs: {error}")
