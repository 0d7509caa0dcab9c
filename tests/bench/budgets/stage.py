# SPDX-License-Identifier: Apache-2.0
"""What all measurements act with: a control plane, the operator, the yardstick, and the kernel's accounts."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from support.certificates import Objects, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator

WORKERS = 8  # the operator's default, and as many connections of the yardstick
SAMPLE = "s-000000"


def say(text: str) -> None:
    """A line of progress."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Usage:
    """What the kernel has charged to a process."""

    def __init__(self, pid: int):
        self._folder = Path(f"/proc/{pid}")

    def cpu(self) -> float:
        """Seconds of processor time, user and system."""
        fields = (self._folder / "stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """MiB of resident memory."""
        return self._mebibytes("VmRSS")

    def peak(self) -> float:
        """MiB of resident memory at its highest."""
        return self._mebibytes("VmHWM")

    def _mebibytes(self, field: str) -> float:
        kib = re.search(rf"^{field}:\s+(\d+)", (self._folder / "status").read_text(), re.MULTILINE)
        return int(kib[1]) / 1024


class Apart:
    """While it lasts, the API server has half of the cores to itself, and its clients have the other half.

    In a cluster the server and its clients do not take each other's processor time; on one machine they do, and
    then whatever a client does beside its writes costs it writes.
    """

    def __init__(self, control_plane: ControlPlane):
        self._servers = control_plane.pids()
        self._all = os.sched_getaffinity(0)

    def __enter__(self) -> None:
        cores = sorted(self._all)
        half = max(1, len(cores) // 2)
        self._pin(self._servers, set(cores[:half]))
        os.sched_setaffinity(0, cores[half:] or cores)  # what is started from here on inherits it

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._all)
        self._pin(self._servers, self._all)

    def _pin(self, pids: list[int], cores: set[int]) -> None:
        """Moves all threads of processes."""
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(thread), cores)


class Stage:
    """A running control plane; makes namespaces, operators and yardsticks on it."""

    def __init__(self, control_plane: ControlPlane, yardstick: Path):
        self.control_plane = control_plane
        self._yardstick = yardstick
        self._scratch = TemporaryDirectory(prefix="stackseal-bench-")
        self.folder = Path(self._scratch.name)
        (self.folder / "ca.crt").write_text(control_plane.ca_certificate())
        self._spaces = 0
        self._sample: Path | None = None

    def space(self) -> str:
        """A fresh namespace."""
        self._spaces += 1
        name = f"bench-{self._spaces}"
        self.control_plane.create_namespace(name)
        return name

    def operator(self, space: str) -> Operator:
        """An operator for one namespace, not started."""
        return Operator(self.control_plane, self.folder, "--namespaces", space, "--authority-namespace", space,
                        name=f"operator-{self._spaces}-{time.monotonic_ns()}")

    def run(self, *words: object) -> list[float]:
        """Runs the yardstick to its end; the numbers that it printed."""
        return self.finish(self.begin(*words))

    def begin(self, *words: object) -> subprocess.Popen:
        """Starts the yardstick."""
        environment = os.environ | {
            "SERVER": self.control_plane.url.removeprefix("https://"), "CA_FILE": str(self.folder / "ca.crt"),
            "TOKEN": self._token()}
        return subprocess.Popen([self._yardstick, *map(str, words)], stdout=subprocess.PIPE, text=True, env=environment)

    def finish(self, running: subprocess.Popen) -> list[float]:
        """Waits for a yardstick; the numbers that it printed."""
        out, _ = running.communicate(timeout=1800)
        if running.returncode != 0:
            raise RuntimeError(f"the yardstick ended with {running.returncode}")
        return [float(line) for line in out.split()]

    def sample(self) -> Path:
        """What the operator wrote for one Certificate, for the yardstick to write again. Made once."""
        if self._sample is None:
            say("having one certificate issued as a sample")
            self._sample = self.folder / "sample.json"
            space = self.space()
            self.prepare(space)
            objects = Objects(self.control_plane, space)
            self._sample.write_text(json.dumps(_writes_of(objects)))
        return self._sample

    def prepare(self, space: str) -> None:
        """Has the operator make the authorities of a namespace and issue the sample there."""
        objects = Objects(self.control_plane, space)
        with self.operator(space):
            wanted = {"secretName": f"{SAMPLE}-tls", "dnsNames": [f"{SAMPLE}.example.com"], "issuerRef": {"name": "ca"}}
            objects.apply(*hierarchy(space), {"apiVersion": "stackseal.io/v1alpha1", "kind": "Certificate",
                                              "metadata": {"name": SAMPLE, "namespace": space}, "spec": wanted})
            objects.await_ready(SAMPLE)

    def _token(self) -> str:
        return re.search(r"token: (\S+)", self.control_plane.kubeconfig.read_text())[1]


def _writes_of(objects: Objects) -> dict:
    """The bodies of the two writes of the sample, without what the server or the namespace adds."""
    secret = objects.get("secret", f"{SAMPLE}-tls")
    kept = {key: secret["metadata"][key] for key in ("name", "labels", "annotations")}
    return {"secret": {key: value for key, value in secret.items() if key != "metadata"} | {"metadata": kept},
            "status": objects.get("sscert", SAMPLE)["status"]}


def logged_at(operator: Operator, text: str) -> float:
    """Unix time of the last line of an operator's log that holds a text."""
    operator.await_log(text, timeout=300)
    line = [line for line in operator.text().splitlines() if text in line][-1]
    return datetime.fromisoformat(line.split()[0].replace("Z", "+00:00")).timestamp()
