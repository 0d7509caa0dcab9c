# SPDX-License-Identifier: Apache-2.0
"""Measures the budgets on a real API server and prints them as a table; progress goes to stderr.

Usage: measure.py PRESET_FOLDER [FILTER]      FILTER: a regular expression over the rows' names
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "envtest")]

from budgets import latency, scale, throughput  # noqa: E402
from budgets.rows import BINARY, Figure, table, wanted  # noqa: E402
from budgets.stage import Stage, say  # noqa: E402
from support.control_plane import ControlPlane  # noqa: E402
from support.operator import install_crds  # noqa: E402


def binary_size(program: Path) -> Figure:
    """MiB of the program as packages ship it, without debug information."""
    stripped = program.with_suffix(".stripped")
    subprocess.run(["strip", "-o", stripped, program], check=True)
    size = stripped.stat().st_size / 2**20
    stripped.unlink()
    return Figure(BINARY, size, f"{program.stat().st_size / 2**20:.0f} MiB with debug information")


def on_a_server(preset: Path, measurements: list) -> list[Figure]:
    """Runs measurements one after the other, each on a control plane of its own."""
    figures = []
    for measurement in measurements:
        say(f"starting a control plane for {measurement.__name__.rsplit('.', 1)[1]}")
        with ControlPlane() as control_plane:
            install_crds(control_plane)
            figures += measurement.measure(Stage(control_plane, preset / "bin/yardstick"))
    return figures


def main(preset: Path, pattern: str = "") -> None:
    """Measures what is asked for."""
    os.environ["STACKSEAL"] = str(preset / "stackseal")
    chosen = [one for one in (throughput, latency, scale) if wanted(one.ROWS, pattern)]
    figures = [binary_size(preset / "stackseal")] if wanted([BINARY], pattern) else []
    figures += on_a_server(preset, chosen)
    print(table([figure for figure in figures if wanted([figure.row], pattern)]))
    print(f"{os.cpu_count()} cores; load average of the last five minutes: {os.getloadavg()[1]:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
