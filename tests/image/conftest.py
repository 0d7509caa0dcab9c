# SPDX-License-Identifier: Apache-2.0
"""Gives the tests of this folder the image's files, made once by what the Dockerfile calls, and a cluster."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "envtest"))  # its support is shared

from dockerfile import ROOT  # noqa: E402
from support.chart_cluster import Cluster, chart_cluster  # noqa: E402
from support.control_plane import build_binaries  # noqa: E402
from support.helm import build_helm  # noqa: E402
from support.operator import program  # noqa: E402


@dataclass(frozen=True)
class Image:
    """What one make of the root file system wrote."""

    tree: Path
    tar: Path
    sbom: Path

    def files(self) -> list[str]:
        """The paths of its files, as a container sees them."""
        return sorted(f"/{path.relative_to(self.tree)}" for path in self.tree.rglob("*") if not path.is_dir())

    def read(self, path: str) -> bytes:
        return (self.tree / path.lstrip("/")).read_bytes()


def make(folder: Path, **options: object) -> Image:
    """Makes the root file system of the program under test in a folder; the options are subprocess.run's."""
    made = Image(folder / "tree", folder / "rootfs.tar", folder / "sbom.json")
    subprocess.run([ROOT / "image/rootfs.py", program(), "--tree", made.tree, "--tar", made.tar, "--sbom", made.sbom],
                   check=True, **options)
    return made


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return make(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real API server with the chart's default release; a build's progress is shown."""
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        binaries, helm = build_binaries(), build_helm()
    with chart_cluster(binaries, helm, tmp_path_factory.mktemp("cluster")) as made:
        yield made
