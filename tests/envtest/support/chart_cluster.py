# SPDX-License-Identifier: Apache-2.0
"""A cluster with the chart's default release, whose API server logs who did what: shared by the tests of the chart."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from support.certificates import Objects
from support.control_plane import ControlPlane
from support.helm import Helm
from support.release import Release, apply, used_permissions

# What Prometheus' operator brings, as far as the API server must know it.
_MONITORING = {"ServiceMonitor": "servicemonitors", "PodMonitor": "podmonitors", "PrometheusRule": "prometheusrules"}


def _monitoring_crd(kind: str, plural: str) -> dict:
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


def _audited(folder: Path) -> tuple[str, ...]:
    """An API server that logs who did what, and that streams no lists, so that list and watch are both needed."""
    policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy))
    return ("--feature-gates=WatchList=false", f"--audit-policy-file={folder / 'policy.yaml'}",
            f"--audit-log-path={folder / 'audit.log'}")


@contextmanager
def chart_cluster(binaries: Path, helm_program: Path, folder: Path) -> Iterator[Cluster]:
    """The cluster, gone afterwards. Pods must be restricted in its namespaces."""
    with ControlPlane(binaries, _audited(folder)) as control_plane:
        control_plane.start_controller_manager()
        apply(control_plane, [_monitoring_crd(*kind) for kind in _MONITORING.items()])
        helm = Helm(helm_program, folder, control_plane.kubeconfig)
        release = Release(helm, control_plane, "stackseal", "stackseal-system")
        made = Cluster(control_plane, helm, release, folder / "audit.log")
        for name in ("stackseal-system", "openstack", "ceph", "vault", "nova", "neutron"):
            made.fresh(name)
        release.run("install", values={})
        yield made


def bounded(cluster: Cluster, name: str, **values: object) -> tuple[Release, Objects]:
    """A release that serves one namespace and keeps its authorities in another."""
    system, served, keys = (cluster.fresh(f"{name}-{part}") for part in ("system", "served", "keys"))
    release = Release(cluster.helm, cluster.control_plane, "stackseal", system)
    wanted = {"namespaces": [served], "authorityNamespace": keys, "crds": {"enabled": False},
              "userRoles": {"enabled": False}, "tests": {"enabled": False}, "log": {"format": "text"}}
    release.run("install", values=wanted | values)
    return release, cluster.objects(served)
