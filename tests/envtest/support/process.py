# SPDX-License-Identifier: Apache-2.0
"""The servers of a test run must never outlive it and must never take somebody's port; both rules live here."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from support.waiting import eventually

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ServerFailed(RuntimeError):
    """A server ended, or was not ready in time. The message carries the end of its log."""


class Process:
    """One server: a command that is started, awaited, ended, and started again with the same arguments.

    Its output is appended to `log`. It runs in a session of its own, so that an interrupt from the terminal
    reaches only the test run, which then ends it in the right order; and the kernel ends it if the test run is
    killed. The kernel ties it to the *thread* that called start(), so call that from a thread that stays.
    """

    def __init__(self, command: list[str], log: Path):
        """Remembers `command` (program and arguments) without starting it."""
        self.name = Path(command[0]).name
        self._command = command
        self._log = log
        self._child: subprocess.Popen | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id, None while it is not running."""
        return self._child.pid if self.running else None

    def start(self, ready: Callable[[], bool], timeout: float) -> None:
        """Starts it and returns when `ready()` holds; ends it again and raises if that does not happen in time."""
        if self.running:
            raise RuntimeError(f"{self.name} is running already")
        parent = os.getpid()
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=lambda: _end_with(parent))
        self._await(ready, timeout)

    def stop(self, grace: float) -> None:
        """Asks it to end, and after `grace` seconds kills it. Does nothing if it is not running."""
        if not self.running:
            return
        if grace > 0:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(grace)
        self._child.kill()
        self._child.wait()

    def log_tail(self, lines: int = 20) -> str:
        """The last lines that it logged."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _await(self, ready: Callable[[], bool], timeout: float) -> None:
        """Waits for `ready()`, but not for a process that has ended; leaves nothing running if it gives up."""
        try:
            eventually(lambda: self._alive() and ready(), timeout, f"{self.name} is ready")
        except AssertionError as error:
            raise ServerFailed(f"{error}\n{self.log_tail()}") from error
        finally:
            if sys.exc_info()[0] is not None:
                self.stop(grace=0)

    def _alive(self) -> bool:
        """True, or the exception that says why it ended."""
        if not self.running:
            raise ServerFailed(f"{self.name} ended with {self._child.returncode}:\n{self.log_tail()}")
        return True


def _end_with(parent: int) -> None:
    """In the new process: have the kernel kill it with its parent, also if the parent is gone already."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def free_ports(count: int) -> list[int]:
    """Different loopback TCP ports that nobody uses.

    They lie below the range from which the kernel serves outgoing connections. A client that reconnects while
    its server is down could otherwise take the server's port, or even be connected to itself.
    """
    with ExitStack() as held:
        return [_bind_free(held) for _ in range(count)]


def _bind_free(held: ExitStack) -> int:
    """Binds one free port, to be let go when `held` closes."""
    low = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    candidates = range(10_000, low) if low > 11_000 else range(10_000, 65_536)
    for port in random.sample(candidates, len(candidates)):
        listener = held.enter_context(socket.socket())
        try:
            listener.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue
    raise RuntimeError("no free loopback port")
