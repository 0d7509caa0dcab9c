# SPDX-License-Identifier: Apache-2.0
"""Issuers and Certificates in the chart's values: they come to be, follow the values, and stay."""

import json
from pathlib import Path

from support.certificates import Objects, as_values, certificate, hierarchy
from support.chart_cluster import Cluster, bounded
from support.control_plane import ControlPlane
from support.mounted import mount
from support.operator import Operator, install_crds
from support.waiting import eventually

PLACE = "given-served"


def api(**spec: object) -> dict:
    return certificate("api", PLACE, "ca", **spec)


def versions(objects: Objects) -> dict[str, str]:
    """The version of every object of ours, which each write changes."""
    listed = json.loads(objects.kubectl("get", "ssissuer,sscert", "-o", "json"))["items"]
    return {f"{one['kind']} {one['metadata']['name']}": one["metadata"]["resourceVersion"] for one in listed}


def await_given(objects: Objects, name: str) -> None:
    """Waits until a Certificate is there, and then until it is ready."""
    eventually(lambda: objects.get("sscert", name))
    objects.await_ready(name)


def test_what_the_values_give_comes_to_be_and_follows_them(cluster: Cluster, tmp_path: Path):
    refused, mistaken = (certificate(name, PLACE, "ca") for name in ("refused", "mistaken"))
    refused["spec"]["secretName"] = "No_Name"
    mistaken["spec"]["dnsName"] = "mistaken.example.com"
    release, objects = bounded(cluster, "given", issuers=as_values(*hierarchy(PLACE)),
                               certificates=as_values(refused, mistaken, api(duration="48h")))
    with release.operator(tmp_path) as operator:
        await_given(objects, "api")
        operator.await_log(f'a given object is not applied object="Certificate {PLACE}/refused"')
        operator.await_log(f"certificate.{PLACE}.mistaken.yaml:")
        assert "spec.secretName" in operator.text() and "/spec/dnsName" in operator.text()
        assert [one["metadata"]["labels"] for one in objects.all("ssissuer")] == [{"app.kubernetes.io/managed-by": "stackseal"}] * 2
        assert operator.get("/readyz")
        names = ["api.example.com", "api.internal"]
        release.run("upgrade", "--reuse-values", values={"certificates": as_values(
            api(dnsNames=names), certificate("refused", PLACE, "ca"))})
        release.mount_objects(tmp_path)
        await_given(objects, "refused")
        eventually(lambda: objects.get("sscert", "api")["spec"]["dnsNames"] == names)
        assert "duration" not in objects.get("sscert", "api")["spec"]
        eventually(lambda: objects.revision("api") == 2)
        release.run("upgrade", "--reuse-values", values={"certificates": as_values(api(dnsNames=names))})
        release.mount_objects(tmp_path)
        operator.await_log("is no longer given and stays in the cluster")
        objects.await_ready("refused")
    assert "is forbidden: User" not in operator.text()


def test_a_restart_writes_nothing(cluster: Cluster, tmp_path: Path):
    values = {"issuers": hierarchy("again-served"), "certificates": [certificate("api", "again-served", "ca")]}
    release, objects = bounded(cluster, "again", **{name: as_values(*given) for name, given in values.items()})
    with release.operator(tmp_path, "first"):
        await_given(objects, "api")
        objects.kubectl("wait", "--for=condition=Ready", "ssissuer", "--all", "--timeout=30s")
    before = versions(objects)
    with release.operator(tmp_path, "second") as operator:
        eventually(lambda: operator.text().count("a given object is applied") == 3)
    assert versions(objects) == before
    assert len(before) == 3


def test_the_crds_may_come_later(control_plane_binaries: Path, tmp_path: Path):
    mount(tmp_path / "objects", {f"{number}.yaml": json.dumps(one) for number, one in enumerate(
        [*hierarchy("ops"), certificate("api", "ops", "ca")])})
    with ControlPlane(control_plane_binaries) as control_plane:
        control_plane.create_namespace("ops")
        flags = ("--namespaces", "ops", "--authority-namespace", "ops", "--objects", str(tmp_path / "objects"))
        with Operator(control_plane, tmp_path, *flags) as operator:
            operator.await_log("waiting for the cluster")
            install_crds(control_plane)
            await_given(Objects(control_plane, "ops"), "api")
