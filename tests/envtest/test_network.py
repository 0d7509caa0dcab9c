# SPDX-License-Identifier: Apache-2.0
"""Between the operator and the API server lies a network; whatever it does, each certificate is made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator
from support.proxy import Proxy
from support.waiting import eventually


@pytest.fixture
def proxy(control_plane: ControlPlane) -> Iterator[Proxy]:
    with Proxy(control_plane) as running:
        yield running


def beyond(proxy: Proxy, objects: Objects, tmp_path: Path, *flags: str) -> Operator:
    """An operator that reaches the API server by way of the proxy only."""
    return Operator(objects.control_plane, tmp_path, "--namespaces", objects.namespace, "--authority-namespace",
                    objects.namespace, *flags, kubeconfig=proxy.kubeconfig)


def issued_once(objects: Objects, since: int, names: list[str]) -> None:
    """Each Certificate's Secret was written exactly once, and is the one that its status tells of."""
    objects.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "the-end"}})
    stored = objects.control_plane.stored("secrets", objects.namespace, since, "the-end")
    assert sorted(one for one in stored if one.name.endswith("-tls")) == sorted((f"{name}-tls", 1) for name in names)


def test_connections_that_break_in_mid_frame_double_nothing(control_plane: ControlPlane, proxy: Proxy, objects: Objects,
                                                            tmp_path: Path):
    since = control_plane.revision()
    names = [f"c{index}" for index in range(100)]
    with beyond(proxy, objects, tmp_path, "--leader-elect=false") as operator:
        objects.create(*hierarchy(objects.namespace))
        objects.kubectl("wait", "--for=condition=Ready", "ssissuer/ca", "--timeout=30s")
        objects.create(*(certificate(name, objects.namespace, "ca") for name in names))
        for made in range(5, 100, 5):
            eventually(lambda: objects.count("secrets") >= made, timeout=90, interval=0.005)
            proxy.cut_mid_frame()
        objects.await_all_ready(len(names))
        assert operator.running()
    issued_once(objects, since, names)


def test_what_happens_while_nobody_is_reached_is_seen_afterwards(proxy: Proxy, objects: Objects, tmp_path: Path):
    with beyond(proxy, objects, tmp_path, "--leader-elect=false") as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("kept", objects.namespace, "ca"))
        objects.await_ready("kept")
        proxy.refuse()
        operator.await_log("watching is held up")
        objects.kubectl("delete", "secret", "kept-tls")
        objects.apply(certificate("new", objects.namespace, "ca"))
        proxy.recover()
        objects.await_ready("new")
        eventually(lambda: objects.revision("kept") == 2)
        lists = operator.count("stackseal_kube_lists_total")
        assert lists == 4, "a watch that broke goes on where it was"


def test_a_slow_network_only_takes_longer(control_plane: ControlPlane, proxy: Proxy, objects: Objects, tmp_path: Path):
    since = control_plane.revision()
    names = [f"c{index}" for index in range(20)]
    proxy.delay(0.2)
    with beyond(proxy, objects, tmp_path) as operator:
        operator.await_log("leading", timeout=60)
        objects.create(*hierarchy(objects.namespace), *(certificate(name, objects.namespace, "ca") for name in names))
        objects.await_all_ready(len(names))
        assert operator.running()
    issued_once(objects, since, names)


def test_a_short_outage_does_not_cost_the_lease(proxy: Proxy, objects: Objects, tmp_path: Path):
    with beyond(proxy, objects, tmp_path) as operator:
        operator.await_log("leading")
        proxy.refuse()
        operator.await_log("Lease is out of reach")
        proxy.recover()
        objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
        objects.await_ready("api", timeout=60)
        assert operator.running() and operator.text().count("leading identity") == 1


@pytest.mark.parametrize("fault", [Proxy.refuse, Proxy.fall_silent], ids=["refused", "silent"])
def test_a_lease_that_cannot_be_renewed_ends_the_process(proxy: Proxy, objects: Objects, tmp_path: Path, fault):
    with beyond(proxy, objects, tmp_path) as operator:
        operator.await_log("leading")
        fault(proxy)
        assert operator.await_end(timeout=20) == 1
        assert "lost the lease" in operator.text()
        proxy.recover()
        objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
        operator.start()
        objects.await_ready("api", timeout=60)


def test_half_open_connections_are_left(proxy: Proxy, objects: Objects, tmp_path: Path):
    with beyond(proxy, objects, tmp_path, "--leader-elect=false") as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("kept", objects.namespace, "ca"))
        objects.await_ready("kept")
        proxy.fall_silent()
        proxy.recover()
        objects.kubectl("delete", "secret", "kept-tls")
        objects.apply(certificate("new", objects.namespace, "ca"))
        objects.await_ready("new", timeout=200)
        eventually(lambda: objects.revision("kept") == 2, timeout=60)
        assert operator.running()
