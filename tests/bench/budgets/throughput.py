# SPDX-License-Identifier: Apache-2.0
"""A thousand certificates at full speed: the operator and the bare loop in turns on one server."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from budgets.rows import EVENTS, OWN_CPU, RATE, RATE_SHARED, WRITES, Figure, Row
from budgets.stage import WORKERS, Apart, Stage, Usage, logged_at, say
from support.control_plane import ControlPlane
from support.request_counts import Write

COUNT = 1000
ROUNDS = 5
ROWS = [WRITES, EVENTS, RATE, RATE_SHARED, OWN_CPU]


@dataclass
class Rounds:
    """What the rounds of one arrangement gave."""

    bare: list[float] = field(default_factory=list)  # certificates a second
    own: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # seconds of the operator's processor time
    writes: Counter[Write] = field(default_factory=Counter)

    def rate(self, row: Row) -> Figure:
        """The median of the rounds' ratios."""
        ratios = sorted(mine / theirs for mine, theirs in zip(self.own, self.bare))
        return Figure(row, median(ratios), f"{median(self.own):.0f}/s against {median(self.bare):.0f}/s; "
                                           f"{ROUNDS} rounds from {ratios[0]:.2f} to {ratios[-1]:.2f}")


def measure(stage: Stage) -> list[Figure]:
    """Rounds in alternating order: first with the server on cores of its own, then on the same."""
    stage.sample()
    with Apart(stage.control_plane):
        apart = _rounds(stage, "apart")
    shared = _rounds(stage, "shared")
    issued, writes = COUNT * 2 * ROUNDS, apart.writes + shared.writes
    events = sum(count for (_, resource, _), count in writes.items() if resource == "events")
    return [
        Figure(WRITES, (sum(writes.values()) - events) / issued, ", ".join(
            f"{verb} {'/'.join(filter(None, [resource, sub]))}" for verb, resource, sub in sorted(writes))),
        Figure(EVENTS, events / issued),
        apart.rate(RATE),
        shared.rate(RATE_SHARED),
        Figure(OWN_CPU, median(apart.cpu + shared.cpu) * 1000 / COUNT, "user and system"),
    ]


def _rounds(stage: Stage, name: str) -> Rounds:
    """All rounds of one arrangement."""
    rounds = Rounds()
    for number in range(ROUNDS):
        for turn in (_bare_turn, _operator_turn) if number % 2 else (_operator_turn, _bare_turn):
            say(f"cores {name}, round {number + 1} of {ROUNDS}: {turn(stage, rounds)}")
    return rounds


def _bare_turn(stage: Stage, rounds: Rounds) -> str:
    """One round of the loop that makes the two writes only."""
    rounds.bare.append(_bare_rate(stage, stage.sample()))
    return f"bare loop {rounds.bare[-1]:.1f}/s"


def _operator_turn(stage: Stage, rounds: Rounds) -> str:
    """One round of the operator."""
    rate, spent, made = _operator_rate(stage)
    rounds.own.append(rate), rounds.cpu.append(spent)
    rounds.writes += made
    return f"operator {rate:.1f}/s, {spent * 1000 / COUNT:.2f} ms each"


def _bare_rate(stage: Stage, sample: object) -> float:
    """Certificates a second of the loop that makes the two writes only."""
    space = stage.space()
    stage.run("create", space, 0, COUNT, WORKERS)
    observer = stage.begin("await", space, COUNT)
    [began] = stage.run("issue", space, sample, WORKERS)
    [ended] = stage.finish(observer)
    return COUNT / (ended - began)


def _operator_rate(stage: Stage) -> tuple[float, float, Counter[Write]]:
    """Certificates a second from the moment that the workers start, processor time, and writes."""
    space = stage.space()
    stage.prepare(space)
    stage.run("create", space, 0, COUNT, WORKERS)
    before = _writes(stage.control_plane)
    observer = stage.begin("await", space, COUNT + 1)
    with stage.operator(space) as operator:
        began = logged_at(operator, "leading identity")
        usage = Usage(operator.pid)
        spent = usage.cpu()
        [ended] = stage.finish(observer)
        return COUNT / (ended - began), usage.cpu() - spent, _writes(stage.control_plane) - before


def _writes(control_plane: ControlPlane) -> Counter[Write]:
    """All writes so far but those of the lease, which are made by time and not by work."""
    counts = control_plane.write_counts()
    return Counter({write: count for write, count in counts.items() if write[1] != "leases"})
