# SPDX-License-Identifier: Apache-2.0
"""What a process still holds of a key is only known by looking; this looks through all that it can write to."""

import base64
import os
import re
import subprocess
from pathlib import Path

_WINDOW = 12  # octets: enough to be nobody else's, few enough to survive in a half overwritten buffer
_SCALAR = slice(36, 68)  # of a P-256 key in PKCS#8


def dump(pid: int, into: Path) -> Path:
    """Writes every writable mapping of a process into a file. Takes the rights of root: its memory is nobody's else."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, into.open("wb") as out:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            first, last, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if rights.startswith("rw"):
                out.write(os.pread(memory.fileno(), int(last, 16) - int(first, 16), int(first, 16)))
    return into


def forms(pem: bytes) -> dict[str, list[bytes]]:
    """Pieces of every form in which a P-256 key may lie in memory, by what form it is."""
    scalar = base64.b64decode(b"".join(pem.splitlines()[1:-1]))[_SCALAR]
    body = base64.b64encode(pem)
    return {"DER": _windows(scalar), "a number": _windows(scalar[::-1]),
            "PEM": _windows(b"".join(pem.splitlines()[1:3])[48:91]),
            "JSON": _windows(body[len(body) // 3: len(body) * 2 // 3])}


def _windows(octets: bytes) -> list[bytes]:
    """Pieces that grep can look for: a line feed would end a pattern."""
    longest = max(re.split(b"[\n\0]", octets), key=len)
    return [longest[:_WINDOW], longest[-_WINDOW:]]


def found(memory: Path, pieces: list[bytes]) -> set[bytes]:
    """Which of the pieces a file holds."""
    patterns = memory.with_suffix(".patterns")
    patterns.write_bytes(b"\n".join(pieces) + b"\n")
    grep = subprocess.run(["grep", "--text", "--only-matching", "--no-filename", "--fixed-strings", "--file", patterns,
                           memory], capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert grep.returncode in (0, 1), grep.stderr
    return set(grep.stdout.split(b"\n")) & set(pieces)
