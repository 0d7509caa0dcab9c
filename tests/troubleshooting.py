# SPDX-License-Identifier: Apache-2.0
"""What docs/troubleshooting.md shows, by the names of the cases that try it: with estates alone, or on an API server."""

import os
import re
from pathlib import Path

from page import ROOT, Block

_CONSOLE = re.compile(r"^(?:<!-- tried: ([\w-]+) -->\n\n)?```console\n\$ ([^\n]+)\n(.*?)^```$", re.M | re.S)
_FOUND = _CONSOLE.findall((ROOT / "docs/troubleshooting.md").read_text())

PROGRAM = Path(os.environ.get("STACKSEAL", ROOT / "build/dev/stackseal")).absolute()
UNTRIED = [command for case, command, _ in _FOUND if not case]
SHOWN = {case: Block(command, output) for case, command, output in _FOUND if case}
ESTATES = {path.stem: path for path in sorted((ROOT / "tests/e2e/troubleshooting").glob("*.yaml"))}
"""The cases that need no API server; tests/envtest tries the others."""
