# SPDX-License-Identifier: Apache-2.0
"""The image at work, with nothing but its own files: alone, over manifests, and as the chart's pod on a real API server."""

import re
import subprocess
from pathlib import Path

import pytest

import dockerfile
from conftest import Image
from container import Container, owned
from estate import MANIFEST
from support.certificates import certificate, hierarchy
from support.chart_cluster import Cluster, bounded
from support.control_plane import ControlPlane
from support.mounted import mount
from support.operator import Operator
from support.release import Release, await_lease_right

_SERVER = "kubernetes.default.svc"
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def run(container: Container, *args: str) -> subprocess.CompletedProcess:
    return subprocess.run(container.command(*args), capture_output=True, text=True, check=False, timeout=60)


def test_it_needs_nothing_else_to_start(image: Image, tmp_path: Path):
    done = run(Container(image.tree, tmp_path), "version")
    assert done.returncode == 0 and done.stdout.startswith(f"stackseal {dockerfile.labels()['version']}")


def test_it_issues_from_manifests_and_inspects_what_it_made(image: Image, tmp_path: Path):
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/all.yaml").write_text(MANIFEST)
    volumes = {"/proc": Path("/proc"), "/manifests": tmp_path / "manifests", "/state": owned(tmp_path / "state")}
    container = Container(image.tree, tmp_path, volumes)
    issued = run(container, "local", "--manifests", "/manifests", "--state", "/state", "--once")
    assert issued.returncode == 0, issued.stderr
    assert "2 of 2 ready" in issued.stdout
    key = tmp_path / "state/secrets/default/api-tls/tls.key"
    assert (key.stat().st_uid, key.stat().st_gid) == dockerfile.user()
    inspected = run(container, "inspect", "/state/secrets/default/api-tls/tls.crt")
    assert inspected.returncode == 0 and "api.example.com" in inspected.stdout, inspected.stderr
    again = run(container, "local", "--manifests", "/manifests", "--state", "/elsewhere", "--once")
    assert again.returncode != 0 and "Read-only file system" in again.stderr


class Pod(Operator):
    """The pod of a release's Deployment: its arguments and user, what a kubelet mounts, and its own image."""

    def __init__(self, image: Image, release: Release, folder: Path):
        spec = release.deployment()["spec"]["template"]["spec"]
        user = (spec["securityContext"]["runAsUser"], spec["securityContext"]["runAsGroup"])
        assert user == dockerfile.user()
        self.log = folder / "pod.log"
        self.container = Container(image.tree, folder, _mounts(release, folder), _surroundings(release.control_plane))
        args = [one for one in spec["containers"][0]["args"] if not one.startswith("--status-address")]
        self._command = self.container.command(*args, "--status-address=127.0.0.1:0")
        self._process = None


def _surroundings(control_plane: ControlPlane) -> dict[str, str]:
    """How a pod finds the API server, here by a name, for which it must ask its resolver."""
    return {"KUBERNETES_SERVICE_HOST": _SERVER, "KUBERNETES_SERVICE_PORT": control_plane.url.rpartition(":")[2]}


def _mounts(release: Release, folder: Path) -> dict[str, Path]:
    """What is mounted into each pod: its account, and the names of hosts."""
    name = release.account()
    mount(folder / "account", {"token": release.control_plane.token(name, release.namespace), "namespace": release.namespace,
                               "ca.crt": release.control_plane.ca_certificate()})
    (folder / "hosts").write_text(f"127.0.0.1 localhost {_SERVER}\n")
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    return {"/proc": Path("/proc"), _ACCOUNT: folder / "account", "/etc/hosts": folder / "hosts",
            "/etc/resolv.conf": folder / "resolv.conf"}


def mapped(pid: int) -> set[str]:
    """The files of the image that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {path for path in (line.partition("/")[1] + line.partition("/")[2] for line in lines) if path}


def assert_unprivileged(pid: int) -> None:
    """As the pod security standard `restricted` wants it, and nothing can be written."""
    status = dict(re.findall(r"^(\w+):\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.M))
    uid, gid = dockerfile.user()
    assert (status["Uid"].split(), status["Gid"].split()) == ([str(uid)] * 4, [str(gid)] * 4)
    assert (int(status["CapPrm"], 16), status["NoNewPrivs"]) == (0, "1")
    [root] = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines() if line.split()[4] == "/"]
    assert root[5].split(",")[0] == "ro"


@pytest.fixture(name="pod")
def running_pod(image: Image, cluster: Cluster, tmp_path: Path):
    release, objects = bounded(cluster, "image")
    await_lease_right(cluster.control_plane, f"{release.namespace}:{release.account()}", "image-keys")
    with Pod(image, release, tmp_path) as pod:
        pod.await_log("leading")
        yield pod, objects


def test_it_is_the_chart_s_pod(image: Image, pod: tuple):
    running, objects = pod
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
    objects.await_ready("api")
    assert_unprivileged(running.pid)
    assert running.get("/readyz")
    assert running.count("stackseal_certificate_issuance_total", result="success") == 3
    root = f"{running.container.folder}/root"
    libraries = {path for path in image.files() if path.startswith("/lib")}
    assert {path.removeprefix(root) for path in mapped(running.pid)} == libraries | {dockerfile.entrypoint()}
    inspected = run(running.container, "inspect", f"{objects.namespace}/api-tls")
    assert inspected.returncode == 0 and "api.example.com" in inspected.stdout, inspected.stderr
    port = objects.control_plane.url.rpartition(":")[2]
    served = run(running.container, "inspect", f"{_SERVER}:{port}")
    assert f"endpoint {_SERVER}:{port}" in served.stdout and "not verified" in served.stdout, served.stderr + served.stdout
