# SPDX-License-Identifier: Apache-2.0
"""A hundred crashes during a thousand issuances: each certificate is made once, whatever was cut off."""

import random
from pathlib import Path

import pytest

from support import verifiers
from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator
from support.waiting import eventually

ISSUANCES = 100
CRASHES = 10


@pytest.fixture(scope="module")
def serials() -> set[str]:
    """Every serial number that the tests of this file have seen."""
    return set()


def crash_often(operator: Operator, objects: Objects, seed: int) -> None:
    """Lives that end after some Secret or other is there, in the midst of the next ones.

    The Secrets are counted, not the log: a write may have reached the server whose answer the crash cut off.
    """
    for life, secrets in enumerate(sorted(random.Random(seed).choices(range(2, ISSUANCES), k=CRASHES)), start=1):
        operator.start()
        eventually(lambda: operator.text().count("caches are complete") == life and objects.count("secrets") >= secrets,
                   timeout=60, interval=0.005)
        operator.kill()


def made_once(objects: Objects, since: int, names: list[str]) -> None:
    """No Secret was made twice or written over, and each Certificate was written twice: by its user and by us."""
    objects.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "the-end"}})
    objects.create(certificate("the-end", objects.namespace, "nobody"))
    stored = objects.control_plane.stored
    secrets = [one for one in stored("secrets", objects.namespace, since, "the-end") if one.name.endswith("-tls")]
    assert sorted(secrets) == sorted((f"{name}-tls", 1) for name in names)
    written = stored("stackseal.io/certificates", objects.namespace, since, "the-end")[:-1]
    assert sorted(written) == sorted((name, version) for name in names for version in (1, 2))


@pytest.mark.parametrize("seed", range(10))
def test_crashes_lose_and_double_nothing(control_plane: ControlPlane, objects: Objects, tmp_path: Path,
                                         serials: set[str], seed: int):
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace, "--leader-elect=false")
    names = [f"c{index}" for index in range(ISSUANCES)]
    since = control_plane.revision()
    with Operator(control_plane, tmp_path, *flags, name="first"):
        objects.create(*hierarchy(objects.namespace))
        objects.kubectl("wait", "--for=condition=Ready", "ssissuer/ca", "--timeout=30s")
    objects.create(*(certificate(name, objects.namespace, "ca") for name in names))
    operator = Operator(control_plane, tmp_path, *flags)
    crash_often(operator, objects, seed)
    with operator:
        ready = objects.await_all_ready(ISSUANCES)
    assert {one["status"]["revision"] for one in ready} == {1}
    made_once(objects, since, names)
    seen = verifiers.pairs(tmp_path, objects.all_pairs())
    assert len(seen) == ISSUANCES and not seen & serials
    serials |= seen
