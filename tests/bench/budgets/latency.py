# SPDX-License-Identifier: Apache-2.0
"""From the answer to a Certificate's creation until a watch shows it Ready, one at a time."""

from statistics import median, quantiles

from budgets.rows import P50, P99, Figure
from budgets.stage import Stage, say

COUNT = 200
ROUNDS = 5
ROWS = [P50, P99]


def measure(stage: Stage) -> list[Figure]:
    """Rounds in alternating order, all in one namespace; medians of the rounds' quantiles."""
    sample, space = stage.sample(), stage.space()
    stage.prepare(space)
    bare_space = stage.space()
    bare, own = [], []
    with stage.operator(space) as operator:
        operator.await_log("leading identity")
        for number in range(ROUNDS):
            for turn in ("bare", "operator") if number % 2 else ("operator", "bare"):
                into, where = (bare, bare_space) if turn == "bare" else (own, space)
                words = [sample] if turn == "bare" else []
                into.append(_quantiles(stage.run("latency", where, 1 + number * COUNT, COUNT, *words)))
                say(f"round {number + 1} of {ROUNDS}: {turn} p50 {into[-1][0]:.1f} ms, p99 {into[-1][1]:.1f} ms")
    return [_figure(row, [one[index] for one in own], [one[index] for one in bare])
            for index, row in enumerate(ROWS)]


def _quantiles(milliseconds: list[float]) -> tuple[float, float]:
    """p50 and p99."""
    cuts = quantiles(milliseconds, n=100)
    return cuts[49], cuts[98]


def _figure(row: object, own: list[float], bare: list[float]) -> Figure:
    """The median of the rounds' ratios."""
    ratios = sorted(mine / theirs for mine, theirs in zip(own, bare))
    return Figure(row, median(ratios), f"{median(own):.1f} ms against {median(bare):.1f} ms; "
                                       f"{ROUNDS} rounds from {ratios[0]:.2f} to {ratios[-1]:.2f}")
