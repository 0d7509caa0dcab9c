# SPDX-License-Identifier: Apache-2.0
"""The chart on a real API server: what it brings is accepted, works with exactly its rights, and goes as it should."""

import itertools
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from support.certificates import Objects, certificate, hierarchy, issuer
from support.control_plane import ControlPlane, KubectlFailed
from support.helm import ROOT, Helm, HelmFailed
from support.operator import Operator, program
from support.release import Release, account_of, apply, permissions_of, rights, used_permissions
from support.waiting import eventually

CASES = sorted((ROOT / "tests/golden/chart/valid").glob("*.yaml"))
SERVED = [("stackseal.io", "certificates", "get"), ("stackseal.io", "certificates", "list"),
          ("stackseal.io", "certificates", "watch"), ("stackseal.io", "issuers", "get"),
          ("stackseal.io", "issuers", "list"), ("stackseal.io", "issuers", "watch"),
          ("stackseal.io", "certificates/status", "patch"), ("stackseal.io", "issuers/status", "patch"),
          ("", "secrets", "get"), ("", "secrets", "list"), ("", "secrets", "watch"), ("", "secrets", "create"),
          ("", "secrets", "patch"), ("events.k8s.io", "events", "create"), ("events.k8s.io", "events", "patch")]
AUTHORITIES = [("", "secrets", "get"), ("", "secrets", "list"), ("", "secrets", "watch"), ("", "secrets", "create"),
               ("coordination.k8s.io", "leases", "create"), ("coordination.k8s.io", "leases", "get"),
               ("coordination.k8s.io", "leases", "update")]
# What Prometheus' operator brings, as far as the API server must know it.
MONITORING = {"ServiceMonitor": "servicemonitors", "PodMonitor": "podmonitors", "PrometheusRule": "prometheusrules"}


def monitoring_crd(kind: str, plural: str) -> dict:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.monitoring.coreos.com"},
            "spec": {"group": "monitoring.coreos.com", "scope": "Namespaced",
                     "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
                     "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}]}}


def namespace_of(name: str, **labels: str) -> dict:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


@dataclass
class Cluster:
    """A control plane with the chart's default release, and what its API server was asked."""
    control_plane: ControlPlane
    helm: Helm
    release: Release
    audit_log: Path

    def objects(self, namespace: str) -> Objects:
        return Objects(self.control_plane, namespace)

    def fresh(self, name: str) -> str:
        """A new namespace in which pods must be restricted."""
        apply(self.control_plane, [namespace_of(name, **{"pod-security.kubernetes.io/enforce": "restricted"})])
        return name

    def used(self, namespace: str) -> set:
        """What the operator of a namespace's ServiceAccount did."""
        return used_permissions(self.audit_log, f"system:serviceaccount:{namespace}:stackseal")


def audited(folder: Path) -> tuple[str, ...]:
    """An API server that logs who did what, and that streams no lists, so that list and watch are both needed."""
    policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy))
    return ("--feature-gates=WatchList=false", f"--audit-policy-file={folder / 'policy.yaml'}",
            f"--audit-log-path={folder / 'audit.log'}")


@pytest.fixture(scope="module")
def cluster(control_plane_binaries: Path, helm_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with ControlPlane(control_plane_binaries, audited(folder)) as control_plane:
        control_plane.start_controller_manager()
        apply(control_plane, [monitoring_crd(*kind) for kind in MONITORING.items()])
        helm = Helm(helm_program, folder, control_plane.kubeconfig)
        release = Release(helm, control_plane, "stackseal", "stackseal-system")
        made = Cluster(control_plane, helm, release, folder / "audit.log")
        for name in ("stackseal-system", "openstack", "ceph", "vault"):
            made.fresh(name)
        release.run("install", values={})
        yield made


# What it brings


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


# What it may do


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


def bounded(cluster: Cluster, name: str) -> tuple[Release, Objects]:
    """A release that serves one namespace and keeps its authorities in another."""
    system, served, keys = (cluster.fresh(f"{name}-{part}") for part in ("system", "served", "keys"))
    release = Release(cluster.helm, cluster.control_plane, "stackseal", system)
    wanted = {"namespaces": [served], "authorityNamespace": keys, "crds": {"enabled": False},
              "userRoles": {"enabled": False}, "tests": {"enabled": False}, "log": {"format": "text"}}
    release.run("install", values=wanted)
    return release, cluster.objects(served)


def roles(cluster: Cluster, *namespaces: str) -> list[dict]:
    return [role for namespace in namespaces
            for role in json.loads(cluster.control_plane.kubectl("get", "role", "-n", namespace, "-o", "json"))["items"]]


@contextmanager
def disturbed(objects: Objects, *names: str) -> Iterator[None]:
    """Labels of some objects change hundreds of times a second, so that writes of their statuses meet conflicts."""
    done = threading.Event()
    paths = [f"/apis/stackseal.io/v1alpha1/namespaces/{objects.namespace}/{name}" for name in names]

    def disturb() -> None:
        with objects.control_plane.connection() as patch:
            for count in itertools.count():
                if done.is_set():
                    return
                patch(paths[count % len(paths)], {"metadata": {"labels": {"count": str(count)}}})

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def exercise(objects: Objects, round_: int, seen: Callable[[], bool]) -> None:
    """Everything that the program ever does to a namespace, until that is `seen` which the test is about."""
    ca, leaf = f"ca{round_}", f"leaf{round_}"
    with disturbed(objects, f"issuers/{ca}", f"certificates/{leaf}"):
        objects.apply(issuer(ca, objects.namespace, authority={"commonName": "CA"}),
                      certificate(leaf, objects.namespace, ca))
        for request in ("one", "two", "three"):
            with suppress(AssertionError):  # what is forbidden never becomes ready
                eventually(lambda: seen() or objects.ready("sscert", leaf).get("status") == "True", timeout=5)
            objects.patch(leaf, reissue=request)
    objects.kubectl("delete", "secret", f"{leaf}-tls", "--ignore-not-found")


def exercise_until(objects: Objects, seen: Callable[[], bool]) -> None:
    """Again, if need be: a conflict is only very likely."""
    for round_ in range(6):
        exercise(objects, round_, seen)
        if seen():
            return
    raise AssertionError("not seen in six rounds")


def test_it_does_exactly_what_the_chart_grants(cluster: Cluster, tmp_path: Path):
    release, objects = bounded(cluster, "exact")
    served, keys = objects.namespace, release.namespace.replace("system", "keys")
    granted = permissions_of(roles(cluster, served, keys))
    assert granted == {(served, *one) for one in SERVED} | {(keys, *one) for one in AUTHORITIES}
    with release.operator(tmp_path) as operator:
        exercise_until(objects, lambda: cluster.used(release.namespace) >= granted)
    assert cluster.used(release.namespace) == granted
    assert "is forbidden: User" not in operator.text()


def without(role: dict, group: str, resource: str, verb: str) -> dict:
    """A Role that lacks one verb on one resource."""
    rules = [{**rule, "resources": [one]} for rule in role["rules"] for one in rule["resources"]]
    for rule in rules:
        if rule["apiGroups"] == [group] and rule["resources"] == [resource]:
            rule["verbs"] = [one for one in rule["verbs"] if one != verb]
    return role | {"rules": [rule for rule in rules if rule["verbs"]]}


def limited(cluster: Cluster, served: str, keys: str, lacking: tuple | None = None) -> Path:
    """The chart's rights for one namespace and one for the keys, but (namespace, group, resource, verb); the account."""
    rendered = [without(one, *lacking[1:]) if lacking and one["kind"] == "Role"
                and one["metadata"]["namespace"] == lacking[0] else one for one in rights(cluster.helm, served, keys)]
    apply(cluster.control_plane, rendered)
    return account_of(cluster.control_plane, served)


def flags_of(served: str, keys: str) -> tuple[str, ...]:
    return ("--namespaces", served, "--authority-namespace", keys)


@pytest.mark.parametrize("place, group, resource, verb",
                         [("served", *one) for one in SERVED] + [("keys", *one) for one in AUTHORITIES])
def test_it_needs_each_of_them_and_says_which_is_missing(
        cluster: Cluster, place: str, group: str, resource: str, verb: str, tmp_path: Path):
    name = f"lacks-{place}-{verb}-{resource.replace('/', '-')}"
    served, keys = (cluster.fresh(f"{name}-{part}") for part in ("served", "keys"))
    lacking = served if place == "served" else keys
    account = limited(cluster, served, keys, (lacking, group, resource, verb))
    complaint = f'cannot {verb} resource "{resource}" in API group "{group}" in the namespace "{lacking}"'
    with Operator(cluster.control_plane, tmp_path, *flags_of(served, keys), kubeconfig=account) as operator:
        exercise_until(cluster.objects(served), lambda: complaint in operator.text().replace("\\", ""))
        assert operator.running()


def test_a_missing_permission_is_a_condition_and_heals(cluster: Cluster, tmp_path: Path):
    served, keys = cluster.fresh("heals-served"), cluster.fresh("heals-keys")
    account = limited(cluster, served, keys, (served, "", "secrets", "create"))
    objects = cluster.objects(served)
    with Operator(cluster.control_plane, tmp_path, *flags_of(served, keys), kubeconfig=account):
        objects.apply(*hierarchy(served), certificate("api", served, "ca"))
        message = objects.await_reason("sscert", "api", "Forbidden")
        assert 'cannot create resource "secrets"' in message and f'in the namespace "{served}"' in message
        limited(cluster, served, keys)
        objects.await_ready("api", timeout=60)
