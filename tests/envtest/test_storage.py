# SPDX-License-Identifier: Apache-2.0
"""The storage crashes, its history is compacted, the server restarts: what was heard is kept, the rest is read once."""

from pathlib import Path

from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator
from support.proxy import Proxy
from support.request_counts import sum_of
from support.waiting import eventually


def flags(objects: Objects) -> list[str]:
    """For an operator of one namespace whose end is no question of leases."""
    return ["--namespaces", objects.namespace, "--authority-namespace", objects.namespace, "--leader-elect=false"]


def issued_once(objects: Objects, since: int, names: list[str]) -> None:
    """Each Certificate's Secret was written exactly once."""
    objects.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "the-end"}})
    stored = objects.control_plane.stored("secrets", objects.namespace, since, "the-end")
    assert sorted(one for one in stored if one.name.endswith("-tls")) == sorted((f"{name}-tls", 1) for name in names)


def test_a_crash_of_the_storage_loses_and_doubles_nothing(control_plane: ControlPlane, objects: Objects, tmp_path: Path):
    since = control_plane.revision()
    names = [f"c{index}" for index in range(100)]
    with Operator(control_plane, tmp_path, *flags(objects)) as operator:
        objects.create(*hierarchy(objects.namespace), *(certificate(name, objects.namespace, "ca") for name in names))
        eventually(lambda: objects.count("secrets") > 20, interval=0.005)
        control_plane.restart_etcd(kill=True)
        objects.await_all_ready(len(names))
        assert operator.running()
    issued_once(objects, since, names)


def lists(operator: Operator) -> dict[str, int]:
    """How often it has read the whole of a kind."""
    return {kind: operator.count("stackseal_kube_lists_total", resource=kind)
            for kind in ("certificates", "issuers", "secrets")}


def reads_at_the_server(control_plane: ControlPlane) -> tuple[int, int]:
    """How often all Secrets of a namespace were read since the server started, and how often that was asked for."""
    metrics, of_secrets = control_plane.get("/metrics"), {"resource": "secrets", "scope": "namespace"}
    lists = sum_of(metrics, "apiserver_request_total", verb="LIST", **of_secrets)
    streamed = sum_of(metrics, "apiserver_watch_list_duration_seconds_count", **of_secrets)
    watches = (sum_of(metrics, "apiserver_request_total", verb="WATCH", **of_secrets)
               + sum_of(metrics, "apiserver_longrunning_requests", verb="WATCH", **of_secrets))
    return lists + streamed, lists + watches


def test_expired_history_is_read_anew_once(control_plane: ControlPlane, objects: Objects, tmp_path: Path):
    namespace = objects.namespace
    with (Proxy(control_plane) as proxy,
          Operator(control_plane, tmp_path, *flags(objects), kubeconfig=proxy.kubeconfig) as operator):
        objects.create(*hierarchy(namespace), certificate("kept", namespace, "ca"), certificate("gone", namespace, "ca"))
        objects.await_ready("kept", "gone")
        assert lists(operator) == {"certificates": 1, "issuers": 1, "secrets": 2}
        proxy.refuse()
        objects.kubectl("delete", "sscert", "gone")
        objects.kubectl("delete", "secret", "kept-tls")
        objects.create(certificate("new", namespace, "ca"))
        control_plane.expire_history()
        proxy.recover()
        # A watch that was refused for long tries again after up to a minute.
        objects.await_ready("new", timeout=90)
        eventually(lambda: objects.revision("kept") == 2, timeout=90)
        eventually(lambda: 'name="gone"' not in operator.get("/metrics"), what="a deletion that nobody told of is seen")
        eventually(lambda: lists(operator) == {"certificates": 2, "issuers": 2, "secrets": 4}, timeout=90)
        read, asked = reads_at_the_server(control_plane)
        # Two watches, each told once that its version has gone; a server that has just started may refuse more.
        assert read == 2 and 4 <= asked < 20
