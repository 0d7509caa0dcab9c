# SPDX-License-Identifier: Apache-2.0
"""Runs a page of docs, or a section of one, as its reader would: every block of bash, in order, in one shell, and compares
what is shown."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"^```bash\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.M | re.S)
_HEADING = re.compile(r"^##+ (.*)\n", re.M)  # a single # begins a comment of a block
_DONE = "== done: block {}\n"


class Block(NamedTuple):
    """Commands, and the lines that the page says they print; … stands for anything."""

    commands: str
    shown: str


def section(page: str) -> str:
    """The text of a page, or of PAGE#SECTION up to the next heading; sections are called as links call them."""
    path, _, wanted = page.partition("#")
    text = (ROOT / path).read_text()
    if not wanted:
        return text
    _, *parts = _HEADING.split(text)
    return {heading.lower().replace(" ", "-"): body for heading, body in zip(parts[::2], parts[1::2])}[wanted]


def blocks(page: str) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(section(page))]


def script(page: str) -> str:
    """The page's commands as they stand, each block followed by a line that says that it is done."""
    return "".join(f"{block.commands}echo '{_DONE.format(number).strip()}'\n" for number, block in enumerate(blocks(page)))


class Shell:
    """A shell that follows a page, to the first command that fails."""

    def __init__(self, page: str, folder: Path, begin: Path = ROOT, **environment: str):
        """Begins in the root of the sources, as the pages of docs do; what is made lies below `folder`."""
        self._page, self._log = page, folder / "page.log"
        surroundings = os.environ | {"TMPDIR": str(folder)} | environment
        with self._log.open("w") as log:
            self._process = subprocess.Popen(["bash", "-e", "-c", script(page)], cwd=begin, env=surroundings,
                                             stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def ended(self) -> bool:
        return self._process.poll() is not None

    def printed(self) -> str:
        return self._log.read_text()

    def interrupt(self) -> None:
        """The reader's Ctrl-C: it ends the command that runs, and the page goes on if that ends well."""
        os.killpg(self._process.pid, signal.SIGINT)

    def await_end(self, timeout: float) -> None:
        """Waits until the page has come to its end; fails with the first block that did not do what the page says."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        rest = self.printed()
        assert blocks(self._page), f"{self._page} has no commands"
        for number, block in enumerate(blocks(self._page)):
            printed, done, rest = rest.partition(_DONE.format(number))
            assert done, f"failed or not done within {timeout:g} s:\n{block.commands}\n{printed}"
            lacking = missing(block.shown, printed)
            assert not lacking, f"not printed: {lacking}\n{block.commands}\n{printed}"

    def end(self) -> None:
        """Ends what the page started and did not end."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def following(page: str, folder: Path, begin: Path = ROOT, **environment: str) -> Iterator[Shell]:
    """A shell that follows a page, and nothing of it afterwards."""
    shell = Shell(page, folder, begin, **environment)
    try:
        yield shell
    finally:
        shell.end()


def missing(shown: str, printed: str) -> list[str]:
    """The lines that a page shows and a command did not print; … stands for anything."""
    seen = _lines(printed)
    return [line for line in _lines(shown) if not _is_among(line, seen)]


def example() -> str:
    """The README's example of the API, which its commands take for granted."""
    example, = re.findall(r"^```yaml\n(.*?)^```$", section("README.md#the-api-by-example"), re.M | re.S)
    return example


def _lines(text: str) -> list[str]:
    """Without the widths of columns, which depend on the names in a table."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _is_among(line: str, seen: list[str]) -> bool:
    shape = re.compile(".*".join(map(re.escape, line.split("…"))))
    return any(shape.fullmatch(one) for one in seen)
