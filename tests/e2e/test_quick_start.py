# SPDX-License-Identifier: Apache-2.0
"""The quick start without a cluster does what it says, with a real Prometheus, within the five minutes that it promises."""

import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from page import ROOT, following

PROGRAM = Path(os.environ.get("STACKSEAL", ROOT / "build/dev/stackseal"))
PAGE = "docs/quick-start-without-a-cluster.md"


def free_addresses(count: int) -> list[str]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return ["{}:{}".format(*one.getsockname()) for one in sockets]


def test_the_page_does_what_it_says(tmp_path: Path):
    metrics, prometheus = free_addresses(2)
    with following(PAGE, tmp_path, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}", STACKSEAL_METRICS=metrics,
                   PROMETHEUS=prometheus) as shell:
        shell.await_end(timeout=300)


@pytest.mark.parametrize("page, complaint", [
    ("```bash\necho one\n```\n\n```text\ntwo\n```\n", "not printed: ['two']"),
    ("```bash\necho one\n```\n\n```bash\nfalse\necho three\n```\n", "failed or not done"),
    ("```bash\nexec sleep 60\n```\n", "failed or not done"),
    ("```sh\nfalse\n```\n", "has no commands"),
], ids=["another output", "a failure", "no end", "nothing"])
def test_a_page_that_does_not_is_noticed(page: str, complaint: str, tmp_path: Path):
    path = tmp_path / "page.md"
    path.write_text(page)
    with following(str(path), tmp_path) as shell, pytest.raises(AssertionError) as noticed:
        shell.await_end(timeout=2)
    assert complaint in str(noticed.value)
