# SPDX-License-Identifier: Apache-2.0
"""Reads image/Dockerfile, which the tests' machine cannot build, so that they use what it says."""

import json
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_TEXT = (ROOT / "image/Dockerfile").read_text()


class Instruction(NamedTuple):
    """One instruction: COPY, and what follows it."""

    name: str
    rest: str


def _instructions() -> list[Instruction]:
    """All of them in order; what is continued on the next line is one."""
    lines = re.sub(r"\\\n\s*", "", _TEXT).splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]


def _stages() -> list[list[Instruction]]:
    """The instructions from each FROM on."""
    found: list[list[Instruction]] = []
    for one in _instructions():
        found += [[one]] if one.name == "FROM" else []
        found[-1] += [] if one.name == "FROM" else [one]
    return found


BUILD, FINAL = _stages()


def rests(stage: list[Instruction], name: str) -> list[str]:
    """What follows each instruction of a name in a stage."""
    return [one.rest for one in stage if one.name == name]


def labels() -> dict[str, str]:
    """The image's labels, less their common prefix."""
    return dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', " ".join(rests(FINAL, "LABEL"))))


def entrypoint() -> str:
    """The one program of the image."""
    [program] = json.loads(rests(FINAL, "ENTRYPOINT")[0])
    return program


def user() -> tuple[int, int]:
    """Its user and group, which must be numbers for Kubernetes to know that they are not root."""
    uid, gid = rests(FINAL, "USER")[0].split(":")
    return int(uid), int(gid)
