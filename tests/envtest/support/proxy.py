# SPDX-License-Identifier: Apache-2.0
"""Networks fail in more ways than servers do; this stands before the API server and fails in each of them."""

import socket
import struct
import threading
import time
from contextlib import suppress

from support.control_plane import ControlPlane
from support.process import free_ports

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a close sends RST


class _Link:
    """One connection of a client and its continuation to the server."""

    def __init__(self, client: socket.socket, server: socket.socket, silent: bool):
        self.client, self.server = client, server
        self.silent = silent
        self.breaks = False  # in the middle of what the server sends next

    def reset(self) -> None:
        """Ends both halves at once; harmless twice."""
        for half in (self.client, self.server):
            with suppress(OSError):
                half.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                half.shutdown(socket.SHUT_RDWR)
            half.close()


class Proxy:
    """A way to the API server, good until told otherwise. A context manager; its threads end with its connections."""

    def __init__(self, control_plane: ControlPlane):
        """Starts nothing yet."""
        self._target = ("127.0.0.1", int(control_plane.url.rpartition(":")[2]))
        self._address = ("127.0.0.1", free_ports(1)[0])
        self._links: list[_Link] = []
        self._listener: socket.socket | None = None
        self._silent = False
        self._delay = 0.0
        self.kubeconfig = control_plane.admin_by_way_of(f"https://127.0.0.1:{self._address[1]}")

    def __enter__(self) -> "Proxy":
        """Starts to listen."""
        self.recover()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends every connection."""
        self.refuse()

    # How it behaves

    def recover(self) -> None:
        """Serves new connections well. Those that fell silent stay so: nobody on them knows of the other's fate."""
        self._silent, self._delay = False, 0.0
        if self._listener:
            return
        self._listener = socket.create_server(self._address, backlog=64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Resets every connection and accepts none."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.cut()

    def cut(self) -> None:
        """Resets every connection; new ones are served."""
        for link in self._links:
            link.reset()
        self._links = []

    def cut_mid_frame(self) -> None:
        """Breaks each connection in the middle of what the server sends next on it."""
        for link in self._links:
            link.breaks = True

    def fall_silent(self) -> None:
        """Swallows everything, of new connections too, and closes nothing: the half-open connection."""
        self._silent = True
        for link in self._links:
            link.silent = True

    def delay(self, seconds: float) -> None:
        """Passes everything on late."""
        self._delay = seconds

    @property
    def connections(self) -> int:
        """How many connections it has accepted and not reset."""
        return len(self._links)

    # How it is made

    def _accept(self, listener: socket.socket) -> None:
        """Serves a listener until it is closed."""
        with suppress(OSError):
            while True:
                self._join(listener.accept()[0])

    def _join(self, client: socket.socket) -> None:
        """Connects a client with the server, if that listens."""
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        link = _Link(client, server, self._silent)
        self._links = [*self._links, link]
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self._pump, args=(link, source, target), daemon=True).start()

    def _pump(self, link: _Link, source: socket.socket, target: socket.socket) -> None:
        """Passes one direction on until it ends; then the other ends too."""
        with suppress(OSError):
            while data := source.recv(65536):
                time.sleep(self._delay)
                if link.silent:
                    continue
                if link.breaks and source is link.server:
                    target.sendall(data[: len(data) // 2])
                    break
                target.sendall(data)
        link.reset()
