# SPDX-License-Identifier: Apache-2.0
"""Every key and token of a test run, so that its end can tell whether a log holds a part of one."""

import re
from base64 import b64encode
from pathlib import Path

_PIECE = 32  # characters: a log may break or cut a key, but hardly into smaller pieces
_RUN = re.compile(rf"[\w+/=.-]{{{_PIECE},}}")
_MARKER = "PRIVATE KEY"


class Vault:
    """Secrets in the forms in which they might be logged. What it finds it names by place, not by content."""

    def __init__(self) -> None:
        self._pieces: set[str] = set()

    def add(self, secret: str) -> None:
        """Takes a token, or a key in PEM, which may also be logged as the API's JSON holds it."""
        self._add_line(b64encode(secret.encode()).decode())
        for line in secret.split():
            self._add_line(line)

    def add_files(self, folder: Path) -> None:
        """Takes all keys and tokens below a folder."""
        for file in folder.rglob("*"):
            if (file.suffix == ".key" or file.name == "token") and file.is_file():
                self.add(file.read_text(errors="replace"))

    def leaks(self, folder: Path) -> list[str]:
        """The places in the logs below a folder that hold a part of a secret, as FILE:LINE."""
        return [f"{log}:{number}" for log in sorted(folder.rglob("*.log"))
                for number, line in enumerate(log.read_text(errors="replace").splitlines(), start=1)
                if self._leaks_in(line)]

    def _add_line(self, line: str) -> None:
        self._pieces |= {line[at:at + _PIECE] for at in range(0, len(line) - _PIECE + 1, _PIECE)}

    def _leaks_in(self, line: str) -> bool:
        return _MARKER in line or any(run[at:at + _PIECE] in self._pieces for run in _RUN.findall(line)
                                      for at in range(len(run) - _PIECE + 1))
