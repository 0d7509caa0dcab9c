# SPDX-License-Identifier: Apache-2.0
"""Which files a check looks at, and how it tells what it found."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRODUCT = ("app", "controller", "reconcilers", "catalogue")  # folders of the program itself


def files(*suffixes, under=()):
    """Paths relative to the root, sorted: what git knows or would take, without what was deleted."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({
        name for name in listed
        if name and (ROOT / name).is_file()
        and (not suffixes or name.endswith(suffixes))
        and (not under or name.startswith(tuple(folder + "/" for folder in under)))})


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def tell(check, figures, faults):
    """Prints the faults and one line of figures; returns the exit status."""
    for fault in faults:
        print(fault)
    print(f"{check}: {figures}, {len(faults)} faults")
    return 1 if faults else 0
