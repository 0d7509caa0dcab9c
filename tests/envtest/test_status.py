# SPDX-License-Identifier: Apache-2.0
"""`stackseal status` of a cluster, and as the plugin of kubectl."""

import json
import os
import subprocess
from pathlib import Path

from support.certificates import Objects, certificate, hierarchy
from support.operator import Operator, program


def status(objects: Objects, *flags: str) -> subprocess.CompletedProcess:
    command = [program(), "status", "--kubeconfig", str(objects.control_plane.kubeconfig), "-n", objects.namespace]
    return subprocess.run([*command, *flags], capture_output=True, text=True, check=False, timeout=30)


def test_status_says_what_is_good_and_why_something_is_not(operator: Operator, objects: Objects):
    space = objects.namespace
    objects.apply(*hierarchy(space), certificate("api", space, "ca"))
    objects.await_ready("api")
    good = status(objects)
    assert good.returncode == 0, good.stderr
    assert f"3 of 3 good; next to expire: {space}/api in 89d" in good.stdout
    objects.apply(certificate("lost", space, "nobody"))
    objects.await_reason("sscert", "lost", "IssuerNotFound")
    bad = status(objects, "-o", "json")
    first = json.loads(bad.stdout)["items"][0]
    assert bad.returncode == 1 and first["name"] == "lost" and "nobody" in first["message"]


def test_status_without_a_kubeconfig_cannot_tell(tmp_path: Path):
    absent = subprocess.run([program(), "status", "--kubeconfig", str(tmp_path / "none")], capture_output=True,
                            text=True, check=False, timeout=30)
    assert absent.returncode == 2 and str(tmp_path / "none") in absent.stderr


def test_kubectl_finds_its_plugin(objects: Objects, control_plane_binaries: Path, tmp_path: Path):
    (tmp_path / "kubectl-stackseal").symlink_to(Path(program()).resolve())
    path = f"{tmp_path}:{control_plane_binaries}:{os.environ['PATH']}"
    command = ["kubectl", "stackseal", "status", "-n", objects.namespace]
    environment = os.environ | {"PATH": path, "KUBECONFIG": str(objects.control_plane.kubeconfig)}
    shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)
    assert shown.returncode == 0 and "no Issuer and no Certificate" in shown.stdout, shown.stderr
    helped = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False, timeout=30, env=environment)
    assert "kubectl stackseal status" in helped.stdout
