# SPDX-License-Identifier: Apache-2.0
"""Gives every test of this folder a real control plane, started once, and a namespace of its own."""

import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Objects
from support.chart_cluster import Cluster, chart_cluster
from support.control_plane import ControlPlane, build_binaries
from support.helm import Helm, build_helm
from support.operator import Operator, install_crds
from support.release import grant
from vault import Vault


def pytest_configure() -> None:
    """Has a run that is told to terminate end like an interrupted one: with its fixtures taken down."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def control_plane_binaries(pytestconfig: pytest.Config) -> Path:
    """The folder with etcd, kube-apiserver, kube-controller-manager and kubectl; a build's progress is shown."""
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        return build_binaries()


@pytest.fixture(scope="session")
def control_plane(control_plane_binaries: Path) -> Iterator[ControlPlane]:
    """The control plane of the run, shared by all tests: one that stops a part of it starts that part again."""
    with ControlPlane(control_plane_binaries) as running:
        yield running


@pytest.fixture
def namespace(control_plane: ControlPlane, vault: Vault, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a fresh namespace, made of the test's name. It is deleted if a controller manager can do that.

    The keys and tokens that were in use are remembered, for the end of the run.
    """
    readable = re.sub("[^a-z0-9]+", "-", request.node.name.lower().removeprefix("test_"))[:40].strip("-")
    name = f"{readable}-{secrets.token_hex(3)}"
    control_plane.create_namespace(name)
    yield name
    for secret in control_plane.secrets_in_use(name):
        vault.add(secret)
    control_plane.delete_namespace(name)


@pytest.fixture(scope="session")
def crds(control_plane: ControlPlane) -> None:
    """The product's CRDs, established."""
    install_crds(control_plane)


@pytest.fixture
def objects(control_plane: ControlPlane, namespace: str, crds: None) -> Objects:
    """The test's namespace, with the means to look at what is in it."""
    return Objects(control_plane, namespace)


@pytest.fixture(scope="session")
def helm_program(pytestconfig: pytest.Config) -> Path:
    """The pinned Helm; a build's progress is shown."""
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        return build_helm()


@pytest.fixture
def account(control_plane: ControlPlane, namespace: str, helm_program: Path, tmp_path: Path) -> Path:
    """The kubeconfig of an operator that may do in the test's namespace what the chart grants, and no more."""
    return grant(Helm(helm_program, tmp_path), control_plane, namespace)


@pytest.fixture
def operator(control_plane: ControlPlane, namespace: str, crds: None, account: Path, tmp_path: Path) -> Iterator[Operator]:
    """A running operator that serves the test's namespace only, keys of authorities included, with the chart's rights."""
    flags = ("--namespaces", namespace, "--authority-namespace", namespace)
    with Operator(control_plane, tmp_path, *flags, kubeconfig=account) as running:
        running.await_log("leading", timeout=30)
        yield running


@pytest.fixture(scope="session")
def cluster(control_plane_binaries: Path, helm_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane of its own for the tests of the chart, because they bring the CRDs by the chart."""
    with chart_cluster(control_plane_binaries, helm_program, tmp_path_factory.mktemp("cluster")) as made:
        yield made
