# SPDX-License-Identifier: Apache-2.0
"""Ten thousand certificates: issued, at rest, and found again at the next start."""

import re
import time
from statistics import median

from budgets.rows import IDLE, MEMORY, RESTART_WRITES, SCRAPE, START, Figure
from budgets.stage import WORKERS, Stage, Usage, logged_at, say
from support.operator import Operator
from support.waiting import eventually

COUNT = 10_000
REST = 60.0  # seconds over which idleness is measured
SCRAPES = 5
ROWS = [RESTART_WRITES, START, MEMORY, IDLE, SCRAPE]


def measure(stage: Stage) -> list[Figure]:
    """Issues them, then starts again with nothing to do."""
    space = stage.space()
    stage.prepare(space)
    say(f"creating {COUNT} Certificates")
    stage.run("create", space, 0, COUNT, WORKERS)
    with stage.operator(space) as operator:
        say("having them issued")
        stage.run("await", space, COUNT + 1)
        after_issuing = Usage(operator.pid).resident()
        say(f"{after_issuing:.0f} MiB after issuing")
    before = sum(stage.control_plane.write_counts("stackseal.io").values()) + _secret_writes(stage)
    began = time.time()
    with stage.operator(space) as operator:
        synced = logged_at(operator, "caches are complete") - began
        say(f"synced after {synced:.1f} s; waiting until it has looked at all of them")
        eventually(lambda: _looked_at(operator) >= COUNT, timeout=300, what="all have been looked at", interval=1)
        after_start = Usage(operator.pid).resident()
        say(f"{after_start:.0f} MiB after the start; at rest for {REST:.0f} s")
        idle = _idle(operator)
        scrapes, size = _scrapes(operator)
        at_last, peak = Usage(operator.pid).resident(), Usage(operator.pid).peak()
        writes = sum(stage.control_plane.write_counts("stackseal.io").values()) + _secret_writes(stage) - before
    memory = {"after issuing": after_issuing, "after a restart": after_start, "after scrapes": at_last}
    return [
        Figure(RESTART_WRITES, writes, f"{COUNT} looked at"),
        Figure(START, synced, "from the start of the process"),
        Figure(MEMORY, max(memory.values()), ", ".join(f"{value:.0f} {when}" for when, value in memory.items())
               + f"; {peak:.0f} for a moment during a scrape"),
        Figure(IDLE, idle * 100, f"over {REST:.0f} s"),
        Figure(SCRAPE, median(scrapes), f"{size / 2**20:.1f} MiB"),
    ]


def _secret_writes(stage: Stage) -> int:
    """Writes of Secrets and events."""
    counts = stage.control_plane.write_counts("")
    return sum(count for (_, resource, _), count in counts.items() if resource in ("secrets", "events"))


def _looked_at(operator: Operator) -> int:
    """How many passes over Certificates have ended well."""
    found = re.search(r'^controller_runtime_reconcile_total\{controller="certificate",result="\w+"\} (\S+)',
                      operator.get("/metrics"), re.MULTILINE)
    return int(float(found[1])) if found else 0


def _idle(operator: Operator) -> float:
    """Share of one core that an operator with nothing to do takes."""
    usage, began = Usage(operator.pid), time.monotonic()
    spent = usage.cpu()
    time.sleep(REST)
    return (usage.cpu() - spent) / (time.monotonic() - began)


def _scrapes(operator: Operator) -> tuple[list[float], int]:
    """Seconds of some scrapes, and bytes of the last."""
    times, text = [], ""
    for _ in range(SCRAPES):
        began = time.monotonic()
        text = operator.get("/metrics")
        times.append(time.monotonic() - began)
    return times, len(text.encode())
