# SPDX-License-Identifier: Apache-2.0
"""Runs the program against the tests' control plane, as an operator's pod would run."""

import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path

from support.control_plane import ControlPlane
from support.request_counts import sum_of
from support.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
GROUP = "stackseal.io"


def program() -> str:
    """The program under test: STACKSEAL, else the dev preset's."""
    return os.environ.get("STACKSEAL", str(ROOT / "build/dev/stackseal"))


def install_crds(control_plane: ControlPlane) -> None:
    """Applies the CRDs and waits until the server serves them."""
    for crd in sorted((ROOT / "crds").glob("*.yaml")):
        control_plane.kubectl("apply", "-f", str(crd))
    control_plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")


class Operator:
    """One `stackseal controller` process. A context manager; its log stays at `log`."""

    def __init__(self, control_plane: ControlPlane, folder: Path, *flags: str, name: str = "operator",
                 kubeconfig: Path | None = None, host: str = "127.0.0.1"):
        """Runs as whom a `kubeconfig` names, else as cluster admin; its status server listens on `host`."""
        self.log = folder / f"{name}.log"
        self._command = [program(), "controller", "--kubeconfig", str(kubeconfig or control_plane.kubeconfig),
                         "--status-address", f"{host}:0", *flags]
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Operator":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self.stop()

    def start(self) -> None:
        """Starts the process; its log is appended to."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def stop(self) -> int:
        """SIGTERM, and the exit code; the program has ten seconds."""
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=10)
        self._process = None
        return code

    def kill(self) -> None:
        """SIGKILL: a crash."""
        self._process.kill()
        self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        """Its process id, while it runs."""
        return self._process.pid

    def await_end(self, timeout: float) -> int:
        """Waits until it ends by itself; its exit code."""
        code = self._process.wait(timeout)
        self._process = None
        return code

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def text(self) -> str:
        return self.log.read_text()

    def await_log(self, text: str, timeout: float = 30) -> None:
        """Waits until the log holds a text."""
        eventually(lambda: text in self.text(), timeout=timeout)

    def count(self, metric: str, **labels: str) -> int:
        """The sum of a counter's samples that have these labels."""
        return sum_of(self.get("/metrics"), metric, **labels)

    def address(self) -> str:
        """Where its status server listens, with the port."""
        return re.findall(r'status server listens.*address[":=]+([0-9.:]+)', self.text())[-1]

    def get(self, path: str, accept: str = "*/*") -> str:
        """A page of the status server."""
        request = urllib.request.Request(f"http://{self.address()}{path}", headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read().decode()
