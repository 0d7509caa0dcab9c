# SPDX-License-Identifier: Apache-2.0
"""The README's commands for a cluster do what it says, on a real API server: with the chart, and from outside."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from page import ROOT, Shell, example, following, section
from support.control_plane import ControlPlane
from support.helm import Helm
from support.operator import program
from support.release import Release
from support.waiting import eventually

HELM = "README.md#with-a-cluster"
OUTSIDE = "README.md#from-outside-the-cluster"
WHAT_COMES = "README.md#what-comes-of-it"
GOOD = ["certificate.stackseal.io/keystone condition met", "3 of 3 good; next to expire: openstack/keystone in 89d", "good"]


class Reader:
    """Somebody with a clone of the sources in which the example was saved, and a cluster of their own."""

    def __init__(self, control_plane: ControlPlane, tools: list[Path], folder: Path):
        self.control_plane, self.home, self.clone = control_plane, folder / "home", folder / "clone"
        for made in (self.home / ".kube", self.clone / "manifests"):
            made.mkdir(parents=True)
        for name in ("crds", "helm"):
            (self.clone / name).symlink_to(ROOT / name)
        (self.clone / "manifests/example.yaml").write_text(example())
        (self.home / ".kube/config").write_bytes(control_plane.kubeconfig.read_bytes())
        self._environment = {"HOME": str(self.home), "KUBECONFIG": str(self.home / ".kube/config"), "KUBERC": "off",
                             "PATH": ":".join([*map(str, tools), os.environ["PATH"]])}

    def follow(self, page: str) -> AbstractContextManager[Shell]:
        folder = self.home / page.partition("#")[2]
        folder.mkdir()
        return following(page, folder, begin=self.clone, **self._environment)

    def sees_what_comes(self) -> None:
        """The example becomes ready, and all that tells of it says so."""
        with self.follow(WHAT_COMES) as shell:
            shell.await_end(timeout=60)
            assert not set(GOOD) - set(shell.printed().splitlines()), shell.printed()


@pytest.fixture
def reader(control_plane_binaries: Path, helm_program: Path, tmp_path: Path) -> Iterator[Reader]:
    with ControlPlane(control_plane_binaries) as control_plane:
        control_plane.start_controller_manager()
        tools = [Path(program()).parent, control_plane_binaries, helm_program.parent]
        yield Reader(control_plane, tools, tmp_path)


def test_with_the_chart(reader: Reader, helm_program: Path, tmp_path: Path):
    """No image can be built or pulled here; what the pod would run runs as its account."""
    with reader.follow(HELM) as shell:
        shell.await_end(timeout=60)
    release = Release(Helm(helm_program, tmp_path, reader.control_plane.kubeconfig), reader.control_plane, "stackseal",
                      "stackseal-system")
    assert_the_image_is_the_one_that_is_built(release)
    with release.operator(tmp_path):
        reader.sees_what_comes()


def assert_the_image_is_the_one_that_is_built(release: Release) -> None:
    """Its build needs an engine, so it is only looked at: the Dockerfile is there, and the chart names what is pushed."""
    told = section(HELM)
    (dockerfile, tag), = re.findall(r"^docker build --file (\S+) --tag (\S+) \.$", told, re.M)
    assert (ROOT / dockerfile).is_file()
    assert re.findall(r"^docker push (\S+)$", told, re.M) == [tag]
    container, = release.deployment()["spec"]["template"]["spec"]["containers"]
    assert container["image"] == tag


def test_from_outside_the_cluster(reader: Reader):
    assert_free(9402)
    with reader.follow(OUTSIDE) as shell:
        eventually(lambda: shell.ended() or "leading" in shell.printed(), what="the operator leads")
        reader.sees_what_comes()
        shell.interrupt()
        shell.await_end(timeout=30)


def assert_free(port: int) -> None:
    """The command is followed as it stands, so its port is the program's default; whoever else has it is awaited."""
    def bound() -> bool:
        with closing(socket.create_server(("", port))):
            return True
    eventually(bound, timeout=120, what=f"nobody else listens on port {port}, which the README's command takes")
