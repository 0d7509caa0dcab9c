# SPDX-License-Identifier: Apache-2.0
"""A thousand certificates at full speed: the operator and the bare loop in turns on one server."""

from collections import Counter
from statistics import median

from budgets.rows import EVENTS, OWN_CPU, RATE, WRITES, Figure
from budgets.stage import WORKERS, Stage, Usage, logged_at, say
from support.control_plane import ControlPlane
from support.request_counts import Write

COUNT = 1000
ROUNDS = 5
ROWS = [WRITES, EVENTS, RATE, OWN_CPU]


def measure(stage: Stage) -> list[Figure]:
    """Rounds in alternating order; medians of them."""
    sample = stage.sample()
    bare, own, cpu = [], [], []
    writes: Counter[Write] = Counter()
    for number in range(ROUNDS):
        for turn in ("bare", "operator") if number % 2 else ("operator", "bare"):
            if turn == "bare":
                bare.append(_bare_rate(stage, sample))
                say(f"round {number + 1} of {ROUNDS}: bare loop {bare[-1]:.1f}/s")
            else:
                rate, spent, made = _operator_rate(stage)
                own.append(rate), cpu.append(spent)
                writes += made
                say(f"round {number + 1} of {ROUNDS}: operator {own[-1]:.1f}/s, {spent * 1000 / COUNT:.2f} ms each")
    issued = COUNT * ROUNDS
    events = sum(count for (_, resource, _), count in writes.items() if resource == "events")
    ratios = sorted(mine / theirs for mine, theirs in zip(own, bare))
    return [
        Figure(WRITES, (sum(writes.values()) - events) / issued, ", ".join(
            f"{verb} {'/'.join(filter(None, [resource, sub]))}" for verb, resource, sub in sorted(writes))),
        Figure(EVENTS, events / issued),
        Figure(RATE, median(ratios), f"{median(own):.0f}/s against {median(bare):.0f}/s; "
                                     f"{ROUNDS} rounds from {ratios[0]:.2f} to {ratios[-1]:.2f}"),
        Figure(OWN_CPU, median(cpu) * 1000 / COUNT, "user and system"),
    ]


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
