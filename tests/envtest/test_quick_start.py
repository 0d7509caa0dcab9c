# SPDX-License-Identifier: Apache-2.0
"""The quick start does what it says: on a real API server, with a real Prometheus, within the five minutes that it
promises."""

import os
from pathlib import Path

from page import following
from support.control_plane import ControlPlane
from support.helm import Helm
from support.operator import program
from support.played_pod import host_address, publish
from support.process import free_ports
from support.release import Release
from support.waiting import eventually

PAGE = "docs/quick-start.md"


def environment(control_plane: ControlPlane, helm_program: Path, binaries: Path, folder: Path) -> dict[str, str]:
    """What the page takes for granted, and ports that are free."""
    proxy, prometheus = free_ports(2)
    tools = [Path(program()).parent, binaries, helm_program.parent]
    homes = {name: str(folder) for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HOME")}
    return homes | {"KUBECONFIG": str(control_plane.kubeconfig), "KUBERC": "off", "PROXY_PORT": str(proxy),
                    "PROMETHEUS": f"127.0.0.1:{prometheus}", "STACKSEAL_IMAGE": "registry.example.com/stackseal",
                    "PATH": ":".join([*map(str, tools), os.environ["PATH"]])}


def test_the_page_does_what_it_says(control_plane_binaries: Path, helm_program: Path, tmp_path: Path):
    """The kubelet is played: what the Deployment asks for runs as its account, and the Service leads to it."""
    with ControlPlane(control_plane_binaries) as control_plane:
        control_plane.start_controller_manager()
        release = Release(Helm(helm_program, tmp_path, control_plane.kubeconfig), control_plane, "stackseal",
                          "stackseal-system")
        given = environment(control_plane, helm_program, control_plane_binaries, tmp_path)
        with following(PAGE, tmp_path, **given) as shell:
            eventually(lambda: shell.ended() or deployed(release), timeout=60, what="the page installs the chart")
            with release.operator(tmp_path, host=host_address()) as operator:
                operator.await_log("status server listens")
                publish(release, operator)
                shell.await_end(timeout=300)


def deployed(release: Release) -> bool:
    label = f"app.kubernetes.io/instance={release.name}"
    return bool(release.control_plane.kubectl("get", "deployment", "-n", release.namespace, "-l", label, "-o", "name"))
