# SPDX-License-Identifier: Apache-2.0
"""Everything by which the operator and the API server know each other is replaced under it, and it runs on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.authority import Authority
from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator, install_crds
from support.waiting import eventually


class Place:
    """A control plane's files of trust: whom it believes, and what it shows."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.clients = folder / "clients.crt"
        self.clients.write_text(Authority(folder, "first-clients").certificate.read_text())

    def serve(self, control_plane: ControlPlane, authority: Authority) -> None:
        """Gives the API server a certificate, for its next start."""
        served = control_plane.directory / "apiserver"
        served.mkdir(exist_ok=True)
        made, key = authority.issue("/CN=server", "subjectAltName=IP:127.0.0.1", "extendedKeyUsage=serverAuth")
        (served / "apiserver.crt").write_text(made + authority.certificate.read_text())
        (served / "apiserver.key").write_text(key)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def control_plane(control_plane_binaries: Path, place: Place) -> Iterator[ControlPlane]:
    """One of this file's own, whose trust can be changed."""
    with ControlPlane(control_plane_binaries, (f"--client-ca-file={place.clients}",)) as running:
        yield running


@pytest.fixture(scope="module")
def crds(control_plane: ControlPlane) -> None:
    install_crds(control_plane)


def replace(file: Path, text: str) -> None:
    """Puts a file in the place of another at once, as kubelet does."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(file)


def operator_as(objects: Objects, folder: Path, user: dict) -> Operator:
    """An operator with a kubeconfig that only names files. It has no lease: outages are not what is tested."""
    control_plane, kubeconfig = objects.control_plane, folder / "kubeconfig"
    cluster = {"server": control_plane.url, "certificate-authority": str(folder / "trust.crt")}
    (folder / "trust.crt").write_text(control_plane.ca_certificate())
    kubeconfig.write_text(json.dumps({
        "current-context": "x", "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "clusters": [{"name": "x", "cluster": cluster}], "users": [{"name": "x", "user": user}]}))
    return Operator(control_plane, folder, "--namespaces", objects.namespace, "--authority-namespace",
                    objects.namespace, "--leader-elect=false", kubeconfig=kubeconfig)


def goes_on(operator: Operator, objects: Objects) -> None:
    """It does its work after its watches had to begin anew."""
    objects.apply(certificate("after", objects.namespace, "ca"))
    objects.await_ready("after", timeout=90)
    assert operator.running()


def bound_token(objects: Objects, secret: str) -> str:
    """A token of a ServiceAccount called robot that ends with a Secret."""
    objects.kubectl("create", "secret", "generic", secret)
    return objects.kubectl("create", "token", "robot", "--bound-object-kind=Secret",
                           f"--bound-object-name={secret}").strip()


def test_a_token_is_replaced_and_the_old_one_revoked(control_plane: ControlPlane, objects: Objects, tmp_path: Path):
    objects.kubectl("create", "serviceaccount", "robot")
    objects.kubectl("create", "clusterrolebinding", objects.namespace, "--clusterrole=cluster-admin",
                    f"--serviceaccount={objects.namespace}:robot")
    file, old = tmp_path / "token", bound_token(objects, "first")
    file.write_text(old)
    with operator_as(objects, tmp_path, {"tokenFile": str(file)}) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("before", objects.namespace, "ca"))
        objects.await_ready("before")
        replace(file, bound_token(objects, "second"))
        objects.kubectl("delete", "secret", "first")
        eventually(lambda: "Unauthorized" in objects.kubectl("get", "secrets", f"--token={old}", check=False))
        control_plane.restart_apiserver()
        goes_on(operator, objects)


def test_a_client_certificate_is_replaced(control_plane: ControlPlane, place: Place, objects: Objects, tmp_path: Path):
    files = {"client-certificate": tmp_path / "client.crt", "client-key": tmp_path / "client.key"}
    first, second = (Authority(tmp_path, name) for name in ("first", "second"))
    believed = [one.certificate.read_text() for one in (first, second)]
    replace(place.clients, believed[0])
    control_plane.restart_apiserver()

    def log_in_by(authority: Authority) -> None:
        made = authority.issue("/O=system:masters/CN=operator", "extendedKeyUsage=clientAuth")
        for file, text in zip(files.values(), made):
            replace(file, text)

    log_in_by(first)
    with operator_as(objects, tmp_path, {key: str(file) for key, file in files.items()}) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("before", objects.namespace, "ca"))
        objects.await_ready("before")
        log_in_by(second)
        replace(place.clients, believed[1])
        control_plane.restart_apiserver()
        goes_on(operator, objects)


def test_the_servers_authority_is_replaced(control_plane: ControlPlane, place: Place, objects: Objects, tmp_path: Path):
    token = tmp_path / "token"
    objects.kubectl("create", "serviceaccount", "robot")
    objects.kubectl("create", "clusterrolebinding", objects.namespace, "--clusterrole=cluster-admin",
                    f"--serviceaccount={objects.namespace}:robot")
    token.write_text(control_plane.token("robot", objects.namespace))
    with operator_as(objects, tmp_path, {"tokenFile": str(token)}) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("before", objects.namespace, "ca"))
        objects.await_ready("before")
        fresh = Authority(tmp_path, "fresh")
        replace(tmp_path / "trust.crt", fresh.certificate.read_text())
        control_plane.stop_apiserver()
        place.serve(control_plane, fresh)
        control_plane.start_apiserver()
        control_plane.kubeconfig = control_plane.admin_by_way_of(control_plane.url)
        goes_on(operator, objects)
