# SPDX-License-Identifier: Apache-2.0
"""What the program may cost, as rows: what, bound, and once measured whether it is met."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One budget. `bound` is the limit as a number and `holds` says what it means."""

    what: str
    bound: float
    unit: str = ""
    at_least: bool = False  # else at most

    def promise(self) -> str:
        """The bound as a reader wants it."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{self.unit}"

    def met(self, value: float) -> bool:
        """Whether a measured value keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Figure:
    """A measured value of a row, and how it came about."""

    row: Row
    value: float
    details: str = ""


WRITES = Row("API writes per issuance", 2)
EVENTS = Row("events per first issuance", 0)
RATE = Row("1,000 P-256 certificates, rate against the bare loop", 0.8, "×", at_least=True)
RATE_SHARED = Row("the same with the API server on the same cores", 0.8, "×", at_least=True)
OWN_CPU = Row("own processor time per issuance", 3, " ms")
P50 = Row("created to Ready, idle, p50 against the bare loop", 1.5, "×")
P99 = Row("created to Ready, idle, p99 against the bare loop", 1.5, "×")
RESTART_WRITES = Row("API writes on restart with nothing to do", 0)
START = Row("start to all caches synced with 10,000", 10, " s")
MEMORY = Row("resident memory with 10,000", 100, " MiB")
IDLE = Row("idle processor time with 10,000", 1, " % of a core")
SCRAPE = Row("scrape of /metrics with 10,000", 0.2, " s")
BINARY = Row("release binary, stripped", 15, " MiB")


def wanted(rows: list[Row], pattern: str) -> bool:
    """Whether a measurement that yields these rows is asked for."""
    return any(re.search(pattern, row.what) for row in rows)


def table(figures: list[Figure]) -> str:
    """The figures as columns."""
    lines = [("what", "bound", "measured", "", "how")]
    lines += [(figure.row.what, figure.row.promise(), f"{figure.value:.3g}{figure.row.unit}",
               "met" if figure.row.met(figure.value) else "MISSED", figure.details) for figure in figures]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths)), line[4]]).rstrip()
                     for line in lines)


Measurement = tuple[list[Row], Callable[[], list[Figure]]]
"""The rows that a function fills, and the function."""
