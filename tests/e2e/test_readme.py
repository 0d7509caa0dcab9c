# SPDX-License-Identifier: Apache-2.0
"""The README's commands that need no cluster do what it says."""

import os
import subprocess
from pathlib import Path

from page import ROOT, example, following, script
from support.waiting import eventually

PROGRAM = Path(os.environ.get("STACKSEAL", ROOT / "build/dev/stackseal"))
PATH = f"{PROGRAM.parent}:{os.environ['PATH']}"
PAGE = "README.md#without-a-cluster"
COMMAND_LINE = "README.md#on-the-command-line"


def test_it_issues_tells_and_follows_changes_until_it_is_interrupted(tmp_path: Path):
    manifest, certificate = tmp_path / "manifests/example.yaml", tmp_path / "state/secrets/openstack/keystone-tls/tls.crt"
    manifest.parent.mkdir()
    manifest.write_text(example())
    with following(PAGE, tmp_path, begin=tmp_path, PATH=PATH) as shell:
        eventually(lambda: shell.ended() or "info running" in shell.printed(), what="the last command stays")
        first = certificate.read_text()
        assert "3 of 3 ready" in shell.printed() and "3 of 3 good" in shell.printed() and "\ngood\n" in shell.printed()
        manifest.write_text(example().replace("[keystone.example.com]", "[keystone.example.com, other.example.com]"))
        eventually(lambda: certificate.read_text() != first, what="it follows a change")
        shell.interrupt()
        shell.await_end(timeout=30)


def test_the_shell_completes_and_kubectl_has_a_plugin(tmp_path: Path):
    look = 'COMP_WORDS=(stackseal con) COMP_CWORD=1; _stackseal; echo "${COMPREPLY[@]}"\nkubectl-stackseal status --help\n'
    done = subprocess.run(["bash", "-e", "-c", script(COMMAND_LINE) + "complete -p stackseal\n" + look], cwd=tmp_path,
                          env=os.environ | {"HOME": str(tmp_path), "PATH": f"{tmp_path}/.local/bin:{PATH}"},
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    completion, words, *_ = done.stdout.partition("complete ")[2].splitlines()
    assert completion.endswith(" -F _stackseal stackseal") and words == "controller"
    assert "Usage: kubectl stackseal status" in done.stdout
