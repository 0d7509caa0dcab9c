# SPDX-License-Identifier: Apache-2.0
"""The chart on a real API server: what it brings is accepted, works with each switch, and goes as it should."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from support.certificates import Objects, certificate, hierarchy
from support.chart_cluster import Cluster, bounded, namespace_of
from support.control_plane import ControlPlane
from support.helm import ROOT, Helm, HelmFailed
from support.operator import Operator, program
from support.release import Release, account_of, apply
from support.waiting import eventually

CASES = sorted((ROOT / "tests/golden/chart/valid").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_server_accepts_each_object(cluster: Cluster, case: Path):
    rendered = cluster.helm.template(yaml.safe_load(case.read_text()))
    for one in rendered:
        one["metadata"].setdefault("namespace", "stackseal-system")
    apply(cluster.control_plane, rendered, "--dry-run=server", "--validate=strict")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_its_pods_are_restricted(cluster: Cluster, case: Path):
    rendered = cluster.helm.template(yaml.safe_load(case.read_text()) | {"priorityClassName": "", "imagePullSecrets": []})
    pods = [one for one in rendered if one["kind"] == "Pod"]
    pods += [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "stackseal-system"},
              "spec": one["spec"]["template"]["spec"]} for one in rendered if one["kind"] == "Deployment"]
    apply(cluster.control_plane, pods, "--dry-run=server")


def assert_it_works(cluster: Cluster, operator: Operator, namespace: str) -> None:
    """A hierarchy and a leaf."""
    objects = cluster.objects(namespace)
    objects.apply(*hierarchy(namespace), certificate("api", namespace, "ca"))
    objects.await_ready("api")
    assert "is forbidden: User" not in operator.text()
    objects.kubectl("delete", "sscert/api", "ssissuer/ca", "ssissuer/root", "secret/api-tls")


@pytest.mark.parametrize("case", [case for case in CASES if case.stem != "bare"], ids=lambda case: case.stem)
def test_each_switch_gives_a_working_operator(cluster: Cluster, case: Path, tmp_path: Path):
    # Kubernetes' own kubeconfig of a pod has no context to choose, so the flag of the case is left out.
    values = yaml.safe_load(case.read_text()) | {"extraArgs": []}
    release = Release(cluster.helm, cluster.control_plane, case.stem, cluster.fresh(f"switch-{case.stem}"))
    release.run("install", values=values | {"crds": {"enabled": False}})
    with release.operator(tmp_path) as operator:
        assert_it_works(cluster, operator, values.get("namespaces", [release.namespace])[0])
    release.run("uninstall")


def assert_is_open_metrics(text: str) -> None:
    """By the strict parser of Prometheus' own Python client, which is a package of Debian's interpreter."""
    script = ("import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse; "
              "print(*(family.name for family in parse(sys.stdin.read())))")
    done = subprocess.run(["/usr/bin/python3", "-c", script], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"stackseal_certificate_not_after_timestamp_seconds", "stackseal_certificate_issuance"} <= set(done.stdout.split())


def test_metrics_are_as_prometheus_wants_them(cluster: Cluster, tmp_path: Path):
    release, objects = bounded(cluster, "metrics")
    with release.operator(tmp_path) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
        objects.await_ready("api")
        metrics = operator.get("/metrics")
        assert_is_open_metrics(operator.get("/metrics", "application/openmetrics-text"))
    done = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "promtool remarks on a name or a help"


def test_helm_test_inspects_a_certificate(cluster: Cluster, tmp_path: Path):
    """The kubelet is played: the pod's command is run as its account, until it succeeds."""
    objects = cluster.objects("stackseal-system")
    with cluster.release.operator(tmp_path):
        tested = ThreadPoolExecutor().submit(cluster.release.run, "test", "--timeout", "120s")
        pod = eventually(lambda: objects.get("pod", "stackseal-test"), what="helm has made the pod")
        kubeconfig = account_of(cluster.control_plane, "stackseal-system", pod["spec"]["serviceAccountName"])
        command = [program(), *pod["spec"]["containers"][0]["args"], "--kubeconfig", str(kubeconfig)]
        eventually(lambda: subprocess.run(command, capture_output=True, check=False).returncode == 0, what=str(command))
        objects.kubectl("patch", "pod", "stackseal-test", "--subresource=status", "-p", '{"status": {"phase": "Succeeded"}}')
        assert "Succeeded" in tested.result(timeout=60)
    assert "stackseal-test" not in objects.kubectl("get", "pod,sscert,ssissuer", "-o", "name")


def test_a_release_does_not_take_over_the_crds_of_another(cluster: Cluster):
    second = Release(cluster.helm, cluster.control_plane, "second", cluster.fresh("second"))
    with pytest.raises(HelmFailed, match="(?s)certificates.stackseal.io.*cannot be imported into the current release"):
        second.run("install", values={})
    assert "second" not in cluster.control_plane.kubectl("get", "deployment", "-A", "-o", "name")


def issued(objects: Objects) -> dict:
    """What an upgrade must leave alone: each Secret and how often it was issued."""
    found = json.loads(objects.kubectl("get", "secret,sscert", "-o", "json"))["items"]
    return {one["metadata"]["name"]: one.get("data") or one["status"]["revision"] for one in found}


def test_upgrade_rollback_and_end(control_plane_binaries: Path, helm_program: Path, tmp_path: Path):
    with ControlPlane(control_plane_binaries) as control_plane:
        control_plane.start_controller_manager()
        release = Release(Helm(helm_program, tmp_path, control_plane.kubeconfig), control_plane, "stackseal", "seal")
        objects = Objects(control_plane, "openstack")
        apply(control_plane, [namespace_of("openstack"), namespace_of("seal")])
        apply(control_plane, [yaml.safe_load(path.read_text()) for path in (ROOT / "crds").glob("*.yaml")])
        with pytest.raises(HelmFailed, match="(?s)stackseal.io.*cannot be imported into the current release"):
            release.run("install", values={"namespaces": ["openstack"]})
        release.run("install", "--take-ownership", values={"namespaces": ["openstack"]})
        with release.operator(tmp_path, "first"):
            objects.apply(*hierarchy("openstack"), *(certificate(name, "openstack", "ca") for name in ("a", "b")))
            objects.await_ready("a", "b")
        before = issued(objects)
        release.run("upgrade", values={"namespaces": ["openstack"], "workers": 3, "log": {"level": "debug"}})
        settled(release, objects, tmp_path, "upgraded")
        assert issued(objects) == before | {"upgraded": 1, "upgraded-tls": issued(objects)["upgraded-tls"]}
        release.run("rollback", "1")
        settled(release, objects, tmp_path, "rolled-back")
        release.run("uninstall")
        assert before.items() <= issued(objects).items()
        assert control_plane.kubectl("get", "crd", "-o", "name").count("stackseal.io") == len(list((ROOT / "crds").glob("*.yaml")))
        assert "openstack.root.g1" in control_plane.kubectl("get", "secret", "-n", "seal", "-o", "name")
        assert not json.loads(control_plane.kubectl("get", "role,rolebinding", "-n", "openstack", "-o", "json"))["items"]
        release.run("install", values={"namespaces": ["openstack"]})
        settled(release, objects, tmp_path, "again")
        assert before.items() <= issued(objects).items()


def settled(release: Release, objects: Objects, folder: Path, name: str) -> None:
    """A new life of the operator has looked at everything when it has issued what is newest."""
    with release.operator(folder, name):
        objects.apply(certificate(name, "openstack", "ca"))
        objects.await_ready(name)
